"""What tieout.yml may say: the settings of the company, its sites and its connections, and their defaults.

Keep out: reading the file and the environment (config.py); the settings of a source kind (connectors)."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = dict[str, tuple[time, time]]


@cache
def _zones() -> frozenset[str]:
    """Every time zone; the system's whole list is looked through, which a shop each would do again."""
    return frozenset(available_timezones())


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def near(value: str, known: Iterable[str]) -> str:
    """'; did you mean 'x'?' when one of the known names is close, else the names themselves."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{folded[close[0]]}'?"
    return f"; known are: {', '.join(names)}" if len(names) <= 30 else ""


def clock(value: Any) -> time:
    """'08:00' as a time of day."""
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", str(value))
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError("is not a time of day; write it as HH:MM from 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


def _weekdays(text: str) -> tuple[str, ...]:
    first, _, last = text.partition("-")
    last = last or first
    for day in (first, last):
        if day not in WEEKDAYS:
            raise ValueError(f"'{text}' names no weekday; use mon..sun or a range such as mon-fri")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return WEEKDAYS[start : end + 1] if start <= end else WEEKDAYS[start:] + WEEKDAYS[: end + 1]


def _open_hours(text: Any) -> tuple[time, time] | None:
    if text in ("closed", None):
        return None
    opens, dash, closes = str(text).partition("-")
    if not dash:
        raise ValueError(f"'{text}' are no opening hours; write \"08:00-18:00\" or closed")
    start, end = clock(opens.strip()), clock(closes.strip())
    if end <= start:
        raise ValueError(f"'{text}' closes before it opens")
    return start, end


def _hours(value: Any) -> Hours:
    """{'mon-fri': '08:00-18:00'} by weekday; a day that is not named is closed."""
    if not isinstance(value, dict):
        raise ValueError('are no opening hours; write {mon-fri: "08:00-18:00", sat: "08:00-14:00"}')
    week: Hours = {}
    for days, text in value.items():
        span = text if isinstance(text, tuple) else _open_hours(text)
        for day in _weekdays(str(days)):
            if day in week:
                raise ValueError(f"name '{day}' more than once; keep one")
            if span:
                week[day] = span
    return week


Clock = Annotated[time, BeforeValidator(clock)]
Fraction = Annotated[Decimal, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0, le=3650)]


class BreakoutGroup(_Settings):
    """Lines that the Sales Summary shows in a block of their own: by labor operation or parts department."""

    op_codes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


class Company(_Settings):
    name: str = Field(min_length=1)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    week_starts_on: Literal["monday", "sunday", "saturday"] = "monday"
    breakout_groups: dict[str, BreakoutGroup] = {}


class Options(_Settings):
    """Parameters of the reports (rows of core.cfg_report)."""

    conversion_window_days: Days = 30
    first_call_scope: Literal["company", "site"] = "company"
    history_guard_days: Days = 90
    campaign_window_days: Days = 30
    attribution_model: Literal["last", "first", "any"] = "last"
    no_show_grace_days: Days = 1
    quote_basis: Literal["all_presented", "unsold_only"] = "all_presented"
    worked_days_basis: Literal["calendar", "time_card"] = "calendar"
    workday_weight: Fraction = Decimal(1)
    include_refund_ros: bool = True
    date_basis: Literal["closed", "opened", "sold", "posted", "fully_paid"] = "closed"
    pay_type: tuple[Literal["customer", "warranty", "internal", "other"], ...] = ("warranty", "customer")
    pay_type_match: Literal["any", "exact"] = "any"
    role_filters_total: bool = True
    count_jobs_by_category: bool = False
    supplier_basis: Literal["purchases", "ro_lines"] = "purchases"
    exclude_spam: bool = False
    include_open_ro: bool = False
    other_line_section: Literal["sublet"] = "sublet"
    active_task_states: tuple[Literal["open", "in_progress", "snoozed"], ...] = (
        "open",
        "in_progress",
        "snoozed",
    )
    task_history_basis: Literal["created", "closed"] = "created"
    tolerance_money: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.00")
    tolerance_tax_per_line: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.01")
    discount_cap: Fraction = Decimal("0.25")
    report_version: Literal["v1.31", "v30"] = "v1.31"
    data_mode: Literal["current", "frozen"] = "current"


class Site(_Settings):
    """One shop. It keeps its id when it is renamed, sold, or changes its systems."""

    name: str = Field(min_length=1)
    region: str = ""
    timezone: str
    day_cutoff: Clock = time(0)
    postal_code: str = ""
    holidays: str = ""
    hours: Annotated[Hours, BeforeValidator(_hours)] = {}
    ar_enabled: bool = True
    upcharge_pct: Fraction = Decimal(0)
    cash_rounding: Annotated[Decimal, Field(ge=0, le=1)] = Decimal(0)
    breakout_groups: dict[str, BreakoutGroup] = {}
    options: dict[str, Any] = {}
    accounts: dict[str, Any] = {}

    @field_validator("postal_code", mode="before")
    @classmethod
    def _text(cls, value: Any) -> str:
        return str(value)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        zones = _zones()
        if value not in zones:
            raise ValueError(f"is not a time zone{near(value, zones) or '; write it as America/Chicago'}")
        return value

    @field_validator("day_cutoff")
    @classmethod
    def _early(cls, value: time) -> time:
        if value >= time(12):
            raise ValueError("the business day must end before noon of the next day")
        return value

    @field_validator("holidays")
    @classmethod
    def _calendar(cls, value: str) -> str:
        if value:
            _check_calendar(*value.partition("-")[::2])
        return value


def _check_calendar(country: str, subdivision: str) -> None:
    from holidays import list_supported_countries  # noqa: PLC0415  (costs half a second)

    calendars = list_supported_countries()
    if country not in calendars:
        raise ValueError(f"is no holiday calendar{near(country, calendars)}; write a country or US-IL")
    if subdivision and subdivision not in calendars[country]:
        raise ValueError(f"'{subdivision}' is no part of {country}{near(subdivision, calendars[country])}")


class SiteMap(_Settings):
    """A source's own site code is this site, from and to these dates (both included)."""

    code: str
    site: str
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def overlaps(self, other: SiteMap) -> bool:
        starts = max(self.from_ or date.min, other.from_ or date.min)
        return starts <= min(self.to or date.max, other.to or date.max)


class Matches(_Settings):
    """Records of customers, vehicles or employees, each `connection:id`, that are one, or are not one."""

    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()

    @field_validator("together", "apart")
    @classmethod
    def _named(cls, value: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        for group in value:
            if len(set(group)) < 2:
                raise ValueError("a line names two records at least: [chi_dms:1042, den_files:77]")
            if wrong := next((one for one in group if not re.fullmatch(r"[^:]+:.+", one)), None):
                raise ValueError(f"'{wrong}' names no record; write connection:id, as chi_dms:1042")
        return value


class Identity(_Settings):
    """Who is who: what matches nobody, and what a person knows better than the data."""

    most_shared: Annotated[int, Field(ge=2, le=100)] = 5
    ignore: tuple[str, ...] = ()
    customers: Matches = Matches()
    vehicles: Matches = Matches()
    employees: Matches = Matches()

    def matches(self) -> Iterator[tuple[str, str, int, str, str]]:
        """(together or apart, subject, number of the line, connection, source id) of every record that is named."""
        for subject in ("customer", "vehicle", "employee"):
            for rule in ("together", "apart"):
                for number, group in enumerate(getattr(getattr(self, f"{subject}s"), rule), start=1):
                    for connection, _, source_id in (one.partition(":") for one in group):
                        yield rule, subject, number, connection, source_id


class Close(_Settings):
    """`anchor`: a command that is given the head of the close journal after each entry, on its standard input."""

    anchor: str = ""

    @field_validator("anchor")
    @classmethod
    def _words(cls, value: str) -> str:
        try:
            words = shlex.split(value)
        except ValueError as error:
            raise ValueError(f"is no command: {str(error).lower()}") from None
        if value and not words:
            raise ValueError("is no command; write a program and its arguments")
        return value


Owner = Literal["order", "customer", "vehicle", "employee", "call", "payment"]
OWNERS: tuple[Owner, ...] = get_args(Owner)


class Connection(_Settings):
    """One feed of one or more sites. `settings` are the kind's own and may hold ${VAR} references.

    `ids_of`: whose ids its rows name, where they are another connection's (a texting service names the DMS's orders).
    `retired`: it is read no more, and its history stays. `agent`: it is pulled beside its system, and fetched here.
    `sla_hours`: how long it may be silent before people are told; without it, that of `alerts`."""

    name: str
    kind: str
    sites: list[SiteMap] = Field(min_length=1)
    ids_of: dict[Owner, str] = {}
    retired: bool = False
    agent: bool = False
    sla_hours: Annotated[Decimal, Field(gt=0, le=8760)] | None = None
    settings: dict[str, Any] = {}

    @field_validator("ids_of", mode="before")
    @classmethod
    def _of_everything(cls, value: Any) -> Any:
        return dict.fromkeys(OWNERS, value) if isinstance(value, str) else value


class Landing(_Settings):
    """Where pulls are exchanged with other homes; `options` are fsspec's and may hold ${VAR} references."""

    url: str
    options: dict[str, Any] = {}

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not re.match(r"[a-z][a-z0-9+]*://.", value):
            raise ValueError("is no address; write s3://bucket/folder, or file:///mnt/share/folder")
        return value

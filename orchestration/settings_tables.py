"""tieout.yml and the manifests as the tables of schema `config`, which the models read.

Belongs here: rows of those tables. Keep out: what the models make of them, and when they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from connectors.vendors import vendor_of
from data_contracts import capability
from orchestration import accounts
from orchestration.config import Config
from orchestration.exchange import require_known
from orchestration.settings import OWNERS, WEEKDAYS, Connection
from orchestration.source_kinds import brings_orders, source_kinds

FIRST_DAY = date(1990, 1, 1)  # no shop's data is older; local dates of older instants would be unknown
ALWAYS = (date(1900, 1, 1), date(9999, 12, 31))


def write(warehouse: duckdb.DuckDBPyConnection, config: Config, pulls: pl.DataFrame, horizon: datetime) -> None:
    """(Re)write every table of schema `config`, in the caller's transaction. `pulls`: a row (PULL) per committed pull
    and table; `horizon`: bound of the newest pull."""
    require_known(config, set(pulls["connection"]))
    warehouse.execute("create schema if not exists config")
    for name, frame in _frames(config, pulls, horizon).items():
        warehouse.register("incoming_setting", frame)
        warehouse.execute(f"create or replace table config.{name} as select * from incoming_setting")
        warehouse.unregister("incoming_setting")
    _calendar(warehouse, config, horizon)
    _offsets(warehouse, config, horizon)


def a_day_has_passed(warehouse: duckdb.DuckDBPyConnection, config: Config, horizon: datetime) -> bool:
    """Whether a site has come to a business day that the last build did not know."""
    known = warehouse.execute("select site, horizon_date from config.site").fetchall()
    columns = list(SITE)
    site, day = columns.index("site"), columns.index("horizon_date")
    rows = [_site(config, name, horizon) for name in config.sites]
    return set(known) != {(row[site], row[day]) for row in rows}


def fingerprint_rows(config: Config) -> list[Any]:
    """Everything of the configuration that figures depend on, in a form that can be hashed."""
    frames = _frames(config, pl.DataFrame(schema=PULL), datetime(2000, 1, 1, tzinfo=UTC))
    return [
        (name, frame.drop("horizon_date", strict=False).rows())
        for name, frame in sorted(frames.items())
        if name != "pull"
    ]


def _frames(config: Config, pulls: pl.DataFrame, horizon: datetime) -> dict[str, pl.DataFrame]:
    return {
        "site": pl.DataFrame([_site(config, name, horizon) for name in config.sites], schema=SITE, orient="row"),
        "connection": pl.DataFrame(list(_connections(config, pulls)), schema=CONNECTION, orient="row"),
        "site_source": pl.DataFrame(list(_site_sources(config)), schema=SITE_SOURCE, orient="row"),
        "site_hours": pl.DataFrame(list(_hours(config)), schema=HOURS, orient="row"),
        "holiday": pl.DataFrame(list(_holidays(config, horizon.date())), schema=HOLIDAY, orient="row"),
        "value_map": pl.DataFrame(list(_value_maps(config)), schema=VALUE_MAP, orient="row"),
        "breakout_group": pl.DataFrame(list(_breakouts(config)), schema=BREAKOUT, orient="row"),
        "identity": pl.DataFrame(list(_identity(config)), schema=IDENTITY, orient="row"),
        "account": pl.DataFrame(_accounts(config), schema=accounts.SCHEMA, orient="row"),
        "option": pl.DataFrame(list(_options(config)), schema=OPTION, orient="row"),
        "capability": pl.DataFrame(list(_capabilities(config)), schema=CAPABILITY, orient="row"),
        "pull": pulls.select(*PULL),
    }


Schema = dict[str, pl.DataType | type[pl.DataType]]

SITE: Schema = {
    "site": pl.String, "name": pl.String, "region": pl.String, "iana_tz": pl.String, "day_cutoff_minutes": pl.Int32,
    "postal_code": pl.String, "ar_enabled": pl.Boolean, "upcharge_pct": pl.Decimal(9, 6),
    "cash_rounding": pl.Decimal(14, 2), "other_line_section": pl.String, "horizon_date": pl.Date,
}  # fmt: skip
CONNECTION: Schema = {
    "connection": pl.String, "source_kind": pl.String, "kind": pl.String, "vendor": pl.String,
    "formula_family": pl.String, "ro_number_policy": pl.String, "void_keeps_header": pl.Boolean,
    "reopen_keeps_payments": pl.Boolean, "enforces_zero_balance": pl.Boolean, "derives_charges": pl.Boolean,
    "delivers_quotes": pl.Boolean, "only_site_code": pl.String, **{f"{owned}_ids": pl.String for owned in OWNERS},
}  # fmt: skip
SITE_SOURCE: Schema = {
    "connection": pl.String, "source_site_id": pl.String, "site": pl.String, "valid_from": pl.Date, "valid_to": pl.Date,
}  # fmt: skip
HOURS: Schema = {
    "site": pl.String, "weekday": pl.String, "opens": pl.Time, "closes": pl.Time, "workday_weight": pl.Decimal(6, 2),
}  # fmt: skip
HOLIDAY: Schema = {"site": pl.String, "business_date": pl.Date}
VALUE_MAP: Schema = dict.fromkeys(("connection", "table_name", "column_name", "raw", "canonical"), pl.String)
BREAKOUT: Schema = dict.fromkeys(("site", "group_name", "member_type", "member"), pl.String)
OPTION: Schema = dict.fromkeys(("site", "name", "value"), pl.String)
IDENTITY: Schema = {
    "rule": pl.String, "subject": pl.String, "number": pl.Int32, "connection": pl.String, "source_id": pl.String,
    "value": pl.String,
}  # fmt: skip
CAPABILITY: Schema = dict.fromkeys(("kind", "entity", "field", "capability", "reason"), pl.String)
PULL: Schema = {
    "connection": pl.String, "pull_id": pl.String, "table_name": pl.String, "window_from": pl.String,
    "window_to": pl.String, "rows_in": pl.Int64, "rows_landed": pl.Int64, "rows_unchanged": pl.Int64,
    "rows_quarantined": pl.Int64, "status": pl.String,
}  # fmt: skip


def _site(config: Config, name: str, horizon: datetime) -> tuple[Any, ...]:
    site = config.sites[name]
    cutoff = site.day_cutoff.hour * 60 + site.day_cutoff.minute
    local = horizon.astimezone(ZoneInfo(site.timezone)) - timedelta(minutes=cutoff)
    return (
        name, site.name, site.region, site.timezone, cutoff, site.postal_code, site.ar_enabled, site.upcharge_pct,
        site.cash_rounding, config.options_of(name).other_line_section, min(local.date(), _last_day(config, name)),
    )  # fmt: skip


def _last_day(config: Config, site: str) -> date:
    """A shop that was sold has no days after the last one that any of its systems is valid for."""
    ends = [entry.to for one in config.connections.values() for entry in one.sites if entry.site == site]
    return max((end or ALWAYS[1] for end in ends), default=ALWAYS[1])


def _connections(config: Config, pulls: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    landed = set(pulls.filter(pl.col("rows_landed") > 0).select("connection", "table_name").unique().rows())
    for name, connection in config.connections.items():
        vendor_name = str(getattr(config.described(name), "vendor", connection.kind))
        vendor, fields = vendor_of(vendor_name), capability.load(connection.kind)
        can = {(field.entity, field.field): field.can for field in fields}
        labels = can.get(("tender", "kind"), can.get(("tender", "*"), "never"))
        quotes = can.get(("ro_job", "presented_parts"), can.get(("ro_job", "*"), "never"))
        feeds = source_kinds(connection.kind, {table for one, table in landed if one == name})
        yield (
            name, feeds, connection.kind, vendor_name, vendor.formula_family, vendor.ro_number_policy,
            vendor.void_keeps_header, vendor.reopen_keeps_payments, vendor.enforces_zero_balance,
            brings_orders(connection.kind)
            and (labels == "never" or (("tender", "kind") in can and labels != "delivers")),
            quotes != "never", _only_code(connection), *(connection.ids_of.get(owned, name) for owned in OWNERS),
        )  # fmt: skip


def _only_code(connection: Connection) -> str | None:
    """The site code of rows that name none, where there is no choice."""
    codes = {site_map.code for site_map in connection.sites}
    return next(iter(codes)) if len(codes) == 1 else None


def _site_sources(config: Config) -> Iterator[tuple[Any, ...]]:
    for name, connection in config.connections.items():
        for site_map in connection.sites:
            yield name, site_map.code, site_map.site, site_map.from_ or ALWAYS[0], site_map.to or ALWAYS[1]


def _hours(config: Config) -> Iterator[tuple[Any, ...]]:
    for name, site in config.sites.items():
        weight = config.options_of(name).workday_weight
        for weekday, (opens, closes) in site.hours.items():
            yield name, weekday, opens, closes, weight


def _holidays(config: Config, horizon: date) -> Iterator[tuple[Any, ...]]:
    years = range(horizon.year - 10, horizon.year + 2)
    for name, site in config.sites.items():
        for day in public_holidays(site.holidays, years):
            yield name, day


@cache
def public_holidays(calendar: str, years: range) -> tuple[date, ...]:
    """Those of a site's `holidays`; none where it names no calendar."""
    if not calendar:
        return ()
    from holidays import country_holidays  # noqa: PLC0415  (costs half a second)

    country, _, part = calendar.partition("-")
    return tuple(sorted(country_holidays(country, subdiv=part or None, years=list(years))))


def _value_maps(config: Config) -> Iterator[tuple[str, str, str, str, str]]:
    for name in config.connections:
        maps: Mapping[tuple[str, str], Mapping[str, str]] = config.described(name).maps()
        for (table, column), values in maps.items():
            for raw, canonical in values.items():
                yield name, table, column, raw, canonical


def _breakouts(config: Config) -> Iterator[tuple[str, str, str, str]]:
    for name in config.sites:
        for group, members in config.breakout_groups(name).items():
            yield from ((name, group, "op_code", member) for member in members.op_codes)
            yield from ((name, group, "department", member) for member in members.departments)


def _options(config: Config) -> Iterator[tuple[str | None, str, str]]:
    yield from ((None, name, as_text(value)) for name, value in config.options.model_dump().items())
    for site, settings in config.sites.items():
        yield from ((site, name, as_text(value)) for name, value in settings.options.items())
    for name, connection in config.connections.items():
        yield None, f"sla_hours.{name}", as_text(connection.sla_hours or config.alerts.sla_hours)


def _accounts(config: Config) -> list[tuple[str, str, str | None, str, str]]:
    return list(accounts.rows({site: config.accounts_of(site) for site in config.sites}))


def _identity(config: Config) -> Iterator[tuple[str, str | None, int, str | None, str | None, str | None]]:
    yield "most_shared", None, config.identity.most_shared, None, None, None
    for value in config.identity.ignore:
        yield "ignore", None, 1, None, None, value
    for match in config.identity.matches():
        yield *match, None


def as_text(value: Any) -> str:
    """An option as core.cfg_report holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(value) if isinstance(value, (list, tuple)) else str(value)


def _capabilities(config: Config) -> Iterator[tuple[str, str, str, str, str]]:
    for kind in sorted({connection.kind for connection in config.connections.values()}):
        for field in capability.load(kind):
            yield kind, field.entity, field.field, field.can, field.reason


def _calendar(warehouse: duckdb.DuckDBPyConnection, config: Config, horizon: datetime) -> None:
    last = horizon.date() + timedelta(days=366)
    first_weekday = {"monday": 0, "sunday": 6, "saturday": 5}[config.company.week_starts_on]
    days = [FIRST_DAY + timedelta(days=n) for n in range((last - FIRST_DAY).days)]
    frame = pl.DataFrame(
        {
            "business_date": days,
            "weekday": [WEEKDAYS[day.weekday()] for day in days],
            "week_start": [day - timedelta(days=(day.weekday() - first_weekday) % 7) for day in days],
        }
    )
    warehouse.register("incoming_setting", frame)
    warehouse.execute("create or replace table config.calendar as select * from incoming_setting")
    warehouse.unregister("incoming_setting")


def _offsets(warehouse: duckdb.DuckDBPyConnection, config: Config, horizon: datetime) -> None:
    """UTC offset of every half hour of every zone in use: all zones change on one of them."""
    zones = sorted({site.timezone for site in config.sites.values()} | {"UTC"})
    last = (horizon + timedelta(days=366)).date()
    warehouse.execute(
        "create table if not exists config.utc_offset (iana_tz varchar, half_hour bigint, offset_minutes integer)"
    )
    known = warehouse.execute("select iana_tz, max(half_hour) from config.utc_offset group by 1").fetchall()
    enough = int(datetime(horizon.year, horizon.month, horizon.day, tzinfo=UTC).timestamp()) // 1800 + 48 * 30
    for zone in set(zones) - {name for name, newest in known if newest >= enough}:
        warehouse.execute("delete from config.utc_offset where iana_tz = ?", [zone])
        warehouse.execute(
            f"""insert into config.utc_offset
            select '{zone}', half_hour,
                cast((epoch(timezone('{zone}', instant)) - half_hour * 1800) / 60 as integer)
            from (
                select half_hour, make_timestamptz(half_hour * 1800000000) as instant
                from range(epoch(?::timestamp)::bigint // 1800, epoch(?::timestamp)::bigint // 1800)
                    as hours (half_hour)
            )""",
            [FIRST_DAY, last],
        )

"""What tieout.yml may say under `alerts:`: limits, and the channels that people are told through.

Keep out: reading the file (config.py), sending anything (channels.py)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from orchestration.settings import Clock, Fraction, _Settings, near

Kind = Literal["source", "quarantine", "control", "break", "restatement", "task"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)  # each graver than the one before
SECRET_URL = "webhook"  # whoever knows the address of such a channel may write to it
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _looks(pattern: str, fault: str) -> AfterValidator:
    """A text of that form, or a reference to one."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value) and "${" not in value:
            raise ValueError(fault)
        return value

    return AfterValidator(check)


Address = Annotated[str, _looks(r"[^@\s]+@[^@\s]+", "is no e-mail address; write name@example.com")]
Number = Annotated[str, _looks(r"\+[1-9]\d{7,14}", 'is no number; write + and the country first: "+13125550100"')]
AtLeastOne = (BeforeValidator(lambda value: (value,) if isinstance(value, str) else value), Field(min_length=1))


def _words(value: Any) -> Any:
    """A command is never cut into words by us: a space in a path would be an accident."""
    if not isinstance(value, list | tuple):
        raise ValueError("is not a list; write the program and its arguments as [program, argument]")
    return value


class Channel(_Settings):
    """One way to tell people. `about` and `severity` choose what it tells, `sites` of which shops (all without it).

    `at_once: false` leaves it to the daily `digest`, which says all that is open at that time of `timezone` (without
    it: the zone that its shops share)."""

    recipients: ClassVar[str] = ""  # the setting that lists them, where each is told by himself
    kind: str
    about: Annotated[tuple[Kind, ...], *AtLeastOne] = KINDS
    severity: Severity = "info"
    sites: tuple[str, ...] = ()
    at_once: bool = True
    digest: Clock | None = None
    timezone: str = ""

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        zones = available_timezones()
        if value and value not in zones:
            raise ValueError(f"is not a time zone{near(value, zones) or '; write it as America/Chicago'}")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Channel:
        if not self.at_once and self.digest is None:
            raise ValueError('would never say anything; add digest: "07:30", or take `at_once: false` away')
        return self

    def addresses(self) -> tuple[str, ...]:
        """Whom it tells, each by himself: one that fails keeps no other from being told."""
        return tuple(getattr(self, self.recipients)) if self.recipients else ("",)

    def wants(self, kind: str, severity: str, site: str | None) -> bool:
        """Whether it tells such an alert. What is of no shop is told to everybody."""
        grave = SEVERITIES.index(severity) >= SEVERITIES.index(self.severity)
        return kind in self.about and grave and (not self.sites or site is None or site in self.sites)


class Email(Channel):
    """By SMTP: `starttls` (the default, port 587) or `tls` from the first byte (port 465)."""

    recipients: ClassVar[str] = "to"
    kind: Literal["email"]
    host: str = Field(min_length=1)
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    starttls: bool = True
    tls: bool = False
    user: str = ""
    password: str = ""
    from_: Address = Field(alias="from")
    to: Annotated[tuple[Address, ...], *AtLeastOne]

    @model_validator(mode="after")
    def _keeps_the_password(self) -> Email:
        if self.password and not (self.starttls or self.tls) and self.host not in LOOPBACK:
            raise ValueError("the password would travel for everybody to read; set starttls: true or tls: true")
        return self


class Sms(Channel):
    """By a gateway that speaks Twilio's Messages API; `account` and `token` are its user and password."""

    recipients: ClassVar[str] = "to"
    kind: Literal["sms"]
    url: str = "https://api.twilio.com"
    account: str = Field(min_length=1)
    token: str = Field(min_length=1)
    from_: str = Field(alias="from", min_length=1)
    to: Annotated[tuple[Number, ...], *AtLeastOne]

    @field_validator("url")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        if not value.startswith("https://") and "${" not in value and not _is_loopback(value):
            raise ValueError("would show the token to everybody on the way; write https://...")
        return value


class Webhook(Channel):
    """Anything that takes {"text": ...} as Slack does. The address is a secret: ${VAR}."""

    kind: Literal["webhook"]
    url: str = Field(min_length=1)


class Command(Channel):
    """A program of yours; it gets the alerts as JSON on standard input."""

    kind: Literal["command"]
    argv: Annotated[tuple[str, ...], BeforeValidator(_words), Field(min_length=1)]
    timeout: Annotated[int, Field(ge=1, le=600)] = 60


AnyChannel = Email | Sms | Webhook | Command
CHANNELS: dict[str, type[AnyChannel]] = {"email": Email, "sms": Sms, "webhook": Webhook, "command": Command}


class Limits(_Settings):
    """What is worth an alert. `sla_hours`: how long a source may be silent; 26: a nightly pull is two hours late.

    `quarantine_share` of the rows that a source sent in the last week, table by table; 0.01: single rows are slips of
    the pen, one in a hundred is a map or a system that has changed."""

    sla_hours: Annotated[Decimal, Field(gt=0, le=8760)] = Decimal(26)
    quarantine_share: Fraction = Decimal("0.01")


class Alerts(Limits):
    """The section; `channels` are by the names that people see when one fails."""

    channels: dict[str, AnyChannel] = Field(default_factory=dict)


def _is_loopback(url: str) -> bool:
    return bool(re.match(rf"http://({'|'.join(map(re.escape, LOOPBACK))})(:|/|$)", url))

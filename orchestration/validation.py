"""Finds every mistake of a tieout.yml at once: each named by key path, value and fix.

Keep out: what the settings are (settings.py) and how a source is built from them (config.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors.base import TieoutError
from orchestration.accounts import Accounts
from orchestration.alerting.settings import CHANNELS, SECRET_URL, Alerts, AnyChannel, Limits
from orchestration.settings import Close, Company, Connection, Identity, Landing, Options, Site, SiteMap, near

Model = TypeVar("Model", bound=BaseModel)
SECTIONS = ("company", "accounts", "sites", "connections", "landing", "identity", "options", "alerts", "close")
OURS = ("kind", "sites", "ids_of", "retired", "agent", "sla_hours")  # of a connection's keys; the others are its kind's
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SECRET_KEY = re.compile(r"(password|passwd|secret|token|api_?key|partner_id|pat)$", re.IGNORECASE)
_SECRET_IN_URL = re.compile(r"://[^/@:\s]*:(?!\$\{)[^@\s]+@")


class ConfigError(TieoutError):
    """tieout.yml has mistakes; the message lists them all."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        count = f"{len(problems)} mistake{'s' if len(problems) != 1 else ''}"
        super().__init__(f"{source}: {count}\n" + "\n".join(f"  {problem}" for problem in problems))


class Problems(list[str]):
    """Mistakes found so far."""

    def add(self, path: str, message: str, value: object = None) -> None:
        shown = f"{value!r} " if value is not None else ""
        self.append(f"{path}: {shown}{message}")

    def parse(self, model: type[Model], path: str, raw: object) -> Model | None:
        if not isinstance(raw, dict):
            self.add(path, "expected settings as 'key: value' lines", raw)
            return None
        try:
            return model.model_validate(raw)
        except ValidationError as failure:
            for error in failure.errors():
                self.append(_said(model, path, error))
            return None


def _said(model: type[BaseModel], path: str, error: ErrorDetails) -> str:
    where = ".".join([path, *(str(part) for part in error["loc"])])
    value, context = error["input"], error.get("ctx", {})
    if error["type"] == "missing":
        return f"{where}: is missing; add it"
    if error["type"] == "extra_forbidden":
        known = {field.alias or name for name, field in model.model_fields.items()}
        return f"{where}: is not a setting{near(str(error['loc'][-1]), known)}"
    if error["type"] == "value_error":
        message = str(context["error"])
        return f"{where}: {message}" if isinstance(value, dict) else f"{where}: {value!r} {message}"
    if error["type"] == "literal_error":
        return f"{where}: {value!r} is not one of {context['expected']}"
    return f"{where}: {value!r} - {error['msg'][0].lower()}{error['msg'][1:]}"


def _section(raw: dict[str, Any], key: str, problems: Problems) -> dict[str, Any]:
    value = raw.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.add(key, "expected settings as 'key: value' lines", value)
        return {}
    return value


def company(raw: dict[str, Any], problems: Problems) -> Company | None:
    for key in raw:
        if key not in SECTIONS:
            problems.add(key, f"is not a section of tieout.yml{near(key, SECTIONS)}")
    return problems.parse(Company, "company", raw.get("company") or {})


def identity(raw: dict[str, Any], problems: Problems) -> Identity | None:
    found = problems.parse(Identity, "identity", raw.get("identity") or {})
    known, said = set(_section(raw, "connections", Problems())), set[tuple[str, ...]]()
    for rule, subject, number, connection, source_id in found.matches() if found else ():
        path = f"identity.{subject}s.{rule}.{number}"
        if connection not in known:
            problems.add(path, f"is not a connection{near(connection, known)}", connection)
        if (rule, subject, connection, source_id) in said and rule == "together":
            problems.add(path, f"'{connection}:{source_id}' stands in two lines; make them one")
        said.add((rule, subject, connection, source_id))
    return found


def options(raw: dict[str, Any], problems: Problems) -> Options | None:
    return problems.parse(Options, "options", raw.get("options") or {})


def accounts(raw: dict[str, Any], problems: Problems) -> Accounts | None:
    return problems.parse(Accounts, "accounts", raw.get("accounts") or {})


def close(raw: dict[str, Any], problems: Problems) -> Close | None:
    given = raw.get("close") or {}
    _check_secrets("close", given, problems)
    return problems.parse(Close, "close", given)


def landing(raw: dict[str, Any], problems: Problems) -> Landing | None:
    """The address alone, or {url, options}."""
    given = raw.get("landing")
    if given is None:
        return None
    _check_secrets("landing", given, problems)
    return problems.parse(Landing, "landing", {"url": given} if isinstance(given, str) else given)


def alerts(raw: dict[str, Any], sites: dict[str, Site], problems: Problems) -> Alerts | None:
    """Limits, and channels each by the settings of its kind."""
    given = _section(raw, "alerts", problems)
    _check_secrets("alerts", given, problems)
    limits = problems.parse(Limits, "alerts", {key: value for key, value in given.items() if key != "channels"})
    channels = {}
    named = given.get("channels") or {}
    if not isinstance(named, dict):
        problems.add("alerts.channels", "expected a name for each channel: {office: {kind: email, ...}}", named)
        return None
    for name, said in named.items():
        path = f"alerts.channels.{name}"
        _check_name(path, name, problems)
        channel = _channel(path, said, problems)
        if channel:
            _check_channel(path, channel, sites, problems)
            channels[name] = channel
    return Alerts(**limits.model_dump(), channels=channels) if limits else None


def _channel(path: str, said: object, problems: Problems) -> AnyChannel | None:
    kind = said.get("kind") if isinstance(said, dict) else None
    if not isinstance(said, dict) or kind not in CHANNELS:
        problems.add(f"{path}.kind", f"is not a kind of channel{near(str(kind), CHANNELS)}", kind or "nothing")
        return None
    if kind == SECRET_URL and "${" not in str(said.get("url", "${}")):
        _refuse_secret(f"{path}.url", problems)
        return None
    return problems.parse(CHANNELS[kind], path, said)


def _check_channel(path: str, channel: AnyChannel, sites: dict[str, Site], problems: Problems) -> None:
    """Its shops exist, and it is known whose clock its digest goes by."""
    for site in channel.sites:
        if site not in sites:
            problems.add(f"{path}.sites", f"is not a site{near(site, sites)}", site)
    zones = {sites[name].timezone for name in channel.sites or sites if name in sites}
    if channel.digest and not channel.timezone and len(zones) > 1:
        shown = ", ".join(sorted(zones))
        problems.add(f"{path}.timezone", f"is missing: its shops lie in {shown}; say which clock the digest goes by")


def check_agents(connections: dict[str, Connection], landing: Landing | None, problems: Problems) -> None:
    """What an agent pulls must come from somewhere; what is retired is pulled by nobody."""
    for name, connection in connections.items():
        if connection.agent and landing is None:
            problems.add(f"connections.{name}.agent", "nothing says where its pulls come from; add landing: s3://...")
        if connection.agent and connection.retired:
            problems.add(f"connections.{name}", "is retired and has an agent; keep one of the two")


def sites(raw: dict[str, Any], problems: Problems) -> dict[str, Site]:
    section = _section(raw, "sites", problems)
    if not section:
        problems.add("sites", "no site is named; add at least one: {chi: {name: Chicago, timezone: America/Chicago}}")
    parsed: dict[str, Site] = {}
    for key, value in section.items():
        _check_name(f"sites.{key}", key, problems)
        site = problems.parse(Site, f"sites.{key}", value)
        if site:
            problems.parse(Options, f"sites.{key}.options", site.options)
            problems.parse(Accounts, f"sites.{key}.accounts", site.accounts)
            parsed[key] = site
    return parsed


def connections(raw: dict[str, Any], problems: Problems) -> dict[str, Connection]:
    section = _section(raw, "connections", problems)
    known_sites = set(_section(raw, "sites", Problems()))
    if not section:
        problems.add("connections", "no connection is named; add one for each system that a shop uses")
    parsed: dict[str, Connection] = {}
    for name, value in section.items():
        _check_name(f"connections.{name}", name, problems)
        connection = _connection(name, value, problems)
        if connection:
            _check_sites(connection, known_sites, problems)
            _check_owners(connection, set(section), problems)
            _check_secrets(f"connections.{name}", connection.settings, problems)
            parsed[name] = connection
    return parsed


def _check_name(path: str, name: str, problems: Problems) -> None:
    if not _NAME.fullmatch(name):
        problems.add(path, "a name holds only letters, digits, - and _ (it becomes a folder and a partition)")


def _connection(name: str, raw: object, problems: Problems) -> Connection | None:
    path = f"connections.{name}"
    if not isinstance(raw, dict):
        problems.add(path, "expected settings as 'key: value' lines", raw)
        return None
    sites_ = list(_site_maps(f"{path}.sites", raw.get("sites"), problems))
    if raw.get("sites") and not sites_:
        return None
    settings = {key: value for key, value in raw.items() if key not in OURS}
    given = {"name": name, "sites": sites_, "settings": settings}
    return problems.parse(Connection, path, given | {key: raw[key] for key in OURS if key != "sites" and key in raw})


def _site_maps(path: str, raw: object, problems: Problems) -> Iterator[dict[str, Any]]:
    """The site map's three ways of writing - a site, {site, from, to}, a list of those - as one."""
    if raw is None:
        problems.add(path, 'is missing; add the source\'s own site code and your site: {"S0": chi}')
    elif not isinstance(raw, dict):
        problems.add(path, 'expected {"source\'s site code": site}', raw)
    else:
        for code, value in raw.items():
            for one in value if isinstance(value, list) else [value]:
                entry = one if isinstance(one, dict) else {"site": one}
                if problems.parse(SiteMap, f"{path}.{code}", entry | {"code": code}):
                    yield entry | {"code": code}


def _check_sites(connection: Connection, known: set[str], problems: Problems) -> None:
    for entry in connection.sites:
        path = f"connections.{connection.name}.sites.{entry.code}"
        if entry.site not in known:
            problems.add(path, f"is not a site{near(entry.site, known)}", entry.site)
        if entry.from_ and entry.to and entry.to < entry.from_:
            problems.add(path, f"ends ({entry.to}) before it begins ({entry.from_})")
    for one, other in combinations(connection.sites, 2):
        if one.code == other.code and one.overlaps(other):
            problems.add(
                f"connections.{connection.name}.sites.{one.code}",
                f"the dates of '{one.site}' and '{other.site}' overlap; end the first with 'to:' before the "
                "second begins with 'from:'",
            )


def _check_owners(connection: Connection, known: set[str], problems: Problems) -> None:
    for owned, owner in connection.ids_of.items():
        if owner not in known:
            path = f"connections.{connection.name}.ids_of.{owned}"
            problems.add(path, f"is not a connection{near(owner, known)}", owner)


def _check_secrets(path: str, value: object, problems: Problems) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            clear = isinstance(inner, str | int) and "${" not in str(inner)
            if clear and _SECRET_KEY.search(key) and not isinstance(inner, bool):
                _refuse_secret(f"{path}.{key}", problems)
            else:
                _check_secrets(f"{path}.{key}", inner, problems)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check_secrets(f"{path}.{number}", inner, problems)
    elif isinstance(value, str) and _SECRET_IN_URL.search(value):
        _refuse_secret(path, problems)


def _refuse_secret(path: str, problems: Problems) -> None:
    variable = path.partition(".")[2].upper().replace(".", "_").replace("-", "_")
    problems.add(path, f"a secret stands here in the clear (not shown); set {variable} and write ${{{variable}}}")

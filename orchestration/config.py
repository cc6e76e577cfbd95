"""The one place that reads the environment: where the home and tieout.yml are, and what ${VAR} stands for.

Keep out: what a setting may be (settings.py) and how mistakes are found (validation.py)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict

from connectors.base import Source, TieoutError
from connectors.landing.remote import Remote
from orchestration import sources, validation, yamlfile
from orchestration.accounts import Accounts
from orchestration.alerting.settings import CHANNELS, Alerts, AnyChannel
from orchestration.settings import (
    BreakoutGroup,
    Close,
    Company,
    Connection,
    Identity,
    Landing,
    Options,
    Site,
    SiteMap,
    near,
)
from orchestration.validation import ConfigError, Problems

DEMO_MARK = "demo.json"  # in a home: it is the demo's, and this is its size
__all__ = ["Config", "ConfigError", "Connection", "Options", "Site", "SiteMap", "find", "home_folder", "load"]


def home_folder(home: Path | None = None) -> Path:
    """The folder of all state: as given, else TIEOUT_HOME, else .tieout here."""
    return (home or Path(os.environ.get("TIEOUT_HOME") or ".tieout")).absolute()


def snapshot(home: Path | None) -> Path:
    """The published snapshot of a home."""
    return home_folder(home) / "published" / "current.duckdb"


def find(path: Path | None = None, home: Path | None = None) -> Path:
    """The tieout.yml in use: as given, else TIEOUT_CONFIG, else the home's own, else the one here.

    A home that nobody named comes last, so that a demo in .tieout does not hide the tieout.yml beside it."""
    if path or os.environ.get("TIEOUT_CONFIG"):
        return (path or Path(os.environ["TIEOUT_CONFIG"])).absolute()
    inside, here = home_folder(home) / "tieout.yml", Path("tieout.yml").absolute()
    named = home is not None or bool(os.environ.get("TIEOUT_HOME"))
    candidates = (inside, here) if named else (here, inside)
    return next((file for file in candidates if file.is_file()), candidates[0])


def quiet_telemetry() -> None:
    """No tool that Tieout starts reports home."""
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


def define(variable: str, value: str) -> None:
    """Let ${variable} of tieout.yml stand for this, in this process."""
    os.environ[variable] = value


def become(command: Sequence[str], **variables: Path) -> NoReturn:
    """Go on as another program, which finds these in its environment."""
    os.execve(command[0], list(command), os.environ | {name: str(value) for name, value in variables.items()})


class Config(BaseModel):
    """A valid tieout.yml. Settings of connections still hold their ${VAR} references."""

    model_config = ConfigDict(frozen=True)

    company: Company
    sites: dict[str, Site]
    connections: dict[str, Connection]
    options: Options
    accounts: Accounts = Accounts()
    identity: Identity = Identity()
    landing: Landing | None = None
    close: Close = Close()
    alerts: Alerts = Alerts()
    path: Path
    home: Path

    def options_of(self, site: str) -> Options:
        """The company's options, overridden by the site's own."""
        own = self.sites[site].options
        return Options.model_validate(self.options.model_dump() | own)

    def accounts_of(self, site: str) -> Accounts:
        """The company's accounts, overridden by the site's own."""
        return self.accounts.overridden(self.sites[site].accounts)

    def breakout_groups(self, site: str) -> dict[str, BreakoutGroup]:
        """The site's own groups, else the company's."""
        return self.sites[site].breakout_groups or self.company.breakout_groups

    def connection(self, name: str) -> Connection:
        if name not in self.connections:
            raise ConfigError(str(self.path), [f"connections: no '{name}'{near(name, self.connections)}"])
        return self.connections[name]

    @property
    def pulled(self) -> list[str]:
        """Connections that a run of this home pulls: not those of agents, and not the retired ones."""
        return [name for name, one in self.connections.items() if not one.agent and not one.retired]

    @property
    def running(self) -> list[str]:
        """Connections that still bring something, from here or from their agent."""
        return [name for name, one in self.connections.items() if not one.retired]

    def remote(self) -> Remote | None:
        """Where pulls are exchanged, its secrets filled in."""
        if self.landing is None:
            return None
        self.require([])
        return Remote(self.landing.url, sources.fill(self.landing.options, os.environ))

    def described(self, name: str) -> Source:
        """The connector of one connection, unset secrets and all: a build reads its maps, and connects to nothing."""
        connection = self.connection(name)
        unset = {variable: f"${{{variable}}}" for _, variable in sources.references(connection.settings)}
        try:
            return sources.build(connection, {**unset, **os.environ}, self.path.parent)
        except TieoutError as error:
            lacking = sorted(set(unset) - set(os.environ))
            hint = f"; a build reads its maps: set {', '.join(lacking)} here too" if lacking else ""
            raise ConfigError(str(self.path), [f"connections.{name}: {error}{hint}"]) from None

    def source(self, name: str) -> Source:
        """The connector of one connection, with its secrets filled in."""
        connection = self.connection(name)
        self.require([name])
        return sources.build(connection, os.environ, self.path.parent)

    def channel(self, name: str) -> AnyChannel:
        """One channel of `alerts`, its secrets filled in and judged. Raises ConfigError."""
        path, said, problems = f"alerts.channels.{name}", self._said_of_channel(name), Problems()
        _find_unset(path, said, problems)
        kind = CHANNELS[said["kind"]]
        filled = None if problems else problems.parse(kind, path, sources.fill(said, os.environ))
        if filled is None:
            raise ConfigError(str(self.path), [self.redact(one) for one in problems])
        return filled

    def _said_of_channel(self, name: str) -> dict[str, Any]:
        return self.alerts.channels[name].model_dump(by_alias=True)

    def require(self, names: Iterable[str] | None = None) -> None:
        """Every ${VAR} of these connections (of everything, channels too) must be set; all unset ones are named."""
        problems = Problems()
        for name in self.pulled if names is None else names:
            _find_unset(f"connections.{name}", self.connection(name).settings, problems)
        for channel in self.alerts.channels if names is None else ():
            _find_unset(f"alerts.channels.{channel}", self._said_of_channel(channel), problems)
        if self.landing:
            _find_unset("landing.options", self.landing.options, problems)
        if problems:
            raise ConfigError(str(self.path), problems)

    def redact(self, text: str) -> str:
        """The text with every secret in it replaced by its reference."""
        places = [connection.settings for connection in self.connections.values()]
        places += [self._said_of_channel(name) for name in self.alerts.channels]
        for place in [*places, self.landing.options if self.landing else {}]:
            for _, variable in sources.references(place):
                secret = os.environ.get(variable, "")
                text = text.replace(secret, f"${{{variable}}}") if secret else text
        return text


def _find_unset(path: str, settings: dict[str, Any], problems: Problems) -> None:
    for where, variable in sources.references(settings, path):
        if variable not in os.environ:
            problems.add(where, f"the environment has no {variable}; set it before you start tieout")


def load(path: Path | None = None, home: Path | None = None) -> Config:
    """Read and judge tieout.yml. Raises ConfigError with every mistake; secrets are not needed yet."""
    file = find(path, home)
    raw, problems = yamlfile.read(file), Problems()
    parts: dict[str, Any] = {
        "company": validation.company(raw, problems),
        "sites": validation.sites(raw, problems),
        "connections": validation.connections(raw, problems),
        "identity": validation.identity(raw, problems),
        "options": validation.options(raw, problems),
        "accounts": validation.accounts(raw, problems),
        "landing": validation.landing(raw, problems),
        "close": validation.close(raw, problems),
    }
    validation.check_agents(parts["connections"], parts["landing"], problems)
    parts["alerts"] = validation.alerts(raw, parts["sites"], problems)
    for connection in parts["connections"].values():
        sources.check(connection, os.environ, file.parent, problems)
    if problems:
        raise ConfigError(str(file), problems)
    return Config(**parts, path=file, home=home_folder(home))

"""A home of two shops whose pulls are manifests written by hand, and one that remembers what it was sent.

Keep out: expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.base import TieoutError
from connectors.landing import manifest
from connectors.landing.manifest import Counts, Manifest
from orchestration.alerting.message import Message
from orchestration.config import Config, load

SETTINGS = """
company: {name: Two Shops}
sites:
  chi: {name: Chicago, timezone: America/Chicago, holidays: US-IL, hours: {mon-fri: "08:00-18:00", sat: "08:00-14:00"}}
  den: {name: Denver, timezone: America/Denver}
connections:
  chi_files: {kind: files, path: chi, sites: {"CHI": chi}}
  den_files: {kind: files, path: den, sites: {"DEN": den}, sla_hours: 2}
"""
PHONE = 'phone: {kind: sms, account: A, token: "${T:-t}", from: b, to: ["+13125550101", "+13125550102"]}'


def home(folder: Path, channels: str = "", **limits: Any) -> Config:
    folder.mkdir(parents=True, exist_ok=True)
    said = "".join(f"  {key}: {value}\n" for key, value in limits.items())
    (folder / "tieout.yml").write_text(f"{SETTINGS}\nalerts:\n{said}  channels: {{{channels}}}\n", encoding="utf-8")
    return load(folder / "tieout.yml", folder)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pulled(
    config: Config, connection: str, at: str, tables: Mapping[str, Counts] | None = None, failed: Sequence[str] = ()
) -> None:
    """A pull that ended then; without `tables` it brought two payments."""
    until = utc(at)
    manifest.write(
        config.home,
        Manifest(
            kind=config.connections[connection].kind,
            connection=connection,
            pull_id=manifest.pull_id(connection, until),
            pulled_at=until.isoformat(),
            window={"since": None, "until": until.isoformat()},
            since={},
            cursor={},
            status="partial" if failed else "complete",
            tables=dict(tables if tables is not None else {"tender": Counts(rows_in=2, landed=2)}),
            failed=dict.fromkeys(failed, "gone"),
        ),
    )


class Ear:
    """Stands where channels.send stands. `deaf` addresses take nothing."""

    def __init__(self, *deaf: str) -> None:
        self.deaf = set(deaf)
        self.heard: list[tuple[str, str, list[str]]] = []

    def __call__(self, channel: Any, address: str, message: Message) -> None:
        if address in self.deaf or channel.kind in self.deaf:
            raise TieoutError("the line is dead")
        self.heard.append((address or channel.kind, message.what, [one.alert.key for one in message.episodes]))

    def take(self) -> list[tuple[str, str, list[str]]]:
        """What was heard since the last time, in order of address."""
        heard, self.heard = sorted(self.heard), []
        return heard

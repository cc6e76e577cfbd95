"""A small valid tieout.yml, and two source kinds that need no system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from connectors.base import Item, TieoutError, Window

VALID = """
company: {name: Demo Auto, currency: USD, week_starts_on: monday}
sites:
  chi: {name: Chicago, timezone: America/Chicago, hours: {mon-fri: "08:00-18:00"}}
  den: {name: Denver, timezone: America/Denver, options: {conversion_window_days: 14}}
connections:
  chi_dms: {kind: drop, path: in, sites: {"S0": chi}}
  den_dms: {kind: service, url: "http://127.0.0.1", token: "${DEN_TOKEN}", sites: {"001": den}}
options: {exclude_spam: true}
"""


@dataclass(frozen=True)
class Drop:
    """A kind with a path."""

    kind: ClassVar[str] = "drop"
    path: Path

    def check(self) -> list[str]:
        return [f"{self.path.name}: 1 delivery"]

    def pull(self, window: Window) -> Iterator[Item]:
        yield from ()


@dataclass(frozen=True)
class Service:
    """A kind with a secret and a number to judge."""

    kind: ClassVar[str] = "service"
    url: str
    token: str
    page_size: int = 100

    def __post_init__(self) -> None:
        if not isinstance(self.page_size, int):
            raise TieoutError(f"page_size: '{self.page_size}' is not a whole number; leave it out for 100")

    def check(self) -> list[str]:
        raise TieoutError(f"{self.url}: refused the token {self.token}")

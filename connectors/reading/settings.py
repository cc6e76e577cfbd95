"""What settings of several kinds have in common: each check names the key, the value and the fix.

Belongs here: checks of one value. Keep out: any kind's own keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.base import TieoutError

METHODS = ("cash", "check", "card", "ach", "financing", "ar", "store_credit", "other")


def filled(source: object, *keys: str) -> None:
    for key in keys:
        if not getattr(source, key):
            raise TieoutError(f"{key}: is empty; set the variable that it refers to")


def https(key: str, url: str) -> None:
    if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise TieoutError(f"{key}: {url!r} is not https; the secret would travel in clear")


def between(key: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise TieoutError(f"{key}: {value!r} is not a whole number from {low} to {high}")


def among(key: str, meanings: Mapping[str, str], known: Iterable[str]) -> None:
    known = tuple(known)
    for name, meaning in meanings.items():
        if meaning not in known:
            raise TieoutError(f"{key}.{name}: {meaning!r} is none of {', '.join(known)}")


def no_others(key: str, given: Iterable[str], known: Iterable[str]) -> None:
    known = tuple(known)
    for name in given:
        if name not in known:
            raise TieoutError(f"{key}.{name}: there is no such name; known are {', '.join(known)}")

"""Who looks after a break of a day, and what became of it.

Keep out: finding and explaining breaks (models/finance), the rules of signing (signing.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.closing.entries import Said, words
from orchestration.closing.signing import Answer, Pen, written
from orchestration.closing.standing import standing
from reporting.close import Break, Close, ReportError, read


def assign(pen: Pen, snapshot: Path, site: str, day: date, named: str, owner: str) -> Answer:
    """Gives the break an owner. Raises ReportError when no break of the day, or more than one, is called that."""
    if not owner.strip():
        raise ReportError('--to: to whom? give a name, --to "Bo Chen"')
    return _write(pen, snapshot, site, day, "assign", named, {"owner": words("--to", owner)})


def resolve(pen: Pen, snapshot: Path, site: str, day: date, named: str) -> Answer:
    """Says what became of the break. Raises ReportError as `assign` does."""
    return _write(pen, snapshot, site, day, "resolve", named, {"resolution": pen.reason})


def _write(pen: Pen, snapshot: Path, site: str, day: date, act: str, named: str, detail: dict[str, Any]) -> Answer:
    close = read(snapshot, site, day)
    found = chosen(close, named)
    detail = {"tie_key": found.tie_key, "cause_code": found.cause, **detail}
    said = Said(act, site, day, pen.by, pen.reason, version=close.version, detail=detail)
    with pen.opened() as journal:
        return written(pen, journal, standing(journal.entries), said)


def names(one: Break) -> set[str]:
    """What people may call it: its key, R11, 'RO 10456', 10456, R11:10456, a payment likewise."""
    documents = {text for text in (one.ro_number, one.payment) if text}
    documents |= {f"RO {one.ro_number}"} if one.ro_number else set()
    documents |= {f"payment {one.payment}"} if one.payment else set()
    return {one.key, one.tie_key, one.cause, *documents, *(f"{one.cause}:{document}" for document in documents)} - {""}


def chosen(close: Close, named: str) -> Break:
    """The one break of the day that is called that."""
    wanted = " ".join(named.split())
    found = {one.key: one for one in close.breaks if wanted in names(one)}
    if len(found) == 1:
        return next(iter(found.values()))
    about = f"{close.site} {close.day}"
    if not found:
        raise ReportError(f"'{named}' is no break of {about}; there are: {_listed(close.breaks) or 'none'}")
    raise ReportError(f"'{named}' are {len(found)} breaks of {about}; name one: {_listed(list(found.values()))}")


def _listed(breaks: Sequence[Break]) -> str:
    return ", ".join(dict.fromkeys(f"{short(one)} ({one.key})" for one in breaks))


def short(one: Break) -> str:
    """What it is called on a screen."""
    return f"{one.cause}:{one.ro_number or one.payment or one.tie_key}"

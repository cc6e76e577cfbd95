"""What the command line shows of two versions: figures of each shop's day that moved, and the documents behind them.

Keep out: comparing (reporting/diff.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.views import QUIET, table
from reporting.close_text import money
from reporting.diff import Diff, Figure
from reporting.moved import Amount, Day, Document

AT_MOST = 8  # days of one version that are named
TOLD = ("total_sales_and_other", "payments_total", "delta", "ro_count")  # of a document's effects, the rest is in JSON


def diff(found: Diff) -> RenderableType:
    head = Text(f"What {found.later} says otherwise than {found.earlier}", style="bold")
    alone = [Text(_alone(found, side)) for side in ("earlier", "later") if _alone(found, side)]
    if not found.figures and not found.documents:
        return Group(head, Text("Nothing differs: every figure and document of the days of both is the same."), *alone)
    parts: list[RenderableType] = [head]
    for day in sorted({(one.site, one.day) for one in found.figures}):
        parts += ["", *_day(found, day)]
    elsewhere = [one for one in found.documents if not one.effects]
    return Group(*parts, *_documents(elsewhere, None), "", *alone)


def _alone(found: Diff, side: str) -> str:
    """Days that are not compared, since one version does not have them."""
    days = [f"{site} {day}" for site, day, of in found.of_one if of == side]
    more = f" and {len(days) - AT_MOST} more" if len(days) > AT_MOST else ""
    return f"Only the {side} version has {', '.join(days[:AT_MOST])}{more}." if days else ""


def _day(found: Diff, day: Day) -> Iterator[RenderableType]:
    shown = table(f"{day[0]} {day[1]}", "Before", "Now", "Difference", "", numbers=("Before", "Now", "Difference"))
    for one in (figure for figure in found.figures if (figure.site, figure.day) == day):
        shown.add_row(one.name, _value(one.before), _value(one.after), _value(one.difference), _rest(one))
    yield shown
    yield from _documents([one for one in found.documents if day in one.effects], day)


def _rest(figure: Figure) -> str:
    """A difference that its documents do not add up to says so."""
    if figure.by_documents is None or figure.by_documents == figure.difference:
        return ""
    return f"the documents below make {_value(figure.by_documents)} of it"


def _documents(documents: Sequence[Document], day: Day | None) -> Iterator[RenderableType]:
    for one in documents:
        by, at = f" by {one.by}" if one.by else "", f", {one.at:%Y-%m-%d %H:%M} UTC" if one.at else ""
        yield Text.assemble("  ", (one.name, "bold"), f" {one.change}{by}{at}")
        if day:
            yield Text(f"    {_effects(one.effects[day])}")
        for name, before, after in one.columns:
            yield Text(f"    {name.replace('_', ' ')}: {_value(before)} -> {_value(after)}", style=QUIET)


def _effects(effects: Mapping[str, Amount]) -> str:
    """What it adds to both sides of the day; where it moves neither, all that it adds."""
    shown = {name: amount for name, amount in effects.items() if name in TOLD} or effects
    return ", ".join(f"{name.replace('_', ' ')} {'+' if amount > 0 else ''}{_value(amount)}"
                     for name, amount in shown.items())  # fmt: skip


def _value(value: Any) -> str:
    if isinstance(value, Decimal) and value == round(value, 2):
        return money(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return "-" if value is None or value == "" else str(value)


def as_dict(found: Diff) -> dict[str, Any]:
    """For machines: money as text, so that no reader turns it into a float."""
    return {
        "from": found.earlier,
        "to": found.later,
        "same": not (found.figures or found.documents or found.of_one),
        "figures": [
            {name: _plain(value) for name, value in (vars(one) | {"difference": one.difference}).items()}
            for one in found.figures
        ],
        "documents": [_document(one) for one in found.documents],
        "of_one": [{"site": site, "day": day.isoformat(), "version": side} for site, day, side in found.of_one],
    }


def _document(one: Document) -> dict[str, Any]:
    told = {name: _plain(value) for name, value in vars(one).items() if name not in ("columns", "effects")}
    columns = [
        {"column": name, "before": _plain(before), "after": _plain(after)} for name, before, after in one.columns
    ]
    effects = [
        {"site": site, "day": day.isoformat(), "figures": {name: str(amount) for name, amount in moved.items()}}
        for (site, day), moved in one.effects.items()
    ]
    return told | {"columns": columns, "effects": effects}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)

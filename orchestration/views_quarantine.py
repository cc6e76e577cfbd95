"""What the command line shows of the quarantine, as Rich tables.

Keep out: finding it out (quarantine.py)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.quarantine import Refusals, Refused, Replayed
from orchestration.views import GOOD, QUIET, table

EMPTY = "Nothing is in quarantine."
NEXT = "After the map or the source is fixed: tieout quarantine replay. Each row, with its text: --rows --format json"


def reasons(found: Sequence[Refusals]) -> RenderableType:
    if not found:
        return Text(EMPTY, style=GOOD)
    shown = table("Connection", "Table", "Rule", "Rows", "At stake", "Since", "Last", "Example", numbers=NUMBERS)
    for one in found:
        shown.add_row(
            one.connection, one.table, one.rule, f"{one.rows:,}", _money(one.at_stake),
            f"{one.since:%Y-%m-%d}", f"{one.last:%Y-%m-%d}", one.example,
        )  # fmt: skip
    rows, money = sum(one.rows for one in found), sum((one.at_stake for one in found), Decimal(0))
    return Group(
        shown, "", Text(f"{rows:,} row{'s' if rows != 1 else ''}, {_money(money)} at stake"), Text(NEXT, style=QUIET)
    )


NUMBERS = ("Rows", "At stake", "Times")


def rows(found: Sequence[Refused]) -> RenderableType:
    if not found:
        return Text(EMPTY, style=GOOD)
    shown = table(
        *["Connection", "Table", "Key", "Site", "Date", "At stake", "Since", "Times", "Message"], numbers=NUMBERS
    )
    for one in found:
        shown.add_row(
            one.connection, one.table, one.key, one.site, str(one.business_date or ""),
            _money(one.at_stake) if one.at_stake is not None else "", f"{one.since:%Y-%m-%d}", f"{one.times:,}",
            one.message,
        )  # fmt: skip
    return shown


def replayed(found: Sequence[Replayed]) -> RenderableType:
    if not found:
        return Text(f"{EMPTY} There is nothing to replay.", style=GOOD)
    shown = table("Connection", "Taken", "Still refused", numbers=("Taken", "Still refused"))
    for one in found:
        shown.add_row(one.connection, f"{one.taken:,}", f"{one.still_open:,}")
    return Group(shown, Text("\nThe next build takes them in: tieout run", style=QUIET))


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"

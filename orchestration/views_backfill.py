"""What the command line shows of a backfill, as Rich tables. Keep out: doing it (backfill.py)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.backfill import Backfilled
from orchestration.views import BAD, GOOD, QUIET, table

NUMBERS = ("Chunks", "Now", "Rows in", "Landed", "Quarantined")


def state(found: Sequence[Backfilled]) -> RenderableType:
    shown = table("Connection", *NUMBERS, "Result", numbers=NUMBERS)
    lines = []
    for one in found:
        counts = [f"{count:,}" for count in (one.now, one.rows_in, one.landed, one.quarantined)]
        shown.add_row(one.connection, f"{one.done} of {one.total}", *counts, _result(one))
        if one.error:
            lines.append(Text(f"{one.connection}: {one.error}", style=BAD))
        lines += [Text(f"{one.connection}, {chunk}: {why}", style=BAD) for chunk, why in one.failed.items()]
    if not all(one.complete for one in found):
        lines.append(Text("The same command goes on where this one ended.", style=QUIET))
    return Group(shown, *lines)


def _result(one: Backfilled) -> Text:
    if not one.ok:
        return Text("failed", style=BAD)
    return Text("complete" if one.complete else "to be continued", style=GOOD)

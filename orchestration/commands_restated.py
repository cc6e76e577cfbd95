"""What `tieout close --restated` does: everything that signed days have come to since.

Keep out: how a difference is found (models/finance/restatement), a month's grid (commands_calendar.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
from rich.console import RenderableType
from rich.text import Text

from orchestration import config as settings
from orchestration import console, reports
from orchestration.closing.published import ALL
from orchestration.views import BAD, GOOD, table
from reporting.close_text import money


def restated(sites: Sequence[str], home: Path | None, format_: str) -> bool:
    """Fails while there is anything: such a day has to be looked at, and signed again."""
    chosen = () if ALL in sites else tuple(sites)
    asked = reports.Asked(first=date.min, last=date.max, sites=chosen)
    found = reports.ask(settings.snapshot(home), "restatement", asked).rows
    told = [{name: _plain(value) for name, value in row.items()} for row in found.iter_rows(named=True)]
    console.show(format_, {"ok": found.is_empty(), "restated": told}, _shown(found))
    return found.is_empty()


def _plain(value: object) -> object:
    """Money as text, so that no reader turns it into a float."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _shown(found: pl.DataFrame) -> RenderableType:
    if found.is_empty():
        return Text("Nothing has moved on any signed day.", style=GOOD)
    numbers = ("Signed", "Today", "Difference")
    shown = table("Shop", "Day", "Document", "Measure", *numbers, "What", "By", "At", numbers=numbers)
    for row in found.sort("site", "business_date", "document_type", "ro_number", "measure").iter_rows(named=True):
        number = f"RO {row['ro_number']}" if row["ro_number"] else ""
        document = number if row["document_type"] == "order" else f"payment {number}".strip()
        shown.add_row(
            row["site"], str(row["business_date"]), document, row["measure"], money(row["frozen"]),
            money(row["current"]), Text(money(row["diff"]), style=BAD), row["event"].replace("_", " "),
            row["by_user"] or "", f"{row['changed_ts']:%Y-%m-%d %H:%M} UTC" if row["changed_ts"] else "",
        )  # fmt: skip
    return shown

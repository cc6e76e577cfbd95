"""What `tieout close --month` does: a month of all shops, or of some.

Keep out: signing a month (commands_close.py), the look (reporting/calendar_text.py)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration import config as settings
from orchestration import console, reports
from orchestration.closing import months
from orchestration.closing.published import ALL
from reporting import files
from reporting.calendar import calendar
from reporting.calendar_text import render


def month(month: str, sites: Sequence[str], home: Path | None, format_: str) -> bool:
    """Fails while a day waits for somebody to look at it."""
    first, last = months.span(month)
    chosen = () if ALL in sites else tuple(sites)
    found = reports.ask(settings.snapshot(home), "close_calendar", reports.Asked(first=first, last=last, sites=chosen))
    shown = calendar(found, (first, last))
    if format_ == "table":
        screen = console.out()
        screen.print(render(shown, screen.width))
    else:
        sys.stdout.write(files.text(found, format_))
    return shown.is_well

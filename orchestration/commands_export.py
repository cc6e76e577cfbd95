"""What `tieout export` does; it gives whether all is well, which becomes the exit code.

Keep out: options and help (cli_export.py), what is exported (exports.py), the look of it (views_export.py)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from orchestration import config as settings
from orchestration import console, exports, views_export
from orchestration.closing import anchor


def export(site: str, day: date, folder: Path, form: str, by: str, config: Path | None, home: Path | None) -> bool:
    company = settings.load(config, home)
    console.hide(company.redact)
    made = exports.export(company.home, site, day, folder, form, by)
    command = company.close.anchor
    failed = anchor.hand(command, made.head) if made.entry and command else ""
    console.out().print(views_export.export(made, failed))
    return not failed

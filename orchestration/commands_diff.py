"""What `tieout diff` does; it gives whether all is well, which becomes the exit code.

Keep out: options and help (cli_diff.py), what differs (reporting/diff.py), the look of it (views_diff.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from orchestration import config as settings
from orchestration import console, publish, views_diff
from reporting.close import ReportError, known
from reporting.diff import diff as compare
from reporting.versions import Scope


def diff(
    names: tuple[str, str], sites: Sequence[str], days: Sequence[date | None], home: Path | None, format_: str
) -> bool:
    folder = settings.home_folder(home)
    earlier, later = (version(folder, name, option) for name, option in zip(names, ("--from", "--to"), strict=True))
    found = compare(settings.snapshot(home), earlier, later, Scope(sites, *days))
    console.show(format_, views_diff.as_dict(found), views_diff.diff(found))
    return True


def version(home: Path, name: str, option: str) -> Path:
    """The folder of a version, by its name, or as previous or current. Raises ReportError naming those there are."""
    there, now = publish.versions(home), publish.current(home)
    if now is None:
        raise ReportError(f"{home}: nothing is published yet; run 'tieout run'")
    if name in ("current", "previous"):
        at = there.index(now.version) - (name == "previous")
        if at < 0:
            raise ReportError(f"{option} previous: {now.version} is the only version; there is none before it")
        name = there[at]
    if name not in there:
        raise ReportError(f"{option}: no version '{name}'; {known(name, [*there, 'previous', 'current'])}")
    return home / "published" / name

"""What `tieout report` asks of the published snapshot: which shops, which days, which report.

Keep out: options (cli.py), computing (reporting/on_read.py), tables (views_report.py)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from orchestration.closing import stored
from orchestration.settings import Options, near
from orchestration.settings_tables import as_text
from reporting.catalogue import Report, find
from reporting.close import ReportError
from reporting.drill import Cell, drill
from reporting.frozen import Signed
from reporting.on_read import Answer, Request, Snapshot, answer, opened
from reporting.periods import Clock, Span, spans
from reporting.stage import reads_journal


@dataclass(frozen=True)
class Asked:
    """The options of the command. Days are `first` to `last`, or a `period` by name."""

    first: date | None = None
    last: date | None = None
    period: str | None = None
    sites: Sequence[str] = ()
    regions: Sequence[str] = ()
    grain: str = "none"
    filters: Sequence[str] = ()
    as_of: datetime | None = None


def catalogue(snapshot: Path) -> dict[str, Report]:
    """The reports that readers can ask for."""
    with opened(snapshot) as published:
        return {name: report for name, report in published.reports.items() if report.purpose}


def described(snapshot: Path, name: str) -> Report:
    with opened(snapshot) as published:
        return find(published.reports, name)


def ask(snapshot: Path, name: str, asked: Asked, now: datetime | None = None) -> Answer:
    """The report as asked for. Raises ReportError naming the option, what is wrong with it, and what there is."""
    with opened(snapshot) as published:
        return answer(published, _request(published, name, asked, now))


def behind(
    snapshot: Path, name: str, asked: Asked, row: Sequence[str], column: str, now: datetime | None = None
) -> Cell:
    """The rows behind one cell of it. Raises ReportError as `ask` does."""
    with opened(snapshot) as published:
        return drill(published, _request(published, name, asked, now), row, column)


def _request(published: Snapshot, name: str, asked: Asked, now: datetime | None) -> Request:
    report = find(published.reports, name)
    clocks = _shops(published, asked.sites, asked.regions)
    moment = asked.as_of or now or datetime.now(UTC)
    days = _spans(published, clocks, asked, moment)
    known = {*report.parameters, "data_mode"}  # every report can be read as it was signed
    options = [one for one in asked.filters if one.partition("=")[0].strip() in known]
    filters = [one for one in asked.filters if one not in options]
    chosen = dict(map(_option, options))
    is_signed = reads_journal(published.connection, published.reports, report, chosen)
    signed = stored.signed(published.file) if is_signed else Signed()
    return Request(name, days, asked.grain, filters, chosen, moment, signed)


def _option(text: str) -> tuple[str, str]:
    """An option of REPORTS 9 for this one answer, checked as those of tieout.yml are."""
    name, _, typed = (part.strip() for part in text.partition("="))
    is_list = isinstance(Options.model_fields[name].default, tuple)
    try:
        made = Options.model_validate({name: re.split(r"[;,]\s*", typed) if is_list else typed})
    except ValidationError as error:
        raise ReportError(f"--filter '{text}': {error.errors()[0]['msg']}") from None
    return name, as_text(getattr(made, name))


def _shops(published: Snapshot, names: Collection[str], regions: Collection[str]) -> dict[int, Clock]:
    known = published.sites()
    _require("--site", names, {code for _, code, _, _ in known})
    _require("--region", regions, {region for _, _, region, _ in known if region})
    return {
        key: clock
        for key, code, region, clock in known
        if (not names or code in names) and (not regions or region in regions)
    } or _none(names, regions)


def _require(option: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise ReportError(f"{option}: there is no '{name}'{near(name, known)}")


def _none(names: Collection[str], regions: Collection[str]) -> dict[int, Clock]:
    raise ReportError(f"--site {' '.join(names)} --region {' '.join(regions)}: no shop is both")


def _spans(published: Snapshot, clocks: Mapping[int, Clock], asked: Asked, now: datetime) -> dict[int, Span]:
    if asked.period and (asked.first or asked.last):
        raise ReportError("--period and --from, --to exclude each other")
    if asked.period:
        return spans(clocks, asked.period, now, published.week_starts_on())
    if asked.first is None or asked.last is None:
        raise ReportError("which days? say --from and --to (YYYY-MM-DD), or --period last_month")
    if asked.first > asked.last:
        raise ReportError(f"--from {asked.first} is after --to {asked.last}")
    return dict.fromkeys(clocks, (asked.first, asked.last))

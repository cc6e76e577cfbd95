"""What is wrong with figures: blocking controls, breaks, signed days that moved; and tasks that are new.

All is read from the published reports, so that an alert never says anything else than they do. Days that somebody has
signed are answered for: only what has moved since is told of them. Keep out: what comes in (sources.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from connectors.landing import store
from orchestration import publish
from orchestration.alerting.found import Alert, Found
from orchestration.closing import journal, stored
from orchestration.closing.journal import JournalBroken
from orchestration.closing.standing import ShopDay, standing
from reporting.on_read import Request, Snapshot, answer, opened
from reporting.periods import Span

Row = Mapping[str, Any]
REPORTS = {"control": "ctl_exception", "break": "open_break", "restatement": "restatement", "task": "task_active"}
CHAIN = "control:journal"  # the key of a broken journal, which is a control that fails for the whole company


def mark(home: Path) -> str:
    """Differs when there may be something else to say: another version is published, or the journal has grown."""
    published, file = publish.current(home), journal.folder(home) / journal.FILE
    if published is None:
        return ""
    return f"{published.version}|{store.sha256(file) if file.is_file() else ''}"


def chain(home: Path) -> Found:
    """A journal that is not as it was written; what its days say is then not to be relied on."""
    try:
        journal.require(home)
    except JournalBroken as error:
        return Found([Alert(CHAIN, "control", "critical", str(error))])
    return Found()


def found(home: Path, kind: str, now: datetime) -> Found:
    """One kind. Raises ReportError where its report cannot be read; what is not published yet is not wrong."""
    if publish.current(home) is None:
        return Found()
    signed = frozenset(standing(journal.require(home).entries).days)
    with opened(home / "published" / "current.duckdb") as snapshot:
        if REPORTS[kind] not in snapshot.reports:
            return Found()
        rows = _rows(snapshot, Request(REPORTS[kind], _spans(snapshot), as_of=now, signed=stored.signed(snapshot.file)))
    return Found(list(TOLD[kind](_unsigned(kind, rows, signed))), frozenset({kind}))


def _spans(snapshot: Snapshot) -> dict[int, Span]:
    """All days of every shop."""
    days = snapshot.connection.execute(
        "select site_key, min(business_date), max(business_date) from snapshot.core.dim_site_day group by site_key"
    ).fetchall()
    return {key: (first, last) for key, first, last in days}


def _rows(snapshot: Snapshot, asked: Request) -> list[dict[str, Any]]:
    return answer(snapshot, asked).rows.to_dicts() if asked.spans else []


def _unsigned(kind: str, rows: Iterable[Row], signed: frozenset[ShopDay]) -> Iterator[Row]:
    answered_for = signed if kind in ("control", "break") else frozenset()
    return (row for row in rows if (row["site"], row.get("business_date")) not in answered_for)


def _controls(rows: Iterable[Row]) -> Iterator[Alert]:
    """One per control, shop and day, with the largest exception's own words."""
    groups: dict[tuple[str, str, date], list[Row]] = {}
    for row in rows:
        if row["severity"] == "B":
            groups.setdefault((row["control_id"], row["site"], row["business_date"]), []).append(row)
    for (control, site, day), found in groups.items():
        worst = max(found, key=lambda row: abs(row["diff"] or 0))
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        text = f"{control} fails: {worst['said']}{more}"
        yield Alert(f"control:{control}:{site}:{day}", "control", "critical", text, site, day)


def _breaks(rows: Iterable[Row]) -> Iterator[Alert]:
    """What somebody has resolved is told no more."""
    for row in rows:
        if row["resolution"]:
            continue
        site, day, cause = row["site"], row["business_date"], row["cause_code"]
        key = f"break:{site}:{day}:{row['tie_key']}:{row['tender_key'] or ''}:{cause}"
        grave = "critical" if cause == "UNEXPLAINED" else "warning"
        text = f"{row['delta']:,.2f} off: {row['cause_text']} ({cause}, {row['confidence']})"
        yield Alert(key, "break", grave, text, site, day)


def _restatements(rows: Iterable[Row]) -> Iterator[Alert]:
    """One per document of a signed day, with the figures of it that moved."""
    groups: dict[tuple[str, date, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["site"], row["business_date"], str(row["document_key"])), []).append(row)
    for (site, day, document), found in groups.items():
        moved = ", ".join(f"{row['measure']} by {row['diff']:,.2f}" for row in found)
        what = f"RO {found[0]['ro_number']}" if found[0]["ro_number"] else "a payment of no order"
        text = f"the signed day has moved: {what}: {moved} ({found[0]['event']})"
        yield Alert(f"restatement:{site}:{day}:{document}", "restatement", "critical", text, site, day)


def _tasks(rows: Iterable[Row]) -> Iterator[Alert]:
    """Whom it is for is said, whom it is about is not: messages travel far."""
    for row in rows:
        due = f", due {row['due_ts']:%Y-%m-%d %H:%M} UTC" if row["due_ts"] else ""
        order = f", RO {row['ro']}" if row["ro"] else ""
        text = f"task for {row['assignee']}: {row['title'] or row['type']}{order}{due}"
        yield Alert(f"task:{row['task_key']}", "task", "info", text, row["site"], row["created_business_date"])


TOLD = {"control": _controls, "break": _breaks, "restatement": _restatements, "task": _tasks}

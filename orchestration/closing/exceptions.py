"""What keeps a day from being signed: exceptions of blocking controls, and breaks that nothing explains.

Belongs here: reading them from the published snapshot, and accepting them with a reason. Keep out: what a control
compares (models/finance), and the signing itself (signing.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.closing import stored
from orchestration.closing.entries import words
from orchestration.settings import near
from reporting.close import ReportError
from reporting.frozen import Signed
from reporting.on_read import Request, Snapshot, answer
from reporting.periods import Span
from reporting.stage import reads_journal

BLOCKING, UNEXPLAINED, OF_TIES = "B", "UNEXPLAINED", "C-01"


@dataclass(frozen=True)
class Objection:
    """Something that a signature has to answer. `control`: C-01 to C-36, or UNEXPLAINED for a break without a cause."""

    control: str
    key: str
    document: str
    aspect: str
    diff: Decimal
    said: str

    @property
    def names(self) -> set[str]:
        """What people may call it, beside its control: its key, 'RO 10456', '10456'."""
        return {self.key, self.document, self.document.rpartition(" ")[2]} - {""}

    @property
    def id(self) -> str:
        """What --accept takes it by."""
        return f"{self.control}:{self.document or self.key}"


@dataclass(frozen=True)
class Accept:
    """As it was typed: a control's one exception, or all of them, and why they are fine."""

    control: str
    key: str
    reason: str

    def covers(self, one: Objection) -> bool:
        return self.control == one.control and (not self.key or self.key in one.names)

    def __str__(self) -> str:
        return f"{self.control}:{self.key}" if self.key else self.control


def accept(text: str) -> Accept:
    """'C-11:RO 10456=refunded by cheque 77', or 'C-11=...' for all of that control. Raises ReportError."""
    what, equals, reason = text.partition("=")
    control, _, key = (part.strip() for part in what.partition(":"))
    if not control or not equals:
        raise ReportError(f'--accept \'{text}\': write "C-11:RO 10456=reason", or "C-11=reason" for all of C-11')
    if not reason.strip():
        raise ReportError(f"--accept '{text}': gives no reason; write why it is fine after the '='")
    return Accept(control, key, words("--accept", reason))


def blocking(snapshot: Snapshot, spans: Mapping[int, Span]) -> dict[tuple[str, date], list[Objection]]:
    """By site and day, what blocking controls object to. Raises ReportError where no control was published."""
    if "ctl_exception" not in snapshot.reports:
        raise ReportError(
            f"version {snapshot.version()} was published without the controls of the close; run 'tieout build "
            "--full-refresh', then 'tieout publish'"
        )
    rows = answer(snapshot, Request("ctl_exception", spans, signed=_signed(snapshot))).rows
    found: dict[tuple[str, date], list[Objection]] = {}
    for row in rows.filter(rows["severity"] == BLOCKING).iter_rows(named=True):
        one = Objection(
            row["control_id"], row["drill_key"] or "", row["document"] or "", row["aspect"] or "",
            row["diff"] or Decimal(0), row["said"] or "",
        )  # fmt: skip
        found.setdefault((row["site"], row["business_date"]), []).append(one)
    return found


def _signed(snapshot: Snapshot) -> Signed:
    """What the journal says, where a control asks."""
    asks = reads_journal(snapshot.connection, snapshot.reports, snapshot.reports["ctl_exception"], {})
    return stored.signed(snapshot.file) if asks else Signed()


def unexplained(breaks: Iterable[Mapping[str, object]], objections: Iterable[Objection]) -> list[Objection]:
    """Breaks without a cause or a counterpart, but those that the control of ties already objects to."""
    told = {one.key for one in objections if one.control == OF_TIES}
    return [
        Objection(UNEXPLAINED, str(one["tie_key"]), str(one["document"]), "", Decimal(str(one["delta"])),
                  str(one["cause_text"]))
        for one in breaks
        if one["cause_code"] == UNEXPLAINED and one["pair_id"] is None and str(one["tie_key"]) not in told
    ]  # fmt: skip


def judged(objections: Iterable[Objection], accepts: Sequence[Accept]) -> tuple[list[dict[str, str]], list[Objection]]:
    """What the journal says of those that are accepted, and those that are not. A key goes before a whole control."""
    taken: list[dict[str, str]] = []
    left = []
    ranked = sorted(accepts, key=lambda one: not one.key)
    for one in objections:
        reason = next((accept.reason for accept in ranked if accept.covers(one)), None)
        if reason is None:
            left.append(one)
        else:
            taken.append({"control": one.control, "key": one.key, "document": one.document, "aspect": one.aspect,
                          "diff": str(one.diff), "reason": reason})  # fmt: skip
    return taken, left


def require_all_used(accepts: Sequence[Accept], objections: Sequence[Objection]) -> None:
    """A name that nothing has is a slip of the pen. Raises ReportError naming it and what there is."""
    for one in accepts:
        if not any(one.covers(objection) for objection in objections):
            ids = sorted({objection.id for objection in objections})
            there = near(str(one), ids) if ids else "; no blocking control objects to anything on these days"
            raise ReportError(f"--accept '{one}': there is no such exception{there}")

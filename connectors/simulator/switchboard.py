"""What is known of a telephone besides its calls: whose extension is whose, and how well calls were handled.

Belongs here: extension, call_score. Keep out: calls, their legs and steps (calls)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from connectors.simulator.days import instant
from connectors.simulator.office import Office, Row

GROUP = "600"  # rings all advisors' phones
CRITERIA = (("greeting", 5), ("needs asked", 10), ("appointment asked", 10), ("appointment booked", 5))
RUBRICS = ("phone-2025", "phone-2026")


def connect(office: Office) -> None:
    office.system("switchboard")
    morning = instant(office.site, office.company.start, 6 * 60)
    for person in (one for role in ("advisor", "manager") for one in office.staff[role]):
        _extension(office, morning, person["extension"], person["employee_id"])
    _extension(office, morning, GROUP, None)
    for call in office.calls:
        if call["status"] == "answered" and call["direction"] != "internal" and office.chance(0.35):
            _score(office, call)


def _extension(office: Office, at: datetime, number: str, employee: str | None) -> None:
    office.save(at, "extension", f"{office.site.id}|{number}", site=office.site.id, extension=number,
                employee_id=employee, is_group=employee is None, valid_from=office.company.start)  # fmt: skip


def _score(office: Office, call: Row) -> None:
    """Judged in the evening, by a model mostly; the rubric changed halfway through the log."""
    middle = office.company.start + (office.company.end - office.company.start) / 2
    rubric = RUBRICS[office.site.business_date(call["started_at"]) >= middle]
    at = office.after(call["ended_at"], 120, 600)
    by = "model" if office.chance(0.9) else "manager"
    for criterion, most in CRITERIA:
        score = Decimal(office.rng.randrange(most // 5, most + 1)).quantize(Decimal("0.01"))
        office.save(at, "call_score", f"{call['call_id']}|{rubric}|{criterion}", call_id=call["call_id"],
                    rubric=rubric, criterion=criterion, score=score, max_score=Decimal(f"{most}.00"),
                    passed=score * 10 >= most * 6, scored_by=by)  # fmt: skip

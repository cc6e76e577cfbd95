"""What is on one repair order: its jobs, what was sold of them, and the lines that this makes.

Belongs here: content. Keep out: when it opens and closes, and who pays (stories)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.catalogue import JOBS, LABELLED, PLAIN, PLAIN_WEIGHTS, WEIGHTS, Job
from connectors.simulator.desk import Desk
from connectors.simulator.events import blank
from connectors.simulator.pricing import ZERO, cents, half_away, line, priced

Row = dict[str, Any]
LABOR_RATES = {"rowriter": 13900, "shopware": 14500, "dealertrack": 17800, "files": 12900}
LABOR_TAXED = {"WA", "TX", "HI", "AZ"}
PAYERS = ("dealertrack", "files")  # shops that work for the factory and for themselves too
ITEM = Decimal("1.00")


def header(desk: Desk, number: str, at: datetime) -> Row:
    """A new repair order without lines."""
    customer, vehicle = desk.visitor(at)
    advisor = desk.advisor()["employee_id"]
    row = blank("repair_order")
    row.update(
        ro_id=str(desk.next_id("ro")), site=desk.site.id, ro_number=number, status="open", opened_at=at
    )
    row.update(customer_id=customer["customer_id"], vehicle_id=vehicle["vehicle_id"], deleted=False)
    row.update(advisor_id=advisor, open_advisor_id=advisor, updated_by=advisor, updated_at=at)
    row.update(odometer_in=vehicle["odometer"] + desk.rng.randrange(5000), tax_exempt=customer["tax_exempt"])
    row["profit_center"] = "service"
    return row


def fill(desk: Desk, ro: Row) -> Row:
    """The repair order with its jobs, lines, taxes and header money; sometimes there is nothing to sell."""
    jobs = _jobs(desk, ro)
    lines: list[Row] = []
    for job, row in jobs:
        if row["decision"] == "sold":
            lines += _lines(desk, ro, job, row, len(lines) + 1)
    lines += _shop_lines(desk, ro, lines)
    ro["pay_types"] = ";".join(sorted({row["pay_type"] for row in lines})) or "customer"
    rows = [row for _, row in jobs]
    ro["quote_amount"] = sum((_presented(row) for row in rows), ZERO)
    return priced(desk.site, ro, lines, rows)


def _jobs(desk: Desk, ro: Row) -> list[tuple[Job, Row]]:
    rng = desk.rng
    menu, weights = (JOBS, WEIGHTS) if desk.site.dms in LABELLED else (PLAIN, PLAIN_WEIGHTS)
    picked = dict.fromkeys(rng.choices(menu, weights, k=rng.choice((1, 1, 2, 2, 3, 4))))
    rows = []
    for number, job in enumerate(picked, start=1):
        decision = "sold" if number == 1 else rng.choices(("sold", "declined", "deferred"), (75, 15, 10))[0]
        rows.append((job, _job(desk, ro, job, number, decision)))
    return rows


def _job(desk: Desk, ro: Row, job: Job, number: int, decision: str) -> Row:
    row = blank("jobs")
    row.update(ro_id=ro["ro_id"], job_id=f"{ro['ro_id']}{number:02d}", title=job.title, category=job.category)
    row.update(presented_at=ro["opened_at"], decided_at=ro["opened_at"], decision=decision, sold_amount=ZERO)
    row.update(
        advisor_id=ro["advisor_id"], technician_id=desk.rng.choice(desk.staff["technician"])["employee_id"]
    )
    row["presented_labor"] = _labor(desk, job)
    row["presented_parts"] = cents(sum(part.price * part.quantity + part.core for part in job.parts))
    row["presented_sublet"] = cents(job.sublet[1]) if job.sublet else ZERO
    if decision == "declined":
        row["declined_reason"] = desk.rng.choice(("price", "second opinion", "no time"))
    if decision == "deferred":
        row["deferred_until"] = (ro["opened_at"] + timedelta(days=90)).date()
    return row


def _presented(row: Row) -> Decimal:
    return row["presented_labor"] + row["presented_parts"] + row["presented_sublet"]


def _labor(desk: Desk, job: Job) -> Decimal:
    return half_away(cents(LABOR_RATES[desk.site.dms]) * job.tenths / 10)


def _lines(desk: Desk, ro: Row, job: Job, row: Row, number: int) -> list[Row]:
    """The lines of a sold job; a dealer's may be paid by the factory (warranty) or itself (internal)."""
    payer = "customer"
    if desk.site.dms in PAYERS:
        payer = desk.rng.choices(("customer", "warranty", "internal"), (88, 8, 4))[0]
    common = {"job_id": row["job_id"], "category": job.category, "op_code": job.code, "pay_type": payer}
    lines = [_labor_line(desk, job, row, number, common)] if job.tenths else []
    for part in job.parts:
        gross = cents(part.price * part.quantity + part.core)
        lines.append(line(
            ro["ro_id"], number + len(lines), "part", gross, taxable=payer == "customer",
            department=part.department, description=part.description, part_number=part.number,
            brand=part.brand, supplier_id="1", **common, quantity=ITEM * part.quantity,
            unit_price=cents(part.price), discount_amount=_discount(desk, gross, payer),
            cost_amount=cents(part.cost * part.quantity + part.core), core_charge=cents(part.core),
        ))  # fmt: skip
    lines += _extras(ro, job, number + len(lines), common)
    row["sold_amount"] = sum(
        (one["net_amount"] for one in lines if one["line_type"] in ("labor", "part", "sublet")), ZERO
    )
    return lines


def _labor_line(desk: Desk, job: Job, row: Row, number: int, common: Row) -> Row:
    """Labor, by one technician or shared by two."""
    rng = desk.rng
    first = row["technician_id"]
    second = rng.choice(desk.staff["technician"])["employee_id"]
    shared = second != first and rng.random() < 0.15
    rate = next(one["hourly_cost"] for one in desk.staff["technician"] if one["employee_id"] == first)
    gross, actual = _labor(desk, job), max(1, job.tenths + rng.randrange(-3, 5))
    taxed = desk.site.state in LABOR_TAXED and desk.site.dms in LABELLED and common["pay_type"] == "customer"
    return line(
        row["ro_id"], number, "labor", gross, description=job.title, taxable=taxed, **common,
        hours_billed=Decimal(job.tenths).scaleb(-1), hours_actual=Decimal(actual).scaleb(-1),
        technician_ids=f"{first}:0.6;{second}:0.4" if shared else f"{first}:1.0",
        discount_amount=_discount(desk, gross, common["pay_type"]),
        cost_amount=half_away(rate * job.tenths / 10),
    )  # fmt: skip


def _discount(desk: Desk, gross: Decimal, payer: str) -> Decimal:
    """A tenth off, now and then, where the system knows discounts of a line."""
    given = desk.site.dms in LABELLED and payer == "customer" and desk.rng.random() < 0.05
    return half_away(gross / 10) if given else ZERO


def _extras(ro: Row, job: Job, number: int, common: Row) -> list[Row]:
    """Fees, work of other companies, towing."""
    lines: list[Row] = []
    if job.fee and common["pay_type"] == "customer":
        text, amount, taxable = job.fee
        lines.append(
            line(ro["ro_id"], number, "fee", cents(amount), description=text, taxable=taxable, **common)
        )
    if job.sublet:
        text, amount, cost = job.sublet
        lines.append(line(ro["ro_id"], number + len(lines), "sublet", cents(amount), description=text,
                          cost_amount=cents(cost), supplier_id="2", **common))  # fmt: skip
    if job.other:
        lines.append(line(ro["ro_id"], number + len(lines), "other", cents(job.other[1]),
                          description=job.other[0], **common))  # fmt: skip
    return lines


def _shop_lines(desk: Desk, ro: Row, lines: list[Row]) -> list[Row]:
    """Shop supplies on the customer's labor, and what is taken off (or put on) the whole repair order."""
    number = len(lines) + 1
    made = []
    labor = sum(
        (row["net_amount"] for row in lines if row["line_type"] == "labor" and row["pay_type"] == "customer"),
        ZERO,
    )
    if labor >= 50:
        amount = min(half_away(labor * 6 / 100), Decimal("35.00"))
        taxed = desk.site.dms == "rowriter"
        made.append(line(ro["ro_id"], number, "supply", amount, description="Shop supplies", taxable=taxed))
    if labor > 60 and desk.rng.random() < 0.14:
        made.append(_taken_off(desk, ro, number + len(made), lines, labor))
        if made[-1]["line_type"] == "package_discount":  # what a package adds comes with what it takes off
            add = {"description": "Package add", "department": "labor"}
            made.append(line(ro["ro_id"], number + len(made), "package_add", Decimal("5.00"), **add))
    return made


def _taken_off(desk: Desk, ro: Row, number: int, lines: list[Row], labor: Decimal) -> Row:
    kinds = ("discount", "coupon", "package_discount") if desk.site.dms in LABELLED else ("discount",)
    kind = desk.rng.choice(kinds)
    amount = {"coupon": Decimal("-10.00"), "package_discount": Decimal("-15.00")}.get(kind)
    parts = sum((row["net_amount"] for row in lines if row["line_type"] == "part" and row["taxable"]), ZERO)
    of_parts = desk.site.dms == "shopware" and parts > 0 and desk.rng.random() < 0.5
    if amount is None:
        amount = -half_away((parts if of_parts else labor) * 5 / 100)
    text = {"discount": "Parts discount" if of_parts else "Labor discount"}.get(
        kind, kind.replace("_", " ").title()
    )
    department = "parts" if of_parts else "labor"
    return line(ro["ro_id"], number, kind, amount, taxable=of_parts, description=text, department=department)

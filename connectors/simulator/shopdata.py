"""Far end `shopdata`: a shop that exports sets of ten CSV files, every order that changed since the last set.

What the set cannot carry: estimates, deletions, payments, jurisdictions of tax, the hour of a day, who reported a
job and when, discounts as such of anything but labor and parts, and which part of `misc` belongs to which total.

Belongs here: the ten files. Keep out: what happened (events), whole deliveries of other systems (files.py)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.simulator.events import Company, Event, Site, State, state_at
from connectors.simulator.operations import Operation, changed, of_site, operations, technicians, total

Row = Mapping[str, Any]
Tables = dict[str, list[dict[str, Any]]]
PAYERS = {"customer": "C", "warranty": "W", "internal": "I", "other": "S"}
CODES = {
    "sublet": "SUB", "supply": "SHOP", "fee": "FEE", "upcharge": "CARD", "discount": "DISC", "coupon": "CPN",
    "package_discount": "PKG-", "package_add": "PKG+", "other": "MISC",
}  # fmt: skip
MISC_CODES = {code: line_type for line_type, code in CODES.items()}
COLUMNS = {
    "ros": "ro_number open_date close_date void_date advisor_id customer_id vehicle_id mileage_in department"
    " pay_types labor_total parts_total misc_total tax_total ro_total",
    "lines": "ro_number line_number opcode description category pay_type sold_hours labor_sale labor_discount"
    " labor_cost taxable",
    "techs": "ro_number line_number tech_id flag_hours actual_hours",
    "parts": "ro_number line_number sequence part_number description brand department quantity unit_sale sale"
    " discount cost core_charge taxable",
    "misc": "ro_number sequence line_number code description pay_type sale cost vendor_id taxable",
    "complaints": "ro_number line_number complaint cause correction",
    "recommendations": "ro_number sequence opcode description category decision labor_amount parts_amount"
    " misc_amount reason deferred_until tech_id",
    "customers": "customer_id first_name last_name company_name phones email address city state postal_code tax_exempt",
    "vehicles": "vehicle_id customer_id vin year make model engine mileage",
    "employees": "employee_id name role active",
}


def deliver(
    company: Company,
    events: Iterable[Event],
    site: Site,
    drop: Path,
    *,
    since: datetime | None,
    as_of: datetime,
) -> list[str]:
    """One set; the names of its files."""
    mine = of_site(events, site, as_of)
    state = state_at(mine)
    tables: Tables = {name: [] for name in COLUMNS}
    for key in sorted(changed(mine, "repair_order", since) & state["repair_order"].keys()):
        if state["repair_order"][key]["status"] != "estimate":
            _order(tables, site, state["repair_order"][key])
    _lists(tables, state)
    drop.mkdir(parents=True, exist_ok=True)
    names = []
    for name, columns in COLUMNS.items():
        file = f"service_v1_{site.source_code}_{name}_{int(as_of.timestamp())}.csv"
        (drop / file).write_bytes(_csv(columns.split(), tables[name]))
        names.append(file)
    return names


def _order(tables: Tables, site: Site, ro: Row) -> None:
    number = {"ro_number": ro["ro_number"]}
    done, outside = operations(ro)
    lines = ro["lines"]
    ros = {
        "open_date": site.business_date(ro["opened_at"]),
        "close_date": ro["closed_date"],
        "void_date": ro["voided_date"],
        "mileage_in": ro["odometer_in"],
        "department": ro["profit_center"],
        "pay_types": ",".join(sorted({PAYERS[row["pay_type"]] for row in lines})),
        "labor_total": total(lines, "labor"),
        "parts_total": total(lines, "part"),
        "misc_total": total(lines, *CODES),
        "tax_total": total(lines, "tax"),
        "ro_total": sum((row["net_amount"] for row in lines), Decimal("0.00")),
    }
    tables["ros"].append({**ro, **number, **ros})
    for operation in done:
        _operation(tables, number, operation)
    other: list[tuple[Row, int | None]] = [(row, one.number) for one in done for row in one.others]
    other += [(row, None) for row in outside if row["line_type"] != "tax"]
    for sequence, (row, line_number) in enumerate(other, start=1):
        tables["misc"].append(_misc(row, line_number) | number | {"sequence": sequence})
    _recommended(tables, number, ro)


def _operation(tables: Tables, number: Row, operation: Operation) -> None:
    labor = operation.labor or {}
    line = {**number, "line_number": operation.number}
    first = operation.rows[0]
    tables["lines"].append({
        **line, "opcode": first["op_code"], "description": operation.job.get("title"),
        "category": first["category"], "pay_type": PAYERS[operation.payer],
        "sold_hours": labor.get("hours_billed"), "labor_sale": labor.get("net_amount", Decimal("0.00")),
        "labor_discount": labor.get("discount_amount"), "labor_cost": labor.get("cost_amount"),
        "taxable": labor.get("taxable"),
    })  # fmt: skip
    for tech, share in technicians(operation.labor) if operation.labor else ():
        hours = {"flag_hours": labor["hours_billed"] * share, "actual_hours": labor["hours_actual"] * share}
        tables["techs"].append({**line, "tech_id": tech, **hours})
    for row in operation.parts:
        amounts = {"sale": row["net_amount"], "discount": row["discount_amount"], "cost": row["cost_amount"]}
        sequence = sum(one["ro_number"] == number["ro_number"] for one in tables["parts"]) + 1
        tables["parts"].append({**row, **line, **amounts, "sequence": sequence, "unit_sale": row["unit_price"]})
    title = operation.job.get("title")
    tables["complaints"].append({**line, "complaint": f'Customer says "{title}"', "correction": title})


def _misc(row: Row, line_number: int | None) -> dict[str, Any]:
    return {
        "line_number": line_number,
        "code": CODES[row["line_type"]],
        "description": row["description"],
        "pay_type": PAYERS[row["pay_type"]],
        "sale": row["net_amount"],
        "cost": row["cost_amount"],
        "vendor_id": row["supplier_id"],
        "taxable": row["taxable"],
    }


def _recommended(tables: Tables, number: Row, ro: Row) -> None:
    jobs = [job for job in ro["jobs"] if job["decision"] != "sold"]
    for sequence, job in enumerate(jobs, start=1):
        tables["recommendations"].append({
            **number, "sequence": sequence, "description": job["title"], "category": job["category"],
            "decision": job["decision"], "labor_amount": job["presented_labor"],
            "parts_amount": job["presented_parts"], "misc_amount": job["presented_sublet"],
            "reason": job["declined_reason"], "deferred_until": job["deferred_until"],
            "tech_id": job["technician_id"],
        })  # fmt: skip


def _lists(tables: Tables, state: State) -> None:
    for key in sorted(state["customer"]):
        row = state["customer"][key]
        tables["customers"].append({**row, "address": row["address_1"]})
    for key in sorted(state["vehicle"]):
        row = state["vehicle"][key]
        tables["vehicles"].append({**row, "mileage": row["odometer"]})
    tables["employees"] += [state["employee"][key] for key in sorted(state["employee"])]


def _csv(columns: list[str], rows: list[dict[str, Any]]) -> bytes:
    """Text quoted, as the specification asks; numbers and empty fields bare."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    match value:
        case None | bool():
            return {None: "", True: "true", False: "false"}[value]
        case int() | Decimal():
            return value
        case _:
            return str(value)

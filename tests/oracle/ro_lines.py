"""Parts Search and Labor Search (REPORTS 3D.3, 3D.5): lines of sales, each with its part of the order's discounts.

Keep out: suppliers' invoices (suppliers)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.figures import ZERO, div, split
from oracle.sold import Sale, named, sales
from oracle.told import UNASSIGNED, Told

Row = dict[str, Any]
COMEBACK_DAYS = 30


@dataclass(frozen=True)
class Line:
    sale: Sale
    row: Row
    net: Decimal  # after its part of the order's discounts

    @property
    def discount(self) -> Decimal:
        gross: Decimal = self.row["gross_amount"]
        return gross - self.net


def lines_of(found: Iterable[Sale], line_type: str) -> Iterator[Line]:
    for sale in found:
        for piece in sale.order.amounts.pieces:
            if piece.line.get("line_type") == line_type:
                yield Line(sale, piece.line, piece.net)


def part_no_norm(written: str | None) -> str | None:
    """Capitals, letters and digits only."""
    return re.sub(r"[^A-Z0-9]", "", (written or "").upper()) or None


def parts_search(told: Told, sites: Collection[str] | None = None) -> dict[str, Row]:
    """By line id, which is unique within a connection (CANONICAL)."""
    found = [sale for sale in sales(told) if sites is None or sale.site in sites]
    names = supplier_names(told)
    return {line.row["line_id"]: _part(told, line, names) for line in lines_of(found, "part")}


def supplier_names(told: Told) -> dict[tuple[str, str], str]:
    """The name of each supplier of a shop as its newest invoice has it."""
    rows = [(site, row) for site, row in told.rows("purchase_line") if row["supplier_name"]]
    rows.sort(key=lambda pair: (pair[1]["invoice_date"], pair[1]["purchase_id"], pair[1]["line_id"]))
    return {(site, row["supplier_id"]): row["supplier_name"] for site, row in rows}


def _part(told: Told, line: Line, suppliers: Mapping[tuple[str, str], str]) -> Row:
    row, cost, net = line.row, line.row["cost_amount"], line.net
    jobs = {job["job_id"]: job for job in line.sale.order.data["jobs"] or []}
    return told.shown_car(line.sale.order.data["vehicle_id"]) | {
        "date": line.sale.counts_on,
        "site": line.sale.site,
        "part_no_norm": part_no_norm(row["part_number"]),
        "supplier": suppliers.get((line.sale.site, row["supplier_id"]), row["supplier_id"] or "Unknown"),
        "category": row["category"],
        "qty": row["quantity"],
        "unit_price": row["unit_price"],
        "unit_cost": div(cost, row["quantity"], 2),
        "extended_net": net,
        "margin": None if cost is None else div(net - cost, net),
        "job": jobs.get(row["job_id"], {}).get("title"),
        "tech": named(told, jobs.get(row["job_id"], {}).get("technician_id")),
        "core_charge": row["core_charge"],
        "is_return": bool(row["is_return"]),
    }


def labor_search(told: Told, sites: Collection[str] | None = None) -> dict[tuple[str, str], Row]:
    """(line, technician) -> row."""
    all_sales = sales(told)
    again = _visits(all_sales)
    found = [sale for sale in all_sales if sites is None or sale.site in sites]
    return {
        (line.row["line_id"], tech): row
        for line in lines_of(found, "labor")
        for tech, row in _technicians(told, line, is_comeback(line, again))
    }


def shares(told: Told, line: Row) -> dict[str, Decimal]:
    """Reading of 1.2: a person named twice has both shares; who is named without one has a whole share."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for item in filter(None, (line["technician_ids"] or "").split(";")):
        tech, _, share = item.partition(":")
        found[told.person(tech.strip())] += Decimal(share or 1)
    return dict(found) or {UNASSIGNED: Decimal(1)}


def _technicians(told: Told, line: Line, comeback: bool) -> Iterator[tuple[str, Row]]:
    weights = [(tech, share.scaleb(4)) for tech, share in shares(told, line.row).items()]
    hours, actual = _spread(line.row["hours_billed"], weights, 2), _spread(line.row["hours_actual"], weights, 2)
    net, cost = _spread(line.net, weights), _spread(line.row["cost_amount"], weights)
    discount = _spread(line.discount, weights)
    for tech, _ in weights:
        yield (
            tech,
            told.shown_car(line.sale.order.data["vehicle_id"])
            | {
                "date": line.sale.counts_on,
                "site": line.sale.site,
                "op_code": line.row["op_code"],
                "category": line.row["category"],
                "hours_billed": hours[tech] or Decimal(0),
                "hours_actual": actual[tech],
                "rate": div(net[tech], hours[tech], 2),
                "labor_net": net[tech],
                "discount": discount[tech],
                "labor_cost": cost[tech] or ZERO,
                "tech": named(told, tech),
                "advisor": named(told, line.sale.advisor),
                "comeback_flag": comeback,
            },
        )


def _spread(amount: Decimal | None, weights: list[tuple[str, Decimal]], more: int = 0) -> Mapping[str, Decimal | None]:
    """By share, largest remainder; `more` decimals than cents."""
    if amount is None:
        return dict.fromkeys(tech for tech, _ in weights)
    return {tech: part.scaleb(-more) for tech, part in split(amount.scaleb(more), weights).items()}


def _visits(found: Iterable[Sale]) -> dict[tuple[str, str], set[date]]:
    """When each car had each operation."""
    seen: dict[tuple[str, str], set[date]] = defaultdict(set)
    for line in lines_of(found, "labor"):
        if line.sale.vehicle and line.row["op_code"]:
            seen[line.sale.vehicle, line.row["op_code"]].add(line.sale.day)
    return seen


def is_comeback(line: Line, again: Mapping[tuple[str, str], set[date]]) -> bool:
    """Reading of 3D.5: the car had the same operation one to thirty days before."""
    days = again.get((line.sale.vehicle or "", line.row["op_code"] or ""), set())
    return any(1 <= (line.sale.day - day).days <= COMEBACK_DAYS for day in days)

"""The RO Detail report (REPORTS 3D.1). One row per closed RO."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from oracle.facts import NO_HEADER_TOTALS, Order, World
from oracle.figures import ZERO, div
from oracle.reconciliation import settled_ro


def ro_detail(world: World) -> dict[str, dict[str, Any]]:
    paid = received(world)
    return {order.ro_id: row(world, order, paid[order.ro_id]) for order in world.sales()}


def row(world: World, order: Order, paid: Decimal) -> dict[str, Any]:
    amounts, data = order.amounts, order.data
    parts, labor, hours = amounts.sales("parts"), amounts.sales("labor"), amounts.hours_billed
    gross_sales, gross_profit, canonical = families(order)
    header = None if order.shop.dms in NO_HEADER_TOTALS else data["header_total"]
    return {
        "ro_date": order.close_date,
        "ro_number": data["ro_number"],
        "customer_first_name": _customer(world, order),
        "tech": "; ".join(_name(world, tech) for tech in technicians(world, order)) or None,
        "advisor": world.employees.get(data["advisor_id"], {}).get("name"),
        "dvi_status": data["dvi_status"],
        "quoted": quoted(order),
        "labor": labor,
        "parts": parts,
        "non_labor": amounts.total - labor - parts,  # S + SUP + FEE + UPC + OTH + TAX (E-06)
        "sub_cost": amounts.cost("sublet"),
        "hours": hours,
        "gs_per_hr": div(gross_sales, hours, 2),
        "gp_per_hr": div(gross_profit, hours, 2),
        "elr": div(labor, hours, 2),
        "ro_total": amounts.total_ex_tax,
        "gp_pct": div(gross_profit, amounts.total_ex_tax),
        "gp": gross_profit,
        "grand_total": amounts.total,
        "sales_tax": amounts.tax,
        "gross_profit": canonical,
        "discount": amounts.discount_total,
        "paid": paid,
        "balance": amounts.total - paid,
        "is_refund": amounts.total < 0,
        "reopen_count": world.reopens.get(order.ro_id, 0),
        "line_header_diff": None if header is None else amounts.total - header,
    }


def families(order: Order) -> tuple[Decimal, Decimal, Decimal]:
    """Gross sales and gross profit of the source's family, and the canonical gross profit (0.8)."""
    amounts = order.amounts
    net = amounts.total_ex_tax
    profit = net - amounts.cost("parts") - amounts.cost("labor") - amounts.cost("sublet")
    if order.shop.family == "F1":
        return net - amounts.supplies, profit, profit
    return net, profit - amounts.supplies, profit


def quoted(order: Order) -> Decimal:
    """QP + QL + QS of every job presented on this visit, sold or not.

    Reading: NULL is for a source without quotes; without jobs it is 0."""
    jobs = [job for job in order.data["jobs"] or [] if job["presented_at"] is not None]
    return sum((_presented(order, job) for job in jobs), ZERO)


def _presented(order: Order, job: dict[str, Any]) -> Decimal:
    """Shop-Ware (SOURCES 5) keeps no quote of what was sold: it is what stands on the order today."""
    if order.shop.dms == "shopware" and job["decision"] == "sold":
        sold = [line for line in order.data["lines"] if line["job_id"] == job["job_id"]]
        return sum((x["gross_amount"] for x in sold if x["line_type"] in ("part", "labor", "sublet")), ZERO)
    return sum((job[f"presented_{part}"] or ZERO for part in ("parts", "labor", "sublet")), ZERO)


def technicians(world: World, order: Order) -> list[str]:
    """All technicians, most billed hours first (hours of a line by share); reading: ties by id, strangers last."""
    hours: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in order.data["lines"]:
        for item in filter(None, (line["technician_ids"] or "").split(";")):
            tech, _, share = item.partition(":")
            hours[tech] += (line["hours_billed"] or ZERO) * Decimal(share or 1)
    return sorted(hours, key=lambda tech: (-hours[tech], tech not in world.employees, tech))


def received(world: World) -> dict[str | None, Decimal]:
    """Reading of `paid`: money and store credit received on an RO, advances included, charges not."""
    found: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
    for tender in world.tenders:
        if tender.kind in ("final", "advance", "ar_payment") and tender.method != "ar":
            found[settled_ro(tender)] += tender.amount
    return found


def _customer(world: World, order: Order) -> str | None:
    customer = world.customers.get(order.data["customer_id"], {})
    return customer.get("first_name") or customer.get("company_name")


def _name(world: World, employee_id: str) -> str:
    """Reading: a technician of whom the source never told keeps their place in the list."""
    return str(world.employees.get(employee_id, {}).get("name") or "(unknown technician)")

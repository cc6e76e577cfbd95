"""What the warehouse makes of Shop-Ware documents: amounts are worked by hand beside each test."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.landing import landing
from connectors.reading.jsonrows import flat, frame
from tests.connectors.shopware.shopware_documents import Documents, labor, order, part, service

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Models:
    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database

    def rows(self, model: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.database.sql(f"from int_shopware__{model}").pl().to_dicts()
        return found


Warehouse = Callable[..., Models]


@pytest.fixture
def warehouse(tmp_path: Path, build: Any) -> Warehouse:
    """The kind's models over these documents, landed as every pull is."""

    def made(
        orders: list[dict[str, Any]], categories: dict[str, str] | None = None, **lists: pl.DataFrame
    ) -> Models:
        source = Documents(orders, categories or {}, lists)
        sites = {str(number): "shop" for number in range(9)}
        home = tmp_path / str(len(list(tmp_path.iterdir())))
        result = landing.pull(home, "c", source, sites, NOW)
        assert (result.quarantined, result.failed) == (0, {})
        return Models(build(source, "c", home / "landing" / "c"))

    return made


def amounts(models: Models) -> dict[str, Decimal]:
    """Net amount by line type."""
    sums: dict[str, Decimal] = {}
    for line in models.rows("ro_line"):
        sums[line["line_type"]] = sums.get(line["line_type"], Decimal(0)) + line["net_amount"]
    return sums


def test_the_official_v1_example_counts_both_lines_of_the_part_that_stands_twice(
    shared: Path, warehouse: Warehouse
) -> None:
    """Parts 3.95 + 5.00; labor 0.13 x 100.00; fee 20.00; sublet 19.99; less 25.00, 35.00; supplies 32.50."""
    text = (shared / "samples/shopware/v1_repair_orders.json").read_text()
    models = warehouse([json.loads(text, parse_float=Decimal)["results"][0]])
    expected = {
        "part": "8.95",
        "labor": "13.00",
        "fee": "20.00",
        "sublet": "19.99",
        "discount": "-60.00",
        "supply": "32.50",
    }
    assert amounts(models) == {name: Decimal(value) for name, value in expected.items()}
    lines = [line for line in models.rows("ro_line") if line["line_type"] == "part"]
    assert sorted((line["unit_price"], line["quantity"]) for line in lines) == [
        (Decimal("3.95"), Decimal(1)),
        (Decimal("5.00"), Decimal(1)),
    ]
    assert len({line["_key"] for line in lines}) == 2


def test_the_official_v2_example_becomes_a_closed_order_with_a_payment_without_a_kind(
    shared: Path, warehouse: Warehouse
) -> None:
    text = (shared / "samples/shopware/v2_repair_orders.json").read_text()
    models = warehouse([json.loads(text, parse_float=Decimal)["results"][0]], {"4": "Diagnosis"})
    (head,) = models.rows("repair_order")
    said = (
        head["ro_id"],
        head["site"],
        head["ro_number"],
        head["status"],
        head["closed_date"],
        head["header_total"],
    )
    assert said == ("1", "2", "11340", "closed", None, None)
    assert head["closed_at"] == datetime(2026, 6, 6, 14, 27, 55, tzinfo=UTC)
    (tender,) = models.rows("tender")
    assert (tender["kind"], tender["method"], tender["amount"]) == (
        None,
        "Credit Card - Visa",
        Decimal("218.49"),
    )
    assert (tender["site"], tender["document_key"], tender["business_date"]) == ("2", head["_key"], None)
    assert {line["category"] for line in models.rows("ro_line") if line["job_id"]} == {"Diagnosis"}


def test_hours_times_rate_is_rounded_half_away_from_zero(warehouse: Warehouse) -> None:
    """0.15 h x 145.50 = 21.825 -> 21.83; given back, -21.83."""
    models = warehouse([order(services=[service(labor_rate_cents=14550, labors=[labor("0.15")])])])
    assert amounts(models) == {"labor": Decimal("21.83")}
    models = warehouse([order(services=[service(labor_rate_cents=14550, labors=[labor("-0.15")])])])
    assert amounts(models) == {"labor": Decimal("-21.83")}


def test_a_fixed_labor_total_rules_over_hours_and_falls_on_items_by_hours(warehouse: Warehouse) -> None:
    """100.00 over 1 h, 1 h, 1 h: 33.34, 33.33, 33.33."""
    fixed = service(is_fixed_price_service=True, fixed_price_labor_total_cents=10000, fixed_price_cents=15000,
                    labors=[labor("1.0"), labor("1.0"), labor("1.0")], parts=[part(5000)])  # fmt: skip
    models = warehouse([order(services=[fixed], part_tax_rate=0)])
    assert amounts(models) == {"labor": Decimal("100.00"), "part": Decimal("50.00")}
    shares = [line["net_amount"] for line in models.rows("ro_line") if line["line_type"] == "labor"]
    assert sorted(shares) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_without_a_labor_total_labor_is_what_the_fixed_price_leaves(warehouse: Warehouse) -> None:
    """Price 150.00, parts within it 50.00, a unit above the guardrail 60.00 on top: labor 100.00."""
    parts = [part(5000, id=8, quantity_needed=Decimal(1)), part(6000, id=8, quantity_needed=Decimal(0))]
    fixed = service(is_fixed_price_service=True, fixed_price_cents=15000, labors=[labor("2.0")], parts=parts)
    models = warehouse([order(services=[fixed], part_tax_rate=0)])
    assert amounts(models) == {"labor": Decimal("100.00"), "part": Decimal("110.00")}


def test_a_fixed_labor_total_without_labor_items_is_still_charged(warehouse: Warehouse) -> None:
    fixed = service(is_fixed_price_service=True, fixed_price_labor_total_cents=4500)
    models = warehouse([order(services=[fixed])])
    assert amounts(models) == {"labor": Decimal("45.00")}


def test_tax_is_made_per_class_of_its_base_after_the_discount(warehouse: Warehouse) -> None:
    """Parts 200.00 - 20.00 at 8.25 % = 14.85; labor 100.00 - 5 % = 95.00 at 1.1 % = 1.045 -> 1.05."""
    items = service(parts=[part(10000, "2.0")], labors=[labor("1.0", taxable=True)])
    rates = {"part_tax_rate": Decimal("8.25"), "labor_tax_rate": Decimal("1.1")}
    models = warehouse(
        [order(services=[items], part_discount_cents=2000, labor_discount_percentage=Decimal(5), **rates)]
    )
    assert amounts(models) == {
        "part": Decimal("200.00"),
        "labor": Decimal("100.00"),
        "discount": Decimal("-25.00"),
        "tax": Decimal("15.90"),
    }
    taxes = {row["jurisdiction"]: row for row in models.rows("ro_tax")}
    assert (taxes["part"]["taxable_base"], taxes["part"]["rate"]) == (Decimal("180.00"), Decimal("0.0825"))
    assert taxes["labor"]["tax_amount"] == Decimal("1.05")


def test_of_a_partly_taxable_class_the_discount_lowers_the_base_in_proportion(warehouse: Warehouse) -> None:
    """Taxable 75.00 of 100.00; of a discount of 10.00 it bears 7.50: base 67.50."""
    items = service(parts=[part(7500), part(2500, taxable=False)])
    models = warehouse([order(services=[items], part_discount_cents=1000, part_tax_rate=Decimal(10))])
    (tax,) = models.rows("ro_tax")
    assert (tax["taxable_base"], tax["tax_amount"]) == (Decimal("67.50"), Decimal("6.75"))


def test_an_order_that_is_not_taxable_has_no_tax(warehouse: Warehouse) -> None:
    models = warehouse([order(services=[service(parts=[part(7500)])], taxable=False)])
    assert models.rows("ro_tax") == []
    assert models.rows("repair_order")[0]["tax_exempt"] is True


@pytest.mark.parametrize(
    ("state", "status"), [("estimate", "estimate"), ("in_progress", "open"), ("invoice", "closed")]
)
def test_a_state_becomes_a_status_and_only_an_invoice_is_closed(
    warehouse: Warehouse, state: str, status: str
) -> None:
    (head,) = warehouse([order(state=state)]).rows("repair_order")
    assert head["status"] == status
    assert (head["closed_at"] is None) == (state != "invoice")


def test_a_service_on_an_estimate_is_open_and_on_an_order_sold(warehouse: Warehouse) -> None:
    sold = service(parts=[part(7500)], labors=[labor("1.0")])
    models = warehouse(
        [order(services=[sold]), order(id=72, state="estimate", services=[service(parts=[part(100)])])]
    )
    jobs = {row["ro_id"]: row for row in models.rows("ro_job")}
    assert (jobs["71"]["decision"], jobs["71"]["sold_amount"]) == ("sold", Decimal("175.00"))
    assert (jobs["72"]["decision"], jobs["72"]["sold_amount"]) == ("open", Decimal("0.00"))
    assert jobs["71"]["technician_id"] == "3"


def test_the_misspelled_labor_discount_counts_where_an_answer_has_it(warehouse: Warehouse) -> None:
    head = order(services=[service(labors=[labor("1.0")])])
    del head["labor_discount_cents"]
    assert amounts(warehouse([{**head, "labort_discount_cents": 1500}]))["discount"] == Decimal("-15.00")


def test_people_and_vehicles_of_the_official_examples(shared: Path, warehouse: Warehouse) -> None:
    lists = {}
    for table, file in (("customer", "customers"), ("vehicle", "vehicles"), ("staff", "staffs")):
        text = (shared / f"samples/shopware/v1_{file}.json").read_text()
        lists[table] = frame(flat(row) for row in json.loads(text, parse_float=Decimal)["results"])
    models = warehouse([], **lists)
    people = {row["customer_id"]: row for row in models.rows("customer")}
    assert (people["2"]["type"], people["2"]["company_name"], people["2"]["first_name"]) == (
        "fleet",
        "Fleet #01",
        None,
    )
    assert (people["1"]["type"], people["1"]["last_name"], people["1"]["mail_opt_out"]) == (
        "retail",
        "McGregor",
        False,
    )
    (car,) = models.rows("vehicle")
    assert (car["customer_id"], car["year"], car["make"]) == ("2", 2004, "Ford")
    (person,) = models.rows("employee")
    assert (person["name"], person["role"], person["active"]) == ("James Brown", "advisor", True)

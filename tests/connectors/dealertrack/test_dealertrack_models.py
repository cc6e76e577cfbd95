"""From OpenTrack documents to canonical repair orders: the landed rows, and what the models make of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import etree

from connectors.dealertrack import Dealertrack
from connectors.landing import landing

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 6, tzinfo=UTC)
SAMPLE = "samples/dealertrack_opentrack/ClosedRepairOrders_57.masked.xml"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    home = tmp_path_factory.mktemp("home")
    source = Dealertrack(HERE, pattern="closed_soap.xml")
    landing.pull(home, "shop", source, {"TS1": "x"}, NOW)
    return build(source, "shop", home / "landing" / "shop")


def one(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = con.sql(sql).pl().to_dicts()
    assert len(found) == 1
    return found[0]


def test_only_rows_that_were_sold_become_lines(small: duckdb.DuckDBPyConnection) -> None:
    """90 labor without the quote (135) and the voided row (135); 40 sublet once; parts 30 (the kit's member,
    not its head) + 45 core - 22.50 return = 52.50, without the lost sale and the part on order."""
    sql = """select line_type, sum(net_amount) from int_dealertrack__ro_line
        where ro_id = 'TS1-50001' group by all"""
    assert dict(small.sql(sql).fetchall()) == {
        "labor": Decimal("90.00"),
        "sublet": Decimal("40.00"),
        "part": Decimal("52.50"),
        "supply": Decimal("9.00"),
        "fee": Decimal("2.75"),
        "tax": Decimal("3.15"),
        "coupon": Decimal("-10.00"),
    }


def test_a_line_says_who_did_it_what_it_cost_and_whose_operation_it_is(
    small: duckdb.DuckDBPyConnection,
) -> None:
    labor = one(small, "from int_dealertrack__ro_line where ro_id = 'TS1-50001' and line_type = 'labor'")
    assert (labor["op_code"], labor["category"], labor["technician_ids"]) == ("BRK", "MR", "ABC:1")
    assert (labor["hours_billed"], labor["hours_actual"]) == (Decimal("1.0000"), None)
    assert labor["cost_amount"] == Decimal("21.50")
    core = one(small, "from int_dealertrack__ro_line where core_charge > 0")
    assert (core["net_amount"], core["core_charge"]) == (Decimal("45.00"), Decimal("45.00"))
    back = one(small, "from int_dealertrack__ro_line where is_return")
    assert (back["quantity"], back["net_amount"]) == (Decimal("-1.5000"), Decimal("-22.50"))


def test_header_money_is_what_the_document_states(small: duckdb.DuckDBPyConnection) -> None:
    order = one(small, "from int_dealertrack__repair_order where ro_number = '50001'")
    stated = (
        "header_parts",
        "header_labor",
        "header_sublet",
        "header_supplies",
        "header_fees",
        "header_discount",
    )
    assert [order[name] for name in stated] == [
        Decimal(x) for x in ("52.50", "90.00", "40.00", "9.00", "2.75", "10.00")
    ]
    assert order["header_total"] == Decimal("187.40")  # 52.50 + 90 + 40 + 9 + 2.75 - 10 + 3.15
    assert (order["closed_date"], order["opened_at"].date()) == (date(2026, 3, 5), date(2026, 3, 2))


def test_totals_that_leave_another_payer_out_are_not_compared(small: duckdb.DuckDBPyConnection) -> None:
    order = one(small, "from int_dealertrack__repair_order where ro_number = '50002'")
    assert (order["header_labor"], order["header_total"], order["pay_types"]) == (None, None, "warranty")
    assert order["closed_date"] == date(2026, 3, 4)  # FinalCloseDate 0 is no date
    assert order["customer_id"] is None


def test_people_and_cars_come_with_the_orders(small: duckdb.DuckDBPyConnection) -> None:
    customer = one(small, "from int_dealertrack__customer")
    assert (customer["first_name"], customer["last_name"], customer["postal_code"]) == (
        "PIA",
        "MARLOW",
        "02139",
    )
    car = one(small, "from int_dealertrack__vehicle where customer_id = '9001'")
    assert (car["vin"], car["odometer"]) == ("1TESTVIN000000001", 41002)
    people = small.sql("select distinct employee_id, role from int_dealertrack__employee order by 1").fetchall()
    assert people == [("700", "advisor"), ("ABC", "technician")]


def test_a_code_that_nobody_has_named_is_refused_with_its_whole_order(tmp_path: Path, build: Any) -> None:
    text = (HERE / "closed_soap.xml").read_text().replace(">LS<", ">QQ<")
    (tmp_path / "a.xml").write_text(text)
    result = landing.pull(tmp_path / "home", "shop", Dealertrack(tmp_path), {"TS1": "x"}, NOW)
    assert result.tables["repair_order"].landed == 1
    assert result.tables["part"].quarantined == 6
    named = Dealertrack(tmp_path, part_codes={"QQ": "no_sale"})
    result = landing.pull(tmp_path / "again", "shop", named, {"TS1": "x"}, NOW)
    assert result.tables["part"].landed == 6


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[landing.PullResult, Path, Dealertrack]:
    home = tmp_path_factory.mktemp("home")
    source = Dealertrack((shared / SAMPLE).parent, pattern=Path(SAMPLE).name)
    return landing.pull(home, "shop", source, {"PO3": "x"}, NOW), home / "landing" / "shop", source


def test_57_real_orders_land_whole(real: tuple[landing.PullResult, Path, Dealertrack]) -> None:
    tables = real[0].tables
    assert {name: counts.landed for name, counts in tables.items()} == {
        "repair_order": 57, "detail": 249, "labor": 380, "part": 186, "comment": 110,
    }  # fmt: skip
    assert real[0].quarantined == 0
    assert real[0].warnings == []


def test_labor_parts_and_sublet_agree_with_the_figures_of_all_57_documents(
    real: tuple[landing.PullResult, Path, Dealertrack], build: Any, shared: Path
) -> None:
    """The documents' own totals, read from the XML without the connector."""
    con = build(real[2], "shop", real[1])
    lines = """select ro_id,
            sum(net_amount) filter (line_type = 'labor'), sum(net_amount) filter (line_type = 'part'),
            sum(net_amount) filter (line_type = 'sublet'), sum(net_amount) filter (line_type = 'tax')
        from int_dealertrack__ro_line where pay_type = 'customer' group by ro_id"""
    ours = {row[0]: [amount or Decimal(0) for amount in row[1:]] for row in con.sql(lines).fetchall()}
    orders = list(etree.parse(shared / SAMPLE).getroot().iter("ClosedRepairOrder"))
    names = ("LaborTotal", "PartsTotal", "SubletTotal", "CustomerPaySaleTax")
    for order in orders:
        ro_id = f"{order.findtext('CompanyNumber')}-{order.findtext('RepairOrderNumber')}"
        stated = [Decimal(order.findtext(name) or 0) for name in names]
        assert ours.get(ro_id, [Decimal(0)] * 4) == stated, ro_id
    assert len(orders) == 57


def test_the_document_states_its_gross_and_lines_give_it_a_second_way(
    real: tuple[landing.PullResult, Path, Dealertrack], build: Any
) -> None:
    """TotalGross = what was sold to customers and on warranty, with coupons, less cost. A kit's head adds its
    price and its cost once more there, so kits are added here as the document counts them."""
    con = build(real[2], "shop", real[1])
    sql = """with lines as (
            select _version, sum(net_amount - coalesce(cost_amount, 0)) as gross from int_dealertrack__ro_line
            where pay_type in ('customer', 'warranty')
            and line_type in ('labor', 'part', 'sublet', 'coupon')
            group by 1
        ), kits as (
            select _version, sum(cast(quantity * (unit_price - unit_cost) as decimal(14, 2))) as gross
            from stg_dealertrack__part where is_kit_head and trans_code = 'CP' group by 1
        )
        select count(*), count(*) filter (total_gross <> coalesce(lines.gross, 0) + coalesce(kits.gross, 0))
        from stg_dealertrack__repair_order left join lines using (_version) left join kits using (_version)"""
    assert con.sql(sql).fetchone() == (57, 0)

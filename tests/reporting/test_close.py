"""`tieout close`: the golden day as it is printed, its breaks in words, what a wrong site or date gets."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from reporting.close import Close, ReportError, as_dict, connect, read
from reporting.close_text import render
from reporting.unplaced import unplaced

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden_day"
DAY = date(2026, 3, 10)

TABLES = """
create schema core; create schema sales; create schema finance;
create table core.dim_site (site_key bigint, site text, name text);
insert into core.dim_site values (7, 'chi', 'Chicago'), (8, 'den', 'Denver'), (-2, null, 'All sites');
create table core.dim_source_connection (source_connection_key bigint, connection text);
insert into core.dim_source_connection values (3, 'books');
create table core.fct_repair_order (ro_key uuid, ro_number text, site_key bigint default 7,
    source_connection_key bigint default 3, close_business_date date default '2026-03-10', is_sale boolean default true,
    grand_total decimal(14, 2) default 0);
insert into core.fct_repair_order (ro_key, ro_number)
    values (md5('1002')::uuid, '1002'), (md5('1006')::uuid, '1006');
create table core.fct_tender (tender_key uuid, source_entity_id text, site_key bigint default 7,
    source_connection_key bigint default 3, business_date date default '2026-03-10', kind text default 'final',
    amount decimal(14, 2) default 0, is_void boolean default false, is_deleted_at_source boolean default false,
    ro_key uuid);
insert into core.fct_tender (tender_key, source_entity_id)
    values (md5('T9')::uuid, 'T9'), (md5('1006')::uuid, '1006');
create table sales.sales_summary (site_key bigint, period_grain text, period_start date, report_version text,
    breakout_group text, section text, row_code text, column_code text, value decimal(18, 6));
create table finance.recon_sales_payments (site_key bigint, business_date date,
    total_sales_and_other decimal(14, 2), payments_total decimal(14, 2), delta decimal(14, 2), status text,
    total_sales decimal(14, 2), total_other_sales decimal(14, 2), charged decimal(14, 2), ar_pay decimal(14, 2),
    advance_pay decimal(14, 2), previous_advance_pay decimal(14, 2), store_credit_used decimal(14, 2),
    total_pay decimal(14, 2), i2_diff decimal(14, 2), i3_diff decimal(14, 2));
create table finance.recon_break (site_key bigint, business_date date, tie_key uuid, tender_key uuid,
    cause_code text, cause_text text, confidence text, delta decimal(14, 2),
    amount_at_risk decimal(14, 2), evidence json);
create table main.published as select '20260311T020000000000Z' as version;
"""

BREAKS = """
insert into finance.recon_break values
    (7, '2026-03-10', md5('1002')::uuid, null, 'R11', 'payment posted after the close', 'certain', -156, 156,
        '{"closed_on": "2026-03-10", "paid_on": "2026-03-11", "users": ["ann", "bo"], "note": null}'),
    (7, '2026-03-10', null, md5('T9')::uuid, 'R05', 'money held for a void order', 'likely', 0, 50, null);
update finance.recon_sales_payments set payments_total = 2298.60, delta = -156, status = 'explained'
    where business_date = '2026-03-10';
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A snapshot with the golden day's lines, worked by hand in tests/fixtures/golden_day."""
    path = tmp_path / "current.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
        connection.execute(
            f"insert into sales.sales_summary select 7, grain, period_start, report_version, breakout_group, "
            f"section, row_code, column_code, value from read_csv('{GOLDEN / 'expected_sales_summary.csv'}')"
        )
        connection.execute(
            f"insert into finance.recon_sales_payments select 7, business_date, total_sales_and_other, "
            "payments_total, delta, 'tied', total_sales, total_other_sales, charged, ar_pay, advance_pay, "
            "previous_advance_pay, store_credit_used, total_pay, i2_diff, i3_diff "
            f"from read_csv('{GOLDEN / 'expected_recon.csv'}')"
        )
    return path


@pytest.fixture
def broken(snapshot: Path) -> Path:
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute(BREAKS)
    return snapshot


def printed(close: Close) -> str:
    page = io.StringIO()
    Console(file=page, width=110, color_system=None).print(render(close))
    return page.getvalue()


def line(page: str, label: str) -> list[str]:
    """The figures of the only printed line with this label."""
    found = re.findall(rf"^ *{re.escape(label)}  +(.*?) *$", page, flags=re.MULTILINE)
    assert len(found) == 1, (label, found)
    return re.split(r"  +", found[0])


@pytest.mark.parametrize(
    ("label", "figures"),
    [
        ("Taxable Supplies", ["20.00"]),
        ("Total Other Sales", ["86.60"]),
        ("Advance Pay", ["300.00"]),
        ("A/R Pay", ["300.00"]),
        ("Visa", ["798.60"]),
        ("Cash", ["-30.00"]),
        ("Deposit", ["426.00"]),
        ("Total Pay", ["1,224.60"]),
        ("Charged", ["1,080.00"]),
        ("Previous Advance Pay", ["150.00"]),
        ("Without supplies", ["1,318.00", "74.55 %", "450.00"]),
        ("Total Number of Repair Orders", ["5"]),
        ("Total Sales w/Tax", ["1,854.60"]),
        ("Average Sale per R.O. (w/tax)", ["370.92"]),
        ("Difference", ["0.00", "ties"]),
    ],
)
def test_the_golden_day_is_printed_in_the_v131_layout(snapshot: Path, label: str, figures: list[str]) -> None:
    assert line(printed(read(snapshot, "chi", DAY)), label) == figures


def test_the_v30_layout_has_its_own_payment_sections(snapshot: Path) -> None:
    page = printed(read(snapshot, "chi", DAY, "v30"))
    assert line(page, "Charge (Open Account)") == ["1,080.00"]
    assert line(page, "Total R.O. Sales") == ["1,854.60"]
    assert page.count("2,304.60") == 2
    assert "Other Receipts" not in page


@pytest.mark.parametrize("layout", ["v1.31", "v30"])
def test_every_line_of_the_day_is_printed_or_known_to_be_left_out(snapshot: Path, layout: str) -> None:
    with (GOLDEN / "expected_sales_summary.csv").open() as text:
        rows = [row for row in csv.DictReader(text) if row["grain"] == "day"]
    rows = [row for row in rows if row["period_start"] == str(DAY) and row["report_version"] == layout]
    page = printed(read(snapshot, "chi", DAY, layout))
    amounts = [row for row in rows if row["column_code"] == "amount" and row["value"] and not row["breakout_group"]]
    shown = [row for row in amounts if row["row_code"] not in ("total_sales_w_tax_literal", "ro_count")]
    assert len(shown) > 10
    for row in shown:
        assert f"{Decimal(row['value']):,.2f}" in page, row


def test_the_day_says_why_its_sales_are_not_its_cash(snapshot: Path) -> None:
    """REPORTS 6.8: 1,854.60 - (1,080 - 300) + (300 - 150) = 1,224.60."""
    page = " ".join(printed(read(snapshot, "chi", DAY)).split())
    assert "Identities I-1 0.00 I-2 0.00 I-3 0.00" in page
    assert (
        "Of 1,854.60 sold, 1,080.00 went on account and 300.00 was paid on accounts; 300.00 was taken in advance and "
        "150.00 of advances was used; 0.00 was store credit: 1,224.60 of money should have come in, and 1,224.60 did."
    ) in page


def test_a_day_without_sales_shows_dashes_for_its_ratios(snapshot: Path) -> None:
    page = printed(read(snapshot, "chi", date(2026, 3, 9)))
    assert line(page, "Average Sale per R.O. (w/tax)") == ["-"]


def test_breaks_name_the_order_or_payment_the_amount_the_cause_and_the_evidence(broken: Path) -> None:
    page = printed(read(broken, "chi", DAY))
    assert line(page, "Difference") == ["-156.00", "does not tie (explained)"]
    assert "2 breaks" in page
    assert "R11  RO 1002  -156.00" in page
    assert "payment posted after the close [certain]" in page
    assert "evidence: closed on 2026-03-10, paid on 2026-03-11, users ann and bo\n" in page
    assert "R05  payment T9  0.00, 50.00 at risk" in page


def test_a_payment_of_no_order_is_not_told_as_the_order_that_has_its_key(broken: Path) -> None:
    """Ids are counted from 1 for orders and for payments: order 1006 and payment 1006 have one key."""
    with duckdb.connect(str(broken)) as connection:
        connection.execute(
            "insert into finance.recon_break values (7, '2026-03-10', md5('1006')::uuid, md5('1006')::uuid, 'R19', "
            "'a payment without an order', 'certain', 20, 20, null)"
        )
    page = printed(read(broken, "chi", DAY))
    assert "R19  payment 1006  20.00" in page


def test_for_machines_money_is_text_and_nothing_is_lost(broken: Path) -> None:
    close = read(broken, "chi", DAY)
    told = json.loads(json.dumps(as_dict(close)))
    assert told["ties"] is False
    assert told["tie_out"]["delta"] == "-156.00"
    assert told["breaks"][0]["ro_number"] == "1002"
    assert told["breaks"][0]["evidence"]["paid_on"] == "2026-03-11"
    assert len(told["lines"]) == len(close.lines)


def test_an_unknown_site_names_the_sites_that_there_are(snapshot: Path) -> None:
    with pytest.raises(ReportError, match="no site 'chii'; did you mean 'chi'\\? there are: chi, den"):
        read(snapshot, "chii", DAY)


def test_a_day_that_is_not_there_names_the_days_that_are(snapshot: Path) -> None:
    with pytest.raises(ReportError, match="2026-03-11 of 'chi' is not published; there are days from 2026-03-08 to"):
        read(snapshot, "chi", date(2026, 3, 11))


def test_a_site_without_days_says_so(snapshot: Path) -> None:
    with pytest.raises(ReportError, match="no business day of 'den' is published yet"):
        read(snapshot, "den", DAY)


def test_before_the_first_publish_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="nothing is published yet; run 'tieout run'"):
        read(tmp_path / "current.duckdb", "chi", DAY)


@pytest.fixture
def with_unplaced(snapshot: Path) -> Path:
    """Two orders and three payments at no site; one payment is void, one order is not sold, one is of the day before."""
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute(
            """
            insert into core.fct_repair_order (ro_number, site_key, grand_total, is_sale, close_business_date) values
                ('1', -1, 1200.00, true, '2026-03-10'), ('2', -1, 34.50, true, '2026-03-09'),
                ('3', -1, 99.00, false, '2026-03-10');
            insert into core.fct_tender (source_entity_id, site_key, amount, is_void) values
                ('a', -1, 50.00, false), ('b', -1, 7.00, true);
            """
        )
    return snapshot


def test_what_stands_at_no_shop_is_told_at_every_close_of_its_day(with_unplaced: Path) -> None:
    close = read(with_unplaced, "chi", DAY)
    said = " ".join(printed(close).split())
    assert "Not in this close: books: 1 orders (1,200.00) and 1 payments (50.00) of 2026-03-10 are in no shop's" in said
    assert "correct connections.books.sites in tieout.yml" in said
    (told,) = json.loads(json.dumps(as_dict(close)))["unplaced"]
    assert (told["connection"], told["orders"], told["sales"]) == ("books", 1, "1200.00")
    assert not read(with_unplaced, "chi", date(2026, 3, 8)).unplaced


def test_status_tells_of_every_day_that_stands_at_no_shop(with_unplaced: Path) -> None:
    with connect(with_unplaced) as connection:
        (found,) = unplaced(connection)
    assert (found.orders, found.sales, found.payments, found.paid) == (2, Decimal("1234.50"), 1, Decimal("50.00"))
    assert (found.first, found.last) == (date(2026, 3, 9), DAY)

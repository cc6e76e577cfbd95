"""Every report of the field, over a company with all its systems: each cell as the oracle says, for days, months and any
range and shops; figures made of the rows behind them; details that add up; no row twice, no column empty.

Keep out: the tie-out and the reports that builds store (test_made_up_company.py), examples (dbt_project/models)."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from oracle.compare import compare, report
from oracle.oracle import Oracle
from oracle.periods import Period, days_of
from warehouse import reported
from warehouse.boundaries import with_boundaries
from warehouse.homes import Home, files_world
from warehouse.otherwise import CHOICES, asked, told_of
from warehouse.rarities import with_rarities
from warehouse.reported import SHAPES, Published
from warehouse.test_made_up_company import landed_twice
from warehouse.vanished import sweep, with_vanished

from connectors.simulator.company import World
from orchestration import publish, reports
from orchestration.reports import Asked
from reporting.catalogue import Column, Report
from reporting.close import ReportError
from reporting.on_read import opened

PERIODS = sorted(name for name, shape in SHAPES.items() if shape.by_period)


@pytest.fixture(scope="module")
def world() -> World:
    made = files_world(1, 3, 40, ros_per_day=6, calls_per_day=12, breaks=1, beside=True)
    return with_boundaries(with_vanished(with_rarities(made)))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, world: World) -> Published:
    home: Home = with_old_system(landed_twice(tmp_path_factory.mktemp("reports"), world))
    sweep(home, world)
    home.build()
    publish.publish(home.folder)
    return Published(home.folder, world.as_of)


def with_old_system(home: Home) -> Home:
    """One of the shops still has the connection to the system that it had before, which lists no quotes."""
    old = f"  old: {{kind: dealertrack, path: {home.folder / 'drop'}, retired: true, sites: {{'1': chi}}}}"
    return Home(home.folder, f"{home.text}\n{old}")


@pytest.fixture(scope="module")
def oracle(world: World) -> Oracle:
    pulls = (world.first_pull, world.as_of)
    return Oracle(world.company, world.events, world.as_of, pulls=pulls, last_day=world.as_of.date())


@pytest.fixture(scope="module")
def span(oracle: Oracle) -> tuple[date, date]:
    days = days_of(oracle.world)
    return days[0], days[-1]


def catalogued(published: Published) -> dict[str, Report]:
    return reports.catalogue(published.snapshot)


def assert_said(said: dict[Any, Any], found: reported.Rows) -> None:
    wrong = compare(*reported.differences(said, found))
    assert not wrong, report(wrong)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_cell_of_every_day_and_month_is_the_oracles(
    name: str, published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    said = reported.spoken(oracle, name)
    assert_said(said, published.every_row(name, span))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_cell_is_the_oracles_when_a_company_chooses_otherwise(
    name: str, published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    for choice in CHOICES:
        if options := asked(catalogued(published)[name], choice):
            said = reported.spoken(told_of(oracle, choice), name)
            assert_said(said, published.every_row(name, span, filters=options))


@pytest.mark.parametrize("name", PERIODS[::8])
def test_a_range_of_a_shop_is_the_oracles(
    name: str, published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    one_request(name, published, oracle, span, random.Random(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", PERIODS)
def test_any_range_of_any_shops_is_the_oracles(
    name: str, published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    """Five random requests each, two hundred and more in all."""
    dice = random.Random(f"more of {name}")
    for _ in range(5):
        one_request(name, published, oracle, span, dice)


def one_request(name: str, published: Published, oracle: Oracle, span: tuple[date, date], dice: random.Random) -> None:
    first, last = sorted(span[0] + timedelta(days=dice.randrange((span[1] - span[0]).days + 1)) for _ in "ab")
    sites = dice.choice([None, *([one] for one in oracle.world.shops)])
    said = reported.spoken(oracle, name, [Period("custom", first, last)], sites=sites)
    assert_said(said, published.rows(name, first, last, sites=sites or ()))


def months(published: Published, name: str, span: tuple[date, date]) -> list[dict[str, Any]]:
    return published.ask(name, *reported.whole_months(*span), "month")


@pytest.mark.parametrize("name", PERIODS[::8])
def test_a_figure_is_made_of_the_rows_behind_it(name: str, published: Published, span: tuple[date, date]) -> None:
    told, dice = catalogued(published)[name], random.Random(name)
    row = dice.choice(months(published, name, span))
    assert_made_of_its_rows(published, told, row, dice.choice(drillable(published, told, span)))


@pytest.mark.slow
@pytest.mark.parametrize("name", PERIODS)
def test_every_figure_of_a_row_is_made_of_the_rows_behind_it(
    name: str, published: Published, span: tuple[date, date]
) -> None:
    told, rows = catalogued(published)[name], months(published, name, span)
    columns = drillable(published, told, span)
    row = random.Random(name).choice([row for row in rows if row["row_type"] != "total"])
    for column in columns:
        assert_made_of_its_rows(published, told, row, column)


def drillable(published: Published, told: Report, span: tuple[date, date]) -> list[str]:
    """What the error for a column that there is not names."""
    with pytest.raises(ReportError) as error:
        reports.behind(published.snapshot, told.name, Asked(*span), [], "no_such_column", published.now)
    columns = str(error.value).rpartition("rows behind: ")[2].split(", ")
    assert columns != [""], f"{told.name}: no figure has rows behind it"
    return columns


def assert_made_of_its_rows(published: Published, told: Report, row: dict[str, Any], column: str) -> None:
    first, last = row["period_start"], row["period_end"]
    keys = [name for name in told.grain if name not in ("site_key", "period_grain", "period_start")]
    named = [f"{name}={row[name]}" for name in keys if row[name] is not None] + [f"row_type={row['row_type']}"]
    if row["site"] != "Total":
        named.append(f"site={row['site']}")
    cell = reports.behind(published.snapshot, told.name, Asked(first, last), named, column, published.now)
    recomputed: Any = cell.recomputed()
    if cell.column.unit == "minutes" and cell.column.drill:
        recomputed = round(Decimal(recomputed) / 60, 2)
    assert recomputed == (row[column] or 0), f"{told.name}.{column} of {named}"


# detail reports that say whose an order is -> their column of its number
NAMING = {"parts_search": "ro_number", "deferred_services": "ro_no", "ro_detail": "ro_number"}


@pytest.mark.parametrize("name", sorted(NAMING))
def test_rows_name_the_customer_of_their_order(
    name: str, published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    rows = [row for row in published.ask(name, *span) if row[NAMING[name]]]
    assert rows
    assert [row for row in rows if not is_named(oracle, row["site"], row[NAMING[name]], shown_customer(row))] == []


def shown_customer(row: dict[str, Any]) -> str | None:
    return row["customer"] if "customer" in row else row["customer_first_name"]


def is_named(oracle: Oracle, site: str, number: str, shown: str | None) -> bool:
    """By a card of the order's golden customer, first name alone or the whole name; nobody is nobody."""
    found = [one for one in oracle.world.orders.values() if (one.shop.id, one.data["ro_number"]) == (site, number)]
    golden = {oracle.told.customer(order.data["customer_id"]) for order in found} - {None}
    cards = [card for key, card in oracle.world.customers.items() if oracle.told.customer(key) in golden]
    names = {" ".join(filter(None, (card["first_name"], card["last_name"]))) or card["company_name"] for card in cards}
    return (shown or "Unassigned") in names | {card["first_name"] for card in cards} | (
        set() if cards else {"Unassigned"}
    )


def test_the_rows_behind_the_sales_summarys_days_add_up_to_them(published: Published) -> None:
    assert unlike_their_rows(published.snapshot) == []


def unlike_their_rows(snapshot: Path) -> list[str]:
    """Columns of the sales summary's days that the event rows do not add up to."""
    with opened(snapshot) as known, known.connection as connection:
        columns = [one.name for one in known.reports["sales_summary_event"].columns if one.additivity]
        sums = ", ".join(f"coalesce(sum({column}), 0) as {column}" for column in columns)
        code = known.reports["sales_summary_event"].sql.replace('"warehouse".', "snapshot.")
        connection.execute(f"create table said as select site_key, business_date, {sums} from ({code}) group by all")
        wrong = " or ".join(f"days.{column} <> coalesce(said.{column}, 0)" for column in columns)
        assert connection.execute("select 1 from said limit 1").fetchall(), "no rows, nothing to compare"
        found = connection.execute(
            "select days.* from snapshot.sales.sales_summary_wide as days left join said using (site_key, business_date) "
            f"where {wrong}"
        ).fetchall()
    return [str(row[:2]) for row in found]


# lines of the Sales Summary v1.31 that a day's journal posts, beside its payment methods: is a positive amount a debit
POSTED = {
    **{("payments", row): 1 for row in ("cash", "check", "charged", "store_credit_used", "previous_advance_pay")},
    **{("sales", row): -1 for row in ("parts", "labor", "sublet")},
    **{("other_charges", row): -1 for row in ("taxable_supplies", "non_tax_supplies", "sales_tax", "other_taxes_fees",
                                              "credit_charges")},
    **{("other_receipts", row): -1 for row in ("advance_pay", "ar_pay")},
}  # fmt: skip


def test_the_journal_of_every_day_is_the_oracles_sales_summary_and_balances(
    published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    """Debit less credit of every line; where a day does not tie, the difference on a line of its own."""
    found = {
        (row["site"], row["business_date"], row["section"], row["row_code"]): row["debit"] - row["credit"]
        for row in published.ask("journal_export", *span)
    }
    said: dict[tuple[str, date, str, str], Decimal] = defaultdict(Decimal)
    for (site, grain, day, version, group, section, row, column), value in oracle.sales_summary().items():
        if (grain, version, group, column in ("amount", "total")) != ("day", "v1.31", "", True) or site == "ALL":
            continue
        sign = 1 if row.startswith("type:") else POSTED.get((section, row), 0)
        said[site, day, section, row] += sign * (value or 0)
        if (section, row) in (("payments", "total"), ("other_receipts", "total_sales_and_other")):
            said[site, day, "tie_out", "delta"] += (value or 0) * (-1 if section == "payments" else 1)
    assert found == {line: amount for line, amount in said.items() if amount}
    balances: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for (site, day, _, _), amount in found.items():
        balances[site, day] += amount
    assert len(balances) > 50
    assert set(balances.values()) == {Decimal(0)}
    assert sum(section == "tie_out" for _, _, section, _ in found) > 5


@pytest.mark.parametrize("name", PERIODS)
def test_details_add_up_to_their_shop_and_shops_to_the_total(
    name: str, published: Published, span: tuple[date, date]
) -> None:
    """Columns that say they are additive, in every month; minutes are rounded in each row."""
    told = catalogued(published)[name]
    sums, rows = added_up(told, months(published, name, span))
    for (start, site, column), levels in sums.items():
        for level, whole in (("detail", "subtotal"), (lowest(levels), "total")):
            if level in levels and whole in levels:
                allowed = rows[start, site] * Decimal("0.01") if column.unit == "minutes" else 0
                wrong = f"{name}.{column.name} of {site or 'all shops'} from {start}: {level} against {whole}"
                assert abs(levels[level] - levels[whole]) <= allowed, wrong


def lowest(levels: dict[str, Decimal]) -> str:
    """The rows of shops that a total is of."""
    return "subtotal" if "subtotal" in levels else "detail"


Sums = dict[tuple[date, str, Column], dict[str, Decimal]]


def added_up(told: Report, rows: list[dict[str, Any]]) -> tuple[Sums, Counter[tuple[date, str]]]:
    """(month, shop or '' for all, column) -> what each level of rows adds up to; and how many rows there are."""
    additive = [column for column in told.columns if column.additivity == "A"]
    own = [key for key in told.grain if key not in ("site_key", "period_grain", "period_start")]
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    counted: Counter[tuple[date, str]] = Counter()
    for row in rows:
        level, start = row["row_type"], row["period_start"]
        if level == "subtotal" and any(row[key] is not None for key in own):
            continue  # a level between
        for place in {"", row["site"]} - {"Total"} if level != "total" else {""}:
            counted[start, place] += 1
            for column in additive:
                sums[start, place, column][level] += Decimal(row[column.name] or 0)
    return sums, counted


def test_the_company_has_rows_for_every_report_and_a_value_in_every_column(
    published: Published, span: tuple[date, date]
) -> None:
    """Reasons for NULL are named where a source lacks what a figure needs, which no source of this company does."""
    empty = []
    for name, told in catalogued(published).items():
        rows = published.ask(name, *span) if not told.by_period else months(published, name, span)
        if not rows:
            empty.append(name)
        empty += [f"{name}.{column}" for column in rows[0] if all(row[column] is None for row in rows)] if rows else []
    assert sorted(set(empty) - set(WITHOUT_A_VALUE)) == []
    assert sorted(set(WITHOUT_A_VALUE) - set(empty)) == []


# column -> why no row of this company has a value in it
QUOTING = "every shop of this company says what it presents (tests of models of other kinds, capability tables)"
UNSIGNED = "nobody signs a day of this company (test_frozen.py, tests/orchestration/closing)"
WITHOUT_A_VALUE = {
    "advisor_sales_tracker.null_reason": QUOTING,
    "close_calendar.signed_by": UNSIGNED,
    "close_calendar.signed_ts": UNSIGNED,
    "customer_phone_site.phone_type": "no source tells home from work (capability tables)",
    "deferred_services_ro.null_reason": QUOTING,
    "first_call_conversion_metrics.call_cost": "no source has what a number costs (REPORTS 3A.5: no_cost)",
    "first_call_conversion_metrics.roi": "nor, therefore, what it brings for that",
    "open_break.owner": UNSIGNED,
    "open_break.resolution": UNSIGNED,
    "open_break.resolved_ts": UNSIGNED,
    "restatement": UNSIGNED,
    "ro_detail.dvi_status": "the orders of this company do not say it; inspections do",
    "service_writer_summary.null_reason": QUOTING,
    "site_comparison_tracker.last_year_delta": "forty days have no year before",
    "site_comparison_tracker.last_year_delta_pct": "forty days have no year before",
    "site_comparison_tracker.last_year_sales": "forty days have no year before",
    "site_comparison_tracker.null_reason": QUOTING,
    "site_comparison_tracker.region": "tieout.yml of this company names none",
    "store_report.reviews": "no source tells of reviews",
    "tech_sales_tracker.null_reason": QUOTING,
}


def test_rows_are_known_by_what_their_report_says_is_unique(published: Published) -> None:
    """That no two rows are alike in it, the comparison with the oracle finds."""
    period = {"site_key", "period_grain", "period_start"}
    for name, told in catalogued(published).items():
        if name in SHAPES and name != "customer_phone_site":  # a number, else what was written instead of one
            own = {key.replace("site", "site_key") if key.endswith("site") else key for key in SHAPES[name].keys}
            own |= {"site_key", "region"}  # rows of regions stand beside the shops'
            assert set(told.grain) - period <= own, name


def test_every_report_of_the_catalogue_is_there_and_has_an_oracle(published: Published) -> None:
    there = catalogued(published)
    assert sorted(set(CATALOGUE) - set(there)) == []
    assert sorted(name for name in CATALOGUE if name not in SHAPES and there[name].on_read) == []
    assert {name: there[name].schema for name in CATALOGUE} == CATALOGUE


# REPORTS.md section 10: relation -> its category
CATALOGUE = {
    name: schema
    for schema, names in {
        "calls": """call_flow_edge call_summary call_summary_by_number extension_summary first_call_conversion
            first_call_conversion_metrics existing_call_conversion after_hours_calls busy_hour_calls
            customer_phone_site advisor_iq""",
        "marketing": """campaign_performance cross_over cross_over_matrix first_time_customers market_penetration
            online_scheduler no_show short_url""",
        "payments": "transaction_detail",
        "repair_orders": """ro_detail deferred_services deferred_services_ro parts_search supplier_spend labor_search
            make_model new_vs_repeat service_writer_summary ro_summary ro_void_summary""",
        "sales": """avg_daily_sales_advisor avg_daily_sales_site sales_by_category advisor_sales_tracker
            site_comparison_tracker store_report tech_sales_tracker sales_summary sales_summary_wide""",
        "audit": "user_activity user_activity_daily",
        "tasks": "task_active task_history advisor_task_activity task_site_stats",
        "messaging": """ro_video_by_user ro_video_progress ro_with_videos_graph ro_photo_by_user ro_photo_progress
            ro_media_by_user ro_media_progress ro_payment_request_by_user ro_payment_request_progress
            ro_estimate_by_user ro_estimate_progress kimoby_ro_drill media_lift""",
    }.items()
    for name in names.split()
}


def test_a_reader_without_the_days_or_the_report_is_told(published: Published, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="published from"):
        published.ask("make_model", date(2001, 1, 1), date(2001, 1, 2))

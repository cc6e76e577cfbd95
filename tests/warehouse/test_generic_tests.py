"""Every generic test of the dbt project finds the row that it is there to find, and leaves a good relation alone.

Each case is a call of the test's macro, compiled by dbt (all of them in one compilation) and run in memory."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest
from warehouse.conftest import Dbt

from orchestration.data_tests import narrowed

SETUP = """
    create schema warehouse.build;
    create table warehouse.build.touched_day as select 1::bigint as site_key, date '2026-03-10' as business_date;
    create table warehouse.build.touched_ro (tie_key uuid);
    create table days as from (values (1, date '2026-03-10', 10, 6, 4), (1, date '2026-03-11', 5, 5, 0))
        as listed (site_key, business_date, total, one, other);
    create table twice as from days union all from days where business_date = date '2026-03-11';
    create table keyless as from days union all select 1, null, 0, 0, 0;
    create table unsummed as select * replace (other + 1 as other) from days;
    create table unknown as select * replace (case when total = 5 then null else other end as other) from days;
    create table shorter as from days where business_date = date '2026-03-10';
    create table emptied as from days where false;
    create table zeroed as select * replace (case when total = 5 then 0 else total end as total) from days;
    create table sites as select 1 as site_key;
    create table strangers as from days union all select 2, date '2026-03-10', 0, 0, 0;
    create table orphans as from days union all select null, date '2026-03-10', 0, 0, 0;
    create table words as from (values ('tied'), ('explained')) as listed (status);
    create table new_word as from words union all select 'perhaps';
    create table no_word as from words union all select null;
"""
GRAIN = "columns=['site_key', 'business_date']"
SUM = "total='total', parts=['one', 'other']"
KEYS = "keys=['site_key', 'business_date'], measures={'total': 'total'}"
VALUES = "values={'status': ['tied', 'explained']}"
SITE = "to={'site_key': 'sites'}"
DAY = "touched='touched_day'"

GOOD = {
    "each_key_once": f"tieout.test_unique_grain('days', {GRAIN})",
    "a_null_that_may_be": f"tieout.test_unique_grain('keyless', {GRAIN}, nullable=['business_date'])",
    "all_values_there": f"tieout.test_not_null_columns('days', {GRAIN})",
    "known_words": f"tieout.test_accepted('words', {VALUES})",
    "every_key_has_its_row": f"tieout.test_foreign_keys('days', {SITE})",
    "parts_are_the_total": f"tieout.test_parts_sum_to_total('days', {SUM})",
    "parts_of_a_group_are_its_total": (
        "tieout.test_parts_sum_to_total('days', total='sum(total)', parts=['sum(one)', 'sum(other)'], by=['site_key'])"
    ),
    "two_equal_relations": f"tieout.test_reconciles('days', 'days', {KEYS})",
    "other_names_of_keys": (
        "tieout.test_reconciles('days', '(select site_key as site, business_date as day, total as amount from days)',"
        " keys={'site_key': 'site', 'business_date': 'day'}, measures={'total': 'amount'})"
    ),
    "absent_where_the_other_is_zero": (
        f"tieout.test_reconciles('zeroed', 'shorter', {KEYS}, missing='zero')"
    ),
    "a_day_that_nothing_touched": f"tieout.test_unique_grain('twice', {GRAIN}, {DAY})",
    "a_break_of_an_untouched_day": f"tieout.test_reconciles('days', 'shorter', {KEYS}, {DAY})",
}  # fmt: skip
BAD = {
    "a_key_twice": (f"tieout.test_unique_grain('twice', {GRAIN})", 1),
    "a_row_without_key": (f"tieout.test_unique_grain('keyless', {GRAIN})", 1),
    "a_missing_value": (f"tieout.test_not_null_columns('keyless', {GRAIN})", 1),
    "a_word_nobody_knows": (f"tieout.test_accepted('new_word', {VALUES})", 1),
    "no_word_at_all": (f"tieout.test_accepted('no_word', {VALUES})", 1),
    "a_key_without_row": (f"tieout.test_foreign_keys('strangers', {SITE})", 1),
    "a_null_key": (f"tieout.test_foreign_keys('orphans', {SITE})", 1),
    "parents_that_are_all_gone": ("tieout.test_foreign_keys('days', {'site_key': 'emptied'})", 2),
    "a_part_too_many": (f"tieout.test_parts_sum_to_total('unsummed', {SUM})", 2),
    "a_part_nobody_knows": (f"tieout.test_parts_sum_to_total('unknown', {SUM})", 1),
    "a_group_that_does_not_sum": (
        "tieout.test_parts_sum_to_total('unsummed', total='sum(total)', parts=['sum(one)', 'sum(other)'],"
        " by=['site_key'])", 1,
    ),
    "another_amount": (f"tieout.test_reconciles('zeroed', 'days', {KEYS})", 1),
    "a_key_missing_there": (f"tieout.test_reconciles('days', 'shorter', {KEYS})", 1),
    "a_key_missing_here": (f"tieout.test_reconciles('shorter', 'days', {KEYS})", 1),
    "a_relation_that_vanished": (f"tieout.test_reconciles('days', 'emptied', {KEYS})", 2),
    "absent_where_the_other_is_not_zero": (
        f"tieout.test_reconciles('days', 'shorter', {KEYS}, missing='zero')", 1,
    ),
    "a_touched_day": (f"tieout.test_parts_sum_to_total('unsummed', {SUM}, {DAY})", 1),
    "anything_when_nothing_is_said_to_be_touched": (
        f"tieout.test_unique_grain('twice', {GRAIN}, touched='touched_ro',"
        " matching={'md5(cast(total as varchar))::uuid': 'tie_key'})", 1,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def compiled(dbt: Dbt) -> dict[str, str]:
    calls = GOOD | {name: call for name, (call, _) in BAD.items()}
    text = "\n".join(f"-- case {name}\n{{{{ {call} }}}}" for name, call in calls.items())
    result = dbt("compile", "--inline", text)
    assert result.success, result.exception
    code = result.result.results[0].node.compiled_code
    parts = re.split(r"^-- case (\w+)$", code, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def relations() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse; use warehouse")
    connection.execute(SETUP)
    return connection


@pytest.mark.parametrize("case", GOOD)
def test_a_good_relation_passes(case: str, compiled: dict[str, str], relations: duckdb.DuckDBPyConnection) -> None:
    assert relations.execute(compiled[case]).fetchall() == []


@pytest.mark.parametrize("case", BAD)
def test_the_bad_row_is_caught(case: str, compiled: dict[str, str], relations: duckdb.DuckDBPyConnection) -> None:
    assert len(relations.execute(compiled[case]).fetchall()) == BAD[case][1]


@pytest.mark.parametrize("case", [*GOOD, *BAD])
def test_the_nightly_build_finds_the_same_in_touched_rows_alone(
    case: str, compiled: dict[str, str], relations: duckdb.DuckDBPyConnection
) -> None:
    def there(name: str) -> bool:
        return bool(relations.execute(f"select 1 from build.{name}").fetchone())

    nightly = narrowed(compiled[case], there)
    assert sorted(relations.execute(nightly).fetchall(), key=str) == sorted(
        relations.execute(compiled[case]).fetchall(), key=str
    )
    assert ("unless" in nightly) == ("touched_ro" in nightly)  # the only set here that is empty


def name_of(call: str) -> str:
    return call.removeprefix("tieout.").partition("(")[0]


def test_every_generic_test_is_among_the_cases(manifest: dict[str, Any]) -> None:
    macros = [str(name).removeprefix("macro.tieout.") for name in manifest["macros"]]
    generic = {name for name in macros if name.startswith("test_")}
    called = {name_of(call) for call in GOOD.values()}
    caught = {name_of(call) for call, _ in BAD.values()}
    assert generic == called == caught

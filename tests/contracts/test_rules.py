"""Every rule of a contract has a row that it must catch, and one beside it that it must not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from data_contracts.contract import Column, Contract, Rule, load
from data_contracts.raw import from_raw
from data_contracts.rules import judge


def contract(*columns: Column, rules: tuple[Rule, ...] = ()) -> Contract:
    return Contract("test", "thing", "1", columns, (columns[0].name,), rules=rules)


def outcome(column: Column, value: Any) -> Any:
    """The typed value, or the name of the rule that refuses it."""
    verdict = judge(contract(column), pl.DataFrame({column.name: [value]}))
    if verdict.refused.height:
        return verdict.refused["rule"][0]
    return verdict.valid[column.name][0]


MONEY = Column("x", "decimal(14,2)")
CASES = [
    (MONEY, "12.30", Decimal("12.30")),
    (MONEY, "-.5", Decimal("-0.50")),
    (MONEY, " +7 ", Decimal("7.00")),
    (MONEY, "1.2300", Decimal("1.23")),
    (MONEY, "999999999999.99", Decimal("999999999999.99")),
    (MONEY, "", None),
    (MONEY, "1000000000000", "out_of_range"),
    (MONEY, "1.234", "too_many_decimals"),
    (MONEY, "1,50", "bad_decimal"),
    (MONEY, "1,234.50", "bad_decimal"),
    (MONEY, "1e3", "bad_decimal"),
    (MONEY, "$5", "bad_decimal"),
    (MONEY, "NaN", "bad_decimal"),
    (MONEY, ".", "bad_decimal"),
    (MONEY, Decimal("1.234"), "too_many_decimals"),
    (MONEY, Decimal("1.230"), Decimal("1.23")),
    (MONEY, 5, Decimal("5.00")),
    (MONEY, 5.25, "float"),
    (Column("x", "integer"), "7", 7),
    (Column("x", "integer"), "7.0", 7),
    (Column("x", "integer"), 7.0, 7),
    (Column("x", "integer"), "7.5", "bad_integer"),
    (Column("x", "integer"), 7.5, "bad_integer"),
    (Column("x", "boolean"), "true", True),
    (Column("x", "boolean"), 0, False),
    (Column("x", "boolean"), "TRUE", "bad_boolean"),
    (Column("x", "boolean"), "1", "bad_boolean"),
    (Column("x", "boolean"), 2, "bad_boolean"),
    (Column("x", "date"), "2026-02-28", date(2026, 2, 28)),
    (Column("x", "date"), date(2026, 2, 28), date(2026, 2, 28)),
    (Column("x", "date"), "2026-02-30", "bad_date"),
    (Column("x", "date"), "02/28/2026", "bad_date"),
    (Column("x", "date"), "2026-02-28T00:00:00Z", "bad_date"),
    (Column("x", "timestamp"), "2026-03-10T08:00:00Z", datetime(2026, 3, 10, 8, tzinfo=UTC)),
    (
        Column("x", "timestamp"),
        "2026-03-10T08:00:00.25-05:00",
        datetime(2026, 3, 10, 13, 0, 0, 250000, tzinfo=UTC),
    ),
    (Column("x", "timestamp"), "2026-03-10 08:00+0000", datetime(2026, 3, 10, 8, tzinfo=UTC)),
    (Column("x", "timestamp"), datetime(2026, 3, 10, 8, tzinfo=UTC), datetime(2026, 3, 10, 8, tzinfo=UTC)),
    (Column("x", "timestamp"), "2026-03-10T08:00:00", "timestamp_without_offset"),
    (Column("x", "timestamp"), datetime(2026, 3, 10, 8), "timestamp_without_offset"),  # noqa: DTZ001  (the case)
    (Column("x", "timestamp"), "2026-13-10T08:00:00Z", "bad_timestamp"),
    (Column("x", "timestamp"), "yesterday", "bad_timestamp"),
    (Column("x", "time"), "08:30", time(8, 30)),
    (Column("x", "time"), "25:00", "bad_time"),
    (Column("x", "text"), " as it is ", " as it is "),
    (Column("x", "text"), 17, "17"),
    (Column("x", "text"), 17.5, "float"),
    (Column("x", "text"), ["a"], "bad_text"),
    (Column("x", "text", allowed=("a", "b")), "a", "a"),
    (Column("x", "text", allowed=("a", "b")), "c", "not_allowed"),
    (Column("x", "text", required=True), "", "missing_required"),
    (Column("x", "text", required=True), None, "missing_required"),
    (Column("x", "integer", minimum=Decimal(0)), "-1", "out_of_range"),
    (Column("x", "decimal(12,4)", maximum=Decimal(1)), "1.0001", "out_of_range"),
    (Column("x", "decimal(12,4)", maximum=Decimal(1)), "1", Decimal(1)),
]


@pytest.mark.parametrize(("column", "value", "expected"), CASES)
def test_a_value_is_typed_exactly_or_refused_by_name(column: Column, value: Any, expected: Any) -> None:
    assert outcome(column, value) == expected


def test_a_closed_order_without_a_closed_date_is_refused_and_an_open_one_is_not() -> None:
    row = {
        "ro_id": "1",
        "site": "S",
        "ro_number": "1",
        "updated_at": "2026-03-10T08:00:00Z",
        "closed_date": None,
    }
    frame = pl.DataFrame([{**row, "status": "closed"}, {**row, "status": "open"}], infer_schema_length=None)
    verdict = judge(load("files")["repair_order"], frame)
    assert verdict.refused["rule"].to_list() == ["closed_date_when_closed"]
    assert verdict.valid["status"].to_list() == ["open"]


def test_hours_for_neither_a_weekday_nor_a_date_are_refused() -> None:
    frame = pl.DataFrame({"site": ["S", "S"], "weekday": ["mon", None]})
    verdict = judge(load("files")["site_hours"], frame)
    assert verdict.refused["rule"].to_list() == ["weekday_or_date"]
    assert verdict.valid.height == 1


def test_a_required_column_that_is_absent_refuses_every_row_and_an_optional_one_is_null() -> None:
    both = contract(Column("x", "text", required=True), Column("y", "integer"))
    verdict = judge(both, pl.DataFrame({"z": ["1", "2"]}))
    assert verdict.refused["rule"].to_list() == ["missing_column"] * 2
    assert judge(both, pl.DataFrame({"x": ["1"]})).valid["y"].to_list() == [None]


def test_the_message_names_table_column_value_and_every_reason() -> None:
    frame = pl.DataFrame(
        {"tender_id": ["t"], "amount": ["1,5"], "kind": ["gift"], "site": ["S"], "method": ["cash"]}
    )
    frame = frame.with_columns(business_date=pl.lit("2026-03-10"), updated_at=pl.lit("2026-03-10T08:00:00Z"))
    message = judge(load("files")["tender"], frame).refused["message"][0]
    assert "tender.amount: '1,5' is no number" in message
    assert "tender.kind: 'gift' is none of final, advance" in message


def test_the_raw_text_holds_the_whole_row_and_can_be_judged_again() -> None:
    thing = contract(Column("x", "integer"), Column("y", "decimal(14,2)"))
    frame = pl.DataFrame({"x": ["a"], "y": [Decimal("1.50")], "new": ["é"], "points": [3]})
    verdict = judge(thing, frame)
    raw = verdict.refused["raw"][0]
    assert json.loads(raw) == {"x": "a", "y": "1.50", "new": "é", "points": 3}
    again = judge(contract(Column("x", "text"), Column("y", "decimal(14,2)")), from_raw([raw], {"x", "y"}))
    assert again.valid.to_dicts() == [
        {"x": "a", "y": Decimal("1.50"), "_extra": '{"new":"é","points":3}', "_row": 0}
    ]


def test_unknown_columns_go_to_extra_without_their_nulls() -> None:
    frame = pl.DataFrame({"x": ["1", "2"], "b": ['say "hi"', None], "a": [1, None]})
    assert judge(contract(Column("x", "text")), frame).valid["_extra"].to_list() == [
        '{"a":1,"b":"say \\"hi\\""}',
        None,
    ]


def test_no_rows_are_no_rows_and_typed() -> None:
    for frame in (pl.DataFrame(), pl.DataFrame(schema={"x": pl.String})):
        verdict = judge(contract(MONEY), frame)
        assert verdict.valid.schema["x"] == pl.Decimal(14, 2)
        assert (verdict.valid.height, verdict.refused.height) == (0, 0)

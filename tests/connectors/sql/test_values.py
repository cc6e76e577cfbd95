"""What the functions of the whitelist compute, and what happens to what they cannot read."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sql.expressions import parse
from connectors.sql.locale import Locale
from connectors.sql.values import Reading, column, evaluate
from data_contracts.contract import Column

MAPS = {"status_map": {"C": "closed"}, "method_map": {}, "kind_map": {}}
ROW: dict[str, str | None] = {
    "a": "12.50",
    "b": "-3",
    "n": None,
    "t": "  x ",
    "s": "C",
    "bad": "1,5",
    "day": "3/4/2026",
}
amounts = st.decimals(-(10**6), 10**6, places=2)


def value(raw: Any, row: dict[str, Any] | None = None, **settings: Any) -> str | None:
    locale = Locale(zone="America/Chicago", **settings)
    frame = pl.DataFrame([row or ROW], dict.fromkeys(row or ROW, pl.String))
    return evaluate(parse(raw), frame, Reading(locale, MAPS))[0]


def typed(text: str | None, type_: str, **settings: Any) -> str | None:
    locale = Locale(**{"zone": "America/Chicago", **settings})
    frame = locale.clean(pl.DataFrame({"v": [text]}, {"v": pl.String}))
    return column(parse("v"), Column("v", type_), frame, Reading(locale, MAPS))[0]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"concat": ["a", {"literal": "/"}, "b"]}, "12.50/-3"),
        ({"concat": ["a", "n"]}, None),
        ({"coalesce": ["n", "b"]}, "-3"),
        ({"nullif": ["b", -3]}, None),
        ({"nullif": ["s", "C"]}, None),
        ({"nullif": ["a", "12.5"]}, "12.50"),
        ({"trim": "t"}, "x"),
        ({"upper": {"trim": "t"}}, "X"),
        ({"lower": "s"}, "c"),
        ({"add": ["a", "b", {"literal": 1}]}, "10.5"),
        ({"subtract": ["a", "b"]}, "15.5"),
        ({"multiply": ["a", "b"]}, "-37.5"),
        ({"negate": "a"}, "-12.5"),
        ({"cents": {"literal": 1999}}, "19.99"),
        ({"round": {"literal": "-0.005"}}, "-0.01"),
        ({"add": ["a", "n"]}, None),
        ({"add": ["a", "bad"]}, "12.50 + 1,5"),
        ({"multiply": [{"literal": "0.0001"}, {"literal": "0.001"}]}, "0.0001 * 0.001"),
        ({"negate": "bad"}, "negate 1,5"),
        ({"cents": "a"}, "12.50 with 2 implied decimals"),
        ({"case_map": {"of": "s", "map": {"C": "x"}}}, "x"),
        ({"case_map": {"of": "s", "map": "status_map"}}, "closed"),
        ({"case_map": {"of": "a", "map": {"C": "x"}}}, "12.50"),
        ({"case_map": {"of": "a", "map": {"C": "x"}, "else": {"literal": "y"}}}, "y"),
        ({"if": {"when": {"gt": ["a", 12]}, "then": "s", "else": "b"}}, "C"),
        (
            {
                "if": {
                    "when": {"any": [{"lt": ["a", 0]}, {"in": ["s", ["D", "C"]]}]},
                    "then": "s",
                    "else": "b",
                }
            },
            "C",
        ),
        ({"all": [{"ge": ["a", 12.5]}, {"le": ["b", -3]}, {"not_null": "a"}]}, "true"),
        ({"eq": ["n", "x"]}, "false"),
        ({"ne": ["n", "x"]}, "true"),
        ({"not_in": ["n", ["x"]]}, "true"),
        ({"is_null": "n"}, "true"),
        ({"gt": ["bad", 0]}, "false"),
        ({"date": {"of": "day", "format": "%m/%d/%Y"}}, "2026-03-04"),
        (
            {"to_timestamp": {"of": "day", "format": "%m/%d/%Y", "zone": "Asia/Tokyo"}},
            "2026-03-03T15:00:00.000000Z",
        ),
    ],
)
def test_a_function_computes_what_it_says(raw: Any, expected: str | None) -> None:
    assert value(raw) == expected


@given(amounts, amounts, st.decimals(0, 1000, places=4))
def test_arithmetic_is_exact(one: Decimal, other: Decimal, hours: Decimal) -> None:
    row = {"a": f"{one:f}", "b": f"{other:f}", "h": f"{hours:f}"}
    assert Decimal(value({"add": ["a", "b"]}, row) or "") == one + other
    assert Decimal(value({"subtract": ["a", "b"]}, row) or "") == one - other
    assert Decimal(value({"multiply": ["a", "h"]}, row) or "") == one * hours
    rounded = (one * hours).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(value({"round": {"multiply": ["a", "h"]}}, row) or "") == rounded


zones = st.sampled_from(["America/Chicago", "America/Phoenix", "Europe/Berlin"])
walls = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2035-01-01"))


@given(walls, zones)
def test_wall_clock_times_are_the_instants_that_the_zone_says(wall: datetime, zone: str) -> None:
    """zoneinfo reads a skipped hour as not yet put forward, and a repeated one as its first, as we do."""
    instant = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert typed(wall.isoformat(" "), "timestamp", zone=zone) == instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize(
    ("text", "type_", "settings", "expected"),
    [
        ("03/04/2026", "date", {"dates": ["%m/%d/%Y"]}, "2026-03-04"),
        ("2026-03-04", "date", {"dates": ["%m/%d/%Y"]}, "2026-03-04"),
        ("2026-03-04 23:30:00", "date", {}, "2026-03-04"),
        ("2026-03-05 03:30:00+00", "date", {}, "2026-03-04"),
        ("20260304", "date", {"dates": ["%Y%m%d"]}, "2026-03-04"),
        ("4 March", "date", {}, "4 March"),
        ("2026-03-04T08:00:00-06:00", "timestamp", {}, "2026-03-04T14:00:00.000000Z"),
        (
            "03/04/2026 2:05 PM",
            "timestamp",
            {"timestamps": ["%m/%d/%Y %I:%M %p"]},
            "2026-03-04T20:05:00.000000Z",
        ),
        ("2026-03-04", "timestamp", {}, "2026-03-04"),
        ("1899-12-30 00:00:00", "date", {"empty": ["1899-12-30"]}, None),
        ("  ", "text", {}, None),
        ("0", "text", {"empty": ["", 0]}, None),
        ("Y", "boolean", {}, "true"),
        ("-1", "boolean", {}, "true"),
        ("f", "boolean", {}, "false"),
        ("maybe", "boolean", {}, "maybe"),
        ("1999", "decimal(14,2)", {"money": "cents"}, "19.99"),
        ("-5", "decimal(14,2)", {"money": "cents"}, "-0.05"),
        ("19990", "decimal(14,2)", {"money": {"decimals": 3}}, "19.99"),
        ("19.99", "decimal(14,2)", {"money": "cents"}, "19.99 with 2 implied decimals"),
        ("1.5", "decimal(12,4)", {"money": "cents"}, "1.5"),
    ],
)
def test_a_text_is_read_as_the_site_writes_it(
    text: str, type_: str, settings: dict[str, Any], expected: str | None
) -> None:
    assert typed(text, type_, **settings) == expected

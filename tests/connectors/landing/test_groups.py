"""Groups that grow: rows of a call arrive one by one, and each growth lands the whole call again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest
from landing_world import NOW, Told, landed

from connectors.base import Rows
from connectors.landing import landing, quarantine
from connectors.landing.manifest import Counts
from data_contracts.contract import Column, Contract, Document

CDR = Contract(
    kind="phone",
    table="cdr",
    version="1",
    columns=(
        Column("row_id", "text", required=True),
        Column("call_id", "text", required=True),
        Column("n", "integer"),
    ),
    key=("row_id",),
    document=Document(None, ("call_id",), append=True),
)


@dataclass
class Phone(Told):
    kind: ClassVar[str] = "phone"


@pytest.fixture(autouse=True)
def _contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "load", lambda _: {"cdr": CDR})


def pull(home: Path, *given: tuple[str, str, str], hours: int = 0) -> Counts:
    frame = pl.DataFrame(given, schema=dict.fromkeys(["row_id", "call_id", "n"], pl.String), orient="row")
    result = landing.pull(home, "pbx", Phone([Rows("cdr", frame)]), {}, NOW + timedelta(hours=hours))
    return result.tables["cdr"]


def calls(home: Path) -> dict[str, list[str]]:
    """Rows of the newest version of every call."""
    versions: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in landed(home, "cdr", kind="phone"):
        versions[row["call_id"]][row["_order"]].append(row)
    found = {}
    for call, orders in versions.items():
        last = orders[max(orders)]
        assert len({row["_version"] for row in last}) == 1
        found[call] = sorted(f"{row['row_id']}={row['n']}" for row in last)
    return found


def test_a_row_of_a_known_call_lands_the_whole_call_as_one_new_version(tmp_path: Path) -> None:
    pull(tmp_path, ("a", "c1", "1"), ("x", "c2", "1"))
    counts = pull(tmp_path, ("b", "c1", "2"), hours=1)
    assert counts == Counts(rows_in=1, landed=1, relanded=1)
    assert calls(tmp_path) == {"c1": ["a=1", "b=2"], "c2": ["x=1"]}


def test_rows_that_were_read_before_are_unchanged(tmp_path: Path) -> None:
    pull(tmp_path, ("a", "c1", "1"))
    assert pull(tmp_path, ("a", "c1", "1"), hours=1) == Counts(rows_in=1, unchanged=1)


def test_a_row_that_changes_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    pull(tmp_path, ("a", "c1", "1"), ("b", "c1", "1"))
    pull(tmp_path, ("a", "c1", "9"), hours=1)
    assert calls(tmp_path) == {"c1": ["a=9", "b=1"]}


def test_a_call_ends_up_the_same_in_whatever_pieces_it_comes(tmp_path: Path) -> None:
    rows = [("a", "c1", "1"), ("b", "c1", "2"), ("c", "c1", "3")]
    pull(tmp_path / "whole", *rows)
    for hour, row in enumerate(rows[::-1]):
        pull(tmp_path / "pieces", row, hours=hour)
    assert calls(tmp_path / "pieces") == calls(tmp_path / "whole")


def test_a_row_that_stands_twice_counts_once_and_one_that_contradicts_itself_is_refused(
    tmp_path: Path,
) -> None:
    counts = pull(tmp_path, ("a", "c1", "1"), ("a", "c1", "1"), ("b", "c1", "1"), ("b", "c1", "2"))
    assert counts == Counts(rows_in=4, landed=1, unchanged=1, quarantined=2)
    assert quarantine.rows(tmp_path)["rule"].to_list() == ["duplicate_key"] * 2


def test_a_refused_row_does_not_hold_back_its_call(tmp_path: Path) -> None:
    pull(tmp_path, ("a", "c1", "1"), ("b", "c1", "many"))
    assert calls(tmp_path) == {"c1": ["a=1"]}


def test_where_rows_carry_a_stamp_an_older_row_that_comes_late_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped = replace(CDR, columns=(*CDR.columns, Column("at", "timestamp", required=True)), updated_at="at")
    monkeypatch.setattr(landing, "load", lambda _: {"cdr": stamped})
    for hours, n, at in ((0, "2", "2026-03-02T12:00:00Z"), (1, "1", "2026-03-02T11:00:00Z")):
        frame = pl.DataFrame({"row_id": ["a"], "call_id": ["c1"], "n": [n], "at": [at]})
        result = landing.pull(tmp_path, "pbx", Phone([Rows("cdr", frame)]), {}, NOW + timedelta(hours=hours))
    assert result.tables["cdr"] == Counts(rows_in=1, unchanged=1)
    assert calls(tmp_path) == {"c1": ["a=2"]}

"""What becomes of a refused row when later pulls bring it again, bring it right, or bring it no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from landing_world import DAY, NOW, landed, pull, rows

from connectors.base import Keys
from connectors.landing import landing, manifest, quarantine, refusals


def waiting(home: Path) -> list[tuple[str, str, int]]:
    """(key, value, times) of the open rows."""
    found = quarantine.rows(home).select("key", "value", "times")
    return sorted(found.iter_rows())


def statuses(home: Path) -> list[str]:
    frames = [pl.read_parquet(path) for path in refusals.files(home)]
    return pl.concat(frames)["status"].to_list()


def bad(file: str = "g1", **more: Any) -> Any:
    return rows("tender", {"method": "barter", **more}, file=file)


def test_a_bad_row_that_comes_every_night_is_one_open_row_with_first_and_last_seen(tmp_path: Path) -> None:
    for day in range(5):
        pull(tmp_path, bad(f"g{day}"), days=day)
    assert waiting(tmp_path) == [("t1", "barter", 5)]
    (row,) = quarantine.rows(tmp_path).iter_rows(named=True)
    assert (row["first_seen"], row["_pulled_at"]) == (NOW, NOW + 4 * DAY)
    assert statuses(tmp_path) == ["repeated"] * 4 + ["open"]


def test_a_bad_row_that_its_people_have_put_right_waits_no_more(tmp_path: Path) -> None:
    pull(tmp_path, bad())
    pull(tmp_path, rows("tender", {"method": "check"}, file="g2"), days=1)
    assert waiting(tmp_path) == []
    assert statuses(tmp_path) == ["superseded"]


def test_a_bad_row_that_is_bad_in_another_way_waits_with_what_it_says_now(tmp_path: Path) -> None:
    pull(tmp_path, bad(amount="100.00"))
    pull(tmp_path, bad("g2", amount="120.00"), days=1)
    assert quarantine.rows(tmp_path)["at_stake"].to_list() == [120]


def test_an_older_delivery_that_comes_late_does_not_put_right_what_a_newer_one_says(tmp_path: Path) -> None:
    pull(tmp_path, bad("g2"))
    pull(tmp_path, rows("tender", {"method": "check"}, file="g1"), days=1)
    assert waiting(tmp_path) == [("t1", "barter", 1)]


def test_of_two_deliveries_in_one_pull_the_later_one_counts(tmp_path: Path) -> None:
    pull(tmp_path, bad("g1"), rows("tender", {"method": "check"}, file="g2"))
    assert waiting(tmp_path) == []


def test_the_same_bad_row_twice_in_one_pull_waits_once(tmp_path: Path) -> None:
    result = pull(tmp_path, bad("g1"), bad("g2"))
    assert result.tables["tender"].quarantined == 2
    assert waiting(tmp_path) == [("t1", "barter", 1)]


def test_an_order_that_comes_whole_at_last_takes_all_its_refused_rows_with_it(tmp_path: Path) -> None:
    pull(tmp_path, rows("repair_order", {}), rows("ro_line", {"net_amount": "1,5"}, {"line_id": "2"}))
    assert len(waiting(tmp_path)) == 3
    pull(tmp_path, rows("repair_order", {}, file="g2"), rows("ro_line", {"line_id": "2"}, file="g2"), days=1)
    assert waiting(tmp_path) == []


def test_a_bad_row_that_its_people_have_deleted_waits_no_more_and_no_replay_brings_it_back(tmp_path: Path) -> None:
    pull(tmp_path, bad(), rows("tender", {"tender_id": "t2"}))
    pull(tmp_path, Keys("tender", pl.DataFrame({"tender_id": ["t2"]})), days=1)
    assert waiting(tmp_path) == []
    assert statuses(tmp_path) == ["gone"]
    assert {row["tender_id"] for row in landed(tmp_path, "tender")} == {"t2"}


def test_a_partial_list_of_keys_says_nothing_of_refused_rows(tmp_path: Path) -> None:
    pull(tmp_path, bad(), rows("tender", {"tender_id": "t2"}))
    some = Keys("tender", pl.DataFrame({"tender_id": ["t2"]}), pl.col("tender_id") == "t2")
    pull(tmp_path, some, days=1)
    assert waiting(tmp_path) == [("t1", "barter", 1)]


def test_the_money_of_a_refused_order_is_at_stake_once(tmp_path: Path) -> None:
    lines = rows("ro_line", {"net_amount": "1,5"}, {"line_id": "2", "net_amount": "100.00"}, {"ro_id": "r9"})
    pull(tmp_path, rows("repair_order", {"header_total": "100.00"}), lines)
    assert quarantine.rows(tmp_path)["at_stake"].sum() == 200  # the order's 100, and the line without an order


def test_a_pull_that_is_killed_before_it_has_marked_the_older_rows_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(tmp_path, bad())
    with monkeypatch.context() as patch:
        patch.setattr(refusals, "mark", lambda _, said: said.marks and pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            pull(tmp_path, bad("g2"), days=1)
    assert len(manifest.pulls(tmp_path, "dms")) == 2
    landing.clear_uncommitted(tmp_path, "dms")
    assert waiting(tmp_path) == [("t1", "barter", 2)]

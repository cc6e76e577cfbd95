"""What is news and what is not, and how versions are ordered."""

from __future__ import annotations

import hashlib
import uuid
from decimal import Decimal
from pathlib import Path

import polars as pl
from landing_world import DAY, NOW, landed, newest, pull, rows

from connectors.base import Keys


def md5(*parts: str) -> uuid.UUID:
    return uuid.UUID(hashlib.md5("\x1f".join(parts).encode()).hexdigest())


def amounts(home: Path) -> list[Decimal]:
    return [row["amount"] for row in landed(home, "tender")]


def test_a_row_that_comes_again_unchanged_is_counted_and_not_landed(tmp_path: Path) -> None:
    first = pull(tmp_path, rows("tender", {}))
    again = pull(tmp_path, rows("tender", {}, file="g2"), days=1)
    assert (first.tables["tender"].landed, again.tables["tender"].landed) == (1, 0)
    assert again.tables["tender"].unchanged == 1
    assert amounts(tmp_path) == [Decimal("100.00")]


def test_a_change_and_back_again_are_two_changes(tmp_path: Path) -> None:
    for day, value in enumerate(["5", "6", "5"]):
        pull(tmp_path, rows("control_total", {"value": value}, file=f"g{day}"), days=day)
    assert [row["value"] for row in landed(tmp_path, "control_total")] == [5, 6, 5]


def test_a_change_and_back_again_in_one_pull_are_two_changes(tmp_path: Path) -> None:
    told = [
        rows("control_total", {"value": value}, file=f"g{day}")
        for day, value in enumerate(["5", "6", "6", "5"])
    ]
    counts = pull(tmp_path, *told).tables["control_total"]
    assert (counts.rows_in, counts.landed, counts.unchanged) == (4, 3, 1)


def test_a_later_pull_of_an_older_version_does_not_become_the_newest(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {"amount": "20", "updated_at": "2026-03-10T13:00:00Z"}, file="g2"))
    pull(tmp_path, rows("tender", {"amount": "10", "updated_at": "2026-03-10T12:00:00Z"}, file="g1"), days=1)
    assert [row["amount"] for row in newest(tmp_path, "tender").values()] == [20]
    assert len(amounts(tmp_path)) == 2


def test_a_late_generation_that_is_followed_by_the_taken_ones_again_leaves_the_last_word_to_them(
    tmp_path: Path,
) -> None:
    a, b = {"value": "5"}, {"value": "6"}
    pull(tmp_path, rows("control_total", a, file="g1"))
    pull(tmp_path, rows("control_total", a, file="g3"), days=1)
    pull(tmp_path, rows("control_total", b, file="g2"), rows("control_total", a, file="g3"), days=2)
    assert [row["value"] for row in newest(tmp_path, "control_total").values()] == [5]


def test_the_tie_of_two_versions_goes_to_the_later_generation_then_to_the_later_row(tmp_path: Path) -> None:
    two = rows("tender", {"amount": "3"}, {"amount": "4"}, file="g2")
    pull(tmp_path, rows("tender", {"amount": "1"}, file="g3"), two)
    assert [row["amount"] for row in sorted(landed(tmp_path, "tender"), key=lambda row: row["_order"])] == [
        3,
        4,
        1,
    ]


def test_the_identity_of_a_row_is_the_md5_of_connection_and_key(tmp_path: Path) -> None:
    pull(tmp_path, rows("repair_order", {}), rows("ro_line", {}))
    (order,), (line,) = landed(tmp_path, "repair_order"), landed(tmp_path, "ro_line")
    assert order["_key"] == md5("dms", "r1")
    assert (line["_key"], line["_parent_key"]) == (md5("dms", "r1", "1"), md5("dms", "r1"))
    assert order["_order"] == "20260310T120000000000Z|g1|00000000"
    assert order["_version"] == uuid.UUID(
        hashlib.md5(f"{order['_key']}|{order['_order']}|{order['_row_hash']}".encode()).hexdigest()
    )
    assert (line["_version"], line["_order"]) == (order["_version"], order["_order"])


def test_a_changed_line_is_a_new_version_of_its_whole_order(tmp_path: Path) -> None:
    lines = rows("ro_line", {}, {"line_id": "2", "net_amount": "0"})
    changed = rows("ro_line", {}, {"line_id": "2", "net_amount": "1"}, file="g2")
    pull(tmp_path, rows("repair_order", {}), lines)
    result = pull(tmp_path, rows("repair_order", {}, file="g2"), changed, days=1)
    assert (result.tables["repair_order"].landed, result.tables["ro_line"].landed) == (1, 2)
    assert len({row["_version"] for row in landed(tmp_path, "ro_line")}) == 2


def test_lines_in_another_order_are_no_change(tmp_path: Path) -> None:
    two = [{"line_id": "1"}, {"line_id": "2"}]
    pull(tmp_path, rows("repair_order", {}), rows("ro_line", *two))
    result = pull(
        tmp_path, rows("repair_order", {}, file="g2"), rows("ro_line", *two[::-1], file="g2"), days=1
    )
    assert (result.tables["ro_line"].landed, result.tables["ro_line"].unchanged) == (0, 2)


def test_an_order_that_two_pages_show_is_taken_once(tmp_path: Path) -> None:
    page = [rows("repair_order", {}), rows("ro_line", {})]
    result = pull(tmp_path, *page, *page)
    assert (result.tables["repair_order"].landed, result.tables["repair_order"].unchanged) == (1, 1)
    assert (result.tables["ro_line"].landed, result.tables["ro_line"].unchanged) == (1, 1)


def test_an_order_that_changes_between_two_pages_lands_with_each_pages_own_lines(tmp_path: Path) -> None:
    later = {"updated_at": "2026-03-10T13:00:00Z"}
    pull(
        tmp_path,
        *[rows("repair_order", {}), rows("ro_line", {})],
        *[rows("repair_order", later), rows("ro_line", {"net_amount": "7"}, {"line_id": "2"})],
    )
    by_version: dict[uuid.UUID, list[Decimal]] = {}
    for row in landed(tmp_path, "ro_line"):
        by_version.setdefault(row["_version"], []).append(row["net_amount"])
    assert sorted(map(sorted, by_version.values())) == [[7, 100], [100]]


def test_what_the_source_marks_as_deleted_lands_as_deleted_with_its_lines(tmp_path: Path) -> None:
    pull(tmp_path, rows("repair_order", {"deleted": "true"}), rows("ro_line", {}))
    assert [row["_is_deleted"] for row in landed(tmp_path, "ro_line")] == [True]
    assert newest(tmp_path, "repair_order") == {}


def test_a_sweep_lands_the_last_version_of_what_is_gone_as_deleted_once(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {}, {"tender_id": "t2"}))
    keys = Keys("tender", pl.DataFrame({"tender_id": ["t2"]}))
    swept = pull(tmp_path, keys, days=1, sweep=True)
    again = pull(tmp_path, keys, days=2, sweep=True)
    assert (swept.tables["tender"].deleted, again.tables["tender"].deleted) == (1, 0)
    assert [row["tender_id"] for row in newest(tmp_path, "tender").values()] == ["t2"]
    assert [row["amount"] for row in landed(tmp_path, "tender") if row["_is_deleted"]] == [100]


def test_what_was_deleted_and_comes_back_unchanged_is_there_again(tmp_path: Path) -> None:
    pull(tmp_path, rows("control_total", {}))
    pull(tmp_path, Keys("control_total", pl.DataFrame(schema=dict.fromkeys(KEY, pl.String))), days=1)
    assert newest(tmp_path, "control_total") == {}
    pull(tmp_path, rows("control_total", {}, file="g2"), days=2)
    assert len(newest(tmp_path, "control_total")) == 1


KEY = ("site", "business_date", "name")


def test_a_sweep_of_a_scope_leaves_what_is_outside_of_it(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {}, {"tender_id": "t2", "business_date": "2026-01-05"}))
    nothing = pl.DataFrame({"tender_id": []}, schema={"tender_id": pl.String})
    since = (NOW - 45 * DAY).date()
    pull(tmp_path, Keys("tender", nothing, pl.col("business_date") >= since), days=1)
    assert [row["tender_id"] for row in newest(tmp_path, "tender").values()] == ["t2"]


def test_a_row_that_comes_with_the_sweep_is_not_gone(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {}))
    nothing = pl.DataFrame({"tender_id": []}, schema={"tender_id": pl.String})
    result = pull(tmp_path, rows("tender", {}, file="g2"), Keys("tender", nothing), days=1)
    assert result.tables["tender"].deleted == 0


def test_unknown_fields_are_kept_and_told(tmp_path: Path) -> None:
    result = pull(tmp_path, rows("tender", {"colour": "red"}))
    assert landed(tmp_path, "tender")[0]["_extra"] == '{"colour":"red"}'
    assert result.warnings == ["tender: not in the contract, kept in _extra: colour"]

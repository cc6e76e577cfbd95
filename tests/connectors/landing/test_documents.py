"""What refuses a document, what it takes with it, and how refused rows are taken again."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from landing_world import DAY, NOW, SITES, Told, landed, newest, pull, rows

from connectors.base import Failed, SourceError
from connectors.landing import landing, quarantine


def refused(home: Path) -> dict[tuple[str, str], str]:
    """(table, key) -> rule."""
    found = quarantine.rows(home)
    return {(row["table_name"], row["key"]): row["rule"] for row in found.iter_rows(named=True)}


def test_a_bad_line_refuses_its_whole_order_and_no_other(tmp_path: Path) -> None:
    orders = rows("repair_order", {}, {"ro_id": "r2"})
    lines = rows("ro_line", {"net_amount": "1,5"}, {"line_id": "2"}, {"ro_id": "r2"})
    result = pull(tmp_path, orders, lines)
    assert result.quarantined == 3
    assert [row["ro_id"] for row in landed(tmp_path, "repair_order")] == ["r2"]
    assert refused(tmp_path) == {
        ("repair_order", "r1"): "document_refused",
        ("ro_line", "r1|1"): "bad_decimal",
        ("ro_line", "r1|2"): "document_refused",
    }


def test_a_bad_header_takes_its_lines_with_it(tmp_path: Path) -> None:
    pull(tmp_path, rows("repair_order", {"status": "lost"}), rows("ro_line", {}))
    assert refused(tmp_path) == {
        ("repair_order", "r1"): "not_allowed",
        ("ro_line", "r1|1"): "document_refused",
    }


def test_a_line_without_its_order_is_an_orphan(tmp_path: Path) -> None:
    pull(tmp_path, rows("ro_line", {"ro_id": "r9"}))
    assert refused(tmp_path) == {("ro_line", "r9|1"): "orphan_line"}


def test_header_money_without_lines_is_refused_unless_void_or_deleted(tmp_path: Path) -> None:
    pull(
        tmp_path,
        rows(
            "repair_order",
            {},
            {"ro_id": "r2", "status": "void"},
            {"ro_id": "r3", "header_total": "0"},
            {"ro_id": "r4", "deleted": "true"},
            {"ro_id": "r5", "header_total": None, "header_tax": "1"},
        ),
    )
    assert refused(tmp_path) == {("repair_order", "r1"): "no_lines", ("repair_order", "r5"): "no_lines"}


def test_a_line_that_stands_twice_is_taken_once_and_one_that_contradicts_another_refuses_the_order(
    tmp_path: Path,
) -> None:
    result = pull(tmp_path, rows("repair_order", {}), rows("ro_line", {}, {}))
    assert (result.tables["ro_line"].landed, result.tables["ro_line"].unchanged) == (1, 1)
    pull(
        tmp_path,
        rows("repair_order", {}, file="g2"),
        rows("ro_line", {}, {"net_amount": "1"}, file="g2"),
        days=1,
    )
    assert set(refused(tmp_path).values()) == {"duplicate_key"} | {"document_refused"}


def test_a_site_that_is_not_mapped_refuses_the_row_and_names_the_code(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {"site": "S7"}))
    (row,) = quarantine.rows(tmp_path).iter_rows(named=True)
    assert (row["rule"], row["value"], row["site"]) == ("unmapped_site", "S7", "S7")
    assert str(row["amount"]) == "100.00"
    assert row["business_date"].isoformat() == "2026-03-10"


def test_a_word_that_no_map_knows_is_refused_and_a_known_one_lands_as_it_is(tmp_path: Path) -> None:
    source = Told([rows("tender", {"method_name": "Amex"}, {"tender_id": "t2", "method_name": "Visa"})])
    source.values = {("tender", "method_name"): {"Visa": "card"}}
    landing.pull(tmp_path, "dms", source, SITES, NOW)
    assert refused(tmp_path) == {("tender", "t1"): "unmapped_method_name"}
    assert [row["method_name"] for row in landed(tmp_path, "tender")] == ["Visa"]


def test_a_replay_after_the_fix_lands_the_row_in_its_old_place_in_time(tmp_path: Path) -> None:
    pull(tmp_path, rows("control_total", {"site": "S7", "value": "1"}))
    sites = {**SITES, "S7": "oak"}
    landing.pull(
        tmp_path,
        "dms",
        Told([rows("control_total", {"site": "S7", "value": "2"}, file="g2")]),
        sites,
        NOW + DAY,
    )
    done = quarantine.replay(tmp_path, "dms", Told([]), sites, NOW + 2 * DAY)
    assert (done.taken, done.still_open) == (1, 0)
    assert [row["value"] for row in newest(tmp_path, "control_total").values()] == [2]
    assert sorted(row["_order"] for row in landed(tmp_path, "control_total")) == [
        "|g1|00000000",
        "|g2|00000000",
    ]
    assert quarantine.rows(tmp_path).is_empty()
    assert quarantine.rows(tmp_path, status="replayed").height == 1


def test_a_replay_takes_an_order_whole_and_leaves_what_is_still_wrong(tmp_path: Path) -> None:
    orders = rows("repair_order", {"site": "S7"}, {"ro_id": "r2", "status": "lost"})
    pull(tmp_path, orders, rows("ro_line", {}, {"line_id": "2"}, {"ro_id": "r2"}))
    before = quarantine.fingerprint(tmp_path)
    done = quarantine.replay(tmp_path, "dms", Told([]), {"S7": "oak"}, NOW + DAY)
    assert (done.taken, done.still_open) == (3, 2)
    assert {row["line_id"] for row in landed(tmp_path, "ro_line")} == {"1", "2"}
    assert {row["ro_id"] for row in landed(tmp_path, "repair_order")} == {"r1"}
    assert quarantine.fingerprint(tmp_path) != before
    assert quarantine.replay(tmp_path, "dms", Told([]), {"S7": "oak"}, NOW + 2 * DAY).taken == 0


def test_a_replay_does_not_move_where_the_next_pull_begins(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {"site": "S7"}))
    quarantine.replay(tmp_path, "dms", Told([]), {"S7": "oak"}, NOW + DAY)
    source = Told([])
    landing.pull(tmp_path, "dms", source, SITES, NOW + 2 * DAY)
    assert source.asked[0].since == NOW


def test_a_replayed_row_and_the_same_row_read_again_are_one(tmp_path: Path) -> None:
    given = rows("tender", {"site": "S7", "colour": "red"}).frame.with_columns(points=pl.lit(5))
    told = Told([type(rows("tender"))("tender", given, "g1")])
    landing.pull(tmp_path, "dms", told, SITES, NOW)
    quarantine.replay(tmp_path, "dms", Told([]), {"S7": "oak"}, NOW + DAY)
    result = landing.pull(tmp_path, "dms", told, {"S7": "oak"}, NOW + 2 * DAY)
    assert (result.tables["tender"].landed, result.tables["tender"].unchanged) == (0, 1)


def test_the_summary_counts_a_row_that_is_refused_every_night_once(tmp_path: Path) -> None:
    for day in range(3):
        pull(tmp_path, rows("tender", {"site": "S7"}), days=day)
    (line,) = quarantine.summary(quarantine.rows(tmp_path)).iter_rows(named=True)
    assert (line["rows"], line["rule"], str(line["at_stake"])) == (1, "unmapped_site", "100.00")
    assert (line["first"], line["last"]) == (NOW, NOW + 2 * DAY)
    assert quarantine.rows(tmp_path)["times"].to_list() == [3]


def test_a_table_that_fails_stops_its_document_and_continues_from_before(tmp_path: Path) -> None:
    pull(tmp_path)
    broken = Failed("ro_line", SourceError("page 2 of 3 is missing"))
    result = pull(tmp_path, rows("repair_order", {}), broken, rows("tender", {}), days=1)
    assert landed(tmp_path, "repair_order") == []
    assert len(landed(tmp_path, "tender")) == 1
    assert result.failed["ro_line"] == "page 2 of 3 is missing"
    source = Told([])
    landing.pull(tmp_path, "dms", source, SITES, NOW + 2 * DAY)
    landing.pull(tmp_path, "dms", source, SITES, NOW + 3 * DAY)
    assert [window.since for window in source.asked] == [NOW, NOW + 2 * DAY]


def test_a_table_that_fails_on_the_first_pull_is_read_from_the_beginning_by_the_next(tmp_path: Path) -> None:
    pull(tmp_path, Failed("tender", SourceError("no")))
    source = Told([])
    landing.pull(tmp_path, "dms", source, SITES, NOW + DAY)
    assert source.asked[0].since is None


def test_a_required_column_that_is_gone_fails_its_table_and_keeps_the_rows_in_quarantine(
    tmp_path: Path,
) -> None:
    given = rows("tender", {})
    result = pull(tmp_path, type(given)("tender", given.frame.drop("amount"), "g1"), rows("phone_number", {}))
    assert "amount" in result.failed["tender"]
    assert refused(tmp_path) == {("tender", "t1"): "missing_column"}
    assert len(landed(tmp_path, "phone_number")) == 1

"""The connector of Shopdata sets: which sets are read, by which names, and what is refused."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Cursor, Failed, Rows, SourceError, TieoutError, Window
from connectors.landing import landing
from connectors.shopdata import TABLES, Shopdata

NOW = datetime(2026, 3, 6, tzinfo=UTC)
ROS = '"ro_number","open_date","close_date","parts_total","ro_total"\n'
PARTS = '"sale","ro_number","line_number","sequence","quantity"\n'
FILES = {
    "ros": ROS + '"7","2026-03-02","2026-03-04",12.50,12.50\n',
    "lines": '"ro_number","line_number","labor_sale"\n"7",1,0\n',
    "parts": PARTS + '12.50,"7",1,1,2\n',
}
EMPTY = {"techs": "ro_number,line_number,tech_id\n", "customers": "customer_id\n"}


def write(folder: Path, stamp: int = 1503711531, shop: str = "1234", **files: str | bytes) -> None:
    for table in TABLES:
        text = files.get(table, FILES.get(table, EMPTY.get(table, "ro_number\n")))
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"service_v1_{shop}_{table}_{stamp}.csv").write_bytes(data)


def pulled(
    folder: Path, cursor: Mapping[str, Any] | None = None, window: Mapping[str, Any] | None = None, **settings: Any
) -> tuple[dict[str, pl.DataFrame], dict[str, str], Mapping[str, Any]]:
    items = list(Shopdata(folder, **settings).pull(Window(None, NOW, cursor or {}, **(window or {}))))
    rows = {item.table: item.frame for item in items if isinstance(item, Rows)}
    failed = {item.table: str(item.error) for item in items if isinstance(item, Failed)}
    return rows, failed, next(item.value for item in items if isinstance(item, Cursor))


def landed(folder: Path, **settings: Any) -> landing.PullResult:
    return landing.pull(folder / "home", "sd", Shopdata(folder, **settings), {"1234": "x"}, NOW)


def test_columns_are_found_by_their_header_in_any_order_and_carry_the_shop(tmp_path: Path) -> None:
    write(tmp_path)
    rows, failed, _ = pulled(tmp_path)
    assert failed == {}
    assert rows["parts"].row(0, named=True) == {
        "sale": "12.50", "ro_number": "7", "line_number": "1", "sequence": "1", "quantity": "2", "shop": "1234",
    }  # fmt: skip


def test_a_set_without_one_of_its_ten_files_waits_and_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, stamp=1503797931)
    (tmp_path / "service_v1_1234_techs_1503797931.csv").unlink()
    rows, failed, cursor = pulled(tmp_path)
    assert rows["ros"].height == 1
    assert failed == {
        "set of shop 1234 at 1503797931": "the set of shop 1234 at 1503797931 lacks techs: a set is ten files"
    }
    write(tmp_path, stamp=1503797931, ros=ROS + '"8","2026-03-02",,0,0\n')
    assert pulled(tmp_path, cursor)[0]["ros"]["ro_number"].to_list() == ["8"]


def test_the_same_ten_contents_are_taken_once(tmp_path: Path) -> None:
    write(tmp_path)
    _, _, cursor = pulled(tmp_path)
    write(tmp_path, stamp=1503797931)
    assert pulled(tmp_path, cursor)[0] == {}


def test_the_later_set_wins_whatever_was_read_first(tmp_path: Path) -> None:
    write(tmp_path, stamp=1503797931, ros=ROS + '"7","2026-03-02","2026-03-04",12.50,99.00\n')
    landed(tmp_path)
    write(tmp_path, stamp=999999999)
    result = landed(tmp_path)
    assert result.tables["ros"].landed == 1  # a version, older than the one that is there
    versions = pl.concat([pl.read_parquet(file) for file in (tmp_path / "home/landing/sd").glob("*/ros.parquet")])
    assert versions.sort("_order")["ro_total"].to_list() == [Decimal("12.50"), Decimal("99.00")]


def test_headers_and_days_and_decimals_are_read_as_the_shop_writes_them(tmp_path: Path) -> None:
    text = 'RO;Nr,open_date,close_date,parts_total,ro_total\n7,02.03.2026,4.3.2026,"1.112,50","1.112,50"\n'
    write(tmp_path, ros=text.encode("cp1252"), parts=PARTS + '"1.112,50","7",1,1,"0,5"\n')
    settings = {"columns": {"ros": {"ro_number": "RO;Nr"}}, "dates": ("%d.%m.%Y",), "decimal": ","}
    rows, failed, _ = pulled(tmp_path, encoding="cp1252", **settings)
    assert failed == {}
    order = rows["ros"].row(0, named=True)
    assert (order["ro_number"], order["open_date"], order["close_date"], order["ro_total"]) == (
        "7", "2026-03-02", "2026-03-04", "1112.50",
    )  # fmt: skip
    assert rows["parts"]["quantity"].to_list() == ["0.5"]


def test_a_decimal_comma_that_nobody_announced_is_refused_with_its_order(tmp_path: Path) -> None:
    write(tmp_path, parts=PARTS + '"12,50","7",1,1,2\n')
    result = landed(tmp_path)
    assert (result.tables["ros"].quarantined, result.tables["ros"].landed) == (1, 0)
    records = pl.read_parquet(next((tmp_path / "home/quarantine/sd").glob("*/parts.parquet")))
    assert (records["rule"][0], records["value"][0]) == ("bad_decimal", "12,50")


def test_an_unknown_column_is_kept_and_a_renamed_one_stops_the_table(tmp_path: Path) -> None:
    write(
        tmp_path,
        ros=ROS.replace('"ro_total"', '"ro_total","loyalty"') + '"7","2026-03-02","2026-03-04",12.50,12.50,"GOLD"\n',
    )
    assert "loyalty" in str(landed(tmp_path).warnings)
    write(tmp_path, stamp=1503797931, parts=PARTS.replace("sale", "Sale") + '12.50,"7",1,1,2\n')
    assert "sends no column sale" in landed(tmp_path).failed["parts"]


def test_a_code_that_nobody_has_named_is_refused_with_its_order(tmp_path: Path) -> None:
    misc = 'ro_number,sequence,code,sale\n"7",1,"HAZ",3.00\n'
    write(tmp_path, misc=misc)
    assert landed(tmp_path).tables["ros"].quarantined == 1
    assert (
        landing.pull(tmp_path / "again", "sd", Shopdata(tmp_path, misc_codes={"HAZ": "fee"}), {"1234": "x"}, NOW)
        .tables["misc"]
        .landed
        == 1
    )


BAD = {
    "cut_off": (b'"ro_number","open_date"\n"7","2026', "line 2"),
    "short_record": (b'ro_number,open_date\n"7"\n', "1 fields, the header has 2"),
    "not_utf8": (b"ro_number,open_date\n\xe9,2026-03-02\n", "byte 0xe9 is not UTF-8"),
    "utf16": ("ro_number\n".encode("utf-16"), "is UTF-16"),
    "no_header": (b"", "the first line must name each column once"),
    "twice": (b"ro_number,ro_number\n1,2\n", "the first line must name each column once"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_stops_its_set_whole_and_is_named(tmp_path: Path, case: str) -> None:
    content, message = BAD[case]
    write(tmp_path)
    write(tmp_path, stamp=1503797931, ros=content)
    rows, failed, cursor = pulled(tmp_path)
    assert rows["ros"]["ro_number"].to_list() == ["7"]
    assert message in failed["set of shop 1234 at 1503797931"]
    assert len(cursor["sets"]) == 1  # the bad one is tried again


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    write(tmp_path, ros=("\ufeff" + FILES["ros"]).encode())
    assert landed(tmp_path).tables["ros"].landed == 1


def test_a_packed_file_that_unpacks_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "service_v1_1234_ros_1503711531.csv").unlink()
    (tmp_path / "service_v1_1234_ros_1503711531.csv.gz").write_bytes(gzip.compress(b"ro_number\n" * 2**18, 1))
    rows, failed, _ = pulled(tmp_path, max_megabytes=1)
    assert rows == {}
    assert "more than 1048576 bytes" in failed["set of shop 1234 at 1503711531"]


def test_named_days_are_read_again_by_their_close(tmp_path: Path) -> None:
    write(tmp_path, ros=FILES["ros"] + '"8","2026-03-02","2026-03-05",0,0\n')
    _, _, cursor = pulled(tmp_path)
    rows, _, _ = pulled(tmp_path, cursor, {"dates": (date(2026, 3, 5), date(2026, 3, 5))})
    assert rows["ros"]["ro_number"].to_list() == ["8"]
    assert "parts" not in rows


def test_settings_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    for settings, message in (
        ({"misc_codes": {"X": "gift"}}, r"misc_codes\.X: 'gift' is none of sublet"),
        ({"columns": {"orders": {}}}, r"columns\.orders"),
        ({"columns": {"ros": {"number": "RO"}}}, r"columns\.ros\.number: no such column"),
        ({"decimal": ";"}, "decimal: ';' is none of"),
        ({"encoding": "ebcdic"}, "encoding: 'ebcdic'"),
    ):
        with pytest.raises(TieoutError, match=message):
            Shopdata(tmp_path, **settings)


def test_check_says_what_is_in_the_folder_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    write(tmp_path)
    assert Shopdata(tmp_path).check() == [f"{tmp_path}: 1 complete sets of 1, the last of shop 1234 at 1503711531"]
    with pytest.raises(SourceError, match="no such folder"):
        Shopdata(tmp_path / "gone").check()

"""The connector of call detail records: layouts, encodings, and the file followed through rotation."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.asterisk import LAYOUTS, Asterisk
from connectors.base import Cursor, Failed, Rows, SourceError, TieoutError, Window

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def line(number: int, columns: int = 18, name: str = "Pat") -> bytes:
    """One row of an answered call, in the layout of that many columns."""
    fields = [
        "",
        "3125550101",
        "100",
        "from-trunk",
        f'""{name}"" <3125550101>',
        f"SIP/t-{number:08x}",
        "SIP/100-1",
        "Dial",
    ]
    text = ",".join(f'"{field}"' for field in [*fields, "SIP/100"])
    text += (
        f',"2026-03-02 10:{number:02d}:00",,"2026-03-02 10:{number:02d}:30",30,0,"NO ANSWER","DOCUMENTATION"'
    )
    text += "".join(
        [f',"17.{number}"', ',""', f',"",17.{number},{number}'][: {16: 0, 17: 1, 18: 2, 21: 3}[columns]]
    )
    return text.encode() + b"\n"


def pulled(
    path: Path,
    cursor: Mapping[str, Any] | None = None,
    dates: tuple[date, date] | None = None,
    **settings: Any,
) -> tuple[list[dict[str, Any]], dict[str, str], Mapping[str, Any]]:
    source = Asterisk(path, **{"gmt": True, **settings})
    items = list(source.pull(Window(None, NOW, cursor or {}, dates=dates)))
    frames = [item.frame for item in items if isinstance(item, Rows)]
    failed = {item.table: str(item.error) for item in items if isinstance(item, Failed)}
    rows = pl.concat(frames).to_dicts() if frames else []
    return rows, failed, next(item.value for item in items if isinstance(item, Cursor))


def channels(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["channel"].rsplit("-", 1)[1], 16) for row in rows]


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "Master.csv"
    path.write_bytes(line(1) + line(2))
    return path


@pytest.mark.parametrize("columns", LAYOUTS)
def test_each_layout_is_told_by_its_number_of_columns(tmp_path: Path, columns: int) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(line(3, columns))
    (row,), _, _ = pulled(path)
    assert (row["start"], row["answer"], row["duration"]) == ("2026-03-02 10:03:00", None, "30")
    assert row["call_id"] == (row["row_id"] if columns == 16 else "17.3")


def test_without_ids_a_row_is_known_by_its_content_and_not_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(line(1, 16) + line(2, 16))
    (tmp_path / "b.csv").write_bytes(line(2, 16))
    assert pulled(tmp_path / "a.csv")[0][1]["row_id"] == pulled(tmp_path / "b.csv")[0][0]["row_id"]


def test_columns_in_an_order_of_their_own_are_named_by_the_settings(tmp_path: Path, shared: Path) -> None:
    head = (*LAYOUTS[16][4:5], *LAYOUTS[16][1:4], *LAYOUTS[16][5:])  # clid first
    order = [*head, "accountcode", "uniqueid", "userfield", "sequence"]
    rows, _, _ = pulled(shared / "samples/asterisk/Master_cdr_custom_19col.csv", columns=order)
    assert len(rows) == 14
    assert all(row["line"] is None for row in rows)
    assert rows[0] | {"src": "client1", "dst": "6789", "billsec": "13", "call_id": "1690325492.2"} == rows[0]


def test_a_row_of_another_shape_is_kept_as_text_for_the_contract_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(line(1) + b'"a","b"\n' + line(2).replace(b"2026-03-02 10:02:00", b"yesterday") + line(3))
    rows, _, _ = pulled(path)
    assert [row["start"] is None for row in rows] == [False, True, True, False]
    assert rows[1]["line"] == '"a","b"'
    assert "yesterday" in rows[2]["line"]


def test_a_name_in_another_encoding_is_readable_and_its_bytes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    bad = line(1, name="M\xfcller").decode().encode("latin-1")
    path.write_bytes(bad + line(2, name="Müller"))
    first, second = pulled(path)[0]
    assert first["clid"] == '"M\\xfcller" <3125550101>'
    assert bytes.fromhex(first["line_hex"]) == bad.rstrip(b"\n")
    assert (second["clid"], second["line_hex"]) == ('"Müller" <3125550101>', None)
    assert pulled(path, encoding="latin-1")[0][0]["clid"] == '"Müller" <3125550101>'


def test_a_quoted_line_break_stays_inside_its_record() -> None:
    rows, _, _ = pulled(HERE / "Master.csv")
    assert len(rows) == 8
    assert rows[4]["clid"] == '"Desk\nsecond line" <101>'


def test_a_half_written_last_line_is_left_for_the_next_pull(master: Path) -> None:
    whole = line(3)
    with master.open("ab") as out:
        out.write(whole[:40])
    rows, _, cursor = pulled(master)
    assert channels(rows) == [1, 2]
    with master.open("ab") as out:
        out.write(whole[40:] + line(4))
    assert channels(pulled(master, cursor)[0]) == [3, 4]


def test_a_quote_that_never_closes_costs_its_own_line_only(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(b'"broken\n' + b"".join(line(number) for number in range(1, 20)))
    rows, _, _ = pulled(path)
    assert rows[0]["line"] == '"broken'
    assert channels(rows[1:]) == list(range(1, 20))


def test_nothing_new_is_nothing(master: Path) -> None:
    _, _, cursor = pulled(master)
    assert pulled(master, cursor)[:2] == ([], {})


@pytest.mark.parametrize("suffix", [".1", ".1.gz", "-20260302", "-20260302-2359.gz"])
def test_a_rotated_file_is_finished_before_the_new_one(master: Path, suffix: str) -> None:
    _, _, cursor = pulled(master)
    whole = master.read_bytes() + line(3)
    rotated = master.with_name(master.name + suffix)
    rotated.write_bytes(gzip.compress(whole) if suffix.endswith("gz") else whole)
    master.unlink()
    master.write_bytes(line(4))
    rows, failed, after = pulled(master, cursor)
    assert (channels(rows), failed) == ([3, 4], {})
    assert pulled(master, after)[0] == []


def test_a_file_that_is_copied_and_truncated_is_finished_in_its_copy(master: Path) -> None:
    _, _, cursor = pulled(master)
    inode = master.stat().st_ino
    shutil.copy(master, master.with_name("Master.csv.1"))
    with master.with_name("Master.csv.1").open("ab") as copy:
        copy.write(line(3))
    os.truncate(master, 0)
    with master.open("ab") as out:
        out.write(line(4) + line(5) + line(6))  # longer than what was read: size alone would not tell
    assert master.stat().st_ino == inode
    assert channels(pulled(master, cursor)[0]) == [3, 4, 5, 6]


def test_two_rotations_between_two_pulls_lose_nothing(master: Path) -> None:
    _, _, cursor = pulled(master)
    master.rename(master.with_name("Master.csv.2"))
    master.with_name("Master.csv.1").write_bytes(line(3))
    master.write_bytes(line(4))
    assert channels(pulled(master, cursor)[0]) == [3, 4]


def test_a_rotation_before_the_new_file_exists_loses_nothing(master: Path) -> None:
    _, _, cursor = pulled(master)
    master.rename(master.with_name("Master.csv.1"))
    rows, _, cursor = pulled(master, cursor)
    assert rows == []
    master.write_bytes(line(3))
    assert channels(pulled(master, cursor)[0]) == [3]


def test_a_half_line_at_the_end_of_a_finished_file_is_delivered_as_it_is(master: Path) -> None:
    _, _, cursor = pulled(master)
    with master.open("ab") as out:
        out.write(line(3)[:30])
    master.rename(master.with_name("Master.csv.1"))
    master.write_bytes(line(4))
    half, whole = pulled(master, cursor)[0]
    assert half["line"] == line(3)[:30].decode()
    assert whole["start"] == "2026-03-02 10:04:00"


def test_a_file_that_vanished_is_said_once_and_the_rest_is_read(master: Path) -> None:
    _, _, cursor = pulled(master)
    master.write_bytes(line(7))
    rows, failed, cursor = pulled(master, cursor)
    assert channels(rows) == [7]
    assert "is gone" in failed["file Master.csv"]
    assert pulled(master, cursor)[1] == {}


def test_named_dates_are_read_again_from_all_files(master: Path) -> None:
    master.with_name("Master.csv.1").write_bytes(line(9).replace(b"2026-03-02", b"2026-03-01"))
    _, _, cursor = pulled(master)
    assert channels(pulled(master, cursor, (date(2026, 3, 1), date(2026, 3, 1)))[0]) == [9]


def test_a_missing_file_is_an_error_and_not_a_silent_day(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file, nor a rotated one"):
        pulled(tmp_path / "Master.csv")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gmt": False}, "timezone: '' is no time zone"),
        ({"timezone": "America/Chicago"}, "gmt: is set together with timezone"),
        ({"columns": 20}, "columns: 20 is not auto, 16, 17, 18, 21 or a list"),
        ({"columns": ["src", "dst"]}, "columns: answer, channel, .* is missing; name every"),
        ({"encoding": "utf-16"}, "encoding: 'utf-16' is no encoding of a CSV file"),
        ({"entry_points": {"night": ["x"]}}, "entry_points.night: is none of"),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(TieoutError, match=message):
        Asterisk(tmp_path / "Master.csv", **{"gmt": True, **settings})


def test_check_counts_the_rotated_files_too(master: Path) -> None:
    shutil.copy(master, master.with_name("Master.csv.1"))
    assert Asterisk(master, gmt=True).check() == [
        f"{master}: 2 file(s) with the rotated ones, {2 * master.stat().st_size} bytes"
    ]

"""Deliveries in a drop folder: what is taken, once, in which order, and what is refused by name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow
import pytest

from connectors.base import Cursor, Failed, Rows, SourceError, TieoutError, Warned, Window
from connectors.files import Files
from connectors.landing import landing

TENDER = {
    "tender_id": "t1",
    "site": "S0",
    "kind": "final",
    "method": "cash",
    "amount": "12.30",
    "business_date": "2026-03-10",
    "updated_at": "2026-03-10T12:00:00Z",
}
UNTIL = datetime(2026, 3, 11, tzinfo=UTC)


def csv_of(*rows: dict[str, str]) -> bytes:
    return "\n".join([",".join(TENDER), *(",".join(row.values()) for row in rows), ""]).encode()


def deliver(drop: Path, name: str, data: bytes | None = None, rows: int = 1, file: str = "tender.csv") -> Path:
    folder = drop / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(csv_of(TENDER) if data is None else data)
    (folder / "_READY").write_text(f"{file},{rows}\n")
    return folder


class Reader:
    """Pulls again and again with the cursor of the time before."""

    def __init__(self, drop: Path) -> None:
        self.source, self.cursor = Files(drop), {}

    def pull(self, **more: Any) -> tuple[list[Rows], list[Failed]]:
        items = list(self.source.pull(Window(None, UNTIL, self.cursor, **more)))
        (self.cursor,) = [json.loads(json.dumps(item.value)) for item in items if isinstance(item, Cursor)]
        return [i for i in items if isinstance(i, Rows)], [i for i in items if isinstance(i, Failed)]

    def taken(self, **more: Any) -> list[str]:
        rows, failed = self.pull(**more)
        assert not failed
        return [item.file for item in rows]

    def refusal(self) -> str:
        rows, (failed,) = self.pull()
        assert not rows
        return str(failed.error)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


@pytest.fixture
def reader(drop: Path) -> Iterator[Reader]:
    return Reader(drop)


def zstd(data: bytes) -> bytes:
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def parquet() -> bytes:
    import io

    buffer = io.BytesIO()
    pl.DataFrame([TENDER]).write_parquet(buffer)
    return buffer.getvalue()


JSONL = (json.dumps(TENDER).replace('"12.30"', "12.30") + "\n").encode()


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("tender.csv", csv_of(TENDER)),
        ("tender.csv", b"\xef\xbb\xbf" + csv_of(TENDER)),
        ("tender.csv", csv_of(TENDER).replace(b"\n", b"\r\n")),
        ("tender.csv.gz", gzip.compress(csv_of(TENDER))),
        ("tender.csv.zst", zstd(csv_of(TENDER))),
        ("tender.jsonl", JSONL),
        ("tender.jsonl.zst", zstd(JSONL)),
        ("tender.parquet", parquet()),
        ("tender.parquet.gz", gzip.compress(parquet())),
    ],
)
def test_every_format_gives_the_same_rows(drop: Path, reader: Reader, file: str, data: bytes) -> None:
    deliver(drop, "g1", data, file=file)
    ((item,), _) = reader.pull()
    assert item.frame.to_dicts() == [TENDER]


def test_deliveries_are_taken_in_the_order_of_their_names_and_once(drop: Path, reader: Reader) -> None:
    deliver(drop, "g2", csv_of({**TENDER, "amount": "2"}))
    deliver(drop, "g1", csv_of({**TENDER, "amount": "1"}))
    assert reader.taken() == ["g1", "g2"]
    assert reader.taken() == []
    deliver(drop, "g3")
    assert reader.taken() == ["g3"]


def test_a_folder_without_ready_is_not_read(drop: Path, reader: Reader) -> None:
    (deliver(drop, "g1") / "_READY").unlink()
    assert reader.taken() == []


def test_the_same_bytes_under_another_name_are_one_delivery(drop: Path, reader: Reader) -> None:
    deliver(drop, "g1")
    deliver(drop, "g2")
    assert reader.taken() == ["g1"]


def test_after_a_late_delivery_the_later_ones_are_read_again(drop: Path, reader: Reader) -> None:
    for name in ("g1", "g3"):
        deliver(drop, name, csv_of({**TENDER, "amount": name[1:]}))
    reader.pull()
    deliver(drop, "g2", csv_of({**TENDER, "amount": "2"}))
    assert reader.taken() == ["g2", "g3"]


def test_a_late_delivery_is_refused_when_a_later_one_can_no_longer_be_read_again(drop: Path, reader: Reader) -> None:
    import shutil

    deliver(drop, "g3")
    reader.pull()
    shutil.rmtree(drop / "g3")
    deliver(drop, "g2", csv_of({**TENDER, "amount": "2"}))
    assert "g2 comes after g3 was taken" in reader.refusal()


def test_a_re_read_of_dates_takes_every_delivery_again(drop: Path, reader: Reader) -> None:
    deliver(drop, "g1")
    reader.pull()
    assert reader.taken(dates=(date(2026, 3, 1), date(2026, 3, 2))) == ["g1"]


def test_a_bad_delivery_is_refused_by_name_while_the_others_go_on(drop: Path, reader: Reader) -> None:
    deliver(drop, "g1", rows=2)
    deliver(drop, "g2", csv_of({**TENDER, "amount": "2"}))
    rows, (failed,) = reader.pull()
    assert [item.file for item in rows] == ["g2"]
    assert failed.table == "delivery g1"
    deliver(drop, "g1")
    assert reader.taken() == ["g1", "g2"]


BAD = [
    ("g1/tender.csv holds 1 rows, _READY says 2", {"rows": 2}),
    (
        "g1/tender.csv line 2: byte 0xe9 is not UTF-8",
        {"data": csv_of({**TENDER, "site": "S0"}).replace(b"S0", b"\xe9")},
    ),
    ("g1/tender.csv is UTF-16", {"data": csv_of(TENDER).decode().encode("utf-16")}),
    (
        "g1/tender.csv.gz is cut off or broken",
        {"data": gzip.compress(csv_of(TENDER) * 99)[:-20], "file": "tender.csv.gz"},
    ),
    ("g1/tender.csv.gz is cut off or broken", {"data": b"no gzip", "file": "tender.csv.gz"}),
    ("g1/tender.csv.zst is cut off or broken", {"data": b"no zstd", "file": "tender.csv.zst"}),
    (
        "g1/tender.csv.zst is cut off or broken",
        {"data": zstd(csv_of(TENDER) * 99)[:-30], "file": "tender.csv.zst"},
    ),
    ("g1/tender.csv line 3: 2 fields, the header has 7", {"data": csv_of(TENDER) + b"t2,S0\n"}),
    ("g1/tender.csv line 2: unexpected end of data", {"data": csv_of(TENDER).replace(b"t1", b'"t1')}),
    ("the first line must name each column once", {"data": b"site,site\nS0,S0\n"}),
    ("the first line must name each column once", {"data": b"", "rows": 0}),
    ("g1/tender.jsonl line 2 is no JSON", {"data": JSONL + b"{", "file": "tender.jsonl"}),
    ("g1/tender.jsonl line 1: expected an object", {"data": b"[1]\n", "file": "tender.jsonl"}),
    ("g1/tender.parquet cannot be read as parquet", {"data": b"PAR1 no", "file": "tender.parquet"}),
    ("'recipe' is no canonical entity", {"file": "recipe.csv"}),
    ("'tender.xlsx,1' is not `name,rows`", {"file": "tender.xlsx"}),
]


@pytest.mark.parametrize(("message", "given"), BAD)
def test_a_bad_file_is_refused_with_its_name_and_the_place(
    drop: Path, reader: Reader, message: str, given: dict[str, Any]
) -> None:
    deliver(drop, "g1", **given)
    assert message in reader.refusal()


def test_a_delivery_that_changes_after_it_was_taken_is_refused(drop: Path, reader: Reader) -> None:
    deliver(drop, "g1")
    reader.pull()
    deliver(drop, "g1", csv_of({**TENDER, "amount": "99"}))
    assert "g1 has changed after it was taken" in reader.refusal()


def test_a_file_that_ready_does_not_name_or_that_is_missing_refuses_the_delivery(drop: Path, reader: Reader) -> None:
    folder = deliver(drop, "g1")
    (folder / "call.csv").write_text("call_id\n")
    assert "g1/call.csv is not named in _READY" in reader.refusal()
    (folder / "call.csv").unlink()
    (folder / "tender.csv").unlink()
    assert "g1/tender.csv is named in _READY and is not there" in reader.refusal()


def test_an_order_that_stands_twice_refuses_the_delivery(drop: Path, reader: Reader) -> None:
    deliver(drop, "g1", b"ro_id,site\nr1,S0\nr2,S0\nr1,S0\n", 3, "repair_order.csv")
    assert "g1: repair order 'r1' stands 2 times" in reader.refusal()


def test_orders_come_before_their_lines(drop: Path, reader: Reader) -> None:
    folder = deliver(drop, "g1", b"ro_id,line_id\nr1,1\n", 1, "ro_line.csv")
    (folder / "repair_order.csv").write_text("ro_id\nr1\n")
    (folder / "_READY").write_text("ro_line.csv,1\nrepair_order.csv,1\n")
    rows, _ = reader.pull()
    assert [item.table for item in rows] == ["repair_order", "ro_line"]


def test_a_drop_folder_that_is_not_there_is_an_error_and_not_an_empty_day(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the drop folder .* is not there"):
        list(Files(tmp_path / "nowhere").pull(Window(None, UNTIL)))


def test_check_says_what_is_there(drop: Path) -> None:
    deliver(drop, "g1")
    assert Files(drop).check() == [f"{drop}: 1 complete deliveries, the last by name g1"]


CALLS = b"""call_id,from_number,to_number
1,(312) 555-0100,+13125550199
2,+1 312 555-0101,2125550102
3,anonymous,204
4,,12
"""


def numbers_of(drop: Path, **settings: str) -> tuple[list[tuple[Any, ...]], list[str]]:
    deliver(drop, "1", CALLS, rows=4, file="call.csv")
    items = list(Files(drop, **settings).pull(Window(None, UNTIL)))
    (frame,) = [item.frame for item in items if isinstance(item, Rows)]
    return frame.select("from_number", "to_number").rows(), [item.text for item in items if isinstance(item, Warned)]


def test_telephone_numbers_become_e164_by_the_country_of_the_connection(drop: Path) -> None:
    rows, warned = numbers_of(drop, country="US")
    assert rows[:2] == [("+13125550100", "+13125550199"), ("+13125550101", "+12125550102")]
    assert rows[2:] == [("anonymous", "204"), (None, "12")]  # no number, and extensions
    assert warned == []


def test_without_a_country_they_stay_as_they_are_with_a_warning_that_names_the_fix(drop: Path) -> None:
    rows, (first, second) = numbers_of(drop)
    assert rows[:2] == [("(312) 555-0100", "+13125550199"), ("+13125550101", "2125550102")]
    assert "1: call.from_number: 1 number(s) such as '(312) 555-0100' are not in E.164" in first
    assert "call.to_number: 1 number(s) such as '2125550102'" in second
    assert second.endswith("write +13125550100, or say whose they are, as country: US")


def test_several_numbers_of_a_customer_are_each_made_e164_and_land_with_the_warnings_of_others(
    drop: Path, tmp_path: Path
) -> None:
    said = b"customer_id,site,phones,updated_at\n1,S0,312-555-0100;+13125550101;none,2026-03-10T12:00:00Z\n"
    deliver(drop, "1", said, file="customer.csv")
    done = landing.pull(tmp_path, "dms", Files(drop, country="US"), {"S0": "chi"}, UNTIL)
    landed = pl.read_parquet(tmp_path / "landing" / "dms" / done.pull_id / "customer.parquet")
    assert landed["phones"].to_list() == ["+13125550100;+13125550101;none"]
    assert done.warnings == []
    done = landing.pull(tmp_path / "other", "dms", Files(drop), {"S0": "chi"}, UNTIL)
    assert [text[:40] for text in done.warnings] == ["1: customer.phones: 1 number(s) such as "]


def test_a_country_that_is_none_is_refused(drop: Path) -> None:
    with pytest.raises(TieoutError, match="country: 'USA' is no country; write US, CA or DE"):
        Files(drop, country="USA")

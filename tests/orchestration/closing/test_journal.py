"""The journal's chain: every altered byte is named, a cut tail against a head that was kept, a broken one refuses."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from shops import DAY, Shops

from connectors.base import TieoutError
from orchestration.closing import book, folders, journal, tables, verify
from orchestration.closing.journal import FIRST, Said, check
from orchestration.closing.state import of_day
from reporting.close import ReportError

AT = datetime(2026, 3, 11, 1, tzinfo=UTC)


def said(act: str = "sign", day: date | None = DAY, by: str = "Ann Lee", site: str = "chi") -> Said:
    return Said(
        act, site, day, by, "geprüft: alles da", "b1", "v1", {"delta": "0.00", "total_pay": "1224.60"},
        [{"control": "C-11", "key": "k", "document": "RO 1", "reason": "“refunded”\n"}], {"facts.parquet": "0" * 64},
        {"of": None},
    )  # fmt: skip


def written(home: Path, entries: int = 12) -> bytes:
    """A journal of so many entries."""
    with book.opened(home) as journal_:
        for number in range(entries):
            journal_.append(said(day=date(2026, 3, 1 + number % 28), site=("chi", "den")[number % 2]), AT)
    return (home / "close" / "journal.jsonl").read_bytes()


def test_an_entry_is_one_line_of_canonical_json_and_holds_its_own_hash_and_the_one_before(tmp_path: Path) -> None:
    first, second = written(tmp_path, 2).splitlines()
    told = json.loads(first)
    assert list(told) == sorted(told)
    assert b": " not in first.replace("geprüft: ".encode(), b"")
    assert (told["previous"], json.loads(second)["previous"]) == (FIRST, told["hash"])
    assert told["at"] == "2026-03-11T01:00:00Z"
    assert [entry.line for entry in check(first + b"\n" + second + b"\n").entries] == [first + b"\n", second + b"\n"]


def test_ten_thousand_altered_bytes_are_each_named_with_line_day_and_shop(tmp_path: Path) -> None:
    data = written(tmp_path)
    entries = check(data).entries
    assert len(entries) == 12
    dice = random.Random(5)
    for _ in range(10_000):
        place = dice.randrange(len(data))
        altered = bytearray(data)
        altered[place] = (data[place] + dice.randrange(1, 256)) % 256
        fault = check(bytes(altered)).fault
        line = data.count(b"\n", 0, place)
        assert fault is not None, (place, altered[place])
        assert fault.line == line + 1, (place, altered[place], fault)
        told = bytes(altered).split(b"\n")[line]
        for name, value in (("site", entries[line].site), ("date", str(entries[line].date))):
            if f'"{name}":"{value}"'.encode() in told:
                assert getattr(fault, name) == value, (place, altered[place], fault)


def test_an_altered_figure_is_named_with_its_line_shop_and_day(tmp_path: Path) -> None:
    data = written(tmp_path, 3)
    altered = check(data.replace(b"1224.60", b"9224.60"))
    assert str(altered.fault) == "line 1 (chi 2026-03-01): is not what its hash was made of: it was altered"
    lines = data.splitlines(keepends=True)
    second = check(lines[0] + lines[1].replace(b"1224.60", b"9224.60") + lines[2])
    assert str(second.fault).startswith("line 2 (den 2026-03-02): ")


@pytest.mark.parametrize(
    ("order", "line", "what"),
    [
        ((0, 2, 3), 2, "is entry 3 where entry 2 should be"),
        ((1, 2, 3), 1, "is entry 2 where entry 1 should be"),
        ((0, 2, 1, 3), 2, "is entry 3 where entry 2 should be"),
        ((0, 1, 1, 2, 3), 3, "is entry 2 where entry 3 should be"),
    ],
)
def test_entries_that_were_removed_moved_or_repeated_are_named(
    tmp_path: Path, order: tuple[int, ...], line: int, what: str
) -> None:
    lines = written(tmp_path, 4).splitlines(keepends=True)
    fault = check(b"".join(lines[place] for place in order)).fault
    assert fault is not None
    assert fault.line == line
    assert what in fault.what


def test_an_entry_that_was_written_anew_with_a_hash_of_its_own_is_named_by_the_one_that_follows(tmp_path: Path) -> None:
    data = written(tmp_path, 4)
    before = check(data).entries
    forged = journal.entry(said(by="Somebody Else"), 2, AT, before[0].hash)
    lines = data.splitlines(keepends=True)
    fault = check(lines[0] + forged.line + lines[2] + lines[3]).fault
    assert fault is not None
    assert (fault.line, fault.date) == (2, "2026-03-10")
    assert "one of the two was written anew" in fault.what


def test_a_cut_tail_looks_whole_and_is_caught_by_a_head_that_was_kept(tmp_path: Path) -> None:
    data = written(tmp_path, 5)
    head = check(data).head
    (tmp_path / "close" / "journal.jsonl").write_bytes(b"".join(data.splitlines(keepends=True)[:3]))
    assert journal.read(tmp_path).fault is None
    found = verify.verify(tmp_path, head)
    assert not found.ok
    assert (
        "the journal was cut off, or written anew, after that head was kept (it ends with entry 3, chi 2026-03-03)"
        in found.cut
    )
    (tmp_path / "close" / "journal.jsonl").unlink()
    assert "it is empty" in verify.verify(tmp_path, head).cut


def test_every_head_that_was_ever_kept_is_found_in_a_journal_that_has_only_grown(tmp_path: Path) -> None:
    entries = check(written(tmp_path, 5)).entries
    hashes = [FIRST, *(entry.hash for entry in entries)]
    assert [verify.verify(tmp_path, head.upper()).since for head in hashes] == [5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("head", ["abc", "g" * 64, "0" * 63])
def test_what_is_no_head_is_said_so(tmp_path: Path, head: str) -> None:
    with pytest.raises(ReportError, match="is no head; it is the 64 hex digits"):
        verify.verify(tmp_path, head)


def test_a_line_that_nobody_is_writing_and_has_no_end_is_a_fault(tmp_path: Path) -> None:
    data = written(tmp_path, 2)
    (tmp_path / "close" / "journal.jsonl").write_bytes(data[:-30])
    fault = journal.read(tmp_path).fault
    assert fault is not None
    assert (fault.line, fault.site, fault.date, fault.what) == (2, "den", "2026-03-02", "is no whole line")


def test_a_broken_journal_takes_no_entry_and_every_reader_is_told(shops: Shops) -> None:
    shops.sign()
    data = shops.journal().read_bytes()
    shops.journal().write_bytes(data.replace(b"107.00", b"108.00"))
    with pytest.raises(TieoutError, match=r"line 1 \(chi 2026-03-10\): .*restore it from your backup"):
        shops.sign("den")
    with pytest.raises(journal.JournalBroken):
        shops.reopen()
    assert shops.journal().read_bytes() == data.replace(b"107.00", b"108.00")
    state = of_day(shops.home, "chi", DAY)
    assert state.signed is None
    assert state.broken.startswith("line 1 (chi 2026-03-10)")


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (lambda folder: (folder / "facts.parquet").unlink(), "facts.parquet is gone"),
        (lambda folder: _alter(folder / "facts.parquet"), "facts.parquet is not what was signed: it was altered"),
        (lambda folder: (folder / "more.parquet").write_text("x"), "more.parquet was never signed: it was added"),
    ],
)
def test_files_of_a_signed_day_that_were_altered_removed_or_added_are_named(
    shops: Shops, harm: Callable[..., object], what: str
) -> None:
    shops.sign("den")
    shops.sign()
    harm(folders.of(shops.home, "chi", DAY, 2))
    found = verify.verify(shops.home)
    assert found.fault is not None
    assert (found.fault.line, found.fault.site, found.fault.date) == (2, "chi", "2026-03-10")
    assert what in found.fault.what


def _alter(file: Path) -> None:
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"?")


def test_a_reopened_days_files_are_still_looked_at(shops: Shops) -> None:
    shops.sign()
    shops.reopen()
    _alter(folders.of(shops.home, "chi", DAY, 1) / "facts.parquet")
    assert verify.verify(shops.home).fault is not None


def test_the_journal_as_relations_has_every_entry_and_the_days_that_stand(shops: Shops) -> None:
    shops.sign()
    shops.sign("den")
    shops.reopen("den")
    told = journal.require(shops.home)
    events = tables.close_event(told, {"chi": 7})
    assert events["act"].to_list() == ["sign", "sign", "reopen"]
    assert events["site_key"].to_list() == [7, -1, -1]
    (day,) = tables.signed_day(told, {"chi": 7, "den": 8}).rows(named=True)
    assert (day["site_key"], day["business_date"], day["seq"], day["signed_by"]) == (7, DAY, 1, "Ann Lee")
    assert day["signed_ts"] == datetime(2026, 3, 13, 12, tzinfo=UTC)
    assert day["is_same_release"] is True
    assert day["stored_hash"] == tables.stored_hash(told.entries[0].stored)


def test_an_empty_journal_gives_empty_relations_of_the_same_types(tmp_path: Path) -> None:
    told = journal.read(tmp_path)
    assert tables.close_event(told, {}).schema == tables.CLOSE_EVENT
    assert tables.signed_day(told, {}).schema == tables.SIGNED_DAY

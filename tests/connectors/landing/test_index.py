"""Pulls are known from one file, and what counts is still their manifests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from connectors.landing import index, manifest
from connectors.landing.manifest import Counts, Manifest

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
MANY = index.WORTH_WRITING
ABOUT = {"name": "tender.parquet"}


def committed(home: Path, days: int) -> list[Manifest]:
    """A pull a day: tables with and without rows that landed or were refused, and every third without any table."""
    made = []
    for day in range(days):
        until = FIRST + timedelta(days=day)
        window = {"since": None, "until": until.isoformat(), "dates": None, "sweep": False}
        tables = {"tender": Counts(rows_in=day, landed=day - 1, quarantined=1), "call": Counts()} if day % 3 else {}
        here = {"tender": ABOUT} if tables else {}
        made.append(
            Manifest("files", "chi", manifest.pull_id("chi", until), until.isoformat(), window, {}, {}, "complete",
                     tables=tables, files=here, quarantine=here)
        )  # fmt: skip
        manifest.write(home, made[-1])
    return made


def expected(made: list[Manifest]) -> list[tuple[object, ...]]:
    """Pull by pull as the manifests say it."""
    rows: list[tuple[object, ...]] = []
    for said in made:
        start = (said.pull_id, said.until)
        for table, counts in sorted(said.tables.items()):
            there = table in said.files
            rows.append((*start, table, counts.rows_in, counts.landed, counts.quarantined, there, there))
        if not said.tables:
            rows.append((*start, None, 0, 0, 0, False, False))
    return rows


def found(home: Path, *, keep: bool = True) -> list[tuple[object, ...]]:
    columns = ("pull_id", "until", "table_name", "rows_in", "rows_landed", "rows_quarantined", "has_file", "has_refused")
    return index.pulls(home, keep=keep).select(columns).rows()


def file(home: Path) -> Path:
    return home / "landing" / manifest.PACKED / index.NAME


def test_pulls_that_are_remembered_say_what_their_manifests_said(tmp_path: Path) -> None:
    made = committed(tmp_path, MANY)
    assert found(tmp_path) == expected(made)
    assert file(tmp_path).is_file()
    made = committed(tmp_path, MANY + 2)
    assert found(tmp_path) == expected(made)


def test_remembered_pulls_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = committed(tmp_path, MANY)
    found(tmp_path)
    monkeypatch.setattr(manifest, "read", lambda *_: pytest.fail("a manifest was read"))
    assert found(tmp_path) == expected(made)


def test_who_does_not_hold_the_home_leaves_the_file_alone(tmp_path: Path) -> None:
    made = committed(tmp_path, MANY)
    assert found(tmp_path, keep=False) == expected(made)
    assert not file(tmp_path).exists()


def test_a_pull_whose_manifest_is_gone_is_gone(tmp_path: Path) -> None:
    made = committed(tmp_path, MANY)
    found(tmp_path)
    (manifest.folder(tmp_path, "chi", made[4].pull_id) / manifest.MANIFEST).unlink()
    assert found(tmp_path) == expected(made[:4] + made[5:])


@pytest.mark.parametrize("content", [None, b"", b"PAR1"], ids=["half", "empty", "begun"])
def test_a_file_that_is_not_whole_is_as_good_as_none(tmp_path: Path, content: bytes | None) -> None:
    made = committed(tmp_path, MANY)
    found(tmp_path)
    whole = file(tmp_path).read_bytes()
    file(tmp_path).write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert found(tmp_path) == expected(made)


def test_a_file_of_another_release_is_as_good_as_none(tmp_path: Path) -> None:
    made = committed(tmp_path, MANY)
    file(tmp_path).parent.mkdir()
    pl.DataFrame({"pull_id": ["X"]}).write_parquet(file(tmp_path))
    assert found(tmp_path) == expected(made)


def test_a_home_where_nothing_has_landed_has_no_pulls(tmp_path: Path) -> None:
    assert index.pulls(tmp_path, keep=True).is_empty()

"""Pulls are committed by their manifest, whatever happens before and after it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from landing_world import DAY, NOW, SITES, Told, landed, pull, rows

from connectors.base import Cursor, SourceError, TieoutError
from connectors.landing import landing, manifest, refusals, store
from connectors.locks import Held, hold


class Killed(BaseException):
    """Stands for the process being killed."""


ITEMS = [
    *[rows("repair_order", {}, {"ro_id": "r2", "status": "lost"}), rows("ro_line", {}, {"ro_id": "r2"})],
    *[rows("tender", {}), Cursor({"page": 7})],
]


def snapshot(home: Path) -> dict[str, list[dict[str, object]]]:
    unstable = {"_pull_id", "_pulled_at", "_bound"}
    tables = {name: landed(home, name) for name in ("repair_order", "ro_line", "tender")}
    return {
        name: [{key: value for key, value in row.items() if key not in unstable} for row in found]
        for name, found in tables.items()
    }


def dying(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> Callable[[], int]:
    """Makes the store die at its n-th call of a function; tells how often it was called."""
    real, calls = getattr(store, name), 0

    def call(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(store, name, call)
    return lambda: calls


@pytest.mark.parametrize("step", ["flush", "rename", "commit", "temporary"])
def test_a_pull_that_is_killed_at_any_durable_step_leaves_nothing_and_the_next_one_lands_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    pull(tmp_path / "whole", *ITEMS)
    expected = snapshot(tmp_path / "whole")
    for after in range(40):
        home = tmp_path / f"{after}"
        with monkeypatch.context() as patch:
            dying(patch, step, after)
            try:
                pull(home, *ITEMS)
            except Killed:
                committed = manifest.pulls(home, "dms")
            else:
                break
        if not committed:
            assert snapshot(home) == {"repair_order": [], "ro_line": [], "tender": []}
            assert refusals.files(home) == []
        pull(home, *ITEMS, days=1)
        assert snapshot(home) == expected
        assert {path.name for path in home.rglob("*") if path.name.endswith(".tmp")} == set()
    assert after > 3


def test_what_a_killed_pull_left_is_swept_by_the_next(tmp_path: Path) -> None:
    pull(tmp_path, *ITEMS)
    for base in ("landing", "quarantine"):
        left = tmp_path / base / "dms" / "20260101T000000000000Z-dead" / "tender.parquet"
        left.parent.mkdir()
        left.write_bytes(b"half a fi")
    pull(tmp_path, days=1)
    assert not list(tmp_path.rglob("*dead*"))


def test_a_source_error_lands_nothing_and_names_the_connection(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="dms: the login was refused"):
        pull(tmp_path, rows("tender", {}), SourceError("the login was refused"))
    assert manifest.pulls(tmp_path, "dms") == []
    assert landed(tmp_path, "tender") == []


def test_the_manifest_says_what_was_pulled(tmp_path: Path) -> None:
    pull(tmp_path, *ITEMS)
    said = manifest.newest(tmp_path, "dms")
    assert said is not None
    assert (said.kind, said.status, said.cursor, said.window_until) == ("files", "complete", {"page": 7}, NOW)
    assert said.totals["ro_line"]["net_amount"] == "100.00"
    assert said.tables["repair_order"] == manifest.Counts(rows_in=2, landed=1, quarantined=1)
    file = manifest.folder(tmp_path, "dms", said.pull_id) / said.files["tender"]["name"]
    assert said.files["tender"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert said.contracts["tender"] == "1.0.0"
    json.loads((manifest.folder(tmp_path, "dms", said.pull_id) / "manifest.json").read_text())


def test_the_cursor_and_the_bound_move_with_the_commit(tmp_path: Path) -> None:
    pull(tmp_path, Cursor({"page": 1}))
    source = Told([])
    landing.pull(tmp_path, "dms", source, SITES, NOW + DAY)
    assert (source.asked[0].since, source.asked[0].cursor) == (NOW, {"page": 1})


def test_a_re_read_of_dates_moves_neither_cursor_nor_bound(tmp_path: Path) -> None:
    pull(tmp_path, Cursor({"page": 1}))
    pull(tmp_path, Cursor({"page": 9}), days=1, dates=(date(2026, 1, 1), date(2026, 1, 2)))
    source = Told([])
    landing.pull(tmp_path, "dms", source, SITES, NOW + 2 * DAY)
    assert (source.asked[0].since, source.asked[0].cursor) == (NOW, {"page": 1})


def test_a_clock_that_goes_back_does_not_make_a_later_pull_the_older_one(tmp_path: Path) -> None:
    pull(tmp_path, rows("phone_number", {}), days=1)
    pull(tmp_path, rows("phone_number", {"description": "new"}, file="g2"))
    first, second = manifest.manifests(tmp_path, "dms")
    assert second.until > first.until
    assert second.pull_id > first.pull_id


def test_a_table_without_a_contract_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match="'recipe' has no contract"):
        pull(tmp_path, type(rows("tender"))("recipe", rows("tender", {}).frame))


def test_a_second_pull_of_the_same_connection_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    held, done = context.Event(), context.Event()

    def other() -> None:
        with hold(tmp_path, "dms"):
            held.set()
            done.wait(30)

    process = context.Process(target=other)
    process.start()
    assert held.wait(30)
    with pytest.raises(Held, match=f"dms is in use by process {process.pid} on "):
        pull(tmp_path, rows("tender", {}))
    done.set()
    process.join()
    assert pull(tmp_path, rows("tender", {})).tables["tender"].landed == 1


def test_the_landed_file_has_the_contracts_types(tmp_path: Path) -> None:
    result = pull(tmp_path, rows("tender", {}))
    path = manifest.folder(tmp_path, "dms", result.pull_id) / "tender.parquet"
    found = [row[:2] for row in duckdb.sql(f"describe select * from '{path}'").fetchall()]
    wanted = landing.duckdb_columns(landing.contracts("files")["tender"])
    as_shown = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
    assert found == [(name, as_shown.get(type_, type_)) for name, type_ in wanted]

"""A switch's records: documents and lines come out as the calls that were made."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.base import Cursor, Rows, SourceError, TieoutError, Window
from connectors.freeswitch import TEMPLATES, FreeSwitch
from connectors.landing import landing
from connectors.simulator import freeswitch
from connectors.simulator.company import World, make_company

NEWEST = "qualify _order = max(_order) over (partition by document_key)"
CALL = "direction, from_number, to_number, started_at, answered_at, ended_at, status, entry_point, extension"
LEG = "extension, started_at, answered_at, ended_at, result, transfer_from"
STEP = "node_type, label, entered_at, exited_at, exit_reason"


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(5, shops=1, days=4, ros_per_day=3, calls_per_day=60)


@pytest.fixture(scope="module")
def told(world: World, tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """The models over documents pulled on two mornings."""
    home = tmp_path_factory.mktemp("home")
    source = FreeSwitch(documents=home / "json", entry_points=freeswitch.entry_points())
    for hours in (40, 0):
        until = world.as_of - timedelta(hours=hours)
        freeswitch.documents(world.company, world.events, world.company.sites[0], home / "json", as_of=until)
        pulled(source, home, until)
    con: duckdb.DuckDBPyConnection = build(source, "switch", home / "landing" / "switch")
    return con


def pulled(source: FreeSwitch, home: Path, until: Any) -> None:
    result = landing.pull(home, "switch", source, {"*": "chi"}, until)
    assert (result.quarantined, result.failed) == (0, {})


def calls_of(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.events if event.entity == "call"]


def truth(rows: list[dict[str, Any]], columns: str) -> Counter[Any]:
    return Counter(tuple(row[name] for name in columns.split(", ")) for row in rows)


def found(con: duckdb.DuckDBPyConnection, entity: str, columns: str) -> Counter[Any]:
    return Counter(con.sql(f"select {columns} from int_freeswitch__{entity} {NEWEST}").fetchall())


def test_documents_come_out_as_the_calls_that_were_made(world: World, told: duckdb.DuckDBPyConnection) -> None:
    assert len(calls_of(world)) > 100
    assert found(told, "call", CALL) == truth(calls_of(world), CALL)


def test_the_legs_are_the_phones_that_rang(world: World, told: duckdb.DuckDBPyConnection) -> None:
    names = "extension, started_at, answered_at, ended_at, transfer_from"
    legs = [leg for call in calls_of(world) for leg in call["legs"]]
    assert found(told, "call_leg", names) == truth(legs, names)
    assert "transferred" in {key[4] for key in found(told, "call_leg", LEG)}


def test_applications_are_the_way_that_a_caller_took(world: World, told: duckdb.DuckDBPyConnection) -> None:
    """All but the keys: a menu that a key left is done."""
    steps = []
    for call in calls_of(world):
        for step in call["steps"]:
            dialed = step["node_type"] == "ring_group" and step["exit_reason"] != "abandoned"
            label = call["to_number"].removeprefix("+1") if dialed else step["label"]
            reason = "done" if step["exit_reason"] == "key" else step["exit_reason"]
            if step["node_type"] != "menu_key":
                steps.append({**step, "label": label, "exit_reason": reason})
    assert found(told, "call_step", STEP) == truth(steps, STEP)


def test_lines_of_both_legs_under_a_template_of_ones_own_are_the_same_calls(
    world: World, tmp_path: Path, build: Any
) -> None:
    (site,), path = world.company.sites, tmp_path / "Master.csv"
    settings: dict[str, Any] = {"timezone": site.timezone, "entry_points": freeswitch.entry_points()}
    source = FreeSwitch(path, template=freeswitch.OWN_TEMPLATE, **settings)
    for hours in (40, 0):
        until = world.as_of - timedelta(hours=hours)
        freeswitch.append(world.company, world.events, site, path, as_of=until, half_line=True)
        pulled(source, tmp_path, until)
    con = build(source, "switch", tmp_path / "landing" / "switch")
    assert found(con, "call", CALL) == truth(calls_of(world), CALL)


def test_the_example_template_of_one_leg_still_tells_who_called_and_who_talked(
    world: World, tmp_path: Path, build: Any
) -> None:
    (site,), path = world.company.sites, tmp_path / "Master.csv"
    template = TEMPLATES["example"]
    freeswitch.append(world.company, world.events, site, path, as_of=world.as_of, template=template)
    source = FreeSwitch(path, timezone=site.timezone)
    assert source.check() == [f"{path}: 1 file(s) with the rotated ones, {path.stat().st_size} bytes"]
    pulled(source, tmp_path, world.as_of)
    names = "direction, to_number, started_at, answered_at, ended_at"
    con = build(source, "switch", tmp_path / "landing" / "switch")
    assert found(con, "call", names) == truth(calls_of(world), names)


def test_a_file_that_a_spreadsheet_has_rewritten_is_refused_line_by_line(shared: Path, tmp_path: Path) -> None:
    """Its times lack seconds and their own form; nothing of it is guessed, nothing is lost."""
    sample = shared / "samples/freeswitch/Master_example_template.csv"
    result = landing.pull(tmp_path, "switch", FreeSwitch(sample, gmt=True), {"*": "chi"}, make_company(5, 1, 2).as_of)
    with sample.open(newline="") as file:
        lines = [row for row in csv.reader(file) if row]
    assert result.tables["leg"].quarantined == len(lines) == 10


def test_a_document_that_is_still_being_written_waits_and_one_that_never_was_is_refused(
    world: World, tmp_path: Path
) -> None:
    until = world.as_of
    half = tmp_path / "a.cdr.json"
    half.write_text('{"variables": {"uuid": "1", ')
    source = FreeSwitch(documents=tmp_path)

    def rows(age: float) -> list[dict[str, Any]]:
        at = (until - timedelta(minutes=age)).timestamp()
        os.utime(half, (at, at))
        items = list(source.pull(Window(None, until)))
        assert isinstance(items[-1], Cursor)
        assert items[-1].value == ({} if age < 5 else {"written": (until - timedelta(minutes=age)).isoformat()})
        return [row for item in items if isinstance(item, Rows) for row in item.frame.to_dicts()]

    assert rows(1) == []
    (row,) = rows(60)
    assert row["line"] == '{"variables": {"uuid": "1", '
    assert "uuid" not in row


def test_a_document_that_is_read_again_lands_once(world: World, tmp_path: Path) -> None:
    site = world.company.sites[0]
    freeswitch.documents(world.company, world.events, site, tmp_path / "json", as_of=world.as_of)
    source = FreeSwitch(documents=tmp_path / "json")
    assert source.check() == [f"{tmp_path / 'json'}: {len(list((tmp_path / 'json').iterdir()))} document(s)"]
    pulled(source, tmp_path, world.as_of)
    again = landing.pull(tmp_path, "switch", source, {"*": "chi"}, world.as_of + timedelta(hours=1))
    assert sum(counts.landed for counts in again.tables.values()) == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "path: name either the file"),
        ({"path": Path("x"), "documents": Path("y")}, "path: name either the file"),
        ({"path": Path("x"), "gmt": True, "template": "vanilla"}, "template: 'vanilla' is not example, asterisk"),
        ({"path": Path("x"), "gmt": True, "template": ["uuid"]}, "columns: caller_id_number, context, .* is missing"),
        ({"path": Path("x")}, "timezone: '' is no time zone"),
        ({"documents": Path("x"), "entry_points": {"night": []}}, "entry_points.night: is none of open"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        FreeSwitch(**settings)


def test_a_missing_folder_is_an_error_and_not_a_silent_day(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        list(FreeSwitch(documents=tmp_path / "none").pull(Window(None, datetime.now(UTC))))


def test_values_are_url_decoded_and_microseconds_are_kept(world: World, tmp_path: Path) -> None:
    freeswitch.documents(world.company, world.events, world.company.sites[0], tmp_path, as_of=world.as_of)
    items = list(FreeSwitch(documents=tmp_path).pull(Window(None, world.as_of)))
    legs = pl.concat([item.frame for item in items if isinstance(item, Rows) and item.table == "leg"], how="diagonal")
    assert set(legs["last_arg"].drop_nulls()) >= {"user/101,user/102,user/103", "default chi.example 100"}
    assert {len(stamp) for stamp in legs["start_stamp"]} == {26}

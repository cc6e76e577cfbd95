"""The way of a call: out of channel events and queue log, out of records alone, out of a database."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.asterisk import Asterisk
from connectors.base import Cursor, Failed, Rows, TieoutError, Window
from connectors.landing import landing
from connectors.simulator import asterisk_events, asterisk_file
from connectors.simulator.asterisk import as_dialed, entry_points
from connectors.simulator.company import World, make_company

NEWEST = "qualify _order = max(_order) over (partition by _parent_key)"
FIRST = Window(None, datetime(2026, 3, 3, tzinfo=UTC))
STEP = "seq, node_type, label, entered_at, exited_at, exit_reason"


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(3, shops=1, days=4, ros_per_day=4, calls_per_day=60)


def logs(world: World, folder: Path, hours: int = 0) -> dict[str, Any]:
    """The PBX's files as of so many hours before the end, and the settings that read them."""
    (site,), until = world.company.sites, world.as_of - timedelta(hours=hours)
    asterisk_file.append(world.company, world.events, site, folder / "Master.csv", as_of=until)
    asterisk_events.append(world.company, world.events, site, folder, as_of=until)
    events = {"cel": folder / asterisk_events.CEL, "queue_log": folder / asterisk_events.QUEUE_LOG}
    return {"path": folder / "Master.csv", "timezone": site.timezone, "entry_points": entry_points(), **events}


def calls_of(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.events if event.entity == "call" and event.data["direction"] == "in"]


def steps(con: duckdb.DuckDBPyConnection) -> Counter[Any]:
    return Counter(con.sql(f"select {STEP} from int_asterisk__call_step {NEWEST}").fetchall())


def pulled(source: Asterisk, home: Path, until: Any) -> None:
    result = landing.pull(home, "pbx", source, {"*": "chi"}, until)
    assert (result.quarantined, result.failed) == (0, {})


def test_events_and_queue_log_tell_the_way_that_each_call_took(world: World, tmp_path: Path, build: Any) -> None:
    for hours in (40, 0):
        source = Asterisk(**logs(world, tmp_path / "log", hours))
        pulled(source, tmp_path, world.as_of - timedelta(hours=hours))
    truth: Counter[Any] = Counter()
    for call in calls_of(world):
        for step in call["steps"]:
            dialed = step["node_type"] == "ring_group" and step["exit_reason"] != "abandoned"
            label = call["to_number"].removeprefix("+1") if dialed else step["label"]
            truth[tuple({**step, "label": label}[name] for name in STEP.split(", "))] += 1
    assert steps(build(source, "pbx", tmp_path / "landing" / "pbx")) == truth
    assert {key[1] for key in truth} == {"ring_group", "ivr", "menu_key", "voicemail", "hangup"}


def test_records_alone_know_the_last_application_and_no_menu_before_it(
    world: World, tmp_path: Path, build: Any
) -> None:
    settings = logs(world, tmp_path / "log")
    source = Asterisk(**{**settings, "cel": None, "queue_log": None})
    pulled(source, tmp_path, world.as_of)
    told = Counter(
        (node, why) for _, node, _, _, _, why in steps(build(source, "pbx", tmp_path / "landing/pbx")).elements()
    )
    known = Counter(
        (step["node_type"], step["exit_reason"])
        for call in calls_of(world)
        for step in call["steps"]
        if not (call["status"] == "voicemail" and step["node_type"] in ("ivr", "menu_key"))
    )
    assert told == known


def test_a_log_of_events_that_is_missing_stops_the_steps_and_not_the_calls(world: World, tmp_path: Path) -> None:
    settings = logs(world, tmp_path)
    items = list(Asterisk(**{**settings, "queue_log": tmp_path / "none"}).pull(Window(None, world.as_of)))
    assert [(item.table, "none: no such file" in str(item.error)) for item in items if isinstance(item, Failed)] == [
        ("event", True)
    ]
    (cursor,) = (item.value for item in items if isinstance(item, Cursor))
    assert cursor.keys() == {"cdr"}  # the events that were read land with the queue log, later


def test_a_database_holds_the_same_calls_as_the_file(world: World, tmp_path: Path, build: Any) -> None:
    settings = logs(world, tmp_path)
    url = database(tmp_path, settings["path"])
    own = {name: settings[name] for name in ("timezone", "entry_points")}
    by_url, by_file = Asterisk(url=url, **own), Asterisk(settings["path"], **own)
    assert by_url.check()[0].startswith("table cdr: ")
    told = []
    for name, source in (("url", by_url), ("file", by_file)):
        pulled(source, tmp_path / name, world.as_of)
        con = build(source, "pbx", tmp_path / name / "landing" / "pbx")
        columns = "call_id, direction, from_number, to_number, started_at, answered_at, ended_at, status, extension"
        told.append(Counter(con.sql(f"select {columns} from int_asterisk__call").fetchall()))
    assert told[0] == told[1]
    again = landing.pull(tmp_path / "url", "pbx", by_url, {"*": "chi"}, world.as_of + timedelta(days=1))
    assert sum(counts.landed for counts in again.tables.values()) == 0


def database(folder: Path, master: Path) -> str:
    """The rows of Master.csv as cdr_adaptive_odbc keeps them; old tables call the start calldate."""
    names = [*asterisk_file.LAYOUTS[21]]
    names[names.index("start")] = "calldate"
    columns = ", ".join(f'"{name}" text' for name in names)
    rows = list(csv.reader(master.read_text(encoding="utf-8", errors="replace").splitlines()))
    with sqlite3.connect(folder / "cdr.db") as con:
        con.execute(f"create table cdr ({columns})")
        con.executemany(f"insert into cdr values ({', '.join('?' * len(names))})", rows)
    return f"sqlite:///{folder / 'cdr.db'}"


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "cdr.db").execute("create table cdr (calldate text)")
    items = Asterisk(url=f"sqlite:///{tmp_path / 'cdr.db'}", gmt=True, cel_table="cel").pull(FIRST)
    said = [f"{item.table}: {item.error}" for item in items if isinstance(item, Failed)]
    assert said[0].startswith("cdr: table cdr: has no column ")
    assert said[1] == "event: table cel: is not in the database; correct its name in the settings"


def test_public_lines_of_queue_log_are_read_and_those_of_no_call_stand_alone(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "Master.csv").touch()
    log = shared / "samples/asterisk/queue_log_sample.txt"
    items = Asterisk(tmp_path / "Master.csv", gmt=True, queue_log=log).pull(FIRST)
    rows = pl.concat([item.frame for item in items if isinstance(item, Rows)])
    assert rows["line"].null_count() == rows.height == 10
    assert rows["eventtype"].to_list()[3:5] == ["ENTERQUEUE", "ABANDON"]
    alone = rows.filter(pl.col("uniqueid").is_in(["NONE", "CLI"]))
    assert alone["call_id"].to_list() == alone["row_id"].to_list()


def test_a_number_of_another_country_is_read_by_the_connections_own(tmp_path: Path) -> None:
    line = '"","030901820","0049309018299","from-trunk","","SIP/t-1","SIP/100-2","Dial","","2026-03-02 10:00:00",,"2026-03-02 10:00:09",9,0,"NO ANSWER","3","17.1"\n'
    (tmp_path / "Master.csv").write_text(line)
    items = Asterisk(tmp_path / "Master.csv", gmt=True, country="DE").pull(FIRST)
    (row,) = next(item.frame for item in items if isinstance(item, Rows)).to_dicts()
    assert (row["src_e164"], row["dst_e164"]) == ("+4930901820", "+49309018299")
    with pytest.raises(TieoutError, match="country: 'Germany' is no country"):
        Asterisk(tmp_path / "Master.csv", gmt=True, country="Germany")
    assert as_dialed("+13125550100") == "913125550100"

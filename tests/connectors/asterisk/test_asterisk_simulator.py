"""The far end and the connector meet only in the file: the calls that come out are those that were made."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.asterisk import Asterisk
from connectors.landing import landing
from connectors.simulator.asterisk import entry_points
from connectors.simulator.asterisk_file import LAYOUTS, append, rotate
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Site


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(3, shops=3, days=4, ros_per_day=4, calls_per_day=60)


def source(path: Path, site: Site) -> Asterisk:
    columns = list(LAYOUTS[17]) if site.phone_columns == 17 else site.phone_columns
    return Asterisk(path, timezone=site.timezone, columns=columns, entry_points=entry_points())


def pulled_four_times(world: World, site: Site, home: Path, build: Any) -> duckdb.DuckDBPyConnection:
    """Half lines, a rotation by name and one by copy between the pulls."""
    path = home / "log" / "Master.csv"
    reader = source(path, site)
    hours = (72, 47, 20, 0)
    for turn, back in enumerate(hours):
        until = world.as_of - timedelta(hours=back)
        append(world.company, world.events, site, path, as_of=until, half_line=True)
        result = landing.pull(home, "pbx", reader, {"*": site.id}, until)
        assert (result.quarantined, result.failed) == (0, {})
        if turn < 2:
            append(world.company, world.events, site, path, as_of=until + timedelta(hours=3))
            rotate(path, copy=turn == 1)
    con: duckdb.DuckDBPyConnection = build(reader, "pbx", home / "landing" / "pbx")
    return con


def told(world: World, site: Site) -> Counter[tuple[Any, ...]]:
    calls = [event.data for event in world.events if event.entity == "call" and event.site == site.id]
    names = (
        "direction",
        "from_number",
        "to_number",
        "started_at",
        "answered_at",
        "status",
        "entry_point",
        "extension",
        "ended_at",
    )
    return Counter(tuple(call[name] for name in names) for call in calls)


@pytest.mark.parametrize("columns", [21, 18, 17])
def test_the_calls_that_were_made_come_out_through_rotations_and_half_lines(
    world: World, tmp_path: Path, build: Any, columns: int
) -> None:
    site = next(site for site in world.company.sites if site.phone_columns == columns)
    con = pulled_four_times(world, site, tmp_path, build)
    newest = "from int_asterisk__call qualify _order = max(_order) over (partition by _key)"
    names = (
        "direction, from_number, to_number, started_at, answered_at, status, entry_point, extension, ended_at"
    )
    found = Counter(con.sql(f"select {names} {newest}").fetchall())
    truth = told(world, site)
    assert len(truth) > 100
    assert found == truth
    legs = [
        (leg["extension"], leg["transfer_from"], leg["answered_at"])
        for event in world.events
        if event.entity == "call" and event.site == site.id
        for leg in event.data["legs"]
    ]
    sql = f"""select extension, transfer_from, answered_at from int_asterisk__call_leg
        where _version in (select _version {newest})"""
    assert Counter(con.sql(sql).fetchall()) == Counter(legs)


def test_names_in_another_code_page_are_among_the_rows(world: World, tmp_path: Path) -> None:
    site = world.company.sites[0]
    path = tmp_path / "Master.csv"
    append(world.company, world.events, site, path, as_of=world.as_of)
    with pytest.raises(UnicodeDecodeError):
        path.read_text(encoding="utf-8")
    assert b"Local/" in path.read_bytes()


def test_the_file_only_grows_and_has_the_same_bytes_however_it_grew(world: World, tmp_path: Path) -> None:
    site = world.company.sites[1]
    once, often = tmp_path / "once.csv", tmp_path / "often.csv"
    append(world.company, world.events, site, once, as_of=world.as_of)
    for back in (60, 30, 30, 0):
        until = world.as_of - timedelta(hours=back)
        append(world.company, world.events, site, often, as_of=until, half_line=True)
    assert once.read_bytes() == often.read_bytes()


def test_with_sixteen_columns_every_row_is_a_call(world: World, tmp_path: Path) -> None:
    site = replace(world.company.sites[1], phone_columns=16)
    path = tmp_path / "Master.csv"
    append(world.company, world.events, site, path, as_of=world.as_of)
    frame = next(item.frame for item in source(path, site).pull(_window(world)) if hasattr(item, "frame"))
    assert frame["call_id"].n_unique() == frame.height == len(path.read_bytes().splitlines())


def _window(world: World) -> Any:
    from connectors.base import Window

    return Window(None, world.as_of)

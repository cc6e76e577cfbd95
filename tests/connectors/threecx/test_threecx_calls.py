"""Records of 3CX, in an order of the administrator's own, come out as the calls that were made."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.base import Rows, SourceError, TieoutError, Window
from connectors.landing import landing
from connectors.simulator import threecx
from connectors.simulator.company import World, make_company
from connectors.threecx import FIELDS, ThreeCx

NEWEST = "qualify _order = max(_order) over (partition by document_key)"
CALL = "direction, from_number, to_number, started_at, answered_at, ended_at, status, entry_point, extension"
STEP = "seq, node_type, label, entered_at, exited_at, exit_reason"


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(6, shops=1, days=4, ros_per_day=3, calls_per_day=60)


@pytest.fixture(scope="module")
def told(world: World, tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """The models over a file pulled on two mornings, the first in the middle of a record."""
    home, (site,) = tmp_path_factory.mktemp("home"), world.company.sites
    source = ThreeCx(home / "cdr.log", fields=threecx.FIELDS, timezone=site.timezone, entry_points=threecx.ENTRY_POINTS)
    for hours in (40, 0):
        until = world.as_of - timedelta(hours=hours)
        threecx.append(world.company, world.events, site, home / "cdr.log", as_of=until, half_line=True)
        result = landing.pull(home, "pbx", source, {"*": "chi"}, until)
        assert (result.quarantined, result.failed) == (0, {})
    assert source.check()[0].endswith("bytes")
    con: duckdb.DuckDBPyConnection = build(source, "pbx", home / "landing" / "pbx")
    return con


def calls_of(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.events if event.entity == "call"]


def found(con: duckdb.DuckDBPyConnection, entity: str, columns: str) -> Counter[Any]:
    return Counter(con.sql(f"select {columns} from int_threecx__{entity} {NEWEST}").fetchall())


def test_records_come_out_as_the_calls_that_were_made(world: World, told: duckdb.DuckDBPyConnection) -> None:
    """The number that an outbound call shows is told nowhere, nor what a direct call came in by."""
    truth: Counter[Any] = Counter()
    for call in calls_of(world):
        row = {**call, "from_number": call["extension"] if call["direction"] == "out" else call["from_number"]}
        row["entry_point"] = call["entry_point"] if call["direction"] == "in" and call["status"] != "busy" else None
        truth[tuple(row[name] for name in CALL.split(", "))] += 1
    assert len(truth) > 100
    assert found(told, "call", CALL) == truth


def test_the_legs_are_those_who_had_the_caller(world: World, told: duckdb.DuckDBPyConnection) -> None:
    names = "extension, answered_at, ended_at, transfer_from"
    took = [leg for call in calls_of(world) for leg in call["legs"] if leg["answered_at"]]
    truth = Counter(tuple(leg[name] for name in names.split(", ")) for leg in took)
    answered = Counter({leg: n for leg, n in found(told, "call_leg", names).items() if leg[1]})
    assert answered == truth
    assert sum(n for leg, n in truth.items() if leg[3]) > 0


def test_the_first_and_the_last_stop_of_a_call_are_its_steps(world: World, told: duckdb.DuckDBPyConnection) -> None:
    truth: Counter[Any] = Counter()
    for call in calls_of(world):
        stops = [step for step in call["steps"] if step["node_type"] != "menu_key"]
        for seq, step in enumerate(stops, start=1):
            reason = "done" if step["exit_reason"] == "key" else step["exit_reason"]
            row = {**step, "seq": seq, "exit_reason": reason}
            truth[tuple(row[name] for name in STEP.split(", "))] += 1
    assert found(told, "call_step", STEP) == truth


LINE = (
    "00003C0A_1,2_1,00:00:13,2012/04/24 09:28:17,2012/04/24 09:28:25,2012/04/24 09:28:38,TerminatedBySrc,Ext.100,"
    "Ext.101,100,101,101,,Ext.101,101,,,,,Chain: Ext.100;Ext.101;,Extension,Extension,Extension,,,,\r\n"
)


def read(path: Path, dates: Any = None, **settings: Any) -> list[dict[str, Any]]:
    items = ThreeCx(path, **{"gmt": True, **settings}).pull(
        Window(None, datetime(2012, 4, 25, tzinfo=UTC), dates=dates)
    )
    return [row for item in items if isinstance(item, Rows) for row in item.frame.to_dicts()]


def test_without_settings_the_order_is_that_of_the_vendors_page(tmp_path: Path) -> None:
    (tmp_path / "cdr.log").write_text(LINE)
    (row,) = read(tmp_path / "cdr.log")
    assert [row[name] for name in ("historyid", "reason_terminated", "to_dn", "final_type")] == [
        "00003C0A_1", "TerminatedBySrc", "101", "Extension",
    ]  # fmt: skip
    assert len(FIELDS) == 27


def test_a_record_of_another_order_is_kept_as_text_for_the_contract_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "cdr.log").write_text("a,b\r\n" + LINE.replace("2012/04/24 09:28:17", "Ext.100"))
    assert [row["line"][:10] for row in read(tmp_path / "cdr.log")] == ["a,b", "00003C0A_1"]


def test_named_dates_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "cdr.log").write_text(LINE + LINE.replace("04/24", "04/25"))
    assert len(read(tmp_path / "cdr.log", (date(2012, 4, 25), date(2012, 4, 26)))) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"fields": ["historyid"]}, "fields: .* is missing"),
        ({"fields": [*FIELDS, "time-begin"]}, "fields: time-begin is no field of 3CX"),
        ({"delimiter": "::"}, "delimiter: '::' is not one character"),
        ({"country": "USA"}, "country: 'USA' is no country"),
        ({"timezone": "Chicago", "gmt": False}, "timezone: 'Chicago' is no time zone"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        ThreeCx(Path("cdr.log"), **{"gmt": True, **settings})


def test_a_missing_file_is_an_error_and_not_a_silent_day(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "cdr.log")

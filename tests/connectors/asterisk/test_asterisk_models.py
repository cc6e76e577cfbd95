"""From rows of a PBX to canonical calls and legs."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.asterisk import Asterisk
from connectors.landing import landing

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def landed(home: Path, build: Any, source: Asterisk) -> duckdb.DuckDBPyConnection:
    result = landing.pull(home, "pbx", source, {"*": "x"}, NOW)
    assert (result.quarantined, result.failed) == (0, {})
    con: duckdb.DuckDBPyConnection = build(source, "pbx", home / "landing" / "pbx")
    return con


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    source = Asterisk(HERE / "Master.csv", timezone="America/Chicago", columns=21)
    return landed(tmp_path_factory.mktemp("home"), build, source)


def calls(con: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    return con.sql(f"select {columns} from int_asterisk__call order by started_at").fetchall()


def test_rows_of_one_call_are_one_call_with_a_direction_and_a_status(
    small: duckdb.DuckDBPyConnection,
) -> None:
    assert calls(small, "direction, status, extension") == [
        ("in", "answered", "101"),  # two phones rang, one picked up
        ("out", "answered", "101"),
        ("internal", "busy", "102"),
        ("in", "abandoned", None),  # gave up in the queue, while a phone rang behind a Local channel
        ("in", "abandoned", None),  # hung up in the menu, which had picked up
        ("in", "voicemail", None),
    ]


def test_numbers_are_e164_and_a_withheld_number_is_none(small: duckdb.DuckDBPyConnection) -> None:
    assert calls(small, "from_number, to_number")[:3] == [
        ("+13125550101", "+13125559000"),
        ("101", "+13125550177"),  # dialed with 9 for an outside line
        ("101", "102"),
    ]
    assert calls(small, "from_number")[-1] == (None,)


def test_the_clock_of_the_pbx_becomes_utc(small: duckdb.DuckDBPyConnection) -> None:
    first = calls(small, "started_at, answered_at, ended_at")[0]
    assert [f"{at:%H:%M:%S}" for at in first] == ["15:00:00", "15:00:06", "15:03:06"]  # Chicago in winter


def test_legs_are_the_phones_that_rang_and_no_local_channels(small: duckdb.DuckDBPyConnection) -> None:
    sql = "select extension, result from int_asterisk__call_leg order by started_at, leg_id"
    assert small.sql(sql).fetchall() == [
        ("101", "answered"), ("102", "no_answer"), ("101", "answered"), ("102", "busy"), ("101", "no_answer"),
    ]  # fmt: skip


def test_a_call_and_its_legs_share_the_key_that_landing_gave_the_group(
    small: duckdb.DuckDBPyConnection,
) -> None:
    sql = """select distinct calls._key = md5('pbx' || chr(31) || legs.call_id)::uuid
        from int_asterisk__call_leg as legs
        left join int_asterisk__call as calls on legs._parent_key = calls._key"""
    assert small.sql(sql).fetchall() == [(True,)]


def test_settings_decide_over_the_numbers(tmp_path: Path, build: Any) -> None:
    source = Asterisk(
        HERE / "Master.csv", gmt=True, inbound_contexts=["from-*"], internal_contexts=["from-internal"],
        entry_points={"closed": ["from-trunk"], "direct": ["queue"]},
    )  # fmt: skip
    con = landed(tmp_path, build, source)
    assert [row[0] for row in calls(con, "direction")] == [
        "in",
        "out",
        "internal",
        "in",
        "in",
        "in",
    ]  # longest wins
    assert {row[0] for row in calls(con, "entry_point")} == {"closed", None}


def test_a_call_that_goes_on_in_the_next_pull_is_one_whole_new_version(tmp_path: Path, build: Any) -> None:
    lines = (HERE / "Master.csv").read_bytes().splitlines(keepends=True)
    path = tmp_path / "Master.csv"
    source = Asterisk(path, gmt=True)
    path.write_bytes(lines[1])  # only the phone that did not pick up
    landing.pull(tmp_path, "pbx", source, {"*": "x"}, NOW)
    path.write_bytes(lines[1] + lines[0])
    landing.pull(tmp_path, "pbx", source, {"*": "x"}, NOW.replace(day=4))
    con = build(source, "pbx", tmp_path / "landing" / "pbx")
    versions = con.sql("select status, count(*) over () from int_asterisk__call order by _order").fetchall()
    assert versions == [("missed", 2), ("answered", 2)]
    assert con.sql("select count(*) from int_asterisk__call_leg group by _version order by 1").fetchall() == [
        (1,),
        (2,),
    ]


# What the documentation's scenarios tell by their titles: per call how it ended and who was rung. A dialplan
# that picks up by itself has answered nobody; two calls where two people each placed one, joined only later.
SCENARIOS = {
    'Unanswered "Inbound" Call': [("abandoned", [])],
    'Unanswered "Outbound" Call': [("missed", ["alice"])],
    "Single Party": [("abandoned", [])],
    "Basic Call": [("answered", ["bob"])],
    "Unanswered Dial": [("missed", ["bob"])],
    "Parallel Dial": [("answered", ["bob", "bob"])],
    "Blind Transfer": [("answered", ["bob", "charlie"])],
    "Core Attended Transfer to Channel": [("answered", ["bob", "charlie"])],
    "Core Attended Transfer to Application": [("answered", ["bob"])],
    "SIP Protocol Attended Transfer": [("answered", ["bob", "charlie"]), ("answered", ["charlie"])],
    "Blonde Transfer": [("answered", ["bob", "charlie"])],
    "Three Way Call": [("answered", ["bob", "charlie"])],
    "SIP Attended Transfer": [("answered", ["bob", "charlie"])],
    "Local channel to an application": [("answered", ["alice"])],
    "Local channel between bridges": [("answered", ["alice", "bob"])],
    "Call Park": [("answered", ["bob", "charlie"])],
    "Call Queue - Example 1": [("answered", ["bob", "charlie"])],
    "Call Queue - Example 2": [("answered", ["bob", "charlie"])],
    "Conference Call": [("answered", ["bob", "charlie"])],
    "A Complex Example": [
        ("answered", ["bob", "charlie", "david", "ellen", "frank"]),
        ("answered", ["charlie"]),
    ],
}
TYPOS = {
    "2013-04-13:12:08": "2013-03-04 13:12:08",
    "2013-03-4 13:03:20": "2013-03-04 13:03:20",
}  # of the page itself


@pytest.fixture(scope="module")
def official(shared: Path, tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """The 54 rows, each scenario under ids of its own: the page uses the same ones again and again."""
    with (shared / "samples/asterisk/cdr_spec_scenarios.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    home = tmp_path_factory.mktemp("home")
    names = [name for name in rows[0] if name != "scenario"]
    with (home / "Master.csv").open("w", newline="") as out:
        for row in rows:
            own = {name: f"{row['scenario']}|{row[name]}" for name in ("uniqueid", "linkedid")}
            csv.writer(out).writerow([TYPOS.get(value := own.get(name, row[name]), value) for name in names])
    assert len(rows) == 54
    return landed(home, build, Asterisk(home / "Master.csv", gmt=True, columns=names))


def test_the_official_scenarios_give_the_calls_that_their_titles_tell(
    official: duckdb.DuckDBPyConnection,
) -> None:
    sql = """select split_part(calls.call_id, '|', 1), calls.status,
            coalesce(list_sort(list(legs.extension) filter (legs.extension is not null)), [])
        from int_asterisk__call as calls left join int_asterisk__call_leg as legs using (call_id)
        group by calls.call_id, calls.status order by calls.call_id"""
    found = Counter((title, status, tuple(rung)) for title, status, rung in official.sql(sql).fetchall())
    told = Counter((title, status, tuple(rung)) for title, ends in SCENARIOS.items() for status, rung in ends)
    assert found == told


def test_talk_begins_when_a_phone_is_picked_up(official: duckdb.DuckDBPyConnection) -> None:
    sql = "select answered_at, ended_at from int_asterisk__call where call_id like '{}|%'"
    for title, answered, ended in (
        ("Basic Call", "13:11:26", "13:13:18"),
        ("Blind Transfer", "13:11:28", "13:12:53"),
    ):
        (times,) = official.sql(sql.format(title)).fetchall()
        assert [f"{at:%H:%M:%S}" for at in times] == [answered, ended]


def test_a_transfer_says_who_handed_the_caller_on(official: duckdb.DuckDBPyConnection) -> None:
    sql = """select split_part(call_id, '|', 1), extension, transfer_from from int_asterisk__call_leg
        where transfer_from is not null and call_id not like 'A Complex%' order by 1"""
    handed = {title: (to, by) for title, to, by in official.sql(sql).fetchall()}
    transfers = [title for title in SCENARIOS if "Transfer" in title and "Application" not in title]
    assert all(handed[title] == ("charlie", "bob") for title in [*transfers, "Call Park", "Three Way Call"])
    assert not {"Parallel Dial", "Conference Call", "Call Queue - Example 1"} & handed.keys()


def test_a_real_file_gives_one_call_per_linkedid(shared: Path, tmp_path: Path, build: Any) -> None:
    """The file read a second way: answered where a phone's row is, abandoned where no row names a phone."""
    sample = shared / "samples/asterisk/Master_newcdrcolumns_21col_masked.csv"
    con = landed(tmp_path, build, Asterisk(sample, timezone="America/Chicago"))
    told: dict[str, str] = {}
    with sample.open(newline="") as file:
        for fields in csv.reader(file):
            phone, disposition, linkedid = fields[6], fields[14], fields[19]
            rang = phone and not phone.startswith("Local/")
            status = "answered" if rang and disposition == "ANSWERED" else "missed" if rang else "abandoned"
            told[linkedid] = min(
                told.get(linkedid, "z"), status, key=("answered", "missed", "abandoned", "z").index
            )
    assert dict(con.sql("select call_id, status from int_asterisk__call").fetchall()) == told
    assert Counter(told.values()) == {"answered": 14, "abandoned": 6, "missed": 3}
    assert {row[0] for row in calls(con, "direction")} == {"in"}


def test_the_repeated_hour_of_autumn_is_read_as_its_later_pass(tmp_path: Path, build: Any) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(
        (HERE / "Master.csv")
        .read_bytes()
        .splitlines(keepends=True)[0]
        .replace(b"2026-03-02 09", b"2026-11-01 01")
    )
    con = landed(tmp_path, build, Asterisk(path, timezone="America/Chicago"))
    ((started, ended),) = calls(con, "started_at, ended_at")
    assert f"{started:%H:%M}" == "07:00"  # 01:00 standard time; 01:00 daylight time would be 06:00
    assert (ended - started).total_seconds() == 186

"""One made-up week of one shop's calls, told by every telephone system in turn, arrives as the same calls wherever the
protocol carries the field; what it does not carry is what its capability table says.

Keep out: how a week is told (spoken_calls.py), ways and legs (each kind's own tests)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.simulator.company import World, make_company
from data_contracts import capability
from data_contracts.contract import ROOT, load
from orchestration import config, landing
from tests.warehouse.homes import Home
from tests.warehouse.spoken import SPOKEN_CALLS

TABLE = ROOT / "CARRIED_CALLS.md"
HEAD = """# What each telephone system carries

One made-up week of one shop's calls, told by every telephone system in turn: in how many of its calls each canonical field
arrives as it happened. `–` is never. `tests/connectors/test_every_telephone.py` keeps this page true; why a kind lacks a field
is in its `capability.yaml`.

"""
SECRETS = {"client_secret", "jwt", "auth_token", "api_key"}
# ids and versions are the source's own, and every system records other calls
OWN = ("call_id", "site", "updated_at", "recording_id")
FIELDS = [column.name for column in load("files")["call"].columns if column.name not in OWN]
Row = dict[str, Any]
Carried = dict[str, str]
Carry = Callable[[str], Carried]


@cache
def world() -> World:
    """Its calls begin at instants of their own, by which they are told apart."""
    return make_company(12, shops=1, days=6, ros_per_day=2, calls_per_day=25)


def truth() -> dict[datetime, Row]:
    calls = [event.data for event in world().events if event.entity == "call"]
    assert len({call["started_at"] for call in calls}) == len(calls) > 50
    return {call["started_at"]: call for call in calls}


@pytest.fixture(scope="module")
def carry(build: Any, tmp_path_factory: pytest.TempPathFactory) -> Carry:
    done: dict[str, Carried] = {}

    def carried(kind: str) -> Carried:
        if kind not in done:
            done[kind] = compared(told(kind, tmp_path_factory.mktemp(kind), build))
        return done[kind]

    return carried


def told(kind: str, folder: Path, build: Any) -> list[Row]:
    """What the models make of what the far end says; its check has something to say too."""
    (site,) = world().company.sites
    (folder / "far_end").mkdir()
    with SPOKEN_CALLS[kind](world(), site, folder / "far_end", world().as_of) as settings:
        home = Home(folder / "home", _settings(settings, site.timezone))
        (pulled,) = home.pull(world().as_of, [settings["kind"]])
        assert (pulled.failed, pulled.quarantined) == ({}, 0)
        source = home.config.source("phone")
        offered, errors = landing.offers(home.config)  # what `tieout config check` shows
    assert errors == {}
    assert offered["phone"]
    con = build(source, "phone", home.folder / "landing" / "phone", grain=True)
    rows: list[Row] = con.sql(f"from int_{kind}__call where not _is_deleted").pl().to_dicts()
    return rows


def _settings(settings: Row, timezone: str) -> str:
    phone = {name: _secret(name, value) if name in SECRETS else value for name, value in settings.items()}
    sites = {"chi": {"name": "Chicago", "timezone": timezone}}
    return yaml.safe_dump({"company": {"name": "Week"}, "sites": sites, "connections": {"phone": phone}})


def _secret(name: str, value: str) -> str:
    variable = f"TIEOUT_CALLS_{name.upper()}"
    config.define(variable, value)
    return f"${{{variable}}}"


def compared(rows: list[Row]) -> Carried:
    """yes if every call has the value, no if none has any, else in how many calls it agrees."""
    calls = {row["started_at"]: row for row in rows}
    assert len(calls) == len(rows)
    return {name: _of_field(name, calls) for name in FIELDS}


def _of_field(name: str, calls: dict[datetime, Row]) -> str:
    pairs = [(call[name], calls.get(at, {}).get(name)) for at, call in truth().items()]
    if not any(other is not None for _, other in pairs):
        return "no"
    agree = Counter(one == other for one, other in pairs)[True]
    return "yes" if agree == len(pairs) else f"{agree} of {len(pairs)}"


@pytest.mark.parametrize("kind", sorted(SPOKEN_CALLS))
def test_a_telephone_carries_what_its_capability_table_says(kind: str, carry: Carry) -> None:
    said = {one.field: one.can for one in capability.load(kind) if one.entity == "call"}
    found = carry(kind)
    promised = {name: said.get(name, said["*"]) for name in FIELDS}
    broken = {name: (can, found[name]) for name, can in promised.items() if (can == "never") != (found[name] == "no")}
    assert broken == {}
    assert found["started_at"] == "yes" or kind == "callrail"  # which knows no calls between the shop's own phones


def test_the_page_of_what_each_telephone_carries_is_true(carry: Carry) -> None:
    names = sorted(SPOKEN_CALLS)
    lines = [f"| call | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for field in FIELDS:
        said = ["–" if carry(name)[field] == "no" else carry(name)[field] for name in names]
        lines.append(f"| {field} | {' | '.join(said)} |")
    page = HEAD + "\n".join(lines) + "\n"
    if TABLE.is_file() and TABLE.read_text(encoding="utf-8") == page:
        return
    TABLE.write_text(page, encoding="utf-8")
    raise AssertionError(f"{TABLE.name} was not what the systems carry; it is now: read it and commit it")

"""Who is who: components over shared values against a union-find in Python, over random graphs in DuckDB alone.

The models' own SQL is rendered and run; no dbt. Keep out: one built home with real cards (test_identity_home.py)."""

from __future__ import annotations

import importlib.util
import random
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import jinja2
from hypothesis import given, settings
from hypothesis import strategies as st

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
MOST = 3
RANKS = {"setting": 1, "source": 2, "email": 3, "vin": 4, "phone": 5, "name": 6}
Value = tuple[int, str, str]  # member, method, what it is matched on
Found = dict[int, tuple[int, str, str]]  # member -> golden, method, matched on


@cache
def macros() -> ModuleType:
    """The project's macros, as sqlfluff has them."""
    spec = importlib.util.spec_from_file_location("tieout_macros", PROJECT / "lint" / "tieout.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """One database for all: a new one for each example costs more than its query."""
    return duckdb.connect(config={"threads": 1})


@cache
def rendered(model: str) -> str:
    """The model's SQL for a full build, its relations by their plain names."""
    text = (PROJECT / "models" / "core" / f"{model}.sql").read_text(encoding="utf-8")
    return jinja2.Environment().from_string(text).render(
        config=lambda **_: "", ref=lambda name: name, source=lambda schema, name: f"{schema}_{name}",
        is_incremental=lambda: False, tieout=macros(),
    )  # fmt: skip


def matched(
    values: Iterable[Value], apart: Iterable[tuple[int, ...]] = (), ignore: Iterable[str] = (), own: Iterable[str] = ()
) -> Found:
    """What identity_member says; the members of a test are customers whose key is their number."""
    rows = [("customer", member, method, hash_of(method, on), on, member % 3) for member, method, on in values]
    with memory().cursor() as connection:
        connection.execute("""create or replace table identity_value (subject text, member_key bigint, method text,
            value_key bigint, matched_on text, source_connection_key bigint)""")
        connection.execute("""create or replace table config_identity (rule text, subject text, number int, connection text,
            source_id text, value text)""")
        connection.execute("create or replace table dim_phone_number (number text)")
        settings_ = [
            ("most_shared", None, MOST, None, None, None),
            *(("ignore", None, 1, None, None, one) for one in ignore),
        ]
        settings_ += [("apart", "customer", number, "c", str(member), None)
                      for number, group in enumerate(apart) for member in group]  # fmt: skip
        lines = {"identity_value": rows, "config_identity": settings_, "dim_phone_number": [(one,) for one in own]}
        for table, listed in lines.items():
            if listed:
                connection.execute(f"insert into {table} values {', '.join(map(literal, listed))}")
        sql = rendered("identity_member").replace(key_of_told(), "cast(told.source_id as bigint)")
        found = connection.execute(sql).fetchall()
    assert {row[0] for row in found} <= {"customer"}
    return {member: (golden, method, on) for _, member, golden, method, on in found}


def literal(row: tuple[Any, ...]) -> str:
    return "(" + ", ".join("null" if one is None else f"'{one}'" for one in row) + ")"


@cache
def key_of_told() -> str:
    """The hash of a record that tieout.yml names; here records are numbers."""
    sql = rendered("identity_member")
    start = sql.index("and cast(md5_number_lower(") + 4
    return sql[start : sql.index(" = stated.member_key")]


def hash_of(method: str, on: str) -> int:
    return int.from_bytes(f"{method}:{on}".encode().rjust(7, b"\0")[-7:])


def union_find(values: set[Value], apart: Iterable[tuple[int, ...]] = (), ignore: Iterable[str] = ()) -> Found:
    """The same, by merging sets one value after the other."""
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for member, method, on in values:
        holders[method, on].add(member)
    usable = {}
    for (method, on), members in holders.items():
        limited = method not in ("setting", "source") and len(members) > MOST
        twice = method == "name" and len({member % 3 for member in members}) < len(members)
        told = any(len(members & set(group)) > 1 for group in apart)
        if len(members) > 1 and not (limited or twice or told or on in ignore):
            usable[method, on] = members
    groups = {member: {member} for members in usable.values() for member in members}
    for members in usable.values():
        whole = set().union(*(groups[member] for member in members))
        for member in whole:
            groups[member] = whole
    best = {
        member: min((RANKS[method], on, method) for (method, on), members in usable.items() if member in members)
        for member in groups
    }
    return {member: (min(whole), best[member][2], best[member][1]) for member, whole in groups.items()}


VALUES = st.sets(
    st.tuples(st.integers(1, 14), st.sampled_from(sorted(RANKS)), st.sampled_from(["a", "b", "c", "d"])), max_size=30
)
APART = st.lists(st.tuples(st.integers(1, 14), st.integers(1, 14)).filter(lambda pair: pair[0] != pair[1]), max_size=3)


@settings(max_examples=40, deadline=None)
@given(VALUES, APART, st.sets(st.sampled_from(["a", "b", "c"]), max_size=2))
def test_records_that_share_a_value_are_one_and_no_others(
    values: set[Value], apart: list[tuple[int, int]], ignore: set[str]
) -> None:
    assert matched(values, apart, ignore) == union_find(values, apart, ignore)


@settings(max_examples=10, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_in_which_records_stand_does_not_matter(values: set[Value], dice: random.Random) -> None:
    shuffled = sorted(values)
    dice.shuffle(shuffled)
    assert matched(sorted(values)) == matched(shuffled)


def test_a_long_chain_is_one_record() -> None:
    chain = [(member, "email", str(member // 2)) for member in range(2, 60)]
    chain += [(member, "vin", str((member + 1) // 2)) for member in range(2, 60)]
    assert {golden for golden, _, _ in matched(chain).values()} == {2}


def test_the_surest_way_is_what_is_told() -> None:
    found = matched([(1, "phone", "p"), (2, "phone", "p"), (1, "email", "e"), (2, "email", "e"), (3, "phone", "p")])
    assert found == {1: (1, "email", "e"), 2: (1, "email", "e"), 3: (1, "phone", "p")}


def test_a_value_that_too_many_share_is_a_placeholder() -> None:
    assert matched([(member, "phone", "0") for member in range(MOST + 1)]) == {}
    assert len(matched([(member, "source", "0") for member in range(MOST + 1)])) == MOST + 1


def test_a_number_of_the_company_matches_nobody() -> None:
    assert matched([(1, "phone", "p"), (2, "phone", "p")], own=["p"]) == {}


def test_what_is_told_apart_parts_all_who_share_the_same_value() -> None:
    """The value is nobody's proof any more; another value still is."""
    values: list[Value] = [(member, "phone", "p") for member in (1, 2, 3)] + [(2, "email", "e"), (3, "email", "e")]
    assert {member: golden for member, (golden, _, _) in matched(values, apart=[(1, 2)]).items()} == {2: 2, 3: 2}


def scalar(macro: str, written: str | None) -> Any:
    sql = f"select {getattr(macros(), macro)('written')} from (select ?::text as written)"
    with duckdb.connect() as connection:
        return connection.execute(sql, [written]).fetchall()[0][0]


def test_numbers_are_read_as_people_write_them() -> None:
    for written in ("+13125550100", "(312) 555-0100", "312.555.0100", "1 312 555 0100", " +1 312 555 0100"):
        assert scalar("phone_e164", written) == "+13125550100", written
    assert scalar("phone_e164", "+49 30 901820") == "+4930901820"
    for written in ("555-0100", "n/a", "", None, "0", "+1"):
        assert scalar("phone_e164", written) is None, written


def test_a_vehicle_number_is_17_characters_that_can_be_one() -> None:
    assert scalar("vin_of", " 1hgcm82633a004352") == "1HGCM82633A004352"
    for written in ("1HGCM82633A00435", "1HGCM82633A0O4352", "11111111111111111", "", None):
        assert scalar("vin_of", written) is None, written

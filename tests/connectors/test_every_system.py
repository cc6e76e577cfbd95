"""One made-up week of one shop, spoken by every system in turn, arrives as the same orders, lines, taxes and tenders
wherever the protocol carries the field; what it does not carry is what its capability table says.

Keep out: how a week is spoken and compared (systems.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from data_contracts import capability
from data_contracts.contract import ROOT, kinds
from tests.connectors import systems
from tests.warehouse.spoken import SPOKEN

TABLE = ROOT / "CARRIED.md"
HEAD = """# What each system carries

One made-up week of one shop, spoken by every system in turn: in how many of its orders each canonical field arrives as it
happened; `–` is never, `nothing told` means that nothing of the kind happened in the week. Fields that every system carries are
left out. Amounts of lines are compared as sums by type; the rows `sum` compare orders and payments whatever form their lines
have. Shop-Ware and Dealertrack are told the week as their clerk must enter it (`tests/warehouse/retold.py`). `tests/connectors/test_every_system.py` keeps this page
true; why a kind lacks a field is in its `capability.yaml`.

"""


@dataclass(frozen=True)
class Arrived:
    """States of which the system sends no order, what it carries of the others, rows that lead to no order."""

    unsent: set[str]
    fields: systems.Carried
    misnamed: tuple[str, ...]


PAYMENTS = {"of payments", "of days paid"}
# kinds whose protocol has no payments; CDK's have the day of the close, and what is paid of an account later is none of
# the order's
WITHOUT: dict[str, set[str]] = defaultdict(set) | {
    **dict.fromkeys(("dealertrack", "pbs", "protractor", "shopdata", "star"), PAYMENTS),
    "cdk": PAYMENTS,
}
Carry = Callable[[str], Arrived]


@pytest.fixture(scope="module")
def carry(build: Any, tmp_path_factory: pytest.TempPathFactory) -> Carry:
    done: dict[str, Arrived] = {}

    def carried(name: str) -> Arrived:
        if name not in done:
            told, found = systems.truth(name), systems.spoken(SPOKEN[name], tmp_path_factory.mktemp(name), build)
            done[name] = Arrived(systems.unsent(told, found), systems.carried(told, found), found.misnamed)
        return done[name]

    return carried


def promised(kind: str) -> dict[tuple[str, str], str]:
    """What the kind's capability table says of each field."""
    said = {(one.entity, one.field): one.can for one in capability.load(kind)}
    every = [(entity, field) for entity in systems.ENTITIES for field in systems.fields(entity)]
    return {one: said.get(one, said.get((one[0], "*"), "never")) for one in every}


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_a_system_carries_what_its_capability_table_says(name: str, carry: Carry) -> None:
    found, kind = carry(name).fields, systems.KINDS.get(name, name)
    broken = {one: (can, found[one]) for one, can in promised(kind).items() if broken_by(can, found[one], kind)}
    assert broken == {}


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_every_order_arrives_unless_the_system_sends_none_of_its_state(name: str, carry: Carry) -> None:
    assert carry(name).unsent <= {"estimate", "scheduled", "void"}


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_an_order_has_one_key_wherever_its_id_is_named(name: str, carry: Carry) -> None:
    """What hangs on an order names it by its id alone, from another connection too."""
    assert carry(name).misnamed == ()


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_money_and_days_are_right_whatever_form_they_have(name: str, carry: Carry) -> None:
    found = carry(name).fields
    kept = {one for one in systems.SUMS if found["sum", one] != "yes"}
    assert kept == WITHOUT[systems.KINDS.get(name, name)]


def test_every_kind_that_brings_repair_orders_is_spoken() -> None:
    bring = {kind for kind in kinds() if promised(kind)["repair_order", "status"] != "never"}
    assert {systems.KINDS.get(name, name) for name in SPOKEN} == bring


def broken_by(can: str, found: str, kind: str) -> bool:
    """What a mapping file leaves out, no capability table knows."""
    if found == systems.NOTHING:
        return False
    return (can == "never" and found != "no") or (can == "delivers" and found != "yes" and kind != "sql")


def test_the_page_of_what_each_system_carries_is_true(carry: Carry) -> None:
    page = HEAD + systems.table({name: carry(name).fields for name in SPOKEN})
    if TABLE.is_file() and TABLE.read_text(encoding="utf-8") == page:
        return
    TABLE.write_text(page, encoding="utf-8")
    raise AssertionError(f"{TABLE.name} was not what the systems carry; it is now: read it and commit it")

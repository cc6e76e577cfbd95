"""Twenty seeded edits of the models: the comparisons that the tests make must notice at least nineteen.

Keep out: what an edit is (mutations.py), the comparisons themselves (test_made_up_company.py, test_golden_days.py)."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from oracle.oracle import Oracle
from warehouse import test_golden_days as golden_days
from warehouse import test_made_up_company as companies
from warehouse.homes import Home, copy_of, deliver, differences, files_world, home_of_world
from warehouse.mutations import FAILED, REFUSED, Edit, Examples, Mutant, chosen
from warehouse.warm import Warm

from connectors.simulator.company import World
from orchestration import dbt_run

SEED = 20260310
MODELS = [
    "sales_summary", "sales_summary_wide", "sales_breakout_day", "fct_repair_order", "fct_ro_line", "fct_ro_line_tech",
    "fct_tender", "fct_call", "tie_component", "tie_gap", "tie_gap_cause", "tie_payment", "recon_sales_payments",
    "call_summary", "call_summary_by_number", "ro_detail",
]  # fmt: skip
# Full rebuilds do not look at these: edited, they are judged by incremental = full.
TOUCHING = ["touched_ro", "touched_before", "touched_day", "incoming_tender"]


GROUPS = {"Oil": ["OIL", "FLT", "LOF"], "Tires": ["TIR", "TIRE4"]}


def without_some_customers(world: World) -> World:
    """A shop that never delivers every fifth of its customers, whose orders it has."""
    known = sorted({event.key for event in world.events if (event.entity, event.site) == ("customer", "chi")})
    unknown = set(known[::5])
    events = [event for event in world.events if event.entity != "customer" or event.key not in unknown]
    return replace(world, events=events)


class Remembered:
    """An oracle that says each thing once."""

    def __init__(self, oracle: Oracle) -> None:
        self._say = cache(lambda name: getattr(oracle, name)())

    def __getattr__(self, name: str) -> Callable[[], Any]:
        return lambda: self._say(name)


class Judges:
    """Homes as they are without an edit, and what is compared of them. What `whole` has, `seen` has half of, and the
    rest comes in two parts; in random order, so that what belongs together comes apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = without_some_customers(files_world(1, 2, 30, ros_per_day=8, calls_per_day=15, breaks=1))
        company, events, until = self.world.company, self.world.events, self.world.as_of
        groups = {"chi": {name: frozenset(members) for name, members in GROUPS.items()}}
        self.oracle: Any = Remembered(
            Oracle(company, events, until, breakout_groups=groups, pulls=(until,), last_day=until.date())
        )
        plain = home_of_world(folder / "seen", self.world)
        both = {name: {"op_codes": members, "departments": members} for name, members in GROUPS.items()}
        self.seen = Home(plain.folder, plain.text.replace("  chi: {", f"  chi: {{breakout_groups: {both}, "))
        self.parts = self._parts()
        self._arrive(self.seen, 0)
        self.days = {
            "golden_day": golden_days.golden_home(folder / "golden_day"),
            "second_golden_day": golden_days.second_home(folder / "second_golden_day"),
        }
        self.warm = Warm(self.seen)
        self.whole = self.copied("whole", self.seen)
        for part in (1, 2):
            self._arrive(self.whole, part)
        for home in (self.seen, self.whole, *self.days.values()):
            assert self.build(home, None)

    def _parts(self) -> list[list[Path]]:
        """Every delivery of every shop: half of them, a quarter, a quarter."""
        deliver(self.seen, self.world, None, self.world.as_of, drop="stage")
        found = [path for path in sorted((self.seen.folder / "stage").glob("*/*")) if path.is_dir()]
        random.Random(SEED).shuffle(found)
        half, most = len(found) // 2, len(found) * 3 // 4
        return [found[:half], found[half:most], found[most:]]

    def _arrive(self, home: Home, part: int) -> None:
        for path in self.parts[part]:
            shutil.copytree(path, home.folder / "drop" / path.relative_to(path.parents[1]))
        home.pull(self.world.as_of + timedelta(minutes=part))

    def build(self, home: Home, edit: Edit | None, full: bool = True) -> bool:
        """Whether its data tests pass."""
        status = self.warm.run(Mutant(home.folder, edit, full))
        if status == FAILED:
            raise DoesNotRunError
        assert status in (0, REFUSED), self.warm.said(Mutant(home.folder))
        return status == 0

    def copied(self, name: str, home: Home) -> Home:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return copy_of(home, self.folder / name)

    def oracle_objects(self, home: Home) -> bool:
        if companies.attributed(home) != companies.planted(self.world):
            return True
        return any(companies.compare(wanted, found) for _, wanted, found in companies.relations(home, self.oracle))

    def golden_days_object(self, edit: Edit | None) -> bool:
        for folder, landed in self.days.items():
            home = self.copied("day", landed)
            if edit and not self.build(home, edit):
                return True
            try:
                golden_days.assert_cells(home, folder)
                golden_days.assert_recon(home, folder)
            except AssertionError:
                return True
        return False

    def incremental_objects(self, edit: Edit | None, begun: Home, full: Home) -> bool:
        """`begun` is built, then the rest arrives in two builds: is it what `full` says?"""
        home = self.copied("incremental", begun)
        for part in (1, 2):
            self._arrive(home, part)
            if not self.build(home, edit, full=False):
                return True
        return differences(home.folder / "warehouse.duckdb", full.folder / "warehouse.duckdb") != []

    def caught_by(self, edit: Edit) -> str | None:
        """The first judge that objects, cheapest first. None: the edit survives."""
        if edit.model in TOUCHING:
            return "incremental = full" if self.incremental_objects(edit, self.seen, self.whole) else None
        home = self.copied("mutant", self.whole)
        begun = self.copied("begun", self.seen)
        judges: dict[str, Callable[[], bool]] = {
            "data tests": lambda: not self.build(home, edit),
            "oracle": lambda: self.oracle_objects(home),
            "golden days": lambda: self.golden_days_object(edit),
            "worked examples": lambda: self.warm.run(Examples(home.folder, edit)) != 0,
            "data tests, begun": lambda: not self.build(begun, edit),
            "incremental = full": lambda: self.incremental_objects(edit, begun, home),
        }
        return next((name for name, objects in judges.items() if objects()), None)


class DoesNotRunError(Exception):
    """No edit at all: another one is taken."""


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    judges = Judges(tmp_path_factory.mktemp("mutations"))
    yield judges
    judges.warm.close()


def judged(judges: Judges, found: list[Edit]) -> tuple[Edit, str | None]:
    for edit in found:
        try:
            return edit, judges.caught_by(edit)
        except DoesNotRunError:
            continue
    raise AssertionError(f"no edit of {found[:1]} compiles")


@pytest.mark.slow
@pytest.mark.mutation
def test_at_least_nineteen_of_twenty_edits_of_the_models_are_caught(judges: Judges) -> None:
    assert not judges.oracle_objects(judges.whole), "the models are wrong before any edit"
    assert not judges.golden_days_object(None), "the models are wrong before any edit"
    assert not judges.incremental_objects(None, judges.seen, judges.whole), "the models are wrong before any edit"
    verdicts = [judged(judges, chosen(dbt_run.PROJECT, model, SEED)) for model in [*MODELS, *TOUCHING]]
    for edit, judge in verdicts:
        print(f"{judge or 'SURVIVES':20}{edit}")
    assert len(verdicts) == 20
    assert sum(judge is not None for _, judge in verdicts) >= 19, "see the survivors above"

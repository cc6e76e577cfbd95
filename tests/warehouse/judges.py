"""The company that edited models are tried on, and the judges: data tests, oracle, golden days, edited landing,
incremental = full, worked examples.

Keep out: what an edit is (mutations.py), how homes are built without dbt (tapes.py), verdicts (test_mutations.py)."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from oracle.oracle import Oracle
from warehouse import golden
from warehouse import test_edited_landing as edited_landing
from warehouse import test_made_up_company as companies
from warehouse.gaps import with_gaps
from warehouse.homes import Home, copy_of, deliver, differences, files_world, home_of_world
from warehouse.mutations import TOUCHING, Compiled, Edit, Examples
from warehouse.tapes import Player, Recorded, Tape
from warehouse.warm import Warm

from connectors.simulator.shopware import ShopWareServer

SEED = 20260310
GROUPS = {"Oil": ["OIL", "FLT", "LOF"], "Tires": ["TIR", "TIRE4"]}
KINDS = ["files", "shopware"]


class Remembered:
    """An oracle that says each thing once."""

    def __init__(self, oracle: Oracle) -> None:
        self._say = cache(lambda name: getattr(oracle, name)())

    def __getattr__(self, name: str) -> Callable[[], Any]:
        return lambda: self._say(name)


class Judges:
    """Homes as they are without an edit, and what is compared of them. Deliveries come in three parts, in random order,
    so that what belongs together comes apart: `stands[n]` has all up to the n-th."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = with_gaps(files_world(1, 2, 30, ["shopware"], ros_per_day=8, calls_per_day=15, breaks=1))
        self.moments = self._moments()
        self.stands = self._landed()
        self.warm = Warm(self.stands[0])
        self.player = self._recorded()
        self.oracle = self._oracle()
        self.days = {
            "golden_day": golden.golden_home(folder / "golden_day"),
            "second_golden_day": golden.second_home(folder / "second_golden_day"),
        }
        self.landing, self.breaks = edited_landing.edited_home(folder / "edited_landing")
        for home in (self.stands[-1], self.landing, *self.days.values()):
            assert self.player.build(home, full=True) == []
        for home in (*self.stands, self.landing, *self.days.values()):
            shutil.copy(home.folder / "warehouse.duckdb", home.folder / "kept.duckdb")

    def _moments(self) -> list[datetime]:
        """What Shop-Ware holds at each pull."""
        first, last = self.world.first_pull, self.world.as_of
        return [first, first + (last - first) / 2, last]

    def _oracle(self) -> Any:
        groups = {"chi": {name: frozenset(members) for name, members in GROUPS.items()}}
        company, events, until = self.world.company, self.world.events, self.world.as_of
        return Remembered(
            Oracle(company, events, until, breakout_groups=groups, pulls=self.moments, last_day=until.date())
        )

    def _landed(self) -> list[Home]:
        """Homes that have pulled once, twice, three times; none is built."""
        server = ShopWareServer(self.world.company, self.world.events, self.moments[0])
        stands: list[Home] = []
        with server.running():
            home = self._home(self.folder / "first", server.url)
            for part, moment in zip(self._parts(home), self.moments, strict=True):
                if stands:
                    home = copy_of(stands[-1], self.folder / f"next{len(stands)}")
                for path in part:
                    shutil.copytree(path, home.folder / "drop" / path.relative_to(path.parents[1]))
                server.advance(moment)
                pulled = home.pull(moment, ["shopware"])
                pulled += home.pull(self.world.as_of + timedelta(minutes=len(stands)), ["files"])
                assert not any(one.failed for one in pulled), pulled
                stands.append(home)
        return stands

    def _home(self, folder: Path, shopware: str) -> Home:
        plain = home_of_world(folder, self.world, shopware)
        both = {name: {"op_codes": members, "departments": members} for name, members in GROUPS.items()}
        return Home(folder, plain.text.replace("  chi: {", f"  chi: {{breakout_groups: {both}, ", 1))

    def _parts(self, home: Home) -> list[list[Path]]:
        """Every delivery of every shop: half of them, a quarter, a quarter."""
        deliver(home, self.world, None, self.world.as_of, drop="stage")
        found = [path for path in sorted((home.folder / "stage").glob("*/*")) if path.is_dir()]
        random.Random(SEED).shuffle(found)
        half, most = len(found) // 2, len(found) * 3 // 4
        return [found[:half], found[half:most], found[most:]]

    def _recorded(self) -> Player:
        """dbt builds the first stand whole and the second after it; all others are played."""
        first, second = self.stands[:2]
        self._run(Recorded(first.folder, full=True))
        shutil.copy(first.folder / "warehouse.duckdb", second.folder)
        shutil.copytree(first.folder / "dbt", second.folder / "dbt")
        self._run(Recorded(second.folder, full=False))
        return Player(Tape.read(first.folder), Tape.read(second.folder), KINDS)

    def _run(self, job: Any) -> None:
        assert self.warm.run(job) == 0, self.warm.said(job)

    def code(self, edits: Iterable[Edit]) -> list[dict[str, str]]:
        """The code of edits of different models: as a full rebuild runs it, and as an incremental build does."""
        found = []
        for full in (True, False):
            job = Compiled(self.stands[0].folder, tuple(edits), full)
            self._run(job)
            found.append(json.loads((job.folder / "compiled.json").read_text(encoding="utf-8")))
        return found

    def affected(self, model: str) -> set[str]:
        """The model and all that is made of it."""
        found = {model}
        for name, code in self.player.full.code.items():
            relations = (self.player.full.relations[one] for one in found)
            if any(relation in code for relation in relations):
                found.add(name)
        return found

    def built(self, home: Home, edited: dict[str, str]) -> bool:
        """A full rebuild with edited models; whether its data tests pass."""
        shutil.copy(home.folder / "kept.duckdb", home.folder / "warehouse.duckdb")
        only = set[str]().union(*(self.affected(model) for model in edited))
        return not self.player.build(home, full=True, only=only, edited=edited)

    def oracle_objects(self, home: Home) -> bool:
        if companies.attributed(home) != companies.planted(self.world):
            return True
        return any(companies.compare(wanted, found) for _, wanted, found in companies.relations(home, self.oracle))

    def golden_days_object(self, edited: dict[str, str]) -> bool:
        for folder, home in self.days.items():
            if not self.built(home, edited):
                return True
            try:
                golden.assert_cells(home, folder)
                golden.assert_recon(home, folder)
            except AssertionError:
                return True
        return False

    def edited_landing_objects(self, edited: dict[str, str]) -> bool:
        return not self.built(self.landing, edited) or edited_landing.found(self.landing) != self.breaks

    def incremental_objects(self, begun: Path, edited: dict[str, str], full: Path) -> bool:
        """`begun` has the first part, then the rest arrives in two builds, of which the last one dies before it closes
        and is done again: is it what `full` says?"""
        for home in self.stands[1:]:
            begun = Path(shutil.copy(begun, home.folder / "warehouse.duckdb"))
            if home is self.stands[-1]:
                self.player.die(home, edited)
            if self.player.build(home, full=False, edited=edited):
                return True
        return differences(begun, full) != []

    def unedited_objections(self) -> list[str]:
        """Judges that object to the models as they are."""
        first, whole = (self.stands[number].folder / "kept.duckdb" for number in (0, -1))
        judges = {
            "oracle": self.oracle_objects(self.stands[-1]),
            "golden days": self.golden_days_object({}),
            "edited landing": self.edited_landing_objects({}),
            "incremental = full": self.incremental_objects(first, {}, whole),
        }
        return [name for name, objects in judges.items() if objects]

    def caught_by(self, edit: Edit, full: dict[str, str], incremental: dict[str, str]) -> str | None:
        """The first judge that objects, cheapest first. None: the edit survives."""
        first, whole = self.stands[0], self.stands[-1]
        if edit.model in TOUCHING:
            kept = [home.folder / "kept.duckdb" for home in (first, whole)]
            return "incremental = full" if self.incremental_objects(kept[0], incremental, kept[1]) else None
        judges: dict[str, Callable[[], bool]] = {
            "data tests": lambda: not self.built(whole, full),
            "oracle": lambda: self.oracle_objects(whole),
            "golden days": lambda: self.golden_days_object(full),
            "edited landing": lambda: self.edited_landing_objects(full),
            "incremental = full": lambda: self._grown_otherwise(full, incremental),
            "worked examples": lambda: self.warm.run(Examples(first.folder, edit)) != 0,
        }
        return next((name for name, objects in judges.items() if objects()), None)

    def _grown_otherwise(self, full: dict[str, str], incremental: dict[str, str]) -> bool:
        first, whole = self.stands[0].folder, self.stands[-1].folder
        rebuilt = Path(shutil.copy(whole / "warehouse.duckdb", self.folder / "rebuilt.duckdb"))
        return not self.built(self.stands[0], full) or self.incremental_objects(
            first / "warehouse.duckdb", incremental, rebuilt
        )

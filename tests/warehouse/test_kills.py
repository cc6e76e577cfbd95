"""Killed at any step, and at any instant, the next run ends with the same marts and files as one that nobody disturbed.

Keep out: what a durable step is (kills.py), one pull or one publish killed by itself (their own tests)."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse import edits
from warehouse.homes import Home, copy_of, deliver, differences, files_world, home_of_world, published_differences
from warehouse.kills import Night, run
from warehouse.warm import Warm

pytestmark = pytest.mark.slow  # each home is built a dozen times
INSTANTS, PARTS = 50, 12  # random kills; homes on which the sweep of all steps is spread
DURABLE = r"(replace|rename|symlink|fsync|remove|commit|open_build|close_build)"


class Company:
    """Two shops: three days are built, and of the next night there are three deliveries, one upon the other. The nights
    run dbt's kept statements; dbt itself is killed in the first night of all, and by the command line."""

    def __init__(self, folder: Path) -> None:
        self.world = files_world(3, 2, 4, end=date(2026, 3, 13), ros_per_day=4, calls_per_day=6, breaks=0)
        self.folder = folder
        self.evening = self.world.as_of - timedelta(days=1)
        self.night = self.world.as_of
        self.base = home_of_world(folder / "base", self.world)
        self.warm = Warm(self.base)
        before = self.evening - timedelta(days=1)
        for since, until in ((None, before), (before, self.evening)):  # dbt builds both, and its statements are kept
            deliver(self.base, self.world, since, until)
            assert not run(self.warm, Night(self.base.folder, until)).killed
        self.undisturbed = self.copy("undisturbed")
        for part in range(3):
            self.bring(self.undisturbed, part)
        started = time.monotonic()
        self.run(self.undisturbed)
        self.seconds = time.monotonic() - started

    def copy(self, name: str) -> Home:
        return copy_of(self.base, self.folder / name)

    def run(self, home: Home, at: str = "", nth: int = 1, seconds: float | None = None) -> list[str]:
        ended = run(self.warm, Night(home.folder, self.night, at, nth, seconds))
        assert ended.killed == bool(at) or seconds is not None, f"no step {at}"
        return ended.steps

    def bring(self, home: Home, part: int) -> None:
        """The new day and edits of old ones; the same orders edited again; and deleted, moved, paid twice."""
        world, now = self.world, self.night - timedelta(minutes=30 - part)
        first, second, third = [
            order
            for day in range(2)
            for order in edits.closed_orders(world, "chi", world.company.start + timedelta(days=day))
        ][:3]
        if part == 0:
            deliver(home, world, self.evening, self.night - timedelta(hours=1))
            events = [edits.dearer(first, now), edits.moved(second, now, 1), edits.dearer(third, now)]
        elif part == 1:
            events = [edits.dearer(first, now), edits.moved(second, now, 2), edits.deleted(third, now)]
        else:
            events = [edits.changed(tender, now, is_void=True) for tender in edits.tenders_of(world, first)]
            events += [edits.deleted(second, now)]
        edits.bring(home, world, events, now)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    company = Company(tmp_path_factory.mktemp("kills"))
    yield company
    company.warm.close()


def assert_undisturbed(company: Company, home: Home) -> None:
    ours, theirs = home.folder, company.undisturbed.folder
    found = differences(ours / "warehouse.duckdb", theirs / "warehouse.duckdb")
    assert found + published_differences(ours, theirs) + left_behind(ours) == []


def left_behind(folder: Path) -> list[str]:
    """Traces of a killed run that a whole one should have swept."""
    paths = [path for path in folder.rglob("*") if ".tmp" in path.name or path.suffix == ".wal"]
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute("select table_name from information_schema.tables").fetchall()
    return [str(path.relative_to(folder)) for path in paths] + [name for (name,) in tables if "__dbt_" in name]


def disturbed(company: Company, name: str, *nights: Sequence[str]) -> Home:
    """A home with a delivery before each row of kills. All but the first end whole: more builds might mend it."""
    home = company.copy(name)
    for part, kills in enumerate(nights):
        company.bring(home, part)
        for at in kills:
            company.run(home, at)
        if part:
            company.run(home)
    return home


def test_a_night_killed_at_a_dozen_steps_ends_as_one_that_nobody_disturbed(company: Company) -> None:
    pulls = ["replace .*repair_order.parquet", "replace .*manifest.json$", "commit the record"]
    models = ["commit touched_ro$", "commit fct_tender$", "commit fct_repair_order$"]
    ends = [
        "commit tie_component$",
        "close_build",
        "replace .*verdict",
        "rename ",
        "replace .*current$",
        "replace .*duckdb$",
    ]
    assert_undisturbed(company, disturbed(company, "dozen", [*pulls, *models], [], ends))


def test_readers_of_a_killed_night_see_the_last_whole_version(company: Company) -> None:
    home = company.copy("readers")
    company.bring(home, 0)
    company.run(home, "commit recon_sales_payments$")
    published = [folder / "published" / "current" for folder in (home.folder, company.base.folder)]
    assert published[0].readlink() == published[1].readlink()
    assert published_differences(home.folder, company.base.folder) == []


def test_a_first_night_that_was_killed_begins_again(company: Company, tmp_path: Path) -> None:
    home = home_of_world(tmp_path / "first", company.world)
    deliver(home, company.world, None, company.evening)
    for at in ("replace .*manifest.json$", "commit sales_summary$"):
        assert run(company.warm, Night(home.folder, company.evening, at)).killed
    assert not run(company.warm, Night(home.folder, company.evening)).killed
    whole, ours = company.base.folder / "warehouse.duckdb", home.folder / "warehouse.duckdb"
    assert differences(whole, ours) + left_behind(home.folder) == []


def durable(steps: Sequence[str]) -> list[str]:
    """One pattern for each durable step of a run. Between a model's commit and the next nothing is written."""
    plain = (re.sub(r"(chi|den)_files|[0-9]{8}T[0-9]+Z(-[0-9a-f]{4,})?|[0-9a-f]{32}", "#", step) for step in steps)
    return [re.escape(step).replace("\\#", ".*") + "$" for step in dict.fromkeys(plain) if re.match(DURABLE, step)]


@pytest.fixture(scope="module")
def every(company: Company) -> list[str]:
    whole = company.copy("whole")
    company.bring(whole, 0)
    found = durable(company.run(whole))
    assert len(found) > 100
    return found


def thinned(count: int) -> list[Any]:
    """Two of three wait for `make sweep`: a night of kills takes minutes."""
    return [pytest.param(place, marks=[pytest.mark.sweep] if place % 3 else []) for place in range(count)]


@pytest.mark.parametrize("part", thinned(PARTS))
def test_a_night_killed_at_every_durable_step_ends_as_one_that_nobody_disturbed(
    company: Company, every: list[str], part: int
) -> None:
    home = disturbed(company, f"every{part}", every[part::PARTS], [], [])
    assert_undisturbed(company, home)
    shutil.rmtree(home.folder)


@pytest.mark.parametrize("seed", thinned(INSTANTS // 5))
def test_a_night_killed_at_random_instants_ends_as_one_that_nobody_disturbed(company: Company, seed: int) -> None:
    dice = random.Random(seed)
    home = company.copy(f"instants{seed}")
    for part, kills in enumerate((2, 2, 1)):
        company.bring(home, part)
        for _ in range(kills):
            run(company.warm, Night(home.folder, company.night, seconds=dice.uniform(0, company.seconds)))
        if part:
            company.run(home)
    assert_undisturbed(company, home)
    shutil.rmtree(home.folder)


def tieout_run(home: Home, seconds: float | None = None) -> bool:
    """The real command line; True when it came to its end."""
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "run", "--home", str(home.folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.communicate()
        return False
    assert child.returncode == 0, said
    return True


def test_the_command_line_killed_three_times_ends_as_one_that_nobody_disturbed(company: Company) -> None:
    whole, home = company.copy("calm"), company.copy("command")
    company.bring(whole, 0)
    company.bring(home, 0)
    started = time.monotonic()
    assert tieout_run(whole)
    seconds = time.monotonic() - started
    killed = [not tieout_run(home, seconds * part) for part in (0.2, 0.5, 0.8)]
    assert killed[:2] == [True, True]
    for file in home.folder.glob("dbt/partial_parse.msgpack"):
        file.write_bytes(file.read_bytes()[:1000])  # dbt died while it wrote it
    assert tieout_run(home)
    found = differences(home.folder / "warehouse.duckdb", whole.folder / "warehouse.duckdb")
    assert found + published_differences(home.folder, whole.folder) + left_behind(home.folder) == []

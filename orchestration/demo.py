"""The demo: a made-up company with broken books, pulled, built, published; then the breaks that were found.

Keep out: the sources on disk (demo_sources.py), the comparison (demo_score.py), the pipeline itself."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.progress import Progress

from connectors.base import TieoutError
from connectors.landing import store
from connectors.simulator.company import World, make_company
from orchestration import config as settings
from orchestration import demo_score, demo_sources
from orchestration.config import Config
from orchestration.landing import Pulled, pull_all
from orchestration.pipeline import Run, build_and_publish
from reporting.controls import Controlled, controlled
from reporting.days import Tie, ties


@dataclass(frozen=True)
class Size:
    """What the demo is made of; the same size makes the same company."""

    shops: int
    days: int
    seed: int
    breaks: int


@dataclass(frozen=True)
class Demo:
    """What the demo did. `score` is None when nothing could be published."""

    home: Path
    run: Run
    score: demo_score.Score | None
    days: list[Tie]
    controls: list[Controlled]

    @property
    def ok(self) -> bool:
        return self.run.ok and self.score is not None and self.score.ok

    def as_dict(self) -> dict[str, Any]:
        score = asdict(self.score) if self.score else None
        told = {"score": score, "days": self.days, "controls": self.controls}
        return {"ok": self.ok, "home": self.home, "run": vars(self.run), **told}


def demo(home: Path, size: Size, bar: Progress) -> Demo:
    """Make the company unless the home holds it already, run the pipeline on it, compare."""
    task = bar.add_task("Making a company", total=None)
    world = make(size)
    mark = json.dumps({"size": asdict(size), "truth": _truth(world)})
    fresh = _prepare(home, mark)
    config = settings.load(demo_sources.write_settings(world, home), home)
    bar.update(task, description="Pulling")
    pulled = _pull_history(config, world) if fresh else []
    if fresh:
        store.write_text(home / settings.DEMO_MARK, mark)
    else:
        with demo_sources.served(world, world.as_of):
            pulled = pull_all(config, now=world.as_of)
    bar.update(task, description="Building and publishing")
    run = build_and_publish(config, pulled)
    if run.published is None:
        return Demo(home, run, None, [], [])
    snapshot = home / "published" / "current.duckdb"
    score = demo_score.score(world, demo_score.found_breaks(snapshot))
    return Demo(home, run, score, ties(snapshot), controlled(snapshot))


def make(size: Size) -> World:
    return make_company(size.seed, size.shops, size.days, breaks=size.breaks, beside=True)


def _truth(world: World) -> str:
    """Another release of Tieout may make another company of the same size."""
    told = f"{len(world.events)} {world.breaks!r}"
    return hashlib.sha256(told.encode()).hexdigest()


def _prepare(home: Path, wanted: str) -> bool:
    """Whether the sources must be made: not when this very demo is here. Another demo makes room."""
    mark = home / settings.DEMO_MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return False
    ours = mark.is_file() or (home / "sources").is_dir()
    if home.is_dir() and any(home.iterdir()) and not ours:
        raise TieoutError(f"{home}: is not empty and holds no demo; give the demo another --home")
    if home.is_dir():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    return True


def _pull_history(config: Config, world: World) -> list[Pulled]:
    """Two pulls, days apart: what was edited or lost in between has been seen before."""
    demo_sources.write(world, config.home, None, world.first_pull)
    with demo_sources.served(world, world.first_pull):
        pull_all(config, now=world.first_pull)
    demo_sources.write(world, config.home, world.first_pull, world.as_of)
    with demo_sources.served(world, world.as_of):
        return pull_all(config, now=world.as_of, sweep=True)


@contextmanager
def far_ends(home: Path) -> Iterator[None]:
    """What a later `tieout run` on a demo's home needs: the far end that is a server."""
    mark = json.loads((home / settings.DEMO_MARK).read_text(encoding="utf-8"))
    world = make(Size(**mark["size"]))
    with demo_sources.served(world, world.as_of):
        yield

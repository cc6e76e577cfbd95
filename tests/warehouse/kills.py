"""Nightly runs that die at a chosen step.

Belongs here: what a durable step is, and dying at one. Keep out: forking (warm.py), which steps, expectations."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from warehouse.warm import Warm, home_in, parsed_already

from connectors.landing import store
from orchestration import build_input, landing, pipeline, statements, warehouse

Step = Callable[[str], None]


@dataclass(frozen=True)
class Night:
    """One run: the instant of its pulls, and its end: the `nth` step whose name matches `at`, or after `seconds`."""

    folder: Path
    now: datetime
    at: str = ""
    nth: int = 1
    seconds: float | None = None

    def __call__(self, manifest: Any) -> int:
        home = home_in(self.folder)
        with _watched(self, manifest):
            ran = pipeline.build_and_publish(home.config, landing.pull_all(home.config, now=self.now))
        print(ran.refused, [pulled.error for pulled in ran.pulled])
        return 0 if ran.ok else 1


@dataclass(frozen=True)
class Ended:
    killed: bool
    steps: list[str]


def run(warm: Warm, night: Night) -> Ended:
    """Runs to the end or to the kill. An error of the run is one here too."""
    log = night.folder / "steps.log"
    log.unlink(missing_ok=True)
    status = warm.run(night, night.seconds)
    steps = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    assert status in (0, -signal.SIGKILL), warm.said(night)
    return Ended(status != 0, steps)


@contextmanager
def _watched(night: Night, manifest: Any) -> Iterator[None]:
    """Every durable step says its name before it is taken."""
    seen = 0
    with (night.folder / "steps.log").open("a", buffering=1, encoding="utf-8") as log, ExitStack() as patches:

        def step(name: str) -> None:
            nonlocal seen
            log.write(name + "\n")
            seen += bool(night.at and re.search(night.at, name))
            if night.at and seen == night.nth:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in ("replace", "rename", "link", "symlink", "fsync"):
            patches.enter_context(_told(os, name, step, night.folder))
        for module, name in ((store, "remove"), (build_input, "open_build"), (build_input, "close_build")):
            patches.enter_context(_told(module, name, step, night.folder))
        patches.enter_context(mock.patch.object(warehouse, "_opened", _committing(step)))
        patches.enter_context(parsed_already(manifest))
        patches.enter_context(_told_by_dbt(step))
        patches.enter_context(_told_without_dbt(step))
        yield


def _told(module: Any, name: str, step: Step, home: Path) -> Any:
    plain = getattr(module, name)

    def told(*arguments: Any, **named: Any) -> Any:
        step(" ".join([name, *(_place(value, home) for value in arguments[:2])]))
        return plain(*arguments, **named)

    return mock.patch.object(module, name, told)


def _place(value: Any, home: Path) -> str:
    """A path, or that of an open file, as every home names it: from the home on, its last parts."""
    if isinstance(value, int):
        value = os.readlink(f"/proc/self/fd/{value}")
    if not isinstance(value, str | Path):
        return ""
    path = Path(value)
    return "/".join((path.relative_to(home) if path.is_relative_to(home) else path).parts[-3:])


class _Committing:
    """A connection to the warehouse whose commits are steps."""

    def __init__(self, connection: Any, step: Step) -> None:
        self._connection, self._step = connection, step
        self.of = "the record"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *arguments: Any) -> Any:
        if sql == "commit":
            self._step(f"commit {self.of}")
        return self._connection.execute(sql, *arguments)


def _committing(step: Step) -> Callable[[Any], Any]:
    plain = warehouse._opened

    @contextmanager
    def opened(config: Any) -> Iterator[Any]:
        with plain(config) as connection:
            yield _Committing(connection, step)

    return opened


def _told_without_dbt(step: Step) -> Any:
    """The same of models whose statements are run again."""
    plain = statements._run

    def run_model(connection: Any, model: statements.Model) -> None:
        step(f"start {model.relation}")
        connection.of = model.name
        plain(connection, model)
        connection.of = "the record"
        step(f"end {model.relation}")

    return mock.patch.object(statements, "_run", run_model)


def _told_by_dbt(step: Step) -> Any:
    """dbt tells of each model's start, commit and end."""
    from dbt.cli.main import dbtRunner

    plain = dbtRunner.invoke

    def heard(event: Any) -> None:
        if event.info.name in ("NodeStart", "NodeFinished"):
            verb = "start" if event.info.name == "NodeStart" else "end"
            node = event.data.node_info
            step(f"{verb} {node.node_relation.schema}.{node.node_name}")
        elif event.info.name == "SQLCommit" and event.data.conn_name.startswith("model."):
            step("commit " + event.data.conn_name.removeprefix("model.tieout."))

    def invoke(runner: Any, arguments: list[str], **named: Any) -> Any:
        runner.callbacks.append(heard)
        return plain(runner, arguments, **named)

    return mock.patch.object(dbtRunner, "invoke", invoke)

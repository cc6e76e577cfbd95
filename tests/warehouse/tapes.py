"""What dbt does to a warehouse, recorded once and played again: the statements by which it makes each model.

dbt spends a tenth of a second on each model before its query starts; a hundred builds with one edited model each would
spend it ten thousand times. Keep out: what is edited (mutations.py), what is judged (judges.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from warehouse.warm import home_in, parsed_already

from orchestration import build_input, data_tests, dbt_run, statements, warehouse

NODE = re.compile(r'^/\* .*"node_id": "model\.tieout\.(\w+)"\} \*/\s*')
CHANGES = ("create", "insert", "delete", "drop", "alter")


@dataclass(frozen=True)
class Tape:
    """Statements by model, in the order of the build, and the compiled code that stands in them."""

    statements: dict[str, list[str]]
    code: dict[str, str]
    relations: dict[str, str]
    tests: list[data_tests.DataTest] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Tape:
        kept = json.loads((folder / "tape.json").read_text(encoding="utf-8"))
        kept["tests"] = [data_tests.DataTest(**test) for test in kept["tests"]]
        return cls(**kept)

    def play(
        self, connection: duckdb.DuckDBPyConnection, full: bool, only: Collection[str], edited: Mapping[str, str]
    ) -> None:
        """Makes these models (all of them, if none is named), one of them with other code. Raises what DuckDB says."""
        connection.execute("set preserve_insertion_order = false")
        for schema in {relation.rpartition(".")[0] for relation in self.relations.values()}:
            connection.execute(f"create schema if not exists {schema}")
        for model, made in self.statements.items():
            if only and model not in only:
                continue
            if full:
                kind = "view" if "create view" in made[0] else "table"
                connection.execute(f"drop {kind} if exists {self.relations[model]}")
            for statement in made:
                connection.execute(statement.replace(self.code[model], edited.get(model, self.code[model])))


@dataclass(frozen=True)
class Recorded:
    """Builds a home by dbt and leaves the tape of it there."""

    folder: Path
    full: bool

    def __call__(self, manifest: Any) -> int:
        home = home_in(self.folder)
        with parsed_already(manifest, checks=True), recording() as made, _by_dbt():
            built = warehouse.build(home.config, full_refresh=self.full)
        assert built.ok, [*built.failed, *built.blocking_failures]
        models = {name: manifest.nodes[f"model.tieout.{name}"] for name in made}
        tests = json.loads((self.folder / "dbt" / "data_tests.json").read_text(encoding="utf-8"))["tests"]
        tape = {
            "statements": made, "tests": tests,
            "code": {name: node.compiled_code for name, node in models.items()},
            "relations": {name: node.relation_name for name, node in models.items()},
        }  # fmt: skip
        (self.folder / "tape.json").write_text(json.dumps(tape), encoding="utf-8")
        return 0


def _by_dbt() -> Any:
    """Also what production would run without it."""
    return mock.patch.object(statements, "kept", return_value=None)


@contextmanager
def recording() -> Iterator[dict[str, list[str]]]:
    """The changing statements of each model that dbt builds meanwhile."""
    made: dict[str, list[str]] = {}
    plain = DuckDBCursorWrapper.execute

    def execute(cursor: Any, sql: str, bindings: Any = None) -> Any:
        found = NODE.match(sql)
        if found and sql[found.end() :].lower().startswith(CHANGES):
            made.setdefault(found[1], []).append(sql[found.end() :])
        return plain(cursor, sql, bindings)

    with mock.patch.object(DuckDBCursorWrapper, "execute", execute):
        yield made


class KilledError(Exception):
    """The process dies here."""


@dataclass(frozen=True)
class Player:
    """Builds by tape: everything but dbt is as in every build."""

    full: Tape
    incremental: Tape
    kinds: list[str]

    def build(
        self, home: Any, full: bool, only: Collection[str] = (), edited: Mapping[str, str] | None = None
    ) -> list[str]:
        """What the data tests object to. Raises duckdb.Error when the edited model does not run."""
        tape = self.full if full else self.incremental

        def run_models(config: Any, todo: Any, progress: Any) -> tuple[list[str], set[str], int]:
            assert todo.full == full, todo.reason
            with warehouse._opened(config) as connection:
                tape.play(connection, full, only, edited or {})
            return [], set(), 0

        def check(config: Any, todo: Any) -> list[data_tests.Outcome]:
            tests = [test for test in self.full.tests if not only or test.relation in only or not test.relation]
            with warehouse._opened(config) as connection:
                return data_tests.run(connection, tests)

        kinds = mock.patch.object(dbt_run, "kinds_of", return_value=self.kinds)
        with kinds, mock.patch.multiple(warehouse, _run_models=run_models, _check=check):
            return warehouse.build(home.config, full_refresh=full).blocking_failures

    def die(self, home: Any, edited: Mapping[str, str]) -> None:
        """An incremental build that is killed when every model is made and nothing is closed."""
        with mock.patch.object(build_input, "close_build", side_effect=KilledError), suppress(KilledError):
            self.build(home, full=False, edited=edited)

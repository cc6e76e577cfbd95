"""Seeded edits of the models, and a build with one of them in place of the model as it is.

Belongs here: what an edit can be, choosing, building. Keep out: judging what was built."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from warehouse.warm import home_in, parsed_already

from orchestration import dbt_run, statements, warehouse

# what a tired hand does: (name, pattern of one line, replacement)
EDITS = [
    ("wrong sign", r" \+ ", " - "),
    ("wrong sign", r"(?<=[a-z)]) - (?=[a-z(])", " + "),
    ("wrong sign", r"(?<=\()-(?=sum\(|[a-z]+\.)", ""),
    ("boundary", r" <= ", " < "),
    ("boundary", r" >= ", " > "),
    ("comparison", r" <> ", " = "),
    ("comparison", r" > 0", " < 0"),
    ("dropped coalesce", r"coalesce\(([a-z_.]+), 0\)", r"\1"),
    ("wrong join", r"\bleft join\b", "inner join"),
    ("wrong aggregate", r"\bsum\(", "max("),
    ("wrong aggregate", r"\bmin\(", "max("),
    ("wrong set operation", r"^union all$", "union"),
    ("dropped condition", r"^(\s+)and (?!.*(?:\{%|between|then)).*$", r"\1-- dropped"),
    ("negation", r"\bnot (?=[a-z_]+\.is_|is_)", ""),
    ("swapped column", r"\bparts_(?=sales|cost|taxable)", "labor_"),
    ("swapped column", r"\blabor_(?=sales|cost|taxable)", "parts_"),
    ("wrong date", r"\bclose_business_date\b", "open_business_date"),
    ("wrong word", r"'final'", "'advance'"),
    ("wrong word", r"'in'", "'out'"),
]

# (model, edit, part of the line): edits that change nothing, or nothing that a company of canonical files can show
IDLE = [
    # no call of an unmapped site gets past landing
    ("fct_call", "wrong join", "int_site"),
    # a payment without an order has no status either, and each condition on the count asks for one
    ("tie_payment", "dropped coalesce", "orders.reopen_count"),
    # a day without breaks is tied or unexplained before their number matters
    ("recon_sales_payments", "dropped coalesce", "unexplained_breaks"),
    # charges are derived where a source does not label its payments; the demo has such shops, canonical files label
    *(
        ("fct_tender", "", part)
        for part in ("deriving", "paid_by_close", "delivered.", "versions.", "charge", "billed")
    ),
    *(("fct_tender", "", part) for part in ("then 'final'", "< orders.close", "orders.close_business_date is null")),
]


@dataclass(frozen=True)
class Edit:
    """One line of one model, as it is and as it is edited."""

    model: str
    name: str
    line: int
    before: str
    after: str

    def apply(self, manifest: Any) -> None:
        """Puts the line into the parsed project; no file is touched."""
        node = manifest.nodes[f"model.tieout.{self.model}"]
        lines = node.raw_code.splitlines()
        assert lines[self.line - 1] == self.before
        lines[self.line - 1] = self.after
        node.raw_code = "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.model}:{self.line} {self.name}: {self.before.strip()} -> {self.after.strip()}"


def edits_of(project: Path, model: str) -> Iterator[Edit]:
    """Every edit that a model can get, one place at a time; lines of Jinja and comments stay."""
    (file,) = project.glob(f"models/*/{model}.sql")
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip().startswith(("--", "{%", "{{ config", "{#")):
            continue
        for name, pattern, replacement in EDITS:
            for found in re.finditer(pattern, line):
                after = line[: found.start()] + found.expand(replacement) + line[found.end() :]
                if not any(model == one and edit in name and part in line for one, edit, part in IDLE):
                    yield Edit(model, name, number, line, after)


def chosen(project: Path, model: str, seed: int) -> list[Edit]:
    """A model's edits in random order: the first that runs is taken."""
    found = list(edits_of(project, model))
    random.Random(f"{seed} {model}").shuffle(found)
    return found


FAILED, REFUSED = 3, 4  # a model does not run; a data test objects


@dataclass(frozen=True)
class Mutant:
    """A build of a home with an edited model: that model and all after it anew, or (not `full`) what has arrived."""

    folder: Path
    edit: Edit | None = None
    full: bool = True

    def __call__(self, manifest: Any) -> int:
        with parsed_already(manifest, checks=True), ExitStack() as patches, _made_by_dbt():
            if self.edit:
                self.edit.apply(manifest)
                if self.full:
                    chosen = ["run", "--full-refresh", "--select", f"{self.edit.model}+"]
                    patches.enter_context(mock.patch.object(dbt_run, "models", return_value=chosen))
            built = warehouse.build(home_in(self.folder).config, full_refresh=self.full)
        print(built.failed, built.blocking_failures)
        return FAILED if built.failed else REFUSED if built.blocking_failures else 0


def _made_by_dbt() -> Any:
    """Statements of the unedited models must not be run again."""
    return mock.patch.object(statements, "kept", return_value=None)


@dataclass(frozen=True)
class Examples:
    """The worked examples (dbt's unit tests) of an edited model."""

    folder: Path
    edit: Edit

    def __call__(self, manifest: Any) -> int:
        from dbt.cli.main import dbtRunner

        self.edit.apply(manifest)
        config = home_in(self.folder).config
        arguments = ["test", "--select", f"{self.edit.model},test_type:unit", *dbt_run.options(config)]
        with parsed_already(manifest), dbt_run.environment(config):
            outcome = dbtRunner().invoke(arguments)
        print(outcome.exception, outcome.result and [one.message for one in outcome.result.results])
        return 0 if outcome.success else REFUSED

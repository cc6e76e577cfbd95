"""Seeded edits of the models, and what dbt makes of them.

Belongs here: what an edit can be, choosing, compiling. Keep out: building (tapes.py), judging (judges.py)."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.warm import home_in, parsed_already

from orchestration import dbt_run

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

MODELS = [
    "sales_summary", "sales_summary_wide", "sales_breakout_day", "fct_repair_order", "fct_ro_line", "fct_ro_line_tech",
    "fct_tender", "fct_call", "tie_component", "tie_gap", "tie_gap_cause", "tie_payment", "tie_payment_cause",
    "tie_claim", "tie_part", "tie_copy", "recon_sales_payments", "call_summary", "call_summary_by_number", "ro_detail",
]  # fmt: skip
# Full rebuilds do not look at these: edited, they are judged by incremental = full.
TOUCHING = ["touched_ro", "touched_before", "touched_day", "incoming_tender"]

# (model, edit, part of the line): edits that change nothing, or nothing that a company of canonical files can show
IDLE = [
    # no call of an unmapped site gets past landing
    ("fct_call", "wrong join", "int_site"),
    # a payment without an order has no status either, and each condition on the count asks for one
    ("tie_payment", "dropped coalesce", "orders.reopen_count"),
    # nor of a zone whose offsets are not known
    ("fct_call", "wrong join", "offsets_at"),
    # the same rows are sorted out once more at the end
    ("sales_summary", "dropped condition", "in (select period_grain, period_start from"),
    ("call_summary", "dropped condition", "in (select period_grain, period_start from"),
    ("call_summary_by_number", "dropped condition", "in (select period_grain, period_start from"),
    # rows that nothing is joined with
    ("tie_payment", "dropped condition", "and ro_key in (select ro_key from orders)"),
    ("sales_breakout_day", "dropped condition", "(select site_key from groups)"),
    # more days are made again than need be, and each becomes what it is
    ("touched_day", "dropped condition", "and txns.processor_txn_key in"),
    ("touched_day", "dropped condition", "and txns.txn_type = 'dispute'"),
    # a touched day without a date is no day of any report
    ("touched_day", "dropped condition", "and tenders.business_date is not null"),
    # every connection and every site is in the settings
    ("fct_repair_order", "wrong join", "quoting"),
    ("tie_gap", "wrong join", "dim_site"),
    ("tie_gap", "wrong join", "dim_source_connection"),
    # a name in the second part of a union
    ("fct_ro_line_tech", "swapped column", "('extended_net', 'labor_sales_alloc')"),
    # a day without breaks is tied or unexplained before their number matters
    ("recon_sales_payments", "dropped coalesce", "unexplained_breaks"),
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
    """Every edit that a model can get, one place at a time."""
    (file,) = (project / "models").rglob(f"{model}.sql")
    return edits_in(model, file.read_text(encoding="utf-8"))


def edits_in(model: str, code: str) -> Iterator[Edit]:
    """Edits of a model's code; lines of Jinja and comments stay."""
    for number, line in enumerate(code.splitlines(), start=1):
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


@dataclass(frozen=True)
class Compiled:
    """The code of edited models, of which no two are one; `full` as a full rebuild runs them. One that does not compile
    is left out."""

    folder: Path
    edits: tuple[Edit, ...]
    full: bool

    def __call__(self, manifest: Any) -> int:
        from dbt.cli.main import dbtRunner

        for edit in self.edits:
            edit.apply(manifest)
        config = home_in(self.folder).config
        names = [edit.model for edit in self.edits]
        arguments = ["compile", "--select", *names, *(["--full-refresh"] if self.full else [])]
        with parsed_already(manifest), dbt_run.environment(config):
            outcome = dbtRunner().invoke([*arguments, *dbt_run.options(config)])
        results = outcome.result.results if outcome.result else []
        code = {one.node.name: one.node.compiled_code for one in results if str(one.status) == "success"}
        (self.folder / "compiled.json").write_text(json.dumps(code), encoding="utf-8")
        return 0


@dataclass(frozen=True)
class Examples:
    """The worked examples (dbt's unit tests) of an edited model: 0 when they hold."""

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
        return 0 if outcome.success else 1

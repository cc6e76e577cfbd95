"""Conditions that a reader sets on a report: `advisor=Kim`, `tech~Lee`, `gp_pct<0.4`.

Keep out: what they narrow (on_read.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from reporting.catalogue import TEXTUAL, Column, Filter, Report
from reporting.close import ReportError

OPERATORS = ("!=", ">=", "<=", "=", "~", ">", "<")
_FORM = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(!=|>=|<=|=|~|>|<)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """What a column of the report, or one of its filters, has to be. `~` means contains, whatever the case."""

    target: Column | Filter
    operator: str
    value: str

    def sql(self, expression: str) -> str:
        """A predicate with one parameter, the value as text."""
        if self.operator == "~":
            return f"contains(lower(cast({expression} as varchar)), lower(?))"
        operator = "is distinct from" if self.operator == "!=" else self.operator
        return f"{expression} {operator} cast(? as {self.kind})"

    @property
    def kind(self) -> str:
        """The SQL type that the value is compared as."""
        return "varchar" if self.target.type in TEXTUAL or self.operator == "~" else self.target.type


def conditions(report: Report, texts: Sequence[str]) -> list[Condition]:
    """Each text as a condition on this report. Raises ReportError naming the text, what is wrong, and what there is."""
    return [_condition(report, text) for text in texts]


def _condition(report: Report, text: str) -> Condition:
    found = _FORM.fullmatch(text)
    if not found:
        raise ReportError(f"--filter '{text}': write a name, one of {' '.join(OPERATORS)}, and a value: advisor=Kim")
    name, operator, value = found.groups()
    filters = {one.name: one for one in report.filters}
    target = filters.get(name) or report.column(name)
    if target is None:
        names = sorted({*filters, *(column.name for column in report.columns)})
        raise ReportError(f"--filter '{text}': {report.name} has no '{name}'; it has: {', '.join(names)}")
    ordered = operator in (">", "<", ">=", "<=")
    if ordered and target.type in TEXTUAL:
        raise ReportError(f"--filter '{text}': '{name}' is text; compare it with =, != or ~")
    condition = Condition(target, operator, value.strip())
    row = duckdb.execute(f"select try_cast(? as {condition.kind}) is null", [condition.value]).fetchone()
    if row == (True,):
        raise ReportError(f"--filter '{text}': '{condition.value}' is no {condition.kind}, as {name} is")
    return condition

"""Great Expectations suites made of the contracts, run on landed batches, and their Data Docs.

Belongs here: the only use of Great Expectations. Keep out: refusing rows (rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.contract import Column, Contract

if TYPE_CHECKING:
    import pandas as pd

SITE = "local_site"


class ExpectationError(Exception):
    """Great Expectations itself failed, which says nothing about the data."""


@dataclass(frozen=True)
class Judged:
    """What a suite found in a batch; `failures` in words, empty when all holds."""

    kind: str
    table: str
    rows: int
    failures: tuple[str, ...]


def validate(docs: Path, batches: Mapping[str, tuple[Contract, pd.DataFrame]]) -> list[Judged]:
    """Runs each contract's suite on its batch and rewrites the Data Docs under `docs`.

    Batches hold exact values (DECIMAL as Decimal, never float). The import takes 7-15 s, so it is done
    here; whoever reads the environment has switched telemetry off before."""
    import great_expectations as gx  # noqa: PLC0415  (7-15 s)
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415  (likewise)

    docs.mkdir(parents=True, exist_ok=True)
    context = gx.get_context(mode="file", project_root_dir=docs)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_or_update_pandas("landing")
    judged = [_validate(gx, context, source, name, *batch) for name, batch in batches.items()]
    context.build_data_docs(site_names=[SITE])
    return judged


def index(docs: Path) -> Path:
    """The page to open."""
    return docs / "gx" / "uncommitted" / "data_docs" / SITE / "index.html"


def expectations(contract: Contract) -> list[tuple[str, dict[str, Any]]]:
    """The contract as names and arguments of expectations."""
    names = [column.name for column in contract.columns]
    found: list[tuple[str, dict[str, Any]]] = [
        ("ExpectTableColumnsToMatchSet", {"column_set": names, "exact_match": False}),
        ("ExpectCompoundColumnsToBeUnique", {"column_list": ["_key", "_version"]}),
    ]
    for column in contract.columns:
        found += _column(column)
    return found


def _column(column: Column) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    if column.required:
        found.append(("ExpectColumnValuesToNotBeNull", {"column": column.name}))
    if column.allowed:
        values = {"column": column.name, "value_set": list(column.allowed)}
        found.append(("ExpectColumnValuesToBeInSet", values))
    if column.minimum is not None or column.maximum is not None:
        limits = {"min_value": _number(column.minimum), "max_value": _number(column.maximum)}
        found.append(("ExpectColumnValuesToBeBetween", {"column": column.name, **limits}))
    return found


def _number(bound: Decimal | None) -> int | float | None:
    """Limits are of contracts (whole numbers and simple fractions), never money."""
    if bound is None:
        return None
    return int(bound) if bound == bound.to_integral_value() else float(bound)


def _validate(
    gx: Any, context: Any, source: Any, name: str, contract: Contract, batch: pd.DataFrame
) -> Judged:
    title = f"{name}.{contract.kind}.{contract.table}"
    rules = [getattr(gx.expectations, rule)(**arguments) for rule, arguments in expectations(contract)]
    suite = context.suites.add_or_update(gx.ExpectationSuite(name=title, expectations=rules))
    known = {asset.name for asset in source.assets}
    asset = source.get_asset(title) if title in known else source.add_dataframe_asset(title)
    whole = {item.name: item for item in asset.batch_definitions}.get("landed")
    whole = whole or asset.add_batch_definition_whole_dataframe("landed")
    definition = gx.ValidationDefinition(name=title, data=whole, suite=suite)
    checked = context.validation_definitions.add_or_update(definition)
    result = checked.run(batch_parameters={"dataframe": batch})
    return Judged(contract.kind, contract.table, len(batch), tuple(_failures(title, result)))


def _failures(title: str, result: Any) -> list[str]:
    found = []
    for item in result.results:
        if item.success:
            continue
        rule = item.expectation_config
        if item.exception_info and _raised(item.exception_info):
            raise ExpectationError(
                f"{title}: {rule.type} could not be judged: {_raised(item.exception_info)}"
            )
        shown = item.result.get("partial_unexpected_list", [])[:3]
        about = rule.kwargs.get("column") or rule.kwargs.get("column_list") or rule.kwargs.get("column_set")
        count = item.result.get("unexpected_count", "some")
        found.append(f"{rule.type} of {about}: {count} rows, such as {shown}")
    return found


def _raised(info: Mapping[str, Any]) -> str:
    """The message of an exception inside Great Expectations; it stands flat or one level down."""
    parts = [info, *(value for value in info.values() if isinstance(value, Mapping))]
    raised = [str(part.get("exception_message")) for part in parts if part.get("raised_exception")]
    return raised[0] if raised else ""

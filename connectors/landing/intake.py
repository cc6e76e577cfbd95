"""Takes what a source yields: judged by contract, maps and sites, with the place each row came from.

Belongs here: one row's way to valid or refused. Keep out: documents, the shape of refused rows (refused)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from connectors.landing.refused import DOC, PLACE, REASON, RECORD, joined, records
from data_contracts.contract import Contract
from data_contracts.raw import to_raw
from data_contracts.rules import empty, judge, names_in_order

Maps = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass
class Taken:
    """The rows of one table in this take-in: valid ones typed, refused ones as quarantine records."""

    contract: Contract
    valid: pl.DataFrame
    refused: pl.DataFrame
    rows_in: int = 0
    repeated: int = 0  # rows that say again what another row of the same page said
    missing: set[str] = field(default_factory=set)  # required columns that the source does not send
    unknown: set[str] = field(default_factory=set)  # columns that the contract does not name


def nothing(contract: Contract) -> Taken:
    """No rows of a table."""
    place = pl.DataFrame(schema={**PLACE, "_doc": pl.String})
    valid = empty(contract).drop("_row").hstack(place)
    return Taken(contract, valid, pl.DataFrame(schema=RECORD))


def take(
    contract: Contract, frame: pl.DataFrame, place: pl.DataFrame, maps: Maps, sites: Mapping[str, Any]
) -> Taken:
    """Judges one frame; `place` has a row for each of its rows."""
    words = {column: known for (table, column), known in maps.items() if table == contract.table}
    verdict = judge(contract, frame, words)
    where = place.with_columns(_doc(contract, frame))
    valid = verdict.valid.drop("_row").hstack(where[verdict.valid["_row"].to_list()])
    refused = [_record(contract, frame, where, verdict.refused)]
    for column, known, rule in _vocabularies(contract, maps, sites):
        strange = valid.filter(~pl.col(column).cast(pl.String).is_in(list(known)))
        if strange.height:
            valid = valid.join(strange.select("_id"), on="_id", how="anti", maintain_order="left")
            refused.append(_unmapped(contract, frame, where, strange.select("_id", column), rule, known))
    names = set(names_in_order(contract))
    missing = {item.name for item in contract.columns if item.required} - set(frame.columns)
    return Taken(
        contract,
        valid,
        pl.concat(refused),
        frame.height,
        0,
        missing if frame.height else set(),
        set(frame.columns) - names,
    )


def together(contract: Contract, parts: Sequence[Taken]) -> Taken:
    """All frames of a table as one."""
    parts = [nothing(contract), *parts]
    return Taken(
        contract,
        pl.concat([part.valid for part in parts]),
        pl.concat([part.refused for part in parts]),
        sum(part.rows_in for part in parts),
        0,
        set().union(*(part.missing for part in parts)),
        set().union(*(part.unknown for part in parts)),
    )


def doc_columns(contract: Contract) -> tuple[str, ...]:
    """Columns that name the document of a row: the header's own key, or what points at it."""
    return contract.document.parent_key if contract.document else contract.key


def _doc(contract: Contract, frame: pl.DataFrame) -> pl.Series:
    columns = doc_columns(contract)
    if not set(columns) <= set(frame.columns):
        return pl.Series("_doc", [None] * frame.height, pl.String)
    named = pl.all_horizontal(pl.col(columns).cast(pl.String).fill_null("") != "")
    return frame.select(pl.when(named).then(joined(columns, DOC)).alias("_doc"))["_doc"]


def _vocabularies(
    contract: Contract, maps: Maps, sites: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any], str]]:
    found: list[tuple[str, Mapping[str, Any], str]] = [
        (column, known, f"unmapped_{column}")
        for (table, column), known in maps.items()
        if table == contract.table
    ]
    site = contract.quarantine_context.get("site")
    return [*found, (site, sites, "unmapped_site")] if site else found


def _record(
    contract: Contract, frame: pl.DataFrame, where: pl.DataFrame, refused: pl.DataFrame
) -> pl.DataFrame:
    rows = refused["_row"].to_list()
    return records(contract, frame[rows], where[rows], refused.select(REASON))


def _unmapped(
    contract: Contract,
    frame: pl.DataFrame,
    where: pl.DataFrame,
    strange: pl.DataFrame,
    rule: str,
    known: Mapping[str, Any],
) -> pl.DataFrame:
    column = strange.columns[1]
    rows = where.with_row_index("_at").join(strange.select("_id"), on="_id", how="semi")["_at"].to_list()
    shown = ", ".join(sorted(known)) or "nothing"
    message = pl.format(
        f"{contract.table}.{column}: '{{}}' is not mapped: name it in tieout.yml (mapped are {{}})",
        strange[column].cast(pl.String),
        pl.lit(shown),
    )
    reasons = pl.DataFrame({"value": strange[column].cast(pl.String)}).with_columns(
        rule=pl.lit(rule), column_name=pl.lit(column), message=message, raw=to_raw(frame[rows])
    )
    return records(contract, frame[rows], where[rows], reasons.select(REASON))



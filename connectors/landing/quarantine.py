"""What was refused: the list people work from, and taking rows again after a map, site or contract was fixed.

Belongs here: reading quarantine and replaying it. Keep out: why rows are refused, how they land."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from connectors.base import Source
from connectors.landing import manifest, refusals, store
from connectors.landing.haul import Haul
from connectors.landing.intake import Taken
from connectors.landing.landing import PullResult, clear_uncommitted, contracts, land, settled
from connectors.landing.packing import PACKING
from connectors.landing.refusals import CONTENT, OPEN, REPLAYED, SUPERSEDED
from connectors.landing.refused import PLACE
from connectors.locks import shared, turn
from data_contracts.raw import from_raw
from data_contracts.rules import names_in_order


@dataclass(frozen=True)
class Replay:
    """How many refused rows were taken now, how many stay; `result` is None when none was taken."""

    taken: int
    still_open: int
    result: PullResult | None


def fingerprint(home: Path) -> str:
    """Changes when anything is refused or replayed."""
    seen = [f"{path.relative_to(home)} {store.sha256(path)}" for path in refusals.files(home)]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def rows(home: Path, connection: str | None = None, status: str = OPEN) -> pl.DataFrame:
    """Refused rows; one that every pull refuses again stands once, as last seen, with `first_seen` and `times`.

    `at_stake` is the money that is missing from the figures for it: of a document its header's, if it has any."""
    found = refusals.read(home, connection, status).drop("_at")
    parents = {name: _parents(home, name) for name in found["_connection"].unique()}
    head = [parents[name].get(table) for name, table in found.select("_connection", "table_name").iter_rows()]
    found = found.with_columns(_head=pl.Series(head, dtype=pl.String))
    heads = found.filter(pl.col("amount").is_not_null()).select("_connection", "_doc", _head="table_name")
    counted = found.join(heads.unique().with_columns(_part=True), on=["_connection", "_doc", "_head"], how="left")
    amount = pl.when(pl.col("_part").is_null()).then("amount")
    return counted.with_columns(at_stake=amount).drop("_head", "_part").sort(["_connection", *CONTENT])


def summary(found: pl.DataFrame) -> pl.DataFrame:
    """Refused rows by connection, table, rule and column: how many, since when, how much money, an example."""
    by = ["_connection", "table_name", "rule", "column_name"]
    return (
        found.group_by(by)
        .agg(
            rows=pl.len(),
            first=pl.col("first_seen").min(),
            last=pl.col("_pulled_at").max(),
            at_stake=pl.col("at_stake").sum(),
            example=pl.col("message").first(),
        )
        .sort(by, nulls_last=True)
    )


def _parents(home: Path, connection: str) -> dict[str, str]:
    """Table -> the header that its rows are parts of."""
    last = manifest.newest(home, connection)
    found = contracts(last.kind).values() if last else ()
    return {one.table: one.document.parent for one in found if one.document and one.document.parent}


def replay(home: Path, connection: str, source: Source, sites: Mapping[str, Any], now: datetime) -> Replay:
    """Judges open and superseded rows again by today's rules; what passes lands in its old place in time."""
    with turn(home, connection), shared(home, PACKING):
        clear_uncommitted(home, connection)
        last = manifest.newest(home, connection)
        refused = refusals.read(home, connection, OPEN, SUPERSEDED)
        if last is None or refused.is_empty():
            return Replay(0, 0, None)
        look = manifest.window(last, now, None, sweep=False)
        haul = Haul(contracts(source.kind), look.until, source.maps(), sites)
        refused = refused.with_columns(_id=pl.int_range(pl.len(), dtype=pl.Int64))
        for _, part in refused.group_by("table_name", "_pull_id", "_file", "_page", maintain_order=True):
            _again(haul, part)
        families = [[_passed(item) for item in family] for family in settled(haul)]
        passed = pl.concat([item.valid.select("_id") for family in families for item in family])
        taken = refused.join(passed, on="_id", how="semi")
        stay = refused.join(taken, on="_id", how="anti").filter(pl.col("status") == OPEN).height
        if taken.is_empty():
            return Replay(0, stay, None)
        state = {
            "window": {"since": last.until.isoformat(), "until": look.until.isoformat()},
            "since": last.since,
            "cursor": last.cursor,
        }
        marks = {REPLAYED: refusals.places(taken)}
        result = land(home, connection, source.kind, haul, families, state, now, marks)
        return Replay(taken.height, stay, result)


def _again(haul: Haul, part: pl.DataFrame) -> None:
    table = part["table_name"][0]
    frame = from_raw(part["raw"].to_list(), names_in_order(haul.contract(table)))
    batch = pl.concat_str("_pull_id", "_file", separator="|")
    haul.add(table, frame, part.with_columns(_batch=batch, _origin="_pull_id").select(*PLACE))


def _passed(item: Taken) -> Taken:
    """Rows that are still refused stay where they are: they are not of this pull."""
    item.rows_in = item.valid.height + item.repeated
    item.refused = item.refused.clear()
    return item

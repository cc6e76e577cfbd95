"""What a pull says of rows that are in quarantine already: refused again, said otherwise, or gone.

A bad row that stands at the source for a month is one open row, with when it was first seen and how often; a row
that its people have put right waits for nobody any more.
Belongs here: which rows those are. Keep out: files (refusals), taking rows again (quarantine)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from connectors.base import Keys
from connectors.landing.intake import Taken
from connectors.landing.refusals import CONTENT, GONE, OPEN, REPEATED, SUPERSEDED, places
from connectors.landing.refused import DOC, joined

Marks = dict[str, dict[str, dict[str, list[int]]]]


def fresh(refused: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Refused rows as the first ones of their content; a row that stands twice in a pull stays open once."""
    seen = pl.lit(now).cast(pl.Datetime("us", "UTC"))
    once = pl.struct(CONTENT[1:]).is_last_distinct()
    status = pl.when(once).then(pl.lit(OPEN)).otherwise(pl.lit(REPEATED))
    return refused.with_columns(first_seen=seen, times=pl.lit(1, pl.Int64), status=status)


def carry_on(
    waiting: pl.DataFrame, families: Sequence[Sequence[Taken]], sweeps: Sequence[Keys], now: datetime
) -> Marks:
    """Completes the refused rows of a pull, and says what becomes of the open ones of earlier pulls."""
    again, over, gone = [], [], []
    for family in families:
        for item in family:
            item.refused = fresh(item.refused, now)
            mine = waiting.filter(pl.col("table_name") == item.contract.table)
            if not mine.is_empty():
                again.append(_refused_again(item, mine))
        _leave_older(family)
        mine = waiting.filter(pl.col("table_name").is_in([item.contract.table for item in family]))
        if not mine.is_empty():
            over.append(_said_since(family, mine))
            gone.append(_gone(family, mine, sweeps))
    return _each_once(waiting, {REPEATED: again, SUPERSEDED: over, GONE: gone})


def _each_once(waiting: pl.DataFrame, found: Mapping[str, Sequence[pl.DataFrame]]) -> Marks:
    """A row gets the first status that is found for it."""
    place, marks = ["_pull_id", "table_name", "_at"], {}
    for status, parts in found.items():
        rows = pl.concat(parts).unique(place, maintain_order=True) if parts else waiting.clear()
        rows = rows.join(waiting, on=place, how="semi")
        waiting = waiting.join(rows, on=place, how="anti")
        if not rows.is_empty():
            marks[status] = places(rows)
    return marks


def _refused_again(item: Taken, waiting: pl.DataFrame) -> pl.DataFrame:
    """The waiting rows whose content is refused again; the new record knows since when and how often."""
    same = CONTENT[1:]
    before = waiting.group_by(same).agg(_since=pl.col("first_seen").min(), _times=pl.col("times").sum())
    item.refused = (
        item.refused.join(before, on=same, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            first_seen=pl.coalesce("_since", "first_seen"), times=pl.col("times") + pl.col("_times").fill_null(0)
        )
        .drop("_since", "_times")
    )
    return waiting.join(item.refused, on=same, how="semi", nulls_equal=True)


def _leave_older(family: Sequence[Taken]) -> None:
    """Of several files of one pull the last one counts: what an older one said badly waits for nobody."""
    latest = _latest(family, valid_only=False)
    for item in family:
        if item.contract.file_like and not item.refused.is_empty():
            by = _identity(item)
            known = item.refused.join(latest, left_on=by, right_on="_doc", how="left", maintain_order="left")
            older = (known["_file"] < known["_last"]).fill_null(value=False)
            status = pl.when(older).then(pl.lit(SUPERSEDED)).otherwise("status")
            item.refused = item.refused.with_columns(status=status)


def _said_since(family: Sequence[Taken], waiting: pl.DataFrame) -> pl.DataFrame:
    """Waiting rows whose row or document the pull has brought: right now, or wrong in another way."""
    by = _identity(family[0])
    well = waiting.join(_latest(family, valid_only=True), left_on=by, right_on="_doc")
    other = waiting.join(_latest(family, valid_only=False), left_on=by, right_on="_doc")
    if family[0].contract.file_like:
        well = well.filter(pl.col("_last") >= pl.col("_file"))
        other = other.filter(pl.col("_last") > pl.col("_file"))
    return pl.concat([well, other]).select(waiting.columns)


def _gone(family: Sequence[Taken], waiting: pl.DataFrame, sweeps: Sequence[Keys]) -> pl.DataFrame:
    """Waiting rows that stand at the source no more, by its own complete list of keys."""
    header = family[0].contract
    whole = [keys.frame for keys in sweeps if keys.table == header.table and keys.scope is None]
    if not whole or header.document:
        return waiting.clear()
    alive = pl.concat([frame.select(_doc=joined(header.key, DOC)) for frame in whole])
    return waiting.filter(pl.col("_doc").is_not_null()).join(alive, on="_doc", how="anti")


def _identity(item: Taken) -> str:
    """A row of a growing group stands for itself, every other one for its document (or its own key)."""
    document = item.contract.document
    return "key" if document and document.append else "_doc"


def _latest(family: Sequence[Taken], valid_only: bool) -> pl.DataFrame:
    """Identity -> the last file of this pull that has it."""
    parts = []
    for item in family:
        group = _identity(item) == "key"
        own = joined(item.contract.key, "|") if group else pl.col("_doc")
        parts.append(item.valid.select(own.alias("_doc"), "_file"))
        if not valid_only:
            parts.append(item.refused.select(pl.col(_identity(item)).alias("_doc"), "_file"))
    rows = pl.concat(parts).drop_nulls("_doc")
    return rows.group_by("_doc").agg(_last=pl.col("_file").max())

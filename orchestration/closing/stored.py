"""What the journal and the folders of signed days say, as readers of the snapshot take it (reporting/frozen.py).

Keep out: the journal's own relations (tables.py), writing a day (signed.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from orchestration import marts
from orchestration.closing import exported, folders, journal, tables
from orchestration.closing.journal import Journal
from orchestration.closing.standing import standing
from reporting.frozen import FACTS, Signed

MEASURES = "measures"
SIGNED_MEASURE: dict[str, Any] = {
    "site_key": pl.Int64, "business_date": pl.Date, "document_type": pl.String, "document_key": pl.String,
    "ro_number": pl.String,    "measure": pl.String, "amount": pl.Decimal(14, 2), "version": pl.String,
}  # fmt: skip


def signed(snapshot: Path) -> Signed:
    """What the journal of the snapshot's home says, by the snapshot's keys of shops. Raises JournalBroken."""
    home = snapshot.parent.parent
    return of(home, journal.require(home), marts.site_keys(snapshot))


def of(home: Path, told: Journal, sites: Mapping[str, int]) -> Signed:
    """What the entries before the first fault say; the signed days of shops that are no more are left out."""
    days = standing(told.entries).days
    places = [folders.of(home, *day, entry.seq) for day, entry in sorted(days.items()) if day[0] in sites]
    return Signed(_relations(told, sites, places), {name: _files(places, name) for name in FACTS})


def _relations(told: Journal, sites: Mapping[str, int], places: Sequence[Path]) -> dict[str, pl.DataFrame]:
    measures = [pl.read_parquet(file) for file in _files(places, MEASURES)]
    return {
        "close_event": tables.close_event(told, sites),
        "signed_day": tables.signed_day(told, sites).filter(pl.col("site_key") >= 0),
        "signed_measure": pl.concat([pl.DataFrame(schema=SIGNED_MEASURE), *measures], how="diagonal"),
        **exported.relations(told, sites),
    }


def _files(places: Sequence[Path], name: str) -> list[Path]:
    return [place / f"{name}.parquet" for place in places]

"""The files of quarantine: refused rows of committed pulls, each with its reason, raw text and status.

Belongs here: their columns, reading and marking them. Keep out: judging, replaying (quarantine), which rows
a later pull has something to say about (standing)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from connectors.landing import manifest, store
from connectors.landing.manifest import Manifest

OPEN = "open"  # waits for somebody
REPEATED = "repeated"  # refused again: the later record, with the same content, carries it on
SUPERSEDED = "superseded"  # the source has said something else of it since: a replay takes it as an old version
GONE = "gone"  # it stands at the source no more
REPLAYED = "replayed"  # taken after a map or a contract was fixed
COLUMNS = [
    ("_connection", "VARCHAR"),
    ("_pull_id", "VARCHAR"),
    ("_pulled_at", "TIMESTAMPTZ"),
    ("_bound", "TIMESTAMPTZ"),
    ("_file", "VARCHAR"),
    ("_page", "BIGINT"),
    ("_row", "BIGINT"),
    ("_doc", "VARCHAR"),
    ("table_name", "VARCHAR"),
    ("key", "VARCHAR"),
    ("rule", "VARCHAR"),
    ("column_name", "VARCHAR"),
    ("value", "VARCHAR"),
    ("message", "VARCHAR"),
    ("site", "VARCHAR"),
    ("business_date", "DATE"),
    ("amount", "DECIMAL(14,2)"),
    ("raw", "VARCHAR"),
    ("first_seen", "TIMESTAMPTZ"),
    ("times", "BIGINT"),
    ("status", "VARCHAR"),
]
CONTENT = ["table_name", "key", "rule", "column_name", "raw"]  # what makes a refused row the same one again
_POLARS = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "DATE": pl.Date(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "DECIMAL(14,2)": pl.Decimal(14, 2),
}
SCHEMA = {name: _POLARS[type_] for name, type_ in COLUMNS}


def refusals_folder(home: Path, connection: str, pull_id: str = "") -> Path:
    """Where refused rows of a connection, or of one pull of it, stand."""
    return home / "quarantine" / connection / pull_id


def files(home: Path, connection: str | None = None) -> list[Path]:
    """Files of refused rows of committed pulls."""
    found = []
    for name in [connection] if connection else store.names(home / "quarantine"):
        committed = set(manifest.pulls(home, name))
        for pull_id in store.names(refusals_folder(home, name)):
            place = refusals_folder(home, name, pull_id)
            if pull_id in committed:
                found += [place / file for file in store.names(place) if file.endswith(".parquet")]
    return found


def read(home: Path, connection: str | None = None, *statuses: str) -> pl.DataFrame:
    """Refused rows (the open ones, where no status is named), with their place `_at` in their pull's file."""
    wanted = pl.col("status").is_in(statuses or (OPEN,))
    parts = [_read(path).filter(wanted) for path in files(home, connection)]
    return pl.concat(parts) if parts else pl.DataFrame(schema={**SCHEMA, "_at": pl.Int64})


def _read(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path).with_columns(_at=pl.int_range(pl.len(), dtype=pl.Int64))


def places(rows: pl.DataFrame) -> dict[str, dict[str, list[int]]]:
    """Pull -> table -> places of the rows in its file."""
    found: dict[str, dict[str, list[int]]] = {}
    for pull_id, table, at in rows.select("_pull_id", "table_name", "_at").iter_rows():
        found.setdefault(pull_id, {}).setdefault(table, []).append(at)
    return found


def mark(home: Path, said: Manifest) -> None:
    """Gives rows of earlier pulls the status that a committed pull says; again changes nothing."""
    for status, pulls in said.marks.items():
        for pull_id, tables in pulls.items():
            for table, rows in tables.items():
                path = refusals_folder(home, said.connection, pull_id) / f"{table}.parquet"
                frame = pl.read_parquet(path)
                meant = pl.int_range(pl.len()).is_in(rows)
                marked = frame.with_columns(status=pl.when(meant).then(pl.lit(status)).otherwise("status"))
                if not marked.equals(frame):
                    written = store.temporary(path)
                    marked.write_parquet(written, compression="zstd")
                    store.commit(written, path)

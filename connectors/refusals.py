"""The files of quarantine: refused rows of committed pulls, each with its reason and raw text.

Belongs here: their columns, and marking rows as replayed. Keep out: judging, replaying (quarantine)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from connectors import store
from connectors.manifest import Manifest

COLUMNS = [
    ("_connection", "VARCHAR"),
    ("_pull_id", "VARCHAR"),
    ("_pulled_at", "TIMESTAMPTZ"),
    ("_bound", "TIMESTAMPTZ"),
    ("_file", "VARCHAR"),
    ("_page", "BIGINT"),
    ("_row", "BIGINT"),
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
    ("status", "VARCHAR"),
]


def refusals_folder(home: Path, connection: str, pull_id: str = "") -> Path:
    """Where refused rows of a connection, or of one pull of it, stand."""
    return home / "quarantine" / connection / pull_id


def mark_replayed(home: Path, replay: Manifest) -> None:
    """Marks the rows (by their place in the file) that a committed replay took; again changes nothing."""
    for pull_id, tables in replay.replayed.items():
        for table, rows in tables.items():
            path = refusals_folder(home, replay.connection, pull_id) / f"{table}.parquet"
            frame = pl.read_parquet(path)
            taken = pl.int_range(pl.len()).is_in(rows)
            status = pl.when(taken).then(pl.lit("replayed")).otherwise("status")
            marked = frame.with_columns(status=status)
            if not marked.equals(frame):
                written = store.temporary(path)
                marked.write_parquet(written, compression="zstd")
                store.commit(written, path)

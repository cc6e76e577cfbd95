"""The shape of a landed table: the contract's columns, then what landing adds to every row.

Belongs here: names, DuckDB types and meanings of those columns. Keep out: how they are filled."""

from __future__ import annotations

from data_contracts.contract import Column, Contract

META = (
    ("_connection", "VARCHAR", "Connection of tieout.yml that brought the row."),
    (
        "_pull_id",
        "VARCHAR",
        "Pull that landed the row; with _connection it names the folder and the manifest.",
    ),
    ("_pulled_at", "TIMESTAMPTZ", "When the pull was started; takes no part in any figure."),
    ("_bound", "TIMESTAMPTZ", "Frozen upper bound of the pull that read the row."),
    ("_file", "VARCHAR", "File, page or generation the row stood in; empty where the source has none."),
    ("_row", "BIGINT", "Position of the row in its file, or in the pull where files do not order versions."),
    ("_key", "UUID", "The row's identity: md5 of the connection and the contract's key columns."),
    ("_parent_key", "UUID", "Identity of the document the row belongs to; NULL on headers and single rows."),
    ("_order", "VARCHAR", "Orders the versions of a key by source time, then bound or file, then row."),
    ("_row_hash", "UUID", "md5 of the row's content; of a header with all its children."),
    ("_version", "UUID", "One version of one key; children carry their header's, and are joined by it."),
    (
        "_is_deleted",
        "BOOLEAN",
        "True when the source has deleted the row; the values are those of its last version.",
    ),
    ("_extra", "VARCHAR", "JSON object of fields that the contract does not name; NULL when there are none."),
)


def duckdb_type(column: Column) -> str:
    """DuckDB type of a contract's column."""
    types = {
        "text": "VARCHAR",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMPTZ",
        "time": "TIME",
    }
    if column.decimal:
        return "DECIMAL({},{})".format(*column.decimal)
    return types[column.type]


def duckdb_columns(contract: Contract) -> list[tuple[str, str]]:
    """Names and DuckDB types of a landed table in the order of its files; also before there is one."""
    own = [(column.name, duckdb_type(column)) for column in contract.columns]
    return own + [(name, type_) for name, type_, _ in META]

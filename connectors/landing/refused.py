"""The shape of refused rows: what quarantine keeps of each, however it came to be refused.

Belongs here: records and the context that people look for. Keep out: judging (intake, documents), files."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from data_contracts.contract import Contract
from data_contracts.raw import to_raw
from data_contracts.rules import REFUSED, names_in_order

DOC = "\x1f"
# where a row stands: unique in this take-in; in its file or pull; file; page; what pages and files are told
# apart by; the bound it was read under (ISO text); the pull it was quarantined by, when it is replayed
Schema = dict[str, pl.DataType | type[pl.DataType]]
PLACE: Schema = {
    "_id": pl.Int64,
    "_row": pl.Int64,
    "_file": pl.String,
    "_page": pl.Int64,
    "_batch": pl.String,
    "_bound": pl.Datetime("us", "UTC"),
    "_origin": pl.String,
}
CONTEXT: Schema = {
    "key": pl.String,
    "site": pl.String,
    "business_date": pl.Date,
    "amount": pl.Decimal(14, 2),
    "_doc": pl.String,
}
REASON = ["rule", "column_name", "value", "message", "raw"]
RECORD: Schema = {name: REFUSED[name] for name in REASON} | CONTEXT | PLACE


def refuse(contract: Contract, rows: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Records of rows that were valid by themselves; `reasons` has rule, column, value, message of each."""
    typed = rows.select(names_in_order(contract))
    raw = [_with_extra(text, more) for text, more in zip(to_raw(typed), rows["_extra"], strict=True)]
    found = reasons.with_columns(pl.Series("raw", raw, pl.String))
    return records(contract, typed, rows.select(*PLACE, "_doc"), found)


def joined(columns: Sequence[str], separator: str) -> pl.Expr:
    """Values as one text; NULL counts as empty."""
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in columns], separator=separator)


def records(contract: Contract, rows: pl.DataFrame, where: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Records of rows; `reasons` has what is in REASON, `where` what is in PLACE, and `_doc`."""
    context = contract.quarantine_context
    text = {name: _shown(rows, context.get(name)) for name in ("site", "business_date", "amount")}
    found = pl.DataFrame(
        {
            "key": rows.select(joined([name for name in contract.key if name in rows.columns], "|")).to_series()
            if set(contract.key) & set(rows.columns)
            else pl.Series([None] * rows.height, dtype=pl.String),
            "site": text["site"],
            "business_date": text["business_date"].str.to_date("%Y-%m-%d", strict=False),
            "amount": text["amount"].cast(pl.Decimal(14, 2), strict=False),
        }
    )
    return reasons.hstack(found).hstack(where).select(*RECORD)


def _shown(rows: pl.DataFrame, column: str | None) -> pl.Series:
    if column is None or column not in rows.columns:
        return pl.Series([None] * rows.height, dtype=pl.String)
    return rows[column].cast(pl.String, strict=False)


def _with_extra(raw: str, more: str | None) -> str:
    if more is None:
        return raw
    return json.dumps({**json.loads(raw), **json.loads(more)}, ensure_ascii=False)

"""The close journal as the relations that readers find in the published snapshot: core.close_event, core.signed_day.

Belongs here: entries as rows. Keep out: what a signed day stores (signed.py), the journal (journal.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from orchestration import build_input, dbt_run
from orchestration.closing.entries import canonical
from orchestration.closing.journal import Journal
from orchestration.closing.standing import standing

NOWHERE = -1  # site_key of a shop that is no more in tieout.yml
INSTANT = pl.Datetime("us", "UTC")
CLOSE_EVENT: dict[str, Any] = {
    "seq": pl.Int32, "event_ts": INSTANT, "act": pl.String, "site_key": pl.Int64, "business_date": pl.Date,
    "said_by": pl.String, "reason": pl.String, "build_id": pl.String, "version": pl.String, "tie_key": pl.String,
    "cause_code": pl.String, "owner": pl.String, "resolution": pl.String,
}  # fmt: skip
SIGNED_DAY: dict[str, Any] = {
    "site_key": pl.Int64, "business_date": pl.Date, "seq": pl.Int32, "signed_ts": INSTANT, "signed_by": pl.String,
    "reason": pl.String, "build_id": pl.String, "version": pl.String, "stored_hash": pl.String,
    "is_same_release": pl.Boolean,
}  # fmt: skip


@cache
def release() -> str:
    """Changes when the models do that figures are made by."""
    return build_input.fingerprint(build_input.model_files(dbt_run.PROJECT))


def close_event(journal: Journal, sites: Mapping[str, int]) -> pl.DataFrame:
    """Every entry before the first fault. `sites`: site -> site_key, as core.dim_site of the snapshot has it."""
    rows = [
        [one.seq, one.moment, one.act, sites.get(one.site, NOWHERE), one.day, one.by, one.reason, one.build_id,
         one.version, *(one.detail.get(name) for name in ("tie_key", "cause_code", "owner", "resolution"))]
        for one in journal.entries
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=CLOSE_EVENT, orient="row")


def signed_day(journal: Journal, sites: Mapping[str, int]) -> pl.DataFrame:
    """Days that are signed and not reopened since, by the entries before the first fault."""
    rows = [
        [sites.get(site, NOWHERE), day, one.seq, one.moment, one.by, one.reason, one.build_id, one.version,
         stored_hash(one.stored), one.detail.get("release") == release()]
        for (site, day), one in sorted(standing(journal.entries).days.items())
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SIGNED_DAY, orient="row")


def stored_hash(stored: Mapping[str, str]) -> str:
    """One hash over all files of a signed day."""
    return hashlib.sha256(canonical(stored)).hexdigest()

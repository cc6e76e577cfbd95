"""How the controls of the daily close stand, shop by shop: which ran, which of them could have failed, what they say.

Keep out: what a control compares (dbt_project/models/finance/controls), a day's exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reporting.on_read import Request, Snapshot, opened, staged
from reporting.periods import Span


@dataclass(frozen=True)
class Controlled:
    """One shop over some days. `ran`: controls that had what they need; `could_fail`: those of them that compared
    anything that could come out wrong; `failing`, `warning`: ids of controls with exceptions; `idle`: (id, why) of
    those that did not run; `compared`, `exceptions`: things."""

    site: str
    ran: int
    could_fail: int
    failing: Sequence[str]
    warning: Sequence[str]
    idle: Sequence[tuple[str, str]]
    compared: int
    exceptions: int


def controlled(snapshot: Path) -> list[Controlled]:
    """Every shop over all its published days."""
    with opened(snapshot) as published:
        spans = _every_day(published)
        if not spans:
            return []
        staged(published, Request("ctl_result", spans))
        rows = published.connection.execute(
            """
            with results as (
                select site_key, control_id, min(not_run_reason) as idle, sum(compared) as compared,
                    sum(could_fail) as could_fail, sum(exceptions) as exceptions,
                    bool_or(status = 'fail') as fails, bool_or(status = 'warn') as warns
                from warehouse.finance.ctl_result group by all
            )
            select sites.site, count(*) filter (where idle is null), count(*) filter (where could_fail > 0),
                coalesce(list(control_id order by control_id) filter (where fails), []),
                coalesce(list(control_id order by control_id) filter (where warns and not fails), []),
                coalesce(list((control_id, idle) order by control_id) filter (where idle is not null), []),
                sum(compared), sum(exceptions)
            from results inner join snapshot.core.dim_site as sites using (site_key)
            group by sites.site order by sites.site
            """
        ).fetchall()
    return [Controlled(*row) for row in rows]


def _every_day(published: Snapshot) -> dict[int, Span]:
    rows = published.connection.execute(
        "select site_key, min(business_date), max(business_date) from snapshot.core.dim_site_day "
        "where site_key >= 0 group by site_key"
    ).fetchall()
    return {key: (first, last) for key, first, last in rows}

"""Why a number is not what it was: two published versions, per shop, day and figure, down to the documents.

Belongs here: which figures moved, and what of it documents explain. Keep out: which documents (moved.py), opening
versions (versions.py), the look of it (orchestration/views_diff.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from reporting.moved import Amount, Document, documents
from reporting.versions import Scope, Versions, compared

FIGURES = ("sales.sales_summary_wide", "finance.recon_sales_payments")
DAY = ("site_key", "business_date")


@dataclass(frozen=True)
class Figure:
    """A figure of a shop's day. `by_documents`: what the documents that are named add to it, more than before; None
    where it is none that documents add up to, as a status."""

    site: str
    day: date
    name: str
    before: Any
    after: Any
    by_documents: Amount | None = None

    @property
    def difference(self) -> Amount | None:
        """None where it is no number."""
        numbers = all(isinstance(one, int | Decimal) for one in (self.before, self.after))
        return self.after - self.before if numbers else None


@dataclass(frozen=True)
class Diff:
    """`earlier`, `later`: the versions; `of_one`: days that one of them alone has, and which (earlier or later)."""

    earlier: str
    later: str
    figures: tuple[Figure, ...]
    documents: tuple[Document, ...]
    of_one: tuple[tuple[str, date, str], ...]


def diff(snapshot: Path, earlier: Path, later: Path, scope: Scope | None = None) -> Diff:
    """What the version in the folder `later` says otherwise than that in `earlier`, of days that both have.

    Raises ReportError for a shop or a version that cannot be compared."""
    with compared(snapshot, earlier, later, scope or Scope()) as versions:
        sites = dict(versions.connection.execute("select site_key, site from memory.main.site").fetchall())
        moved = _moved(versions, sites)
        found = documents(versions, sites, {(one.site, one.day) for one in moved})
        figures = _explained(moved, found, versions.measures)
        return Diff(earlier.name, later.name, tuple(figures), tuple(found), tuple(versions.of_one()))


def _moved(versions: Versions, sites: Mapping[int, str]) -> list[Figure]:
    """Figures of both relations, each once."""
    found: dict[tuple[str, date, str], Figure] = {}
    where = f"({', '.join(DAY)}) in (select {', '.join(DAY)} from memory.main.common_day)"
    for relation in FIGURES:
        for (key, day), (before, after) in versions.differing(relation, DAY, where).items():
            for name, value in (after or {}).items():
                if before and before[name] != value:
                    found.setdefault((sites[key], day, name), Figure(sites[key], day, name, before[name], value))
    return sorted(found.values(), key=lambda one: (one.site, one.day))


def _explained(moved: Sequence[Figure], found: Sequence[Document], measures: Sequence[str]) -> list[Figure]:
    told = []
    for one in moved:
        effects = [document.effects.get((one.site, one.day), {}).get(one.name, 0) for document in found]
        told.append(replace(one, by_documents=sum(effects)) if one.name in measures else one)
    return told

"""Sixty seeded edits of the SQL of reports that are computed on read, and of what they share: the oracle must notice at
least fifty-seven. Keep out: what an edit is (mutations.py), what builds store (test_mutations.py)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
from oracle.compare import compare
from oracle.oracle import Oracle
from warehouse import reported
from warehouse.mutations import Edit, edits_in
from warehouse.otherwise import CHOICES, asked, told_of
from warehouse.reported import SHAPES, Published
from warehouse.test_reports import (
    NAMING,
    is_named,
    oracle,
    published,
    shown_customer,
    span,
    unlike_their_rows,
    world,
)

from reporting.catalogue import Report, reports
from reporting.on_read import opened

__all__ = ["oracle", "published", "span", "world"]  # the company, made and built as there
SEED, EDITS = 20260315, 60
EVENTS = "sales_summary_event"  # which the stored days of the sales summary must be the sums of
# parts of edits (as they are printed) that change nothing that a report says
IDLE = (
    "sign(",  # the macro div's, which has tests of its own
    "<> 0 then",  # likewise
    "null as",  # a name in the second part of a union
    "bridge_employee_identity",  # every person of a fact has a row in it
    'inner join "warehouse"."core"."dim_employee"',  # and whom this company's rows name is told of
    'inner join "warehouse"."core"."dim_customer"',
    "site_key >= 0",  # no shop has the key 0
    "left join (",  # every instant lies in the calendar
    ".period_grain = ",  # periods are known by their first and last day too
    ".period_end = ",
    "bridge_customer_source",  # as every person, every customer
    'inner join "warehouse"."core"."bridge_vehicle_source"',  # and every car
    "left join clock",  # every instant lies in the calendar
    "left join calendar",
    'left join "warehouse"."core"."business_calendar"',
    "extract(second from hours.open_time)",  # shops open on the minute
    "left join site_totals",  # every row has its shop's
    "min(call_ts)",  # of one call
    "min(site_key) as site_key",  # of one shop
    "year_before",  # this company has none
    "last_year_",
    "and days.period_start = sold_days.period_start",  # of what is asked for, a day lies in one period
    "min(coalesce(joined.role, employees.role))",  # a person of one record takes part in one role
    "min(phone) as phone",  # of one main number
    "then max(bases.basis)",  # where least and greatest are one
    'ro_participant" as people',  # an order without participants has its row for nobody
    "grouping(from_node) - grouping(to_node)",  # all three keys are there or none
    "as is_told",  # which the roll-forwards look at alone
)
# likewise, of one model
IDLE_IN = {
    "labor_search": ("sum(parts.",),  # a person of one record is written once beside a line
    "task_site_stats": ("(reassigned_away)", "(received_by_reassign)"),  # it has no such column
}


@contextmanager
def edited(model: str, sql: str) -> Iterator[None]:
    """Readers get the report with other SQL."""

    def told(connection: duckdb.DuckDBPyConnection) -> dict[str, Report]:
        known = reports(connection)
        return known | {model: replace(known[model], sql=sql)}

    with mock.patch("reporting.on_read.reports", told):
        yield


def models(snapshot: Path) -> dict[str, Report]:
    """Those that an answer is computed from which the oracle knows, or the sales summary's event rows: the whole calendar
    and the moment are given, and controls and what they compare have faults of their own (test_controls.py)."""
    given = ("business_calendar", "reporting_moment")
    with opened(snapshot) as found:
        known = found.reports
        told = {name for name in known if name == EVENTS or readers(known, name)}
        return {name: one for name, one in known.items() if one.on_read and name in told and name not in given}


def readers(known: Mapping[str, Report], model: str) -> list[str]:
    """The reports that are made of it, itself first."""
    found = [model]
    for name in found:
        found += [one for one, report in known.items() if name in report.reads and one not in found]
    return [name for name in found if name in SHAPES]


def chosen(known: dict[str, Report]) -> Iterator[Edit]:
    """Edits of each model in turn, so that every one has its first before any has its second."""
    dice = random.Random(SEED)
    queues = {}
    for name in sorted(known):
        queues[name] = [one for one in edits_in(name, known[name].sql) if not idle(one)]
        dice.shuffle(queues[name])
    names = sorted(queues)
    while any(queues.values()):
        dice.shuffle(names)
        yield from (queues[name].pop() for name in names if queues[name])


def idle(edit: Edit) -> bool:
    return any(part in str(edit) for part in (*IDLE, *IDLE_IN.get(edit.model, ())))


class Comparing:
    """What the oracle says, once for each report and choice of options, beside what readers get."""

    def __init__(self, published: Published, oracle: Oracle, span: tuple[date, date]) -> None:
        self.published, self.span = published, span
        oracles = [oracle, *(told_of(oracle, choice) for choice in CHOICES)]
        self.said: Callable[[str, int], Any] = cache(lambda name, place: reported.spoken(oracles[place], name))

    def objects(self, report: Report, choice: int = 0) -> bool:
        """Under the options of tieout.yml, or under one of the other choices (counted from 1)."""
        options = asked(report, CHOICES[choice - 1]) if choice else []
        if choice and not options:
            return False
        try:
            found = self.published.every_row(report.name, self.span, filters=options)
            return bool(compare(*reported.differences(self.said(report.name, choice), found)))
        except AssertionError:  # a key twice, or a row of a level that its keys are not of
            return True


def misnamed(published: Published, said: Oracle, name: str, span: tuple[date, date]) -> bool:
    rows = published.ask(name, *span) if name in NAMING else []
    return any(
        not is_named(said, row["site"], row[NAMING[name]], shown_customer(row)) for row in rows if row[NAMING[name]]
    )


@pytest.mark.mutation
def test_at_least_fifty_seven_of_sixty_edits_of_the_reports_are_caught(
    published: Published, oracle: Oracle, span: tuple[date, date]
) -> None:
    known, comparing = models(published.snapshot), Comparing(published, oracle, span)
    found: list[tuple[Edit, bool]] = []
    for edit in chosen(known):
        lines = known[edit.model].sql.splitlines()
        lines[edit.line - 1] = edit.after
        told = [known[name] for name in readers(known, edit.model)]
        with edited(edit.model, "\n".join(lines)):
            try:
                caught = any(comparing.objects(report) for report in told)
                caught = caught or (edit.model == EVENTS and bool(unlike_their_rows(published.snapshot)))
                caught = caught or any(misnamed(published, oracle, report.name, span) for report in told)
                caught = caught or any(
                    comparing.objects(report, choice) for choice in range(1, len(CHOICES) + 1) for report in told
                )
            except duckdb.Error:
                continue  # it does not even run
        found.append((edit, caught))
        print(f"{'caught' if caught else 'SURVIVES':10}{edit}")
        if len(found) == EDITS:
            break
    assert len(found) == EDITS
    assert sum(caught for _, caught in found) >= 57, "see the survivors above"

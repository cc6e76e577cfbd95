"""The database in memory that stands where the warehouse stood when dbt compiled the SQL of a report.

Belongs here: which views stand in it, over which days, under which options, as of which instant. Keep out: making them
(standing.py), what a report's rows look like (on_read.py), what one is (catalogue.py), facts as signed (frozen.py),
which facts a few shops need (near.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import duckdb

from reporting.catalogue import Filter, Report
from reporting.close import ReportError
from reporting.conditions import Condition
from reporting.frozen import FACTS, Signed, freeze
from reporting.near import LINKS, Near, are_few
from reporting.periods import Span
from reporting.standing import Standing

GRAINS = ("day", "week", "month", "quarter", "year", "none")
STORED_GRAIN = "day"  # models take their periods under this name
DAYS, PERIODS, MOMENT = "dim_site_day", "reporting_period_day", "reporting_moment"
# what the close journal says
MANY = 10  # views that read views are planned as one: above it, one by one takes less (signing a day 3 s, not 16)
JOURNAL = {"close_event", "signed_day", "signed_measure", "exported_line", "exported_order"}
RESTATED = {"signed_measure", "exported_line"}  # what reads them compares with today's facts, whatever the mode


@dataclass(frozen=True)
class Asked:
    """What all figures of an answer are made under. `spans`: the days of each site key; `population`: conditions on
    what figures are made of; `options`: REPORTS 9, instead of those of tieout.yml; `signed`: the close journal."""

    spans: Mapping[int, Span]
    grain: str = "none"
    population: Sequence[Condition] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime = field(default_factory=lambda: datetime.now(UTC))
    signed: Signed = field(default_factory=Signed)


def stage(standing: Standing, known: Mapping[str, Report], report: Report, asked: Asked) -> None:
    """Stand all that the report reads, and itself, under the warehouse's name. Raises ReportError without such days."""
    connection = standing.connection
    needed = _upstream(known, report.name)
    is_frozen = not RESTATED & needed and _mode(connection, asked.options) == "frozen"
    needed |= set(FACTS) if is_frozen else set()
    given = _give(connection, asked.signed)
    frozen = freeze(connection, asked.signed) if is_frozen else {}
    anew = _anew(known, needed, asked.population, frozen) | {name for name in given if name in needed}
    _days(standing, asked)
    _periods(standing, asked.grain)
    near = _near(standing, asked) if not frozen and not _asks_all_otherwise(known, needed, asked) else None
    _stored(standing, sorted(needed & standing.published.keys() - anew - {DAYS, PERIODS}), asked, near, frozen)
    if asked.options and "cfg_report" in needed:
        _options(standing, asked.options)
    of_request = {DAYS, PERIODS, MOMENT, *given, *frozen}
    for name in _in_order(known, anew):
        model = known[name]
        relation = f"{model.schema}.{name}"
        sql = _moment(asked.as_of) if name == MOMENT else given.get(name, model.sql)
        of: list[object] = [uuid4()] if name in given else [standing.marks.get(one) for one in sorted(model.reads)]
        if model.all_days:
            sql = f"select * from snapshot.{relation}{f' where {near.shops.own}' if near else ''}"
        elif near and model.all_shops:
            sql, of = f"select * from snapshot.{relation}", []
        elif model.reads & of_request:
            of_request.add(name)
        is_kept = len(anew) > MANY or (near is not None and name not in of_request)
        stand = standing.table if is_kept else standing.view
        stand(relation, f"select * from ({sql}){_where(_on(relation, asked.population))}", of)


def reads_journal(
    connection: duckdb.DuckDBPyConnection, known: Mapping[str, Report], report: Report, options: Mapping[str, str]
) -> bool:
    """Whether the answer depends on what is signed."""
    return bool(JOURNAL & _upstream(known, report.name)) or _mode(connection, options) == "frozen"


def _upstream(known: Mapping[str, Report], name: str) -> set[str]:
    """All that a report reads, near or far, and itself."""
    found, waiting = {name}, [name]
    while waiting:
        one = known.get(waiting.pop())
        for read in one.reads - found if one else ():
            found.add(read)
            waiting.append(read)
    return found


def _give(connection: duckdb.DuckDBPyConnection, signed: Signed) -> dict[str, str]:
    """SQL of what the close journal says, under the names of the views that it takes the place of."""
    for name, rows in signed.relations.items():
        connection.register("handed", rows)
        connection.execute(f"create or replace table memory.main.given_{name} as select * from handed")
        connection.unregister("handed")
    return {name: f"select * from memory.main.given_{name}" for name in signed.relations}


def _mode(connection: duckdb.DuckDBPyConnection, options: Mapping[str, str]) -> str:
    """current or frozen, as the reader says, else as tieout.yml does."""
    told = connection.execute(
        "select value from snapshot.core.cfg_report where name = 'data_mode' and site_key is null"
    ).fetchone()
    return options.get("data_mode", str(told[0]) if told else "current")


def _anew(
    known: Mapping[str, Report], needed: Collection[str], population: Sequence[Condition], frozen: Collection[str]
) -> set[str]:
    """What no table of the snapshot holds as it is asked for: views, what has rows of periods, and what reads them or a
    narrowed or frozen relation."""
    narrowed = {one.target.relation.rpartition(".")[2] for one in population if isinstance(one.target, Filter)}
    narrowed |= set(frozen)
    found = {name for name in needed if name in known and (known[name].on_read or known[name].by_period)}
    while new := {
        name for name in needed if name in known and name not in found and known[name].reads & (found | narrowed)
    }:
        found |= new
    return found


def _in_order(known: Mapping[str, Report], names: Collection[str]) -> Iterator[str]:
    """Each after those it reads."""
    left = sorted(names)
    while left:
        ready = [name for name in left if not known[name].reads & set(left)]
        yield from ready
        left = [name for name in left if name not in ready]


def _asks_all_otherwise(known: Mapping[str, Report], needed: Collection[str], asked: Asked) -> bool:
    """Whether something of all shops is asked for under other options or conditions than the snapshot has it."""
    return bool(asked.options or asked.population) and any(known[one].all_shops for one in needed if one in known)


def _near(standing: Standing, asked: Asked) -> Near | None:
    """What is read instead of all facts, where few shops are asked for."""
    if not are_few(standing.connection, asked.spans):
        return None
    if standing.near is None or standing.near.keys != asked.spans.keys():
        standing.near = Near(standing.connection, frozenset(asked.spans))
    return standing.near


def _stored(
    standing: Standing, names: Sequence[str], asked: Asked, near: Near | None, frozen: Mapping[str, str]
) -> None:
    """Tables of the snapshot, or what takes their place, under the warehouse's name."""
    for name in names:
        schema, has_days = standing.published[name]
        source, of = f"snapshot.{schema}.{name}", list[object]()
        if name in frozen:
            source, of = f"({frozen[name]})", [uuid4()]
        elif near and schema == "core" and name in LINKS:
            source, of = near.relation(name), [*sorted(near.keys)]
        clauses = [_literal(one) for one in _on(f"{schema}.{name}", asked.population)]
        if has_days and schema != "core":
            clauses.append(f"(site_key, business_date) in (select site_key, business_date from warehouse.core.{DAYS})")
            of = [standing.marks[DAYS]]
        where = f" where {' and '.join(clauses)}" if clauses else ""
        standing.view(f"{schema}.{name}", f"select * from {source}{where}", of)


def _on(relation: str, population: Sequence[Condition]) -> list[Condition]:
    return [one for one in population if isinstance(one.target, Filter) and one.target.relation == relation]


def _where(narrowing: Sequence[Condition]) -> str:
    return f" where {' and '.join(map(_literal, narrowing))}" if narrowing else ""


def _literal(condition: Condition) -> str:
    """Parameters cannot stand in a view: the values of conditions are quoted."""
    assert isinstance(condition.target, Filter)
    return condition.sql(condition.target.value).replace("?", _quoted(condition.value))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _options(standing: Standing, options: Mapping[str, str]) -> None:
    """The reader's options stand for the company and every shop."""
    names = ", ".join(map(_quoted, options))
    own = " ".join(
        f"union all select cast(null as bigint), {_quoted(name)}, {_quoted(value)}" for name, value in options.items()
    )
    standing.view(
        "core.cfg_report",
        f"select site_key, name, value from snapshot.core.cfg_report where name not in ({names}) {own}",
    )


def _moment(as_of: datetime) -> str:
    instant = f"cast('{as_of.astimezone(UTC).isoformat()}' as timestamptz)"
    return (
        f"select site_key, {instant} as as_of_ts, cast(timezone(iana_tz, {instant}) "
        "- day_cutoff_minutes * interval '1 minute' as date) as as_of_date from snapshot.core.dim_site "
        "where site_key >= 0"
    )


def _days(standing: Standing, asked: Asked) -> None:
    """Leaves the business days that are asked for, each shop's own. Raises ReportError when there are none."""
    connection, spans, relation = standing.connection, asked.spans, f"core.{DAYS}"
    connection.execute("create or replace temp table asked (site_key bigint, first_day date, last_day date)")
    connection.executemany("insert into asked values (?, ?, ?)", [[key, *span] for key, span in spans.items()])
    narrowed = f"(select * from snapshot.{relation}{_where(_on(relation, asked.population))})"
    standing.table(
        relation,
        f"select days.* from {narrowed} as days semi join asked "
        "on asked.site_key = days.site_key and days.business_date between first_day and last_day",
        sorted(spans.items()),
    )
    if connection.execute(f"select 1 from warehouse.{relation} limit 1").fetchone():
        return
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    there = connection.execute(
        f"select min(business_date), max(business_date) from snapshot.{relation} semi join asked using (site_key)"
    ).fetchone()
    known = f"they are published from {there[0]} to {there[1]}" if there and there[0] else "none is published"
    raise ReportError(f"no business day of these shops lies from {first} to {last}; {known}")


def _periods(standing: Standing, grain: str) -> None:
    """The periods of the days that are asked for, under the name of a stored grain, cut off where the days end."""
    asked = "(select min(first_day) as first_day, max(last_day) as last_day from asked)"
    periods = (
        "select business_date, first_day as period_start, last_day as period_end "
        f"from (select distinct business_date from warehouse.core.{DAYS}) cross join {asked}"
        if grain == "none"
        else "select business_date, greatest(period_start, first_day) as period_start, "
        "least(period_end, last_day) as period_end "
        f"from snapshot.core.{PERIODS} cross join {asked} where period_grain = '{grain}' "
        f"and business_date in (select business_date from warehouse.core.{DAYS})"
    )
    standing.table(
        f"core.{PERIODS}",
        f"select '{STORED_GRAIN}' as period_grain, period_start, period_end, business_date from ({periods})",
        [standing.marks[DAYS]],
    )

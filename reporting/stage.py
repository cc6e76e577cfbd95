"""The database in memory that stands where the warehouse stood when dbt compiled the SQL of a report.

Belongs here: which views stand in it, over which days, under which options, as of which instant.
Keep out: what a report's rows look like (on_read.py), what a report is (catalogue.py), facts as signed (frozen.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from reporting.catalogue import Filter, Report
from reporting.close import ReportError
from reporting.conditions import Condition
from reporting.frozen import FACTS, Signed, freeze
from reporting.periods import Span

GRAINS = ("day", "week", "month", "quarter", "year", "none")
STORED_GRAIN = "day"  # models take their periods under this name
DAYS, PERIODS = "dim_site_day", "reporting_period_day"
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


def stage(connection: duckdb.DuckDBPyConnection, known: Mapping[str, Report], report: Report, asked: Asked) -> None:
    """Stand all that the report reads, and itself, under the warehouse's name. Raises ReportError without such days."""
    needed = _upstream(known, report.name)
    is_frozen = not RESTATED & needed and _mode(connection, asked.options) == "frozen"
    needed |= set(FACTS) if is_frozen else set()
    tables = {name: found for name, found in _tables(connection).items() if name in needed | {DAYS, PERIODS}}
    for schema in {schema for schema, _ in tables.values()} | {one.schema for one in known.values()}:
        connection.execute(f"create schema if not exists warehouse.{schema}")
    given = _give(connection, asked.signed)
    frozen = freeze(connection, asked.signed) if is_frozen else {}
    anew = _anew(known, needed, asked.population, frozen) | {name for name in given if name in needed}
    for name, (schema, has_days) in sorted(tables.items(), key=lambda table: table[1][0] != "core"):  # others need days
        if name not in anew:
            by_day = has_days and schema != "core"
            _stand(connection, f"{schema}.{name}", by_day=by_day, narrowing=asked.population, sql=frozen.get(name))
    _days(connection, asked.spans)
    _periods(connection, asked.grain)
    if asked.options and "cfg_report" in tables:
        _options(connection, asked.options)
    kind = "table" if len(anew) > MANY else "view"
    for name in _in_order(known, anew):
        model = known[name]
        relation = f"{model.schema}.{name}"
        sql = _moment(asked.as_of) if name == "reporting_moment" else given.get(name, model.sql)
        if model.all_days:
            sql = f"select * from snapshot.{relation}"
        where = _where(_on(relation, asked.population))
        _drop_other(connection, relation, kind)
        connection.execute(f"create or replace {kind} warehouse.{relation} as select * from ({sql}){where}")


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


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, bool]]:
    """Tables of the snapshot: name -> (schema, whether its rows are of a shop's day)."""
    rows = connection.execute(
        "select table_name, schema_name, "
        "list_contains(columns, 'site_key') and list_contains(columns, 'business_date') from ("
        "select schema_name, table_name, list(column_name) as columns from duckdb_columns() "
        "where database_name = 'snapshot' and schema_name <> 'main' group by all)"
    ).fetchall()
    return {name: (schema, has_days) for name, schema, has_days in rows}


def _drop_other(connection: duckdb.DuckDBPyConnection, relation: str, kind: str) -> None:
    """What is a table for one report may be a view for another."""
    other = {"table": "view", "view": "table"}[kind]
    found = connection.execute(
        f"select 1 from duckdb_{other}s() where database_name = 'warehouse' and schema_name = ? and {other}_name = ?",
        relation.split("."),
    ).fetchone()
    if found:
        connection.execute(f"drop {other} warehouse.{relation}")


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


def _stand(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    *,
    by_day: bool,
    narrowing: Sequence[Condition],
    sql: str | None = None,
) -> None:
    """A table of the snapshot, or `sql` in its place, under the warehouse's name."""
    clauses = [_literal(one) for one in _on(relation, narrowing)]
    if by_day:
        clauses.append(f"(site_key, business_date) in (select site_key, business_date from warehouse.core.{DAYS})")
    where = f" where {' and '.join(clauses)}" if clauses else ""
    kind = "table" if relation in (f"core.{DAYS}", f"core.{PERIODS}") else "view"
    source = f"({sql})" if sql else f"snapshot.{relation}"
    _drop_other(connection, relation, kind)
    connection.execute(f"create or replace {kind} warehouse.{relation} as select * from {source}{where}")


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


def _options(connection: duckdb.DuckDBPyConnection, options: Mapping[str, str]) -> None:
    """The reader's options stand for the company and every shop."""
    names = ", ".join(map(_quoted, options))
    own = " ".join(
        f"union all select cast(null as bigint), {_quoted(name)}, {_quoted(value)}" for name, value in options.items()
    )
    connection.execute(
        "create or replace view warehouse.core.cfg_report as "
        f"select site_key, name, value from snapshot.core.cfg_report where name not in ({names}) {own}"
    )


def _moment(as_of: datetime) -> str:
    instant = f"cast('{as_of.astimezone(UTC).isoformat()}' as timestamptz)"
    return (
        f"select site_key, {instant} as as_of_ts, cast(timezone(iana_tz, {instant}) "
        "- day_cutoff_minutes * interval '1 minute' as date) as as_of_date from snapshot.core.dim_site "
        "where site_key >= 0"
    )


def _days(connection: duckdb.DuckDBPyConnection, spans: Mapping[int, Span]) -> None:
    """Leaves the business days that are asked for, each shop's own. Raises ReportError when there are none."""
    connection.execute("create or replace temp table asked (site_key bigint, first_day date, last_day date)")
    connection.executemany("insert into asked values (?, ?, ?)", [[key, *span] for key, span in spans.items()])
    connection.execute(
        f"delete from warehouse.core.{DAYS} as days where not exists (from asked where "
        "asked.site_key = days.site_key and days.business_date between first_day and last_day)"
    )
    if connection.execute(f"select 1 from warehouse.core.{DAYS} limit 1").fetchone():
        return
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    there = connection.execute(
        f"select min(business_date), max(business_date) from snapshot.core.{DAYS} semi join asked using (site_key)"
    ).fetchone()
    known = f"they are published from {there[0]} to {there[1]}" if there and there[0] else "none is published"
    raise ReportError(f"no business day of these shops lies from {first} to {last}; {known}")


def _periods(connection: duckdb.DuckDBPyConnection, grain: str) -> None:
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
    connection.execute(
        f"create or replace table warehouse.core.{PERIODS} as select "
        f"'{STORED_GRAIN}' as period_grain, period_start, period_end, business_date from ({periods})"
    )

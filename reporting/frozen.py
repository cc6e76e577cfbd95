"""The facts of signed days as they were signed, in the place of what they have become.

A document that was signed stays on its day. Closed or posted again on a day that is not signed, it stands there by the
difference alone, as a document of its own; so the sum over all days is what the documents come to today. Belongs here:
those relations as SQL over the snapshot and the stored facts. Keep out: signing and what it stores
(orchestration/closing), what reports make of the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

ORDERS, TENDERS = "fct_repair_order", "fct_tender"
PARTS = {"fct_ro_line": "ro_line_key", "fct_ro_line_tech": "ro_line_key", "fct_ro_tax": "ro_tax_key",
         "fct_ro_job": "ro_job_key"}  # what an order has, and the key of a row  # fmt: skip
FACTS = (ORDERS, *PARTS, TENDERS)
STORED_ONLY = ("origin_key", "signed_site_key", "signed_date")  # columns beside those of the fact
RATES = ("rate", "share", "unit_price")  # not amounts: what is undone keeps them
SETTLING = "('final', 'advance', 'ar_charge')"


@dataclass(frozen=True)
class Signed:
    """What the close journal says: `relations` under the names of the empty views that they replace, and for each fact
    the Parquet files of the days that are signed now."""

    relations: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    facts: Mapping[str, Sequence[Path]] = field(default_factory=dict)


def freeze(connection: duckdb.DuckDBPyConnection, signed: Signed) -> dict[str, str]:
    """SQL of each fact as signed, over `snapshot` and tables that this makes in memory; {} where nothing is signed."""
    if not any(signed.facts.values()):
        return {}
    connection.execute("drop schema if exists memory.frozen cascade")
    connection.execute("create schema memory.frozen")
    for name in FACTS:
        files = ", ".join(_quoted(str(file)) for file in signed.facts[name])
        connection.execute(  # an earlier release may have stored fewer columns
            f"create table memory.frozen.{name} as select * from read_parquet([{files}], union_by_name = true) "
            f"union all by name select * from snapshot.core.{name} where false"
        )
    connection.execute(
        "create table memory.frozen.days as select site_key, business_date from memory.main.given_signed_day"
    )
    _later_orders(connection)
    _later_tenders(connection)
    columns = {name: _columns(connection, name) for name in FACTS}
    parts = {name: _part(name, key, columns[name]) for name, key in PARTS.items()}
    return {ORDERS: _orders(columns[ORDERS]), TENDERS: _tenders(columns[TENDERS]), **parts}


def origins() -> str:
    """SQL: the document that each difference is of (document_key, origin_key)."""
    return (
        "select later_key as document_key, origin_key from memory.frozen.later_order "
        "union all select later_key, origin_key from memory.frozen.later_tender"
    )


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"describe snapshot.core.{name}").fetchall()]


def _amounts(columns: Sequence[tuple[str, str]]) -> list[str]:
    return [name for name, type_ in columns if type_.startswith("DECIMAL") and name not in RATES]


def _later_orders(connection: duckdb.DuckDBPyConnection) -> None:
    """Signed orders that are closed on a day that is not."""
    connection.execute(
        """
        create table memory.frozen.later_order as
        select orders.ro_key as origin_key,
            cast(md5(concat_ws('|', orders.ro_key, orders.site_key, orders.close_business_date)) as uuid) as later_key
        from snapshot.core.fct_repair_order as orders
        where orders.is_sale and not orders.is_deleted_at_source
        and orders.ro_key in (select origin_key from memory.frozen.fct_repair_order)
        and (orders.site_key, orders.close_business_date) not in (from memory.frozen.days)
        """
    )


def _orders(columns: Sequence[tuple[str, str]]) -> str:
    names = ", ".join(name for name, _ in columns)
    amounts = _amounts(columns)
    sums = ", ".join(f"sum({name}) as {name}" for name in amounts)
    less = ", ".join(
        f"cast(orders.{name} - coalesce(signed.{name}, 0) as {type_}) as {name}"
        for name, type_ in columns
        if name in amounts
    )
    return f"""
        select {names} from memory.frozen.fct_repair_order
        union all
        select {names} from snapshot.core.fct_repair_order
        where ro_key not in (select origin_key from memory.frozen.fct_repair_order)
        and not (is_sale and (site_key, close_business_date) in (from memory.frozen.days))
        union all
        select {names} from (
            select orders.* replace (later.later_key as ro_key, {less})
            from snapshot.core.fct_repair_order as orders
            inner join memory.frozen.later_order as later on orders.ro_key = later.origin_key
            inner join (select origin_key, {sums} from memory.frozen.fct_repair_order group by origin_key) as signed
                on orders.ro_key = signed.origin_key
        ) where {" or ".join(f"{name} <> 0" for name in amounts)}
    """


def _part(name: str, key: str, columns: Sequence[tuple[str, str]]) -> str:
    """Rows of orders: those signed; those of other orders; and of an order that stands by its difference, the rows that
    are new, and the signed ones that are no more, undone."""
    every = [column for column, _ in columns]
    names = ", ".join(every)
    kept = ", ".join(column for column in every if column not in ("ro_key", "version"))
    null_version = "null as version, " if "version" in every else ""
    undone = ", ".join(f"-{column} as {column}" for column in _amounts(columns))
    return f"""
        select {names} from memory.frozen.{name}
        union all
        select {names} from snapshot.core.{name}
        where ro_key not in (select origin_key from memory.frozen.fct_repair_order)
        and ro_key not in (
            select ro_key from snapshot.core.fct_repair_order where is_sale
            and (site_key, close_business_date) in (from memory.frozen.days)
        )
        union all
        select {names} from (
            select * replace (cast(md5(concat_ws('|', {key}, ro_key, sign)) as uuid) as {key}) from (
                select 'new' as sign, {null_version}* from (
                    select later_key as ro_key, {kept} from snapshot.core.{name} as facts
                    inner join memory.frozen.later_order on ro_key = origin_key
                    except all
                    select later_key as ro_key, {kept} from memory.frozen.{name} as facts
                    inner join memory.frozen.later_order using (origin_key)
                )
                union all by name
                select 'undone' as sign, {null_version}* replace ({undone}) from (
                    select later_key as ro_key, {kept} from memory.frozen.{name} as facts
                    inner join memory.frozen.later_order using (origin_key)
                    except all
                    select later_key as ro_key, {kept} from snapshot.core.{name} as facts
                    inner join memory.frozen.later_order on ro_key = origin_key
                )
            )
        )
    """


def _later_tenders(connection: duckdb.DuckDBPyConnection) -> None:
    """Signed payments that are another sum or kind today, and stand on a day that is not signed; with their two sides.
    One that two signings stored counts as its own day's has it."""
    connection.execute(
        """
        create table memory.frozen.tenders as
        select * from memory.frozen.fct_tender
        qualify row_number() over (
            partition by tender_key
            order by signed_site_key = site_key and signed_date = business_date desc, signed_date
        ) = 1;
        create table memory.frozen.later_tender as
        with signed as (
            select origin_key, sum(case when is_void or is_deleted_at_source then 0 else amount end) as amount,
                arg_max(kind, signed_date) as kind, arg_max(method, signed_date) as method
            from memory.frozen.tenders group by origin_key
        ),
        today as (
            select tender_key, site_key, business_date, kind, method,
                case when is_void or is_deleted_at_source then 0 else amount end as amount
            from snapshot.core.fct_tender
        )
        select signed.origin_key,
            cast(md5(concat_ws('|', tender_key, site_key, business_date)) as uuid) as later_key,
            signed.kind as signed_kind, signed.method as signed_method, signed.amount as signed_amount,
            today.amount as amount_today,
            signed.kind = today.kind and signed.method = today.method as is_alike
        from signed inner join today on signed.origin_key = today.tender_key
        where (signed.amount <> today.amount or (today.amount <> 0 and not (
            signed.kind = today.kind and signed.method = today.method)))
        and (today.site_key, today.business_date) not in (from memory.frozen.days)
        """
    )


def _tenders(columns: Sequence[tuple[str, str]]) -> str:
    names = ", ".join(name for name, _ in columns)
    amount = "cast({} as decimal(14, 2)) as amount"
    live = "false as is_void, false as is_deleted_at_source"
    later = "snapshot.core.fct_tender inner join memory.frozen.later_tender on tender_key = origin_key"
    return f"""
        with own_key as (
            select origin_key, coalesce(max(later_key), cast(md5(concat(origin_key, '|later')) as uuid)) as later_key
            from memory.frozen.fct_repair_order left join memory.frozen.later_order using (origin_key)
            group by origin_key
        ),
        others as (
            select tenders.* replace (
                case when kind in {SETTLING} then coalesce(own.later_key, ro_key) else ro_key end as ro_key,
                coalesce(applied.later_key, applied_to_ro_key) as applied_to_ro_key
            )
            from snapshot.core.fct_tender as tenders
            left join own_key as own on tenders.ro_key = own.origin_key
            left join own_key as applied on tenders.applied_to_ro_key = applied.origin_key
            where (site_key, business_date) not in (from memory.frozen.days)
            and tender_key not in (select origin_key from memory.frozen.tenders)
        ),
        differences as (
            select * replace ({live}, {amount.format("amount_today - signed_amount")}, later_key as tender_key)
            from {later} where is_alike
            union all
            select * replace ({live}, {amount.format("amount_today")}, later_key as tender_key)
            from {later} where not is_alike
            union all
            select * replace (
                {live}, {amount.format("-signed_amount")}, signed_kind as kind, signed_method as method,
                cast(md5(concat(later_key, '|undone')) as uuid) as tender_key
            ) from {later} where not is_alike
        ),
        later_tenders as (
            select differences.* replace (
                case when kind in {SETTLING} then coalesce(own.later_key, ro_key) else ro_key end as ro_key
            ) from differences left join own_key as own on differences.ro_key = own.origin_key
        )
        select {names} from memory.frozen.tenders
        union all
        select {names} from others
        union all
        select {names} from later_tenders
    """


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""Groups of rows without a header that grow as the source appends: each growth lands the whole group again.

Belongs here: joining new rows with the stored ones of their group. Keep out: documents under a header."""

from __future__ import annotations

from connectors.landing.engine import AGAIN, NEW, Engine, land, name, text, version
from connectors.landing.intake import Taken
from connectors.landing.versions import own
from data_contracts.rules import names_in_order


def land_groups(run: Engine, taken: Taken) -> None:
    """Lands every group that a valid row adds to or changes, as one complete new version."""
    contract = taken.contract
    document = contract.document
    if document is None:
        raise AssertionError(f"{contract.table} has no groups")
    own(run, taken)
    parent = run.key(document.parent_key)
    fresh = f"""(select r.* exclude (_order), o._key, o._row_hash, {parent} as _parent_key
        from {name("rows_" + contract.table)} r join {name("own_" + contract.table)} o using (_id))"""
    run.run(
        f"""create or replace table stored as
        select * from {run.before(contract)} where _parent_key in (select _parent_key from {fresh})
        qualify _order = max(_order) over (partition by _parent_key)"""
    )
    stamp = name(contract.updated_at) if contract.updated_at else ""
    stale = f" or s.{stamp} > f.{stamp}" if stamp else ""  # an older change of the row that comes late
    columns = ", ".join(
        [*map(name, names_in_order(contract)), "_extra, _file, _row, _key, _row_hash, _parent_key"]
    )
    run.run(
        f"""create or replace table members as
        select {columns}, _id, {text(NEW)} as why from {fresh} f
        where not exists (from stored s where s._key = f._key and (s._row_hash = f._row_hash{stale}))"""
    )
    run.run(
        f"""insert into members select {columns}, -1, {text(AGAIN)} from stored
        where _parent_key in (select _parent_key from members) and _key not in (select _key from members)"""
    )
    _land_members(run, taken)


def _land_members(run: Engine, taken: Taken) -> None:
    """A group's order is the pull's bound: the later pull knows more of it, whatever file it read."""
    source = f"""(select m.*, '|' || {run.stamp} || '|' || lpad(g.last::varchar, 8, '0') as _order, g.total
        from members m join (
            select _parent_key, max(_row) filter (why = {text(NEW)}) as last,
                count(*) || ':' || sum(md5_number_lower(_row_hash::varchar)::hugeint) as total
            from members group by _parent_key
        ) g on m._parent_key = g._parent_key)"""
    meta = {
        "_bound": f"{text(run.bound.isoformat())}::timestamptz",
        "_version": version("_order", "_parent_key", "total"),
        "_is_deleted": "false",
        "_why": "why",
    }
    land(run, taken.contract, source, meta)

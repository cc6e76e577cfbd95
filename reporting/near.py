"""The facts of a few shops, and what stands near them in the others: their customers, cars and callers there.

First visits, comebacks and conversions look at the whole company, but only at people and cars that a shop knows. So
whoever reads one shop of hundreds reads these rows instead of all; every figure of the shop is the same.

Belongs here: which rows of a published relation stand near some shops, kept for as long as these are asked for. Keep
out: what a reader's days, filters and options narrow (stage.py), which keys the shops know (near_keys.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from reporting.near_keys import KEYS, SITE, Shops, of_shops

# More than this is read where it stands, not kept in memory: two million rows are copied in about a second.
FEW_ROWS = 2_000_000

# What brings a row of another shop near: its column -> the keys of near_keys.py or the relation's column that has it.
_ORDER = {"ro_key": "ro"}
_CALL = {"call_key": "fct_call.call_key"}
_BOOKING = {"appointment_key": "fct_appointment.appointment_key"}
LINKS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("fct_repair_order", "fct_repair_order_superseded", "fct_ro_status_event"), _ORDER),
    **dict.fromkeys(("fct_ro_line", "fct_ro_line_superseded", "fct_ro_line_tech", "fct_ro_job", "fct_ro_tax"), _ORDER),
    **dict.fromkeys(("fct_dvi", "fct_media", "fct_estimate", "fct_payment_request", "fct_audit_event"), _ORDER),
    **dict.fromkeys(("bridge_ro_participant", "fct_purchase_line"), _ORDER),
    "fct_settlement": {"settled_ro_key": "ro"},
    "fct_tender": {**_ORDER, "applied_to_ro_key": "ro", "processor_txn_id": "charge", "tender_key": "tender"},
    "fct_processor_txn": {"source_entity_id": "charge", "auth_code": "authorisation", "payout_key": "payout"},
    "fct_ar_entry": {**_ORDER, "customer_key": "card"},
    "fct_call": {"from_e164": "phone", "to_did": "number"},
    **dict.fromkeys(("fct_call_leg", "fct_call_step", "fct_call_score"), _CALL),
    "fct_message": {**_ORDER, "customer_key": "card", "conversation_id": "conversation"},
    "fct_appointment": {
        **_ORDER,
        "customer_key": "card",
        "vehicle_key": "car",
        "appointment_key": "appointment",
        "reschedule_of_key": "appointment",
    },
    **dict.fromkeys(("fct_appointment_event", "fct_scheduler_session"), _BOOKING),
    "fct_task": {**_ORDER, "customer_key": "card", "task_key": "task"},
    "fct_task_event": {"task_key": "fct_task.task_key"},
    "fct_media_event": {"media_key": "fct_media.media_key"},
    "fct_estimate_item": {"estimate_key": "fct_estimate.estimate_key"},
    "bridge_customer_phone": {"customer_key": "card"},
    "bridge_customer_source": {"customer_key": "card"},
    "dim_customer": {"customer_key": "card"},
    "bridge_vehicle_source": {"vehicle_key": "car"},
    "dim_vehicle": {"vehicle_key": "car"},
}
OF_ORDER = ("fct_repair_order", "fct_ro_line", "fct_ro_line_tech", "fct_ro_job", "fct_ro_tax")  # in the order's shop


@dataclass
class Near:
    """What stands near `keys` (site keys), as tables of the schema `near` of the database in memory."""

    connection: duckdb.DuckDBPyConnection
    keys: frozenset[int]
    made: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.connection.execute("drop schema if exists warehouse.near cascade")
        self.connection.execute("create schema warehouse.near")

    @cached_property
    def shops(self) -> Shops:
        columns = self.connection.execute(
            "select schema_name || '.' || table_name, list(column_name) from duckdb_columns() "
            "where database_name = 'snapshot' and schema_name in ('core', 'finance') and table_name in "
            "(select table_name from duckdb_tables() where database_name = 'snapshot') group by all"
        ).fetchall()
        return Shops(self.keys, dict(columns))

    def relation(self, name: str) -> str:
        """The table that has what is near of a relation of `LINKS`, with its columns."""
        if name not in self.made:
            for link in LINKS[name].values():
                source, _, column = link.partition(".")
                self.relation(source) if column else self._set(source)
            self._copy(name)
            self.made.add(name)
        return f"warehouse.near.{name}"

    def _set(self, name: str) -> None:
        if name in self.made:
            return
        keys = KEYS[name]
        for other in keys.after:
            self._set(other)
        self._table(name, keys.sql(self.shops))
        while keys.growth and self._insert(name, keys.growth):
            pass
        self.made.add(name)

    def _copy(self, name: str) -> None:
        """The shops' rows, then those of others by their links. Others' are looked for by these columns alone; all
        columns are read only of the shops that have any."""
        rows = f"from snapshot.core.{name} where"
        links = " or ".join(f"{column} in ({_in_keys(link)})" for column, link in LINKS[name].items())
        if SITE not in self.shops.columns[f"core.{name}"]:
            self._table(name, f"{rows} {links}")
            return
        self._table(name, f"{rows} {self.shops.own}")
        looked_at = "from warehouse.near.ro" if name in OF_ORDER else f"{rows} {links}"
        there = {key for (key,) in self.connection.execute(f"select distinct {SITE} {looked_at}").fetchall()}
        if others := there - self.keys - {None}:
            self._insert(name, f"{rows} {of_shops(others)} and ({links})")
        if None in there:
            self._insert(name, f"{rows} {SITE} is null and ({links})")

    def _table(self, name: str, sql: str) -> None:
        self.connection.execute(f"create table warehouse.near.{name} as {sql}")

    def _insert(self, name: str, sql: str) -> int:
        """Number of rows."""
        found = self.connection.execute(f"insert into warehouse.near.{name} {sql}").fetchone()
        return int(found[0]) if found else 0


def are_few(connection: duckdb.DuckDBPyConnection, shops: Collection[int]) -> bool:
    """Whether these are not all shops, and what is theirs is little enough to be kept."""
    found = connection.execute(
        "select (select count(*) from snapshot.core.dim_site where site_key >= 0), coalesce(sum(estimated_size), 0) "
        "from duckdb_tables() where database_name = 'snapshot' and schema_name = 'core' "
        "and list_contains($relations, table_name)",
        {"relations": list(LINKS)},
    ).fetchone()
    company, rows = found or (0, 0)
    return bool(len(shops) < company and rows * len(shops) <= FEW_ROWS * company)


def _in_keys(link: str) -> str:
    source, _, column = link.partition(".")
    return f"select {column or 'key'} from warehouse.near.{source}"

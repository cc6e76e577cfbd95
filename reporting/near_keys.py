"""The people, cars, numbers, documents and charges that some shops know, wherever in the company they are met.

Belongs here: these keys, each set as SQL over the snapshot and the sets before it. Keep out: the facts that have them,
and making tables of either (near.py)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

SITE = "site_key"
_BRIDGE = "snapshot.core.bridge_{}_source"
_PHONES = "snapshot.core.bridge_customer_phone"
_TELLING = "phone is not null and phone not in (select phone from snapshot.core.cfg_phone_ignore)"


def of_shops(keys: Collection[int]) -> str:
    """SQL: a row is of these shops."""
    return f"{SITE} in ({', '.join(map(str, sorted(keys)))})"


@dataclass(frozen=True)
class Shops:
    """Site keys, and the columns of the snapshot's tables by schema and name: facts, and what ties them out."""

    keys: frozenset[int]
    columns: Mapping[str, Collection[str]]

    @property
    def own(self) -> str:
        return of_shops(self.keys)

    def named(self, *columns: str) -> str:
        """SQL: what the shops' own rows of any table say in these columns, as `key`."""
        return " union ".join(
            f"select {column} as key from snapshot.{table} where {self.own} and {column} is not null"
            for table, has in sorted(self.columns.items())
            for column in columns
            if SITE in has and column in has
        )


@dataclass(frozen=True)
class Keys:
    """A set of keys, the column `key`. `after`: the sets that it reads; `growth`: SQL of more, until it gives none."""

    sql: Callable[[Shops], str]
    after: tuple[str, ...] = ()
    growth: str = ""


def _of(keys: str) -> str:
    return f"select key from warehouse.near.{keys}"


def _callers(shops: Shops) -> str:
    """Numbers at the other end of the shops' calls."""
    number = "case when direction = 'in' then from_e164 else to_did end"
    return f"select distinct {number} as key from snapshot.core.fct_call where {shops.own} and {number} is not null"


def _customers(shops: Shops) -> str:
    """Golden customers that the shops know, or that have a number which called there or was called."""
    return (
        f"{_golden('customer', shops)} union "
        f"select golden_customer_key from {_PHONES} where phone in ({_of('caller')}) and {_TELLING}"
    )


# who shares a number with one of them
_SHARING = (
    f"select distinct golden_customer_key as key from {_PHONES} "
    f"where phone in (select phone from {_PHONES} where golden_customer_key in ({_of('customer')}) and {_TELLING}) "
    f"and golden_customer_key not in ({_of('customer')})"
)


# a number that all shops dial (a supplier's) brings nobody near: only those of people do
_NUMBERS = (
    f"select distinct phone as key from {_PHONES} where {_TELLING} and golden_customer_key in ({_of('customer')})"
)


def _golden(what: str, shops: Shops) -> str:
    """SQL: golden records of the customers or vehicles that the shops' rows name, but nobody's (-1)."""
    return (
        f"with named as ({shops.named(f'{what}_key')}) select key from named where key <> -1 union "
        f"select golden_{what}_key from {_BRIDGE.format(what)} "
        f"where {what}_key in (select key from named) and golden_{what}_key <> -1"
    )


def _records(what: str, golden: str) -> str:
    """SQL: the records of customers or vehicles that are one of those golden ones."""
    return f"select {what}_key as key from {_BRIDGE.format(what)} where golden_{what}_key in ({golden})"


def _orders(shops: Shops) -> str:
    """Orders of the shops, of their customers and cars, and named in a row of theirs."""
    documents = shops.named("ro_key", "applied_to_ro_key")
    members = {what: f"{_of(what)} union {_records(what, _of(what))}" for what in ("customer", "vehicle")}
    return (
        f"with named as ({documents}) "
        f"select ro_key as key, {SITE} from snapshot.core.fct_repair_order where {shops.own} "
        f"or customer_key in ({members['customer']}) or vehicle_key in ({members['vehicle']}) "
        "or ro_key in (select key from named)"
    )


# what refunds one of them, or is refunded by one
_REFUNDS = (
    f"select ro_key as key, {SITE} from snapshot.core.fct_repair_order where ro_key not in ({_of('ro')}) and ("
    f"refund_of_ro_key in ({_of('ro')}) or ro_key in ("
    f"select refund_of_ro_key from snapshot.core.fct_repair_order where ro_key in ({_of('ro')})))"
)


def _members(what: str) -> Callable[[Shops], str]:
    """All records of the golden ones, and of whoever stands on an order near; with the row of nobody."""
    bridge = _BRIDGE.format(what)
    return lambda shops: (
        f"with named as ({shops.named(f'{what}_key')} union select {what}_key from snapshot.core.fct_repair_order "
        f"where ro_key in ({_of('ro')})), "
        f"golden as ({_of(what)} union select golden_{what}_key from {bridge} "
        f"where {what}_key in (select key from named)) "
        f"{_records(what, 'select golden.key from golden')} "
        "union select key from named union select key from golden union select -1"
    )


def _named(column: str) -> Keys:
    return Keys(lambda shops: shops.named(column))


def _paid_by(column: str, more: Callable[[Shops], str] = lambda _: "") -> Keys:
    """What this column says of payments in the shops, and of payments of orders near."""
    of_orders = f"select {column} as key from snapshot.core.fct_tender where ro_key in ({_of('ro')})"
    return Keys(lambda shops: f"{of_orders} union {shops.named(column)}{more(shops)}", ("ro",))


def _charged(shops: Shops) -> str:
    return f" union select source_entity_id from snapshot.core.fct_processor_txn where {shops.own}"


KEYS: Mapping[str, Keys] = {
    "caller": Keys(_callers),
    "customer": Keys(_customers, ("caller",), _SHARING),
    "number": Keys(lambda _: _NUMBERS, ("customer",)),
    "phone": Keys(lambda _: f"{_of('caller')} union {_of('number')}", ("caller", "number")),
    "vehicle": Keys(lambda shops: _golden("vehicle", shops)),
    "ro": Keys(_orders, ("customer", "vehicle"), _REFUNDS),
    "card": Keys(_members("customer"), ("customer", "ro")),
    "car": Keys(_members("vehicle"), ("vehicle", "ro")),
    "charge": _paid_by("processor_txn_id", _charged),
    "authorisation": _paid_by("auth_code"),
    "conversation": _named("conversation_id"),
    "appointment": _named("appointment_key"),
    "payout": _named("payout_key"),
    "task": _named("task_key"),
    "tender": _named("tender_key"),
}

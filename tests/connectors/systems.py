"""What a system's protocol carries of one shop's week: canonical rows beside the truth, field by field.

Belongs here: landing a spoken week, its canonical rows, the comparison, the table of it. Keep out: what each system must
carry (the capability tables)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import yaml

from connectors.simulator.events import Site, state_at
from data_contracts.contract import load
from orchestration import config, landing
from tests.connectors import dms_truth
from tests.warehouse import retold
from tests.warehouse.homes import Home
from tests.warehouse.spoken import Speaker

Row = dict[str, Any]
Carried = dict[tuple[str, str], str]  # (entity, field) -> yes, no, or how many orders agree
ENTITIES = ("repair_order", "ro_line", "ro_tax", "tender")
OWN = {"site", "updated_at", "updated_by", "deleted"}  # of the delivery, not of the order
OF_UNSOLD = {"status", "customer_id", "vehicle_id", "void_reason"}  # the rest of voids is each system's own
COUNTED = {"line_id", "job_id"}  # numbered within an order
ADDED = {"quantity", "gross_amount", "discount_amount", "net_amount", "cost_amount", "core_charge"} | {
    "hours_billed",
    "hours_actual",
    "taxable_base",
    "tax_amount",
    "amount",
}  # one line may arrive as several: their sums are compared, by the group of their line type
GROUPS = {"upcharge": "fee", "other": "fee", "package_add": "fee", "coupon": "discount", "package_discount": "discount"}
AR = ("ar", "ar_charge")  # put on account; what is paid of one later is a payment
SUMS = {  # compared by order, whatever form the lines of it have
    "of all lines": lambda rows: _sum(rows["ro_line"], "net_amount"),
    "of tax": lambda rows: _sum((row for row in rows["ro_line"] if row["line_type"] == "tax"), "net_amount"),
    "of payments": lambda rows: _sum((row for row in rows["tender"] if not _charged(row)), "amount"),
    "of days closed": lambda rows: _days(rows["repair_order"], "closed_date", "closed_at"),
    "of days paid": lambda rows: _days(rows["tender"], "business_date", "recorded_at"),
}
KINDS = {  # where it is not the name
    "rowriter": "sql",
    "mitchell1": "sql",
    "dealertrack_drop": "dealertrack",
    "protractor_crm": "protractor",
}
NOTHING = "nothing told"
SECRETS = {"partner_id", "password", "secret", "api_key", "client_secret", "token"}
NEWEST = "_version in (select arg_max(_version, _order) from {0} group by _key)"


@dataclass(frozen=True)
class Week:
    """Rows of each entity by the digits of the order's number: what stands before them is the system's own; and the
    rows whose key of their order is another than that which other systems would make of its id."""

    rows: Mapping[str, Mapping[str, list[Row]]]
    misnamed: tuple[str, ...] = ()


def fields(entity: str) -> list[str]:
    """The canonical fields that are compared."""
    return [column.name for column in load("files")[entity].columns if column.name not in OWN | {"ro_id", "ro_number"}]


def truth(name: str) -> Week:
    """The week as the event log tells it, or as it was entered into a system that has no place for some lines."""
    world, site = dms_truth.world(), dms_truth.shop()
    events = retold.EVENTS[name](world, site) if name in retold.EVENTS else world.events
    state = state_at(events, world.as_of, site.id)
    orders = state["repair_order"]
    rows: dict[str, dict[str, list[Row]]] = {entity: defaultdict(list) for entity in ENTITIES}
    for order in orders.values():
        number = _digits(order["ro_number"])
        rows["repair_order"][number].append(order)
        rows["ro_line"][number] += order["lines"]
        rows["ro_tax"][number] += order["taxes"]
    for tender in state["tender"].values():
        if tender["ro_id"] in orders:
            rows["tender"][_digits(orders[tender["ro_id"]]["ro_number"])].append(tender)
    return Week(rows)


def spoken(speak: Speaker, folder: Path, build: Callable[..., duckdb.DuckDBPyConnection]) -> Week:
    """The same as the models of the kind make it of what the far end says."""
    world, site = dms_truth.world(), dms_truth.shop()
    (folder / "far_end").mkdir(parents=True)
    with speak(world, site, folder / "far_end", world.as_of) as settings:
        home = Home(folder / "home", _settings(settings, site))
        (pulled,) = home.pull(world.as_of, [settings["kind"]])
        assert (pulled.failed, pulled.quarantined) == ({}, 0)
        source = home.config.source("dms")
        offered, errors = landing.offers(home.config)  # what `tieout config check` shows
    assert errors == {}
    assert offered["dms"]
    con = build(source, "dms", home.folder / "landing" / "dms", grain=True)
    week = Week(_rows(con, source.kind), tuple(_misnamed(con, source.kind)))
    for (entity, field), words in source.maps().items():
        for row in (row for rows in week.rows.get(entity, {}).values() for row in rows):
            row[field] = words.get(row.get(field) or "", row.get(field))
    return week


def _settings(settings: Mapping[str, Any], site: Site) -> str:
    """tieout.yml with the one connection; secrets stand in the environment."""
    dms = {name: _secret(name, value) if name in SECRETS else value for name, value in settings.items()}
    zone = {"name": site.name, "timezone": site.timezone}
    return yaml.safe_dump({"company": {"name": "Week"}, "sites": {site.id: zone}, "connections": {"dms": dms}})


def _secret(name: str, value: str) -> str:
    variable = f"TIEOUT_WEEK_{name.upper()}"
    config.define(variable, value)
    return f"${{{variable}}}"


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _rows(con: duckdb.DuckDBPyConnection, kind: str) -> Mapping[str, Mapping[str, list[Row]]]:
    """Of the newest version of every order that the system still has, by entity and order."""
    relations = {entity: _view(_views(con), kind, entity) for entity in ENTITIES}
    header, rows = relations["repair_order"], {entity: defaultdict[str, list[Row]](list) for entity in ENTITIES}
    current = f"{NEWEST.format(header)} and not _is_deleted"
    con.execute(f"create temp table orders as select distinct ro_id, ro_number, _version from {header} where {current}")
    for entity in (entity for entity in ENTITIES if relations[entity]):
        it, own = relations[entity], "" if entity == "tender" else "and it._version = o._version"
        mine = f"where it.{NEWEST.format(it)}" if entity == "tender" else "where true"
        sql = f"from {it} as it join orders as o on it.ro_id = o.ro_id {own} {mine} and not it._is_deleted"
        for row in con.sql(f"select it.*, o.ro_number as of_order {sql}").pl().to_dicts():
            rows[entity][_digits(row["of_order"])].append(row)
    return rows


def _misnamed(con: duckdb.DuckDBPyConnection, kind: str) -> Iterator[str]:
    """The key of an order is the hash of its connection and its id, in the order itself and in what came inside it."""
    for entity in (*ENTITIES, "ro_job"):
        if view := _view(_views(con), kind, entity):
            rows = con.execute(f"select _connection, ro_id, _key, _parent_key from {view}").fetchall()
            for connection, ro_id, own, parent in rows:
                key = own if entity == "repair_order" else parent
                if key not in (None, UUID(md5(f"{connection}\x1f{ro_id}".encode()).hexdigest())):
                    yield f"{view}: {ro_id}"


def _views(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in con.execute("select view_name from duckdb_views() where not internal").fetchall()}


def _view(views: set[str], kind: str, entity: str) -> str | None:
    return next((name for name in (f"int_{kind}__{entity}", f"stg_{kind}__{entity}") if name in views), None)


def unsent(told: Week, found: Week) -> set[str]:
    """States of orders of which this system sends none."""
    states = {number: rows[0]["status"] for number, rows in told.rows["repair_order"].items()}
    sent = {states[number] for number in found.rows["repair_order"]}
    missing = {number for number in states if number not in found.rows["repair_order"]}
    assert {states[number] for number in missing}.isdisjoint(sent), sorted(missing)
    return {states[number] for number in missing}


def carried(told: Week, found: Week) -> Carried:
    """For each field: yes if every order sent has the same values, no if none has any, else how many agree."""
    told = told if any(map(_charged, _tenders(found))) else _without_charges(told)
    pairs = [(one, other) for unsold, one, other in _sent(told, found) if not unsold]
    sums = {("sum", name): _agree([(add(one), add(other)) for one, other in pairs]) for name, add in SUMS.items()}
    return sums | {
        (entity, field): _agree(_compared(entity, field, told, found))
        for entity in ENTITIES
        for field in fields(entity)
    }


def _sent(told: Week, found: Week) -> Iterator[tuple[bool, Mapping[str, list[Row]], Mapping[str, list[Row]]]]:
    """The orders that the system sends, with whether nothing of them is sold."""
    for number, (header, *_) in told.rows["repair_order"].items():
        if number in found.rows["repair_order"]:
            both = [{entity: week.rows[entity].get(number, []) for entity in ENTITIES} for week in (told, found)]
            bare = header["status"] == "estimate" and not both[1]["ro_line"]  # told as proposals, not as lines
            yield bare or header["status"] == "void", both[0], both[1]


def _compared(entity: str, field: str, told: Week, found: Week) -> list[tuple[Any, Any]]:
    pairs = [
        tuple(_values(field, _told(field, rows[entity])) for rows in (one, other))
        for unsold, one, other in _sent(told, found)
        if not unsold or (entity == "repair_order" and field in OF_UNSOLD)
    ]
    if field in COUNTED:
        return [(len(one), len(other)) for one, other in pairs]
    return _named_alike(pairs) if field.endswith("_id") else pairs


def _told(field: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Tax among the lines is compared as ro_tax and as a sum: a system may tell it by jurisdiction or not. What a discount
    is taken off is its kind, not a department of the shop."""
    unsaid = ("tax", "discount") if field == "department" else ("tax",)
    return (row for row in rows if row.get("line_type") not in unsaid)


def _agree(pairs: list[tuple[Any, Any]]) -> str:
    if all(one == other for one, other in pairs):
        return "yes" if any(one for one, _ in pairs) else NOTHING
    if not any(other for _, other in pairs):
        return "no"
    return f"{sum(one == other for one, other in pairs)} of {len(pairs)} orders"


def _values(field: str, rows: Iterable[Row]) -> Any:
    """Sums of what can be added, hours by technician, else the different values."""
    if field in ADDED:
        return _sums(field, rows)
    if field == "technician_ids":
        return sorted(_hours(rows).values())
    values = {row[field] for row in rows if row.get(field) not in (None, "", False)}
    return {value.replace(microsecond=0) if isinstance(value, datetime) else value for value in values}


def _sums(field: str, rows: Iterable[Row]) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        line_type = row.get("line_type") or ""
        sums[GROUPS.get(line_type, line_type)] += row.get(field) or 0
    return {group: amount for group, amount in sums.items() if amount}


def _hours(rows: Iterable[Row]) -> Mapping[str, Decimal]:
    """By technician, of lines like `t1:0.6;t2:0.4`."""
    hours: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for one in filter(None, (row.get("technician_ids") or "").split(";")):
            name, _, share = one.partition(":")
            hours[name] += (row["hours_billed"] or 0) * Decimal(share or 1)
    return {name: round(worked, 2) for name, worked in hours.items()}


def _sum(rows: Iterable[Row], field: str) -> Decimal:
    return sum((row[field] or Decimal() for row in rows), Decimal())


def _days(rows: Iterable[Row], day: str, instant: str) -> list[Any]:
    """As the warehouse dates what a system tells the instant of only."""
    site = dms_truth.shop()
    dated = {row[day] or (row[instant] and site.business_date(row[instant])) for row in rows if not _charged(row)}
    return sorted(dated - {None})


def _tenders(week: Week) -> Iterator[Row]:
    return (row for rows in week.rows["tender"].values() for row in rows)


def _without_charges(week: Week) -> Week:
    """A system that knows no such payment: the warehouse derives what was put on account from the total."""
    paid = {number: [row for row in rows if not _charged(row)] for number, rows in week.rows["tender"].items()}
    return Week({**week.rows, "tender": paid})


def _charged(tender: Row) -> bool:
    """Put on account."""
    return tender.get("kind") in AR or tender.get("method") in AR


def _named_alike(pairs: list[tuple[set[Any], set[Any]]]) -> list[tuple[Any, Any]]:
    """Ids are the source's own. Where an order has one on each side, the same thing must have one name here and one
    there; where it has several, as many."""
    names: dict[Any, Any] = {}
    for one, other in pairs:
        if len(one) == len(other) == 1:
            names.setdefault(*other, *one)
    return [
        (one, {names[name] for name in other}) if len(one) == 1 and names.keys() >= other else (len(one), len(other))
        for one, other in pairs
    ]


def table(found: Mapping[str, Carried]) -> str:
    """What each system carries, as Markdown: every field that one of them does not carry whole."""
    names = sorted(found)
    lines = [f"| field | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for entity, field in found[names[0]]:
        said = [found[name][entity, field] for name in names]
        if not set(said) <= {"yes", NOTHING}:
            lines.append(f"| {entity}.{field} | {' | '.join('–' if one == 'no' else one for one in said)} |")
    return "\n".join(lines) + "\n"

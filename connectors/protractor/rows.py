"""Protractor's documents as rows, whether they came as JSON or as XML: orders with packages and lines, and the
customers, vehicles and employees that orders name.

Belongs here: shapes, and the shop's wall clock. Keep out: requests (services, crm), meanings (the dbt models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from connectors.base import Rows
from connectors.reading.jsonrows import NTH, documents, frame, snake
from connectors.reading.numbers import e164
from connectors.reading.pages import Moved
from connectors.sql.locale import Locale
from data_contracts.contract import load

Row = dict[str, Any]
ORDER = ("order", "package", "line")  # one document
PEOPLE = ("contact", "service_item", "employee")
PACKAGES = {"ServicePackages": "false", "DeferredServicePackages": "true"}
PERSONS = {"ServiceAdvisor": "advisor", "Technician": "technician"}
STAMP = "header_last_modified_time"
REFERENCES = {"Contact": "contact_id", "ServiceItem": "service_item_id", "ServiceAdvisor": "service_advisor_id",
              "Technician": "technician_id"}  # fmt: skip
SPELLED = {"Submodel": "SubModel", "LookUp": "Lookup"}
NESTED = ("Contact", "ServiceItem", *PERSONS, *PACKAGES)


@dataclass
class Haul:
    """What one pull has read. `location` stands where a document does not say it; times without an offset are
    those of the wall clock of `zone`."""

    location: str
    zone: str
    country: str
    orders: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in ORDER})
    people: dict[str, dict[str, tuple[str, Row]]] = field(default_factory=lambda: {table: {} for table in PEOPLE})
    known: set[str] = field(default_factory=set)

    def order(self, where: str, row: Row, document: str) -> None:
        """One work order or invoice; of an order that is read twice the newer reading counts."""
        nth, number, rows = {NTH: len(self.orders["order"])}, str(row["ID"]), self.orders
        rows["order"].append({**nth, **self._head(row, document)})
        for name, deferred in PACKAGES.items():
            for package in items(where, row, name, needed=deferred == "false"):
                parent = {**nth, "order_id": number, "deferred": deferred}
                rows["package"].append({**_package(package), **parent})
                lines = items(where, package, "ServicePackageLines")
                of_package = {**parent, "package_id": _id(package)}
                rows["line"] += [{**_line(one), **of_package, "nth": str(place)} for place, one in enumerate(lines)]
        self.known.add(number)
        self._named(row)

    def contact(self, row: Row, stamp: str | None = None) -> None:
        numbers = [str(row[name]) for name in ("Phone1", "Phone2") if row.get(name)]
        told = ";".join(e164(number, self.country) or number for number in numbers) or None
        own = {**snake(row), "phone_numbers": told, "location_id": self.location}
        self._person("contact", _id(row), own, stamp or _stamp(row))

    def vehicle(self, row: Row, stamp: str | None = None) -> None:
        """Without its owner in full; two names are written differently by the two protocols."""
        own = {SPELLED.get(name, name): value for name, value in row.items() if name != "Owner"}
        self._person("service_item", _id(row), dict(snake(own)), stamp or _stamp(row))

    def rows(self) -> Iterator[Rows]:
        page = {table: self._timed(table, made) for table, made in self.orders.items()}
        yield from documents([page], ORDER, "orders", STAMP)
        for table, people in self.people.items():
            if people:
                yield Rows(table, self._timed(table, [row for _, row in people.values()]), table)

    def _head(self, row: Row, document: str) -> Row:
        own = {**snake(row, *NESTED), "document": document}
        own["location_id"] = own.get("location_id") or self.location
        for name, column in REFERENCES.items():
            value = row.get(name)
            own[column] = _id(value) if isinstance(value, dict) else own.get(column) or value
        return own

    def _named(self, row: Row) -> None:
        """Whom an order names in full: the JSON answers carry the customer and the vehicle along."""
        stamp = _stamp(row)
        for name, keep in (("Contact", self.contact), ("ServiceItem", self.vehicle)):
            if isinstance(row.get(name), dict):
                keep(row[name], stamp)
        for name, role in PERSONS.items():
            person = row.get(name)
            if isinstance(person, dict) and _name(person):
                own = {"name": _name(person), "role": role, "location_id": self.location}
                self._person("employee", _id(person), own, stamp)

    def _person(self, table: str, key: str | None, row: Row, stamp: str | None) -> None:
        """As the newest document has it."""
        known = self.people[table].get(key or "")
        if key and (known is None or known[0] <= (stamp or "")):
            self.people[table][key] = (stamp or "", {**row, "id": key})

    def _timed(self, table: str, made: list[Row]) -> pl.DataFrame:
        """Instants in UTC: the vendor writes what its clock on the wall showed."""
        rows, clock = frame(made), _clock(self.zone)
        times = (one.name for one in load("protractor")[table].columns if one.type == "timestamp")
        return rows.with_columns([clock.moment(rows[name]) for name in times if name in rows.columns])


@cache
def _clock(zone: str) -> Locale:
    """To look a zone up reads the whole folder of them."""
    return Locale(zone=zone)


def items(where: str, row: Mapping[str, Any], name: str, *, needed: bool = True) -> Sequence[Row]:
    """A nested list, bare or in its wrapper; one that is needed and missing makes the document half."""
    value = row.get(name)
    if isinstance(value, dict):
        value = value.get("ItemCollection", value.get("Item"))
    if value is None and not needed:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Moved(f"{where}: {row.get('ID')} came without {name}; pull again")
    return value


def _package(package: Row) -> Row:
    """Title and description stand in a header of their own, or bare."""
    words = package.get("ServicePackageHeader")
    own = snake(package, "ServicePackageHeader", "ServicePackageFooter", "ServicePackageLines", "Header", "Owner")
    own = {name: value for name, value in own.items() if not name.startswith("service_package_inspection")}
    told = {"title": words.get("Title"), "description": words.get("Description")} if isinstance(words, dict) else {}
    return {**own, **told, "id": _id(package)}


def _line(line: Row) -> Row:
    person = line.get("Technician")
    technician = {"technician_id": _id(person)} if isinstance(person, dict) else {}
    return {**snake(line, "Header", "Technician"), **technician}


def _id(row: Any) -> str | None:
    """Beside the fields, or in the header."""
    header = row.get("Header")
    found = row.get("ID") or (header.get("ID") if isinstance(header, dict) else None)
    return None if found is None else str(found)


def _name(person: Row) -> str | None:
    name = person.get("Name")
    parts = [name.get("FirstName"), name.get("LastName")] if isinstance(name, dict) else [name]
    return person.get("FileAs") or " ".join(filter(None, parts)) or None


def _stamp(row: Row) -> str | None:
    header = row.get("Header")
    return header.get("LastModifiedTime") if isinstance(header, dict) else None

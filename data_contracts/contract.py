"""Reads a kind's contracts: one ODCS v3.1 file per landed table, `data_contracts/<kind>/<table>.odcs.yaml`.

Belongs here: what a contract says, as plain values. Keep out: judging rows (rules), landing, dbt.

For authors of contracts. A file holds one `schema` object, named as the table, and per column:
- `physicalType`: TEXT, BIGINT, BOOLEAN, DATE, TIMESTAMPTZ (an instant: text needs an offset), TIME, or
  DECIMAL(p,s): money DECIMAL(14,2), quantities and hours DECIMAL(12,4), rates DECIMAL(9,6); never FLOAT;
- `required`, `classification: personal`, a `description` that says what the value means and what will bite;
- allowed values: `quality: [{metric: invalidValues, arguments: {validValues: [a, b]}, mustBe: 0}]`;
- ranges: `logicalTypeOptions: {minimum: 0, maximum: 1}`.
`customProperties` of the table ({property, value} pairs):
- `key`: columns that identify a row within a connection (a NULL in one of them counts as empty text);
- `updatedAt`: the column whose instant orders the versions of a key; without it the pull's bound does, or,
  with `fileLike: true`, the name of the generation (Rows.file);
- `deletedColumn`: a boolean column; true marks a deletion at the source;
- `document: {parent: repair_order, key: [ro_id]}` on a child: its columns that hold the parent's key, in the
  order of the parent's key; `document: {key: [linkedid], append: true}` on rows that form a group without a
  header, which grows as rows are appended at the source;
- `quarantineContext: {site: column, business_date: column, amount: column}`: what a quarantined row shows;
  `site` is also the column whose codes must stand in the connection's `sites` (leave it out where the rows
  carry no code).
Own rules of a table stand in its `quality`, `type: custom`, `engine: tieout`, with one of these
implementations:
- `requiredWhen: {column: closed_date, when: status, in: [closed]}`;
- `requiredAny: [weekday, date]`;
- `needsChild: {table: ro_line, money: [header_total], unless: {column: status, in: [void]}}` on a header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

ROOT = Path(__file__).parent
TYPES = {
    "TEXT": "text",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMPTZ": "timestamp",
    "TIME": "time",
}
DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)", re.IGNORECASE)


class ContractError(Exception):
    """A contract file that cannot be used; the message names the file, the element and the fix."""


@dataclass(frozen=True)
class Column:
    """One field of a landed table. `type` is text, integer, boolean, date, timestamp, time, decimal(p,s)."""

    name: str
    type: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    personal: bool = False
    description: str = ""

    @property
    def decimal(self) -> tuple[int, int] | None:
        """Precision and scale, or None when the column is not a decimal."""
        match = DECIMAL.fullmatch(self.type)
        return (int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True)
class Document:
    """How a table's rows belong together: under a header (`parent`), or as a group that grows (`append`)."""

    parent: str | None
    parent_key: tuple[str, ...]
    append: bool = False


@dataclass(frozen=True)
class Rule:
    """One of our own rules: `requiredWhen`, `requiredAny` or `needsChild`, with its arguments."""

    name: str
    kind: str
    arguments: Any
    description: str


@dataclass(frozen=True)
class Contract:
    """What a source kind promises about one table."""

    kind: str
    table: str
    version: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    updated_at: str | None = None
    file_like: bool = False
    document: Document | None = None
    quarantine_context: Mapping[str, str] = field(default_factory=dict)
    deleted_column: str | None = None
    rules: tuple[Rule, ...] = ()
    description: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; ContractError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"{self.kind}/{self.table}: there is no column {name!r}")


def kinds() -> list[str]:
    """Source kinds that have contracts, sorted."""
    return sorted({path.parent.name for path in ROOT.glob("*/*.odcs.yaml")})


@cache
def load(kind: str) -> dict[str, Contract]:
    """All contracts of a kind by table name; ContractError names the first file that is wrong."""
    files = sorted((ROOT / kind).glob("*.odcs.yaml"))
    if not files:
        raise ContractError(
            f"kind {kind!r} has no contracts: expected data_contracts/{kind}/<table>.odcs.yaml"
        )
    contracts = [read(path) for path in files]
    return {contract.table: contract for contract in contracts}


def read(path: Path) -> Contract:
    """One contract file."""
    try:
        document = OpenDataContractStandard(**yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise ContractError(f"{path.name} is not an ODCS file: {error}") from error
    tables = document.schema_ or []
    if len(tables) != 1 or f"{tables[0].name}.odcs.yaml" != path.name:
        raise ContractError(f"{path.name}: expected one schema object with the name of the file")
    contract = _contract(path.parent.name, document.version or "", tables[0])
    _names_exist(contract)
    return contract


def _contract(kind: str, version: str, table: SchemaObject) -> Contract:
    own = _properties(table.customProperties)
    unknown = own.keys() - {"key", "updatedAt", "deletedColumn", "fileLike", "document", "quarantineContext"}
    if unknown or not own.get("key"):
        raise ContractError(f"{kind}/{table.name}: needs customProperty key; unknown ones: {sorted(unknown)}")
    return Contract(
        kind=kind,
        table=table.name or "",
        version=version,
        columns=tuple(_column(f"{kind}/{table.name}", item) for item in table.properties or []),
        key=tuple(own["key"]),
        updated_at=own.get("updatedAt"),
        file_like=bool(own.get("fileLike", False)),
        document=_document(own.get("document")),
        quarantine_context=own.get("quarantineContext", {}),
        deleted_column=own.get("deletedColumn"),
        rules=tuple(
            _rule(f"{kind}/{table.name}", item) for item in table.quality or [] if item.engine == "tieout"
        ),
        description=" ".join((table.description or "").split()),
    )


def _properties(items: list[CustomProperty] | None) -> dict[str, Any]:
    return {item.property or "": item.value for item in items or []}


def _document(value: Mapping[str, Any] | None) -> Document | None:
    if value is None:
        return None
    return Document(value.get("parent"), tuple(value["key"]), bool(value.get("append", False)))


def _column(where: str, item: SchemaProperty) -> Column:
    physical = (item.physicalType or "").upper()
    decimal = DECIMAL.fullmatch(physical)
    type_ = f"decimal({decimal[1]},{decimal[2]})" if decimal else TYPES.get(physical)
    if not type_:
        wanted = ", ".join([*TYPES, "DECIMAL(p,s)"])
        raise ContractError(f"{where}.{item.name}: physicalType {item.physicalType!r} is none of {wanted}")
    options = item.logicalTypeOptions or {}
    return Column(
        name=item.name or "",
        type=type_,
        required=bool(item.required),
        allowed=_allowed(item.quality),
        minimum=_bound(options.get("minimum")),
        maximum=_bound(options.get("maximum")),
        personal=item.classification == "personal",
        description=" ".join((item.description or "").split()),
    )


def _bound(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _allowed(quality: list[DataQuality] | None) -> tuple[str, ...]:
    for item in quality or []:
        if item.metric == "invalidValues":
            return tuple(str(value) for value in (item.arguments or {}).get("validValues", ()))
    return ()


def _rule(where: str, item: DataQuality) -> Rule:
    implementation = item.implementation
    if not isinstance(implementation, dict) or len(implementation) != 1:
        raise ContractError(f"{where}: rule {item.name!r} needs one of requiredWhen, requiredAny, needsChild")
    ((kind, arguments),) = implementation.items()
    if kind not in ("requiredWhen", "requiredAny", "needsChild"):
        raise ContractError(f"{where}: rule {item.name!r} has the unknown implementation {kind!r}")
    return Rule(item.name or kind, kind, arguments, " ".join((item.description or "").split()))


def _names_exist(contract: Contract) -> None:
    parts = [
        *contract.key,
        *contract.quarantine_context.values(),
        contract.updated_at,
        contract.deleted_column,
    ]
    if contract.document:
        parts += contract.document.parent_key
    for rule in contract.rules:
        parts += _rule_columns(rule)
    for name in parts:
        if name is not None:
            contract.column(name)


def _rule_columns(rule: Rule) -> list[str]:
    if rule.kind == "requiredAny":
        return list(rule.arguments)
    if rule.kind == "requiredWhen":
        return [rule.arguments["column"], rule.arguments["when"]]
    unless = rule.arguments.get("unless")
    return [*rule.arguments["money"], *([unless["column"]] if unless else [])]


def children(contracts: Mapping[str, Contract], table: str) -> list[Contract]:
    """Contracts whose rows belong to documents that `table` heads, in name order."""
    return [item for item in contracts.values() if item.document and item.document.parent == table]

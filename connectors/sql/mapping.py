"""The mapping file: which table, column and word of one shop's database is which of Tieout's.

Belongs here: what each section may say by itself. Keep out: contracts (validation), where the text comes from
(templates), whether names exist (schema), SQL (statements)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from connectors.sql.expressions import MAPS, Column, Node, parse, parse_condition
from connectors.sql.expressions import Literal as Constant
from connectors.sql.locale import Format, Locale, Text
from data_contracts.contract import Contract

FORBIDDEN = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|exec|execute|call|into|attach|pragma|copy)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\[[^\]]*\]|`[^`]*`|--[^\n]*|/\*.*?\*/", re.DOTALL)
SORTABLE = ("%Y", "%m", "%d", "%H", "%M", "%S")


def _select_only(query: str) -> str:
    """One SELECT that changes nothing. The session is read-only too; this says so before there is one."""
    bare = QUOTED.sub(" ", query).strip().rstrip(";")
    if not re.match(r"(select|with)\b", bare, re.IGNORECASE):
        raise ValueError("is no SELECT; a query reads, and begins with select or with")
    if ";" in bare:
        raise ValueError("holds several statements; write one SELECT")
    if found := FORBIDDEN.search(bare):
        raise ValueError(f"holds {found[0]!r}; a query may only read (quote the name if it is a column)")
    return query.strip().rstrip(";")


def _sortable(text: str) -> str:
    places = [text.find(part) for part in SORTABLE if part in text]
    if not text.startswith("%Y") or places != sorted(places):
        raise ValueError("does not sort as time does; use a column stored year first, or mode: snapshot")
    return text


Expression = Annotated[Any, AfterValidator(parse)]
Condition = Annotated[Any, AfterValidator(parse_condition)]
SortableFormat = Annotated[Format, AfterValidator(_sortable)]


class Part(BaseModel):
    """One section of a mapping file; a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class Options(Part):
    """How the database is read. The connection is always read-only; its address stands in tieout.yml."""

    timeout_seconds: int = Field(default=600, ge=1, le=86400)
    page: int = Field(default=5000, ge=1, le=20000)
    isolation: Literal["READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ", "SNAPSHOT"] | None = None


class Tenancy(Part):
    """Which shop a row belongs to: a column that most tables have, or one code for the whole database."""

    column: str | None = None
    constant: Annotated[str, BeforeValidator(lambda value: value if value is None else str(value))] | None = None

    @model_validator(mode="after")
    def _one(self) -> Tenancy:
        if (self.column is None) == (self.constant is None):
            raise ValueError("needs either column or constant")
        return self


class Join(Part):
    """A left join: rows are never lost by it. `on` says {own column: column of the joined table}."""

    table: str
    alias: str = Field(alias="as")
    on: dict[str, str] = Field(min_length=1)


class Parent(Part):
    """The document that a row belongs to. `on` says {own column: column of the header's table}."""

    on: dict[str, str] = Field(min_length=1)
    member: str = ""


class Incremental(Part):
    """What a pull reads of a table; see the README beside this file."""

    mode: Literal["snapshot", "updated_at", "window_on"]
    column: str | None = None
    format: SortableFormat | None = None
    date: str | None = None
    reread_days: int = Field(default=45, ge=0, le=3650)
    sweep_days: int = Field(default=400, ge=0, le=36500)
    overlap_minutes: int = Field(default=120, ge=0, le=10080)
    open: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _column_needed(self) -> Incremental:
        if self.mode != "snapshot" and self.column is None:
            raise ValueError(f"mode {self.mode} needs column")
        return self


class Numbers(Part):
    """Delete detection in every pull among the newest numbers; a sweep compares all keys anyway."""

    number: str
    last: int = Field(default=5000, ge=1)


Sweep = Literal["every_pull"] | Numbers  # when keys are compared to find deletes, beside the weekly sweep


class Member(Part):
    """Where rows of an entity come from: one table with its joins, or one query."""

    name: str = ""
    table: str | None = None
    query: Annotated[str, AfterValidator(_select_only)] | None = None
    joins: tuple[Join, ...] = ()
    where: tuple[Condition, ...] = ()
    key: tuple[str, ...] = ()
    columns: dict[str, Expression] = Field(min_length=1)
    parent: Parent | None = None
    incremental: Incremental | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Member:
        if (self.table is None) == (self.query is None):
            raise ValueError("needs either table or query")
        if self.query and self.joins:
            raise ValueError("joins stand inside the query")
        return self


Words = dict[Text, str]


class Head(Part):
    """Everything of a mapping file but its entities."""

    vendor: str
    formula_family: Literal["F1", "F2"]
    source: Options = Options()
    locale: Locale
    tenancy: Tenancy
    status_map: Words = {}
    method_map: Words = {}
    kind_map: Words = {}


@dataclass(frozen=True)
class Entity:
    """A canonical entity and every table that feeds it."""

    name: str
    members: tuple[Member, ...]
    sweep: Sweep | None = None

    @property
    def parent(self) -> bool:
        """Whether its rows belong to documents."""
        return any(member.parent for member in self.members)


@dataclass(frozen=True)
class SiteMapping:
    """A whole, valid mapping."""

    head: Head
    entities: Mapping[str, Entity]

    def nodes(self, about: Contract, member: Member) -> dict[str, Node]:
        """Canonical column -> expression, with the tenancy's for `site` where the member has none."""
        nodes: dict[str, Node] = dict(member.columns)
        if "site" not in nodes and any(column.name == "site" for column in about.columns):
            shop = self.head.tenancy.column
            nodes["site"] = Column(shop) if shop else Constant(self.head.tenancy.constant)
        return nodes

    def maps(self) -> dict[str, Mapping[str, str]]:
        """The three vocabularies: raw value -> canonical value."""
        return {name: getattr(self.head, name) for name in MAPS}

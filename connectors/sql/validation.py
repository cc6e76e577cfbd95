"""Judges a mapping against the canonical contracts: every mistake at once, each with its key, value and fix.

Keep out: what a section may look like by itself (mapping), whether a database has these names (schema)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors.base import TieoutError
from connectors.sql.expressions import Column, Literal, Node, references
from connectors.sql.mapping import Entity, Head, Member, Numbers, SiteMapping, Sweep
from data_contracts import contract
from data_contracts.contract import Contract

WORDS = {  # what a map translates: the canonical column whose vocabulary its values come from
    "status_map": ("repair_order", "status"),
    "method_map": ("tender", "method"),
    "kind_map": ("tender", "kind"),
}
BRANCHES = ("Implied", "literal['dollars','cents']")  # how pydantic names the forms of one key
Model = TypeVar("Model", bound=BaseModel)


class MappingError(TieoutError):
    """A mapping file that cannot be used; `problems` has one line each."""

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n  ".join([f"{where}: {len(self.problems)} mistake(s)", *self.problems]))


def read(raw: Any, where: str) -> SiteMapping:
    """The mapping, or MappingError with every mistake in it."""
    if not isinstance(raw, dict):
        raise MappingError(where, ["is no mapping; a mapping file has vendor, locale, tenancy, entities"])
    problems: list[str] = []
    head = model(Head, {key: value for key, value in raw.items() if key != "entities"}, "", problems)
    sections = raw.get("entities")
    if not isinstance(sections, dict) or not sections:
        problems.append("entities: is missing or empty; map at least repair_order with its ro_line")
        sections = {}
    entities = {name: _entity(name, section, raw, problems) for name, section in sections.items()}
    _together(entities, problems)
    _words(raw, sections, problems)
    if problems or head is None:
        raise MappingError(where, problems)
    return SiteMapping(head, {name: entity for name, entity in entities.items() if entity})


def model(kind: type[Model], raw: Any, path: str, problems: list[str]) -> Model | None:
    """The section, or None and its mistakes."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        for item in error.errors():
            problems.extend(_said(kind, item, path))
        return None


def near(name: object, known: Iterable[str]) -> str:
    """A hint at what may have been meant."""
    names = sorted(known)
    close = get_close_matches(str(name).lower(), {text.lower(): text for text in names}, 2, 0.6)
    meant = [text for text in names if text.lower() in close]
    return f"did you mean {' or '.join(meant)}?" if meant else f"there are: {', '.join(names)}"


def _said(kind: type[BaseModel], item: ErrorDetails, path: str) -> list[str]:
    places = [str(part) for part in item["loc"] if part not in BRANCHES]
    key = ".".join(part for part in (path, *places) if part)
    if item["type"] == "extra_forbidden":
        fields = {field.alias or name for name, field in kind.model_fields.items()}
        hint = near(places[-1], fields) if len(places) == 1 else "remove it or correct its name"
        return [f"{key}: is not a key here; {hint}"]
    if item["type"] == "missing":
        return [f"{key}: is missing"]
    shown = f"{item['input']!r} " if isinstance(item["input"], (str, int, float)) else ""
    lines = item["msg"].removeprefix("Value error, ").replace("Input should", "should").split("\n")
    return [f"{key}: {line if shown.strip() in line else shown + line}" for line in lines]


def _entity(name: str, raw: Any, mapping: Mapping[str, Any], problems: list[str]) -> Entity | None:
    path, contracts = f"entities.{name}", contract.load("sql")
    if name not in contracts:
        problems.append(f"{path}: is no entity that kind sql delivers; {near(name, contracts)}")
        return None
    if not isinstance(raw, dict):
        problems.append(f"{path}: {raw!r} is no section; give table, key, columns")
        return None
    before = len(problems)
    sweep: Sweep | None = raw["sweep"] if raw.get("sweep") == "every_pull" else None
    if "sweep" in raw and sweep is None:
        sweep = model(Numbers, raw["sweep"], f"{path}.sweep", problems)
    members = [
        (at, model(Member, part, at, problems), part)
        for at, part in _members(path, {key: value for key, value in raw.items() if key != "sweep"}, problems)
    ]
    for at, member, part in members:
        columns = part.get("columns") if isinstance(part, dict) else None
        _columns(at, contracts[name], columns if isinstance(columns, dict) else {}, mapping, problems)
        if member:
            _member(at, contracts[name], member, mapping, problems)
    if isinstance(sweep, Numbers):
        _sweep(path, sweep, [member for _, member, _ in members if member], problems)
    if len(problems) > before:
        return None
    return Entity(name, tuple(member for _, member, _ in members if member), sweep)


def _members(path: str, raw: dict[str, Any], problems: list[str]) -> list[tuple[str, Any]]:
    if "union" not in raw:
        return [(path, raw)]
    for key in raw.keys() - {"union"}:
        problems.append(f"{path}.{key}: stands beside union; move it into each member of the union")
    if not isinstance(raw["union"], list) or not raw["union"]:
        problems.append(f"{path}.union: is no list of sections with table, key, columns")
        return []
    return [(f"{path}.union.{at}", part) for at, part in enumerate(raw["union"])]


def _columns(
    path: str, about: Contract, columns: Mapping[str, Any], mapping: Mapping[str, Any], problems: list[str]
) -> None:
    """Names on the canonical side."""
    known = {column.name: column for column in about.columns}
    for name in columns:
        if name not in known:
            problems.append(f"{path}.columns.{name}: is no column of {about.table}; {near(name, known)}")
    for name, column in known.items():
        if column.required and name not in columns and not (name == "site" and "tenancy" in mapping):
            why = f"{about.table} needs it ({column.description})"
            problems.append(f"{path}.columns.{name}: is missing; {why}")


def _member(path: str, about: Contract, member: Member, mapping: Mapping[str, Any], problems: list[str]) -> None:
    """What the sections of one member must say about each other."""
    child = about.document is not None
    for key, there, wanted in (
        ("parent", member.parent is not None, child),
        ("incremental", member.incremental is not None, not child),
        ("key", bool(member.key), not child),
    ):
        if wanted and not there:
            problems.append(f"{path}.{key}: is missing; {about.table} needs it")
        if there and not wanted and key != "key":
            why = "is read with its repair order" if child else "is no part of a document"
            problems.append(f"{path}.{key}: does not belong here; {about.table} {why}")
    if not child:
        _key(path, about, member, mapping, problems)
    _aliases(path, member, problems)
    for name, node in member.columns.items():
        allowed = next((column.allowed for column in about.columns if column.name == name), ())
        if isinstance(node, Literal) and node.value is not None and allowed and node.value not in allowed:
            problems.append(f"{path}.columns.{name}: {node.value!r} is none of {', '.join(allowed)}")


def _key(path: str, about: Contract, member: Member, mapping: Mapping[str, Any], problems: list[str]) -> None:
    """Deletes are found by keys alone, so the canonical key must follow from the source's key."""
    tenancy = mapping.get("tenancy")
    shop = tenancy.get("column") if isinstance(tenancy, dict) else None
    for name in about.key:
        node: Node | None = member.columns.get(name) or (Column(shop) if name == "site" and shop else None)
        outside = sorted(references(node) - set(member.key)) if node else []
        if outside and member.key:
            lost = ", ".join(outside)
            problems.append(f"{path}.key: lacks {lost}, which columns.{name} is made of; add it")


def _aliases(path: str, member: Member, problems: list[str]) -> None:
    aliases = {join.alias for join in member.joins}
    for name, node in member.columns.items():
        for ref in sorted(references(node)):
            prefix = ref.partition(".")[0] if "." in ref else ""
            if prefix and prefix not in aliases:
                fix = "write a column of the table, or alias.column"
                problems.append(f"{path}.columns.{name}: {ref!r} names no join; {fix}")


def _sweep(path: str, sweep: Numbers, members: list[Member], problems: list[str]) -> None:
    if len(members) != 1:
        problems.append(f"{path}.sweep: works on one table, not on a union; write sweep: every_pull")
    elif Column(sweep.number) not in members[0].columns.values():
        fix = "map it as it is, for example as ro_number"
        problems.append(f"{path}.sweep.number: {sweep.number!r} is no column's plain value; {fix}")


def _together(entities: Mapping[str, Entity | None], problems: list[str]) -> None:
    """What entities need of each other."""
    if "repair_order" in entities and "ro_line" not in entities:
        problems.append("entities.ro_line: is missing; a repair order is landed with its lines or not at all")
    header = entities.get("repair_order")
    parts = {member.name for member in header.members} if header else set()
    for name, entity in entities.items():
        if entity and entity.parent and "repair_order" not in entities:
            problems.append(f"entities.repair_order: is missing; {name} is read with its repair order")
        for at, member in enumerate(entity.members if entity and len(parts) > 1 else ()):
            wrong = member.parent.member if member.parent else ""
            if wrong and wrong not in parts:
                key = f"entities.{name}.union.{at}.parent.member"
                problems.append(f"{key}: {wrong!r} is no member of repair_order; {near(wrong, parts)}")


def _words(raw: Mapping[str, Any], sections: Mapping[str, Any], problems: list[str]) -> None:
    for name, (entity, column) in WORDS.items():
        table = raw.get(name)
        if entity in sections and not table:
            problems.append(f"{name}: is missing; say what each value of {entity}.{column} means")
        allowed = contract.load("files")[entity].column(column).allowed
        for word, meaning in table.items() if isinstance(table, dict) else ():
            if meaning not in allowed:
                problems.append(f"{name}.{word}: {meaning!r} is none of {', '.join(allowed)}")

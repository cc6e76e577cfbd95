"""What may stand for a value in a mapping file: a source column, or a function of the whitelist, never code.

Belongs here: the grammar and its errors. Keep out: what a function computes (values), SQL (statements)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

MAPS = ("status_map", "method_map", "kind_map")


@dataclass(frozen=True)
class Column:
    """A source column, as `name`, or `alias.name` where a join brings it."""

    ref: str


@dataclass(frozen=True)
class Literal:
    value: str | None


@dataclass(frozen=True)
class Call:
    """A function over operands. `values` holds what is no operand: a literal, a map, a format."""

    name: str
    args: tuple[Node, ...]
    values: Mapping[str, Any] = field(default_factory=dict)


Node = Column | Literal | Call


class ExpressionError(ValueError):
    """Everything that is wrong with one expression, a line each."""


def references(node: Node) -> set[str]:
    """Every source column that the expression reads."""
    if isinstance(node, Call):
        return {ref for part in node.args for ref in references(part)}
    return {node.ref} if isinstance(node, Column) else set()


def uses(node: Node, names: set[str]) -> bool:
    """Whether one of these functions stands anywhere in the expression."""
    return isinstance(node, Call) and (node.name in names or any(uses(part, names) for part in node.args))


def parse(raw: Any) -> Node:
    """The expression, or ExpressionError with every mistake in it."""
    errors: list[str] = []
    node = _node(raw, errors)
    if errors:
        raise ExpressionError("\n".join(errors))
    return node


def parse_condition(raw: Any) -> Call:
    """One condition of a `where` or `open` list: the database judges it, so it compares a bare column."""
    node = parse(raw)
    if not isinstance(node, Call) or node.name not in CONDITIONS:
        raise ExpressionError(f"{raw!r} is no condition; write one of {', '.join(CONDITIONS)}")
    for leaf in _leaves(node):
        if not isinstance(leaf.args[0], Column):
            raise ExpressionError(f"{leaf.name}: compares an expression; a filter compares a bare column")
    return node


def as_text(value: Any) -> str | None:
    """A YAML scalar as the text that it stands for."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _leaves(node: Call) -> list[Call]:
    if node.name not in ("any", "all"):
        return [node]
    return [leaf for part in node.args if isinstance(part, Call) for leaf in _leaves(part)]


def _node(raw: Any, errors: list[str]) -> Node:
    if isinstance(raw, str) and raw:
        return Column(raw)
    if not isinstance(raw, dict) or len(raw) != 1:
        errors.append(f"{raw!r} is no value; write a source column, or a function such as {{literal: x}}")
        return Literal(None)
    ((name, body),) = raw.items()
    if name == "literal":
        return Literal(_scalar(body, name, errors))
    if name not in SHAPES:
        near = get_close_matches(str(name), [*SHAPES, "literal"], 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: literal, {', '.join(SHAPES)}"
        errors.append(f"{name!r} is no function; {hint}")
        return Literal(None)
    return SHAPES[name](name, body, errors)


def _scalar(value: Any, name: str, errors: list[str]) -> str | None:
    if isinstance(value, (dict, list)):
        errors.append(f"{name}: {value!r} is no single value; write text or a number")
        return None
    return as_text(value)


def _one(name: str, body: Any, errors: list[str]) -> Call:
    return Call(name, (_node(body, errors),))


def _many(name: str, body: Any, errors: list[str]) -> Call:
    if not isinstance(body, list) or len(body) < (1 if name == "coalesce" else 2):
        errors.append(f"{name}: {body!r} is no list of two or more values; write {{{name}: [a, b]}}")
        return Call(name, ())
    return Call(name, tuple(_node(part, errors) for part in body))


def _two(name: str, body: Any, errors: list[str]) -> Call:
    call = _many(name, body, errors)
    if len(call.args) > 2:
        errors.append(f"{name}: has {len(call.args)} values, takes two")
    return call


def _compare(name: str, body: Any, errors: list[str]) -> Call:
    if not isinstance(body, list) or len(body) != 2:
        errors.append(f"{name}: {body!r} is no pair; write {{{name}: [column, value to compare with]}}")
        return Call(name, ())
    values = {"value": _scalar(body[1], name, errors), "kind": _kind(body[1])}
    return Call(name, (_node(body[0], errors),), values)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "text"


def _member(name: str, body: Any, errors: list[str]) -> Call:
    if not isinstance(body, list) or len(body) != 2 or not isinstance(body[1], list):
        errors.append(f"{name}: {body!r} is not [column, [values]]")
        return Call(name, ())
    values = tuple(_scalar(item, name, errors) for item in body[1])
    return Call(name, (_node(body[0], errors),), {"values": values})


def _group(name: str, body: Any, errors: list[str]) -> Call:
    if not isinstance(body, list) or not body:
        errors.append(f"{name}: {body!r} is no list of conditions")
        return Call(name, ())
    return Call(name, tuple(_condition(part, name, errors) for part in body))


def _condition(raw: Any, name: str, errors: list[str]) -> Node:
    node = _node(raw, errors)
    if not isinstance(node, Call) or node.name not in CONDITIONS:
        errors.append(f"{name}: {raw!r} is no condition; write one of {', '.join(CONDITIONS)}")
    return node


def _options(
    name: str, body: Any, errors: list[str], needed: tuple[str, ...], more: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(body, dict):
        shape = ", ".join(f"{key}: ..." for key in needed)
        errors.append(f"{name}: {body!r} has no names; write {{{name}: {{{shape}}}}}")
        return {}
    for key in body.keys() - {*needed, *more}:
        errors.append(f"{name}: has no {key!r}; it takes {', '.join([*needed, *more])}")
    for key in needed:
        if key not in body:
            errors.append(f"{name}: {key} is missing")
    return body


def _moment(name: str, body: Any, errors: list[str]) -> Call:
    plain = not (isinstance(body, dict) and "of" in body)
    options = {"of": body} if plain else _options(name, body, errors, ("of",), ("format", "zone"))
    values = {key: options[key] for key in ("format", "zone") if key in options}
    return Call(name, (_node(options["of"], errors),), values)


def _case_map(name: str, body: Any, errors: list[str]) -> Call:
    options = _options(name, body, errors, ("of", "map"), ("else",))
    table = options.get("map")
    if isinstance(table, dict):
        table = {as_text(key): _scalar(value, name, errors) for key, value in table.items()}
    elif options and table not in MAPS:
        errors.append(f"{name}: map {table!r} is neither {{raw: value}} nor one of {', '.join(MAPS)}")
    args = [_node(options[key], errors) for key in ("of", "else") if key in options]
    return Call(name, tuple(args), {"map": table})


def _if(name: str, body: Any, errors: list[str]) -> Call:
    options = _options(name, body, errors, ("when", "then", "else"))
    when = [_condition(options["when"], name, errors)] if "when" in options else []
    return Call(name, (*when, *(_node(options[key], errors) for key in ("then", "else") if key in options)))


Shape = Callable[[str, Any, list[str]], Call]
CONDITIONS: dict[str, Shape] = {
    **dict.fromkeys(("eq", "ne", "gt", "ge", "lt", "le"), _compare),
    **dict.fromkeys(("in", "not_in"), _member),
    **dict.fromkeys(("is_null", "not_null"), _one),
    **dict.fromkeys(("any", "all"), _group),
}
SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("concat", "coalesce", "add", "multiply"), _many),
    "subtract": _two,
    "nullif": _compare,
    **dict.fromkeys(("trim", "upper", "lower", "negate", "round", "cents", "dollars"), _one),
    **dict.fromkeys(("date", "to_timestamp"), _moment),
    "case_map": _case_map,
    "if": _if,
    **CONDITIONS,
}

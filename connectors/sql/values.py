"""What each function of the whitelist computes, over text columns of a frame: text in, text out.

The database sends bare columns and computes nothing, so one meaning holds on every engine. Amounts are exact;
what cannot be computed becomes a text that no contract accepts, never NULL or a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import polars as pl

from connectors.sql.expressions import Call, Column, Literal, Node, uses
from connectors.sql.locale import Locale
from data_contracts.contract import Column as Target

NUMBER = pl.Decimal(38, 6)
PLAIN = r"^[+-]?\d{1,12}(\.\d{0,6})?$"  # a product of two such numbers still fits


@dataclass(frozen=True)
class Reading:
    """How the values of one site are to be read."""

    locale: Locale
    maps: Mapping[str, Mapping[str, str]]


def column(node: Node, target: Target, frame: pl.DataFrame, reading: Reading) -> pl.Series:
    """The text of one canonical column, in the form its contract's type has."""
    text, locale = evaluate(node, frame, reading), reading.locale
    if target.type == "date" and not uses(node, {"date"}):
        text = locale.date(text)
    elif target.type == "timestamp" and not uses(node, {"to_timestamp"}):
        text = locale.moment(text)
    elif target.type == "boolean":
        text = locale.boolean(text)
    elif target.decimal and target.decimal[1] == 2 and not uses(node, {"cents", "dollars"}):
        text = scaled(text, locale.decimals) if locale.decimals else text
    return text.alias(target.name)


def evaluate(node: Node, frame: pl.DataFrame, reading: Reading) -> pl.Series:
    """The expression's text for every row of a frame of source columns."""
    if isinstance(node, Column):
        return frame[node.ref]
    if isinstance(node, Literal):
        return pl.Series([node.value], dtype=pl.String).new_from_index(0, frame.height)
    if node.name in HOLDS or node.name in ("any", "all"):
        return _said(holds(node, frame, reading))
    if node.name == "if":
        when, then, otherwise = node.args
        assert isinstance(when, Call)
        return evaluate(then, frame, reading).zip_with(holds(when, frame, reading), evaluate(otherwise, frame, reading))
    return FUNCTIONS[node.name](node, [evaluate(part, frame, reading) for part in node.args], reading)


def holds(node: Call, frame: pl.DataFrame, reading: Reading) -> pl.Series:
    """Whether a condition holds, row by row; a NULL equals nothing and differs from everything."""
    if node.name in ("any", "all"):
        parts = [holds(part, frame, reading) for part in node.args if isinstance(part, Call)]
        return reduce(or_ if node.name == "any" else and_, parts)
    return HOLDS[node.name](node, evaluate(node.args[0], frame, reading))


def number(text: pl.Series) -> pl.Series:
    """Exact decimals; NULL where the text is no plain number."""
    return pl.select(pl.when(text.str.contains(PLAIN)).then(text).cast(NUMBER, strict=False)).to_series()


def decimal_text(values: pl.Series) -> pl.Series:
    return values.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def scaled(text: pl.Series, decimals: int) -> pl.Series:
    """Whole numbers of a smaller unit as amounts; what is no whole number stays as it is, marked."""
    readable = pl.when(text.str.contains(r"^[+-]?\d{1,18}(\.0*)?$")).then(text)
    whole = pl.select(readable.cast(NUMBER, strict=False)).to_series()
    amount = decimal_text(whole / pl.Series([10**decimals], dtype=NUMBER))
    return amount.fill_null(text + f" with {decimals} implied decimals")


def _said(truth: pl.Series) -> pl.Series:
    return pl.select(pl.when(truth).then(pl.lit("true")).otherwise(pl.lit("false"))).to_series()


def _compare(node: Call, text: pl.Series) -> pl.Series:
    left, right = text, pl.Series([node.values["value"]], dtype=pl.String)
    if node.values["kind"] == "number":
        left, right = number(text), right.cast(NUMBER)
    elif node.values["kind"] == "boolean":
        left = Locale.boolean(text)
    found: pl.Series = getattr(left, node.name)(right)
    return found.fill_null(node.name == "ne")


def _member(node: Call, text: pl.Series) -> pl.Series:
    inside = text.is_in(list(node.values["values"])).fill_null(value=False)
    return inside if node.name == "in" else ~inside


def _arithmetic(sign: str, step: Callable[[pl.Series, pl.Series], pl.Series]) -> Function:
    def apply(node: Call, args: Sequence[pl.Series], reading: Reading) -> pl.Series:
        numbers = [number(arg) for arg in args]
        result = decimal_text(reduce(step, numbers))
        written = pl.select(pl.concat_str(args, separator=f" {sign} ")).to_series()
        unread = reduce(or_, [arg.is_not_null() & value.is_null() for arg, value in zip(args, numbers, strict=True)])
        return written.zip_with(unread | (_places(args) > 6) if sign == "*" else unread, result)

    return apply


def _places(args: Sequence[pl.Series]) -> pl.Series:
    """Decimals of a product, which are the sum of its factors'."""
    parts = [arg.str.extract(r"\.(\d*?)0*$").str.len_bytes().fill_null(0) for arg in args]
    return reduce(lambda left, right: left + right, parts)


def _unary(mark: str, step: Callable[[pl.Series], pl.Series]) -> Function:
    def apply(node: Call, args: Sequence[pl.Series], reading: Reading) -> pl.Series:
        return decimal_text(step(number(args[0]))).fill_null(mark + " " + args[0])

    return apply


def _case_map(node: Call, args: Sequence[pl.Series], reading: Reading) -> pl.Series:
    table = node.values["map"]
    table = reading.maps[table] if isinstance(table, str) else table
    found = args[0].replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)
    return pl.select(pl.coalesce(found, args[-1])).to_series()


def _nullif(node: Call, args: Sequence[pl.Series], reading: Reading) -> pl.Series:
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(args[0]))
    return empty.zip_with(_compare(Call("eq", node.args, node.values), args[0]), args[0])


def _concat(node: Call, args: Sequence[pl.Series], reading: Reading) -> pl.Series:
    return pl.select(pl.concat_str(args)).to_series()


def _coalesce(node: Call, args: Sequence[pl.Series], reading: Reading) -> pl.Series:
    return pl.select(pl.coalesce(args)).to_series()


Function = Callable[[Call, Sequence[pl.Series], Reading], pl.Series]
HUNDRED = pl.Series([100], dtype=NUMBER)
HOLDS: dict[str, Callable[[Call, pl.Series], pl.Series]] = {
    **dict.fromkeys(("eq", "ne", "gt", "ge", "lt", "le"), _compare),
    **dict.fromkeys(("in", "not_in"), _member),
    "is_null": lambda node, text: text.is_null(),
    "not_null": lambda node, text: text.is_not_null(),
}
FUNCTIONS: dict[str, Function] = {
    "concat": _concat,
    "coalesce": _coalesce,
    "nullif": _nullif,
    "case_map": _case_map,
    "trim": lambda node, args, reading: args[0].str.strip_chars(),
    "upper": lambda node, args, reading: args[0].str.to_uppercase(),
    "lower": lambda node, args, reading: args[0].str.to_lowercase(),
    "add": _arithmetic("+", lambda left, right: left + right),
    "subtract": _arithmetic("-", lambda left, right: left - right),
    "multiply": _arithmetic("*", lambda left, right: left * right),
    "negate": _unary("negate", lambda value: value * pl.Series([-1], dtype=NUMBER)),
    "round": _unary("round", lambda value: value.round(2, mode="half_away_from_zero")),
    "dollars": lambda node, args, reading: args[0],
    "cents": lambda node, args, reading: scaled(args[0], 2),
    "date": lambda node, args, reading: reading.locale.date(args[0], **_moment(node)),
    "to_timestamp": lambda node, args, reading: reading.locale.moment(args[0], **_moment(node)),
}


def _moment(node: Call) -> dict[str, str | None]:
    return {"format_": node.values.get("format"), "zone": node.values.get("zone")}

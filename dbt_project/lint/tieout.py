"""The project's macros as `tieout.<macro>` for sqlfluff, so that it lints what DuckDB gets.

Keep out: anything that dbt or the pipeline imports."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2

MACROS = Path(__file__).resolve().parents[1] / "macros"
KINDS = ["files", "sql", "shopware", "dealertrack", "asterisk"]


# What these write is long, stands in every report, and is the same everywhere: linting it anew took minutes.
SHORT: dict[str, Callable[..., str]] = {
    "div": lambda numerator, denominator, scale=6: f"exact_ratio({numerator}, {denominator}, {scale})",
    "rolled": lambda behind="behind", **_: f"select * from {behind}",
}


class Returned(Exception):
    """What a macro hands to `return`."""


def _give_back(value: Any) -> None:
    raise Returned(value)


@cache
def _module() -> Any:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {
        "return": _give_back,
        "ref": lambda name: name,
        "source": lambda schema, table: f"{schema}.{table}",
        "var": lambda name: KINDS,
        "is_incremental": lambda: True,
        "target": SimpleNamespace(database="warehouse"),
        "adapter": SimpleNamespace(dispatch=lambda name, package: __getattr__(f"default__{name}")),
        "tieout": SimpleNamespace(),
        "zip": zip,
    }
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(MACROS.glob("*.sql")))
    module: Any = environment.from_string(text).make_module(
        {"tieout": type("Macros", (), {"__getattr__": lambda self, name: __getattr__(name)})()}
    )
    return module


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("__"):
        raise AttributeError(name)
    if name in SHORT:
        return SHORT[name]
    macro = getattr(_module(), name)

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return macro(*arguments, **named)
        except Returned as returned:
            return returned.args[0]

    return call

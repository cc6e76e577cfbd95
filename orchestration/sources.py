"""Builds a connector from its settings in tieout.yml, and says what is wrong with them.

Keep out: reading the environment (config.py passes it in) and talking to the source (connectors)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

from connectors.base import Source, TieoutError
from orchestration.settings import Connection, near
from orchestration.validation import Problems

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def references(value: object, path: str = "") -> list[tuple[str, str]]:
    """(key path, variable) of every ${VAR}; those with a default, ${VAR:-default}, need not be set."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in references(inner, f"{path}.{key}")]
    if isinstance(value, list | tuple):
        return [found for number, inner in enumerate(value) for found in references(inner, f"{path}.{number}")]
    if isinstance(value, str):
        return [(path, match[1]) for match in _REFERENCE.finditer(value) if match[2] is None]
    return []


def fill(value: Any, environment: Mapping[str, str]) -> Any:
    """The settings with every ${VAR} replaced."""
    if isinstance(value, dict):
        return {key: fill(inner, environment) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fill(inner, environment) for inner in value]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: environment.get(match[1]) or match[2] or "", value)
    return value


def build(connection: Connection, environment: Mapping[str, str], folder: Path) -> Source:
    """The kind's dataclass from its settings; relative paths start at tieout.yml's folder."""
    from connectors.registry import KINDS  # noqa: PLC0415  (imports every connector)

    kind = KINDS[connection.kind]
    settings = fill(connection.settings, environment)
    hints = get_type_hints(kind)
    for key, value in settings.items():
        if isinstance(value, str) and hints.get(key) in (Path, Path | None):
            settings[key] = folder / value
    return kind(**settings)


def check(connection: Connection, environment: Mapping[str, str], folder: Path, problems: Problems) -> None:
    """The kind exists and takes these settings; values that need a secret are judged once it is set."""
    from connectors.registry import KINDS  # noqa: PLC0415  (imports every connector)

    path = f"connections.{connection.name}"
    if connection.kind not in KINDS:
        problems.add(f"{path}.kind", f"is not a kind of source{near(connection.kind, KINDS)}", connection.kind)
    elif _names_fit(connection, KINDS[connection.kind], problems):
        secrets = [variable for _, variable in references(connection.settings)]
        if all(variable in environment for variable in secrets):
            _check_values(connection, environment, folder, problems)


def _names_fit(connection: Connection, kind: Any, problems: Problems) -> bool:
    path, before = f"connections.{connection.name}", len(problems)
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
    for key in connection.settings:
        if key not in fields:
            problems.add(f"{path}.{key}", f"is not a setting of kind {connection.kind}{near(key, fields)}")
    for key, field in fields.items():
        needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if needed and key not in connection.settings:
            problems.add(f"{path}.{key}", f"is missing; kind {connection.kind} needs it")
    return len(problems) == before


def _check_values(connection: Connection, environment: Mapping[str, str], folder: Path, problems: Problems) -> None:
    try:
        build(connection, environment, folder)
    except TieoutError as error:
        problems.add(f"connections.{connection.name}", str(error))

"""Reads YAML as a person meant it: 001 stays a text, 10:30 a time, NO a country; no key stands twice.

Keep out: what the keys mean (settings.py) and where the file is (config.py)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from connectors.base import TieoutError


class _Loader(yaml.SafeLoader):
    """YAML with the scalars of JSON: YAML 1.1 reads 10:30 as 630, 0123 as 83 and NO as false."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (pyyaml's own class attribute)


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), None)
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), None)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), None)
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"), None)
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^<<$"), None)


def _mapping(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
    _refuse_twice(node)
    loader.flatten_mapping(node)
    return {str(key.value): loader.construct_object(value, deep=True) for key, value in node.value}


def _refuse_twice(node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key.start_mark)
        if key.value in seen:
            problem = f"the key '{key.value}' stands twice; remove one of the two"
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        seen.add(key.value)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path) -> dict[str, Any]:
    """The file as plain dicts and lists; keys are texts."""
    try:
        with path.open(encoding="utf-8") as text:
            data = yaml.load(text, Loader=_Loader)
    except FileNotFoundError:
        raise TieoutError(f"{path}: no such file; copy tieout.example.yml there and fill in your shops") from None
    except (OSError, UnicodeDecodeError) as error:
        raise TieoutError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    except yaml.MarkedYAMLError as error:
        raise TieoutError(f"{path}{_where(error)}: {error.problem or 'not YAML'}") from None
    if data is not None and not isinstance(data, dict):
        raise TieoutError(f"{path}: expected 'company:', 'sites:' and 'connections:' at the top")
    return data or {}


def _where(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    return f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""

"""Puts a mapping together: the file or the template it names, the site's names, and the site's own sections.

A template has placeholders, `<ro.number>`, that `names` fills from the site's database; a name that is null
says that the site has no such thing. Keep out: judging the result (validation)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from connectors.sql.validation import MappingError, near

FOLDER = Path(__file__).parent / "templates"
PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.]+)>")
LISTS = ("joins", "union", "coalesce")  # an element that the site has not is left out; a filter never is
SECTIONS = ("columns", "entities", "map", "on")
ABSENT = object()


class Loader(yaml.SafeLoader):
    """YAML 1.2 booleans only (`on`, `No`, `Y` are words of shops), dates as written, no key twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012  (pyyaml's own class attribute)
        first: [(tag, shape) for tag, shape in known if not tag.endswith((":bool", ":timestamp"))]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = [key.value for key, _ in node.value]
        if twice := sorted({key for key in seen if seen.count(key) > 1}):
            what = f"{', '.join(twice)} stands twice"
            raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)
        return super().construct_mapping(node, deep)


Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def assemble(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The raw mapping of `settings`: template, names, and sections that replace or extend the template's."""
    own = {key: value for key, value in settings.items() if key not in ("template", "names")}
    name = settings.get("template")
    if not name:
        return own
    raw = load(FOLDER / f"{name}.yml") if name in offered() else None
    if raw is None:
        raise MappingError(where, [f"template: {name!r} is no template; {near(name, offered())}"])
    names = settings.get("names") or {}
    return extend(fill(raw, names, where), own)


def offered() -> list[str]:
    """Names of the templates."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def load(path: Path) -> dict[str, Any]:
    """A YAML file; MappingError names the file and line that is wrong."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader)
    except OSError as error:
        why = f"cannot be read ({error.strerror}); correct mapping in tieout.yml"
        raise MappingError(str(path), [why]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(str(path), [f"is no YAML: {' '.join(str(error).split())}"]) from None
    if not isinstance(raw, dict):
        raise MappingError(str(path), ["is no mapping; a mapping file has vendor, locale, tenancy, entities"])
    return raw


def extend(raw: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Sections of the site's own go over the template's, key by key; what a key holds is replaced whole."""
    merged = dict(raw)
    for key, value in own.items():
        there = merged.get(key)
        merged[key] = {**there, **value} if isinstance(there, dict) and isinstance(value, dict) else value
    return merged


def fill(raw: Mapping[str, Any], names: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The template with its placeholders filled; every open one and every unknown name at once."""
    wanted: dict[str, list[str]] = {}
    for path, name in placeholders(raw):
        wanted.setdefault(name, []).append(path)
    problems = [
        f"names.{name}: fill in from the site's database, or null if it has none (for {', '.join(paths)})"
        for name, paths in wanted.items()
        if name not in names
    ]
    strange = [name for name in names if name not in wanted]
    problems += [f"names.{name}: the template has no such placeholder; {near(name, wanted)}" for name in strange]
    problems += [
        f"names.{name}: {value!r} is no name; write the table's or column's name, or null"
        for name, value in names.items()
        if value is not None and not isinstance(value, str)
    ]
    if problems:
        raise MappingError(where, problems)
    filled = _fill(raw, names, "")
    assert isinstance(filled, dict)
    return filled


def placeholders(raw: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """(key path, name) of every placeholder."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from placeholders(key, path)
            yield from placeholders(value, f"{path}.{key}".lstrip("."))
    elif isinstance(raw, list):
        for at, value in enumerate(raw):
            yield from placeholders(value, f"{path}.{at}")
    elif isinstance(raw, str):
        yield from ((path, name) for name in PLACEHOLDER.findall(raw))


def _fill(raw: Any, names: Mapping[str, Any], key: str) -> Any:
    if isinstance(raw, Mapping):
        return _fill_section(raw, names, key)
    if isinstance(raw, list):
        parts = [_fill(value, names, "") for value in raw]
        if key in LISTS:
            left = [part for part in parts if part is not ABSENT]
            return left if left or key == "joins" else ABSENT
        return ABSENT if ABSENT in parts else parts
    if isinstance(raw, str):
        found = PLACEHOLDER.findall(raw)
        if any(names[name] is None for name in found):
            return ABSENT
        return PLACEHOLDER.sub(lambda match: str(names[match[1]]), raw)
    return raw


def _fill_section(raw: Mapping[str, Any], names: Mapping[str, Any], key: str) -> Any:
    """In a list of entries an absent one is left out; in anything else it takes the whole with it."""
    filled = {_fill(name, names, ""): _fill(value, names, name) for name, value in raw.items()}
    if key in SECTIONS or ("vendor" in raw and "entities" in raw):
        return {name: value for name, value in filled.items() if value is not ABSENT and name is not ABSENT}
    if ABSENT in filled or ABSENT in filled.values():
        return ABSENT
    return filled

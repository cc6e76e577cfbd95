"""Kind `sql`: pulls canonical rows out of a shop's own database, as its mapping file says.

Belongs here: settings, the order of entities, the cursor, what fails. Keep out: pulling an entity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from connectors.base import Cursor, Failed, Item, SourceError, Window
from connectors.sql import drivers, schema, templates, validation
from connectors.sql.mapping import SiteMapping
from connectors.sql.pulling import Pulling

OWN = ("names", "status_map", "method_map", "kind_map")


@dataclass(frozen=True)
class Sql:
    """`mapping` is a file, or `template` and `names` (and words of the site's own) stand in tieout.yml."""

    url: str = field(repr=False)
    mapping: Path = Path()
    template: str = ""
    names: Mapping[str, str | None] = field(default_factory=dict)
    status_map: Mapping[str, str] = field(default_factory=dict)
    method_map: Mapping[str, str] = field(default_factory=dict)
    kind_map: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "sql"

    def __post_init__(self) -> None:
        drivers.parse(self.url)
        self.plan  # noqa: B018  (a mistake in the mapping is told before anything runs)

    @cached_property
    def plan(self) -> SiteMapping:
        """The whole mapping. MappingError lists every mistake in it."""
        settings: dict[str, Any] = {name: dict(getattr(self, name)) for name in OWN if getattr(self, name)}
        where = "mapping"
        if (self.mapping == Path()) == (not self.template):
            raise validation.MappingError(where, ["give either mapping: a file, or template: rowriter, mitchell1"])
        if self.template:
            settings["template"] = self.template
        else:
            where = str(self.mapping)
            settings = templates.extend(templates.load(self.mapping), settings)
        return validation.read(templates.assemble(settings, where), where)

    def tables(self) -> tuple[str, ...]:
        return tuple(self.plan.entities)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        words = self.plan.maps()
        places = {place: words[name] for name, place in validation.WORDS.items()}
        return {place: table for place, table in places.items() if place[0] in self.plan.entities}

    def check(self) -> list[str]:
        with drivers.connect(self.url, self.plan.head.source) as reader:
            tables, problems = schema.look(reader.engine, self.plan)
            require([line for lines in problems.values() for line in lines])
            pulling = Pulling(reader, self.plan, tables)
            return [f"{self._shown()}: connected, {self.plan.head.vendor}", *pulling.offered()]

    def pull(self, window: Window) -> Iterator[Item]:
        with drivers.connect(self.url, self.plan.head.source) as reader:
            tables, problems = schema.look(reader.engine, self.plan)
            pulling = Pulling(reader, self.plan, tables)
            state = dict(window.cursor)
            first = window if not state else replace(window, since=None)  # a cursor knows where each entity stands
            for name in self.plan.entities:
                if self.plan.entities[name].parent:
                    continue
                together = self._together(name)
                try:
                    require([line for part in together for line in problems[part]])
                    state[name] = yield from pulling.entity(name, first, self._state(state, name))
                except SourceError as error:
                    yield from (Failed(part, error) for part in together)
                except drivers.FAULTS as error:
                    yield from (Failed(part, drivers.fault(drivers.parse(self.url), error)) for part in together)
            yield Cursor(dict(window.cursor) if window.dates else state)

    def _together(self, name: str) -> list[str]:
        """The entity, and what is landed with it as one document."""
        children = [part for part, entity in self.plan.entities.items() if entity.parent]
        return [name, *children] if name == "repair_order" else [name]

    def _state(self, state: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """What the last pull left for the entity; nothing once its mapping has changed: then all is read."""
        left: Mapping[str, Any] = state.get(name, {})
        return left if left.get("mapping") == self._fingerprint(name) else {"mapping": self._fingerprint(name)}

    def _fingerprint(self, name: str) -> str:
        parts = [self.plan.entities[part] for part in self._together(name)]
        said = repr((parts, self.plan.head.locale, self.plan.head.tenancy, sorted(self.plan.maps().items())))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _shown(self) -> str:
        return drivers.parse(self.url).render_as_string(hide_password=True)


def require(problems: list[str]) -> None:
    """SourceError with every name that the database does not have."""
    if problems:
        lines = "\n  ".join(problems)
        raise SourceError(f"the database does not have {len(problems)} name(s) of the mapping:\n  {lines}")

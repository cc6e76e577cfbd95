"""One pull of one entity: headers in pages with all their lines, then the key sets that show deletions.

Keep out: connecting and the order of entities (source), which rows (incremental)."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from connectors.base import Item, Keys, Rows, SourceError, Window
from connectors.sql import incremental, values
from connectors.sql.drivers import Reader, Statement
from connectors.sql.expressions import Column, Node, references
from connectors.sql.incremental import Known
from connectors.sql.mapping import Entity, Member, Numbers, SiteMapping
from connectors.sql.statements import OPEN, Origin, Types, among, origin, select
from data_contracts import contract
from data_contracts.contract import Column as Target
from data_contracts.contract import Contract

PAGES = {"mssql": 500}  # longer key lists exhaust SQL Server's query processor
State = Mapping[str, Any]


@dataclass
class Read:
    """What a pull has read of an entity, one of each per member of its union."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    open: list[list[tuple[str | None, ...]]] = field(default_factory=list)  # keys of what is open now
    asked: list[pl.DataFrame] = field(default_factory=list)  # keys of what was open at the last pull
    there: list[pl.DataFrame] = field(default_factory=list)  # and which of those came


@dataclass(frozen=True)
class Pulling:
    """A reader, and what to read with it."""

    reader: Reader
    mapping: SiteMapping
    tables: Mapping[str, Types]

    def offered(self) -> list[str]:
        """One line per entity: where it comes from and how much there is."""
        lines = []
        for name, entity in self.mapping.entities.items():
            for member in entity.members:
                source = self._origin(member)
                count = sa.select(sa.cast(sa.func.count(), sa.Text()).label("n")).select_from(source.selectable)
                rows = self.reader.read(count.where(*source.conditions))["n"][0]
                mode = member.incremental.mode if member.incremental else "with its repair order"
                lines.append(f"{name}: {rows} rows in {member.table or 'its query'}, {mode}")
        return lines

    def entity(self, name: str, window: Window, state: State) -> Generator[Item, None, State]:
        """Everything of one entity that the window wants; returns its part of the cursor after."""
        entity, about = self.mapping.entities[name], contract.load("sql")[name]
        highest, read = self._highest(entity), Read()
        for at, member in enumerate(entity.members):
            known = self._known(entity, member, state, at)
            raw = self._changed(about, member, known, window)
            read.frames.append(self._canonical(about, member, raw))
            left = raw.filter(pl.col(OPEN) == "1") if OPEN in raw.columns else raw.clear()
            read.open.append(left.select(known.open.columns).rows())
            self._look_up(about, member, _older(entity, known, highest), raw, read)
            if name == "repair_order":
                yield from self._documents(about, member, raw, read.frames[at])
            else:
                yield Rows(name, read.frames[at])
        if window.dates:
            return state
        had = any(not frame.is_empty() for frame in read.frames) or state.get("any", False)
        yield from self._keys(about, entity, read, {"sweep": window.sweep, "highest": highest, "any": had})
        bound = window.until.astimezone(UTC).isoformat()
        return {
            "mapping": state["mapping"],
            "bound": bound,
            "open": read.open,
            "highest": highest,
            "any": had,
        }

    def _known(self, entity: Entity, member: Member, state: State, at: int) -> Known:
        number = entity.sweep.number if isinstance(entity.sweep, Numbers) else ""
        names = dict.fromkeys([*member.key, number] if number else member.key)
        rows = state["open"][at] if state.get("open") else []
        keys = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
        return Known(incremental.bounds(state), keys, number, state.get("highest"))

    def _look_up(self, about: Contract, member: Member, older: pl.DataFrame, raw: pl.DataFrame, read: Read) -> None:
        """What was open at the last pull was asked for by key, and came or did not."""
        there = older.join(raw.select(member.key), on=list(member.key), how="semi")
        read.asked.append(self._canonical_keys(about, member, older))
        read.there.append(self._canonical_keys(about, member, there))

    def _changed(self, about: Contract, member: Member, known: Known, window: Window) -> pl.DataFrame:
        """Source columns of the rows to read, in the order of their keys."""
        source, zone = self._origin(member), self.mapping.head.locale.zone
        conditions = incremental.scope(member, source, known, window, zone)
        refs = self._refs(about, member)
        flag = member.incremental.open if member.incremental else ()
        if conditions is None:
            return pl.DataFrame(schema=dict.fromkeys(sorted(refs), pl.String))
        return self._read(select(source, refs, self.reader.text, *conditions, flag=flag, order=member.key))

    def _documents(self, about: Contract, member: Member, raw: pl.DataFrame, frame: pl.DataFrame) -> Iterator[Item]:
        """Pages of headers, each with all lines of its headers, asked for by key."""
        children = contract.children(contract.load("sql"), about.table)
        size = min(self.mapping.head.source.page, PAGES.get(self.reader.engine.dialect.name, 20_000))
        for start in range(0, raw.height, size):
            yield Rows(about.table, frame[start : start + size])
            for child in children:
                if child.table in self.mapping.entities:
                    yield Rows(child.table, self._children(child, member, raw[start : start + size]))

    def _children(self, child: Contract, header: Member, page: pl.DataFrame) -> pl.DataFrame:
        frames = []
        for member in self.mapping.entities[child.table].members:
            assert member.parent
            if member.parent.member in ("", header.name):
                source = self._origin(member)
                keys = page.select(list(dict.fromkeys(member.parent.on.values()))).unique(maintain_order=True)
                keys = keys.rename({theirs: own for own, theirs in member.parent.on.items()})
                mine = among([source.columns[own] for own in keys.columns], keys)
                refs = self._refs(child, member)
                raw = self._read(select(source, refs, self.reader.text, mine))
                frames.append(self._canonical(child, member, raw))
        return pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema=dict.fromkeys(child.key, pl.String))

    def _keys(self, about: Contract, entity: Entity, read: Read, now: State) -> Iterator[Item]:
        """Which keys exist: all of them where that is known or asked for, else those that were looked up."""
        modes = {member.incremental.mode for member in entity.members if member.incremental}
        if modes == {"snapshot"}:
            whole = pl.concat(read.frames, how="diagonal").select(about.key)
        elif now["sweep"] or "snapshot" in modes or entity.sweep == "every_pull":
            parts = [self._all_keys(about, member, self._origin(member)) for member in entity.members]
            whole = pl.concat(parts)
        else:
            yield from self._looked_up(about, entity, read, now["highest"])
            return
        if whole.is_empty() and now["any"]:
            raise SourceError(f"{about.table}: the source has no row left; nothing was marked deleted, check it")
        yield Keys(about.table, whole)

    def _looked_up(self, about: Contract, entity: Entity, read: Read, highest: int | None) -> Iterator[Item]:
        """What was asked for by key, and the newest numbers, which are dense and never move: the absent are gone."""
        names = pl.concat_str([pl.col(name).cast(pl.String) for name in about.key], separator="\x1f")
        if asked := pl.concat(read.asked).select(names).to_series().to_list():
            yield Keys(about.table, pl.concat(read.there), names.is_in(asked))
        if isinstance(entity.sweep, Numbers) and highest is not None:
            member, floor = entity.members[0], highest - entity.sweep.last
            source = self._origin(member)
            above = source.columns[entity.sweep.number] > sa.literal_column(str(floor))
            landed = next(name for name, node in member.columns.items() if node == Column(entity.sweep.number))
            scope = pl.col(landed).cast(pl.Int64, strict=False) > floor
            yield Keys(about.table, self._all_keys(about, member, source, above), scope)

    def _all_keys(
        self, about: Contract, member: Member, source: Origin, *conditions: ColumnElement[bool]
    ) -> pl.DataFrame:
        raw = self._read(select(source, member.key, self.reader.text, *conditions))
        return self._canonical_keys(about, member, raw)

    def _highest(self, entity: Entity) -> int | None:
        """The newest number, read before any row, so that none after it is taken for seen."""
        if not isinstance(entity.sweep, Numbers):
            return None
        source = self._origin(entity.members[0])
        number = sa.cast(sa.func.max(source.columns[entity.sweep.number]), sa.Text()).label("n")
        found = self._read(sa.select(number).select_from(source.selectable).where(*source.conditions))["n"][0]
        return None if found is None else int(found.partition(".")[0])

    def _origin(self, member: Member) -> Origin:
        return origin(member, self.tables)

    def _refs(self, about: Contract, member: Member) -> set[str]:
        """Source columns of the values and the key, and those that lines are joined by, on either side."""
        nodes = self.mapping.nodes(about, member).values()
        refs = {ref for node in nodes for ref in references(node)} | set(member.key)
        if member.parent:
            return refs | set(member.parent.on)
        for child in contract.children(contract.load("sql"), about.table):
            entity = self.mapping.entities.get(child.table)
            parents = [line.parent for line in entity.members if line.parent] if entity else []
            refs |= {ref for parent in parents if parent.member in ("", member.name) for ref in parent.on.values()}
        return refs

    def _read(self, statement: Statement) -> pl.DataFrame:
        return self.mapping.head.locale.clean(self.reader.read(statement))

    def _canonical(self, about: Contract, member: Member, raw: pl.DataFrame) -> pl.DataFrame:
        """Source columns as the contract's columns, text each."""
        nodes = self.mapping.nodes(about, member)
        return self._values(nodes, [column for column in about.columns if column.name in nodes], raw)

    def _canonical_keys(self, about: Contract, member: Member, raw: pl.DataFrame) -> pl.DataFrame:
        nodes = self.mapping.nodes(about, member)
        return self._values(nodes, [about.column(name) for name in about.key], raw)

    def _values(self, nodes: Mapping[str, Node], targets: Sequence[Target], raw: pl.DataFrame) -> pl.DataFrame:
        reading = values.Reading(self.mapping.head.locale, self.mapping.maps())
        return pl.DataFrame([values.column(nodes[target.name], target, raw, reading) for target in targets])


def _no_keys(member: Member) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(member.key, pl.String))


def _older(entity: Entity, known: Known, highest: int | None) -> pl.DataFrame:
    """Of what was open, that which the newest numbers do not compare anyway."""
    if not isinstance(entity.sweep, Numbers) or highest is None:
        return known.open
    return known.open.filter(pl.col(known.number).cast(pl.Int64) <= highest - entity.sweep.last)

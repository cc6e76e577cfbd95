"""What a source kind can deliver of the canonical model, from `data_contracts/<kind>/capability.yaml`.

Belongs here: reading that file. Keep out: what the warehouse makes of it (core.source_capability).

The file maps `entity.field` (or `entity.*` for all fields that are not named) to `delivers`, or to
`{can: derives, reason: ...}` or `{can: never, reason: ...}`; the reason is needed for both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from data_contracts.contract import ROOT, ContractError

LEVELS = ("delivers", "derives", "never")


@dataclass(frozen=True)
class Capability:
    """One canonical field, and whether the kind delivers it, lets it be derived, or never has it."""

    kind: str
    entity: str
    field: str
    can: str
    reason: str


@cache
def load(kind: str) -> list[Capability]:
    """The capability table of a kind, in the order of its file."""
    path = ROOT / kind / "capability.yaml"
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    return [_entry(kind, name, value) for name, value in entries.items()]


def _entry(kind: str, name: str, value: Any) -> Capability:
    said = {"can": value} if isinstance(value, str) else value
    entity, _, field = name.partition(".")
    can, reason = said.get("can"), said.get("reason", "")
    if not field or can not in LEVELS or (can != "delivers" and not reason):
        raise ContractError(
            f"{kind}/capability.yaml: {name}: expected entity.field: delivers, or "
            "{can: derives, reason: why}, or {can: never, reason: why}"
        )
    return Capability(kind, entity, field, can, " ".join(reason.split()))

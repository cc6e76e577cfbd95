"""Call Flow Visualizer (REPORTS 3A.1): the way of each call from node to node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oracle.figures import div
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.phone import Call, callers, calls, distinct, seconds
from oracle.told import Row, Told, median

START, NO_PATH = "START", "(no path data)"
TERMINALS = {"voicemail": "VOICEMAIL", "external": "EXTERNAL", "hangup": "ABANDONED"}
BY_STATUS = {"answered": "ANSWERED", "voicemail": "VOICEMAIL"}  # any other leaves


@dataclass(frozen=True)
class Edge:
    call: Call
    depth: int
    leaving: str
    entering: str
    spent: int | None  # seconds at the node that is left
    is_end: bool


def call_flow_edge(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items = [item for call in calls(told, "in") for item in _items(call)]
    found = grouped(told.world, periods, sites, 3, items)
    return {key: _total(edges) if key[1] is None else _row(key, edges, found) for key, edges in found.items()}


def _items(call: Call) -> Iterator[Item[Edge]]:
    for edge in edges_of(call):
        yield call.site, call.day, (edge.depth, edge.leaving, edge.entering), edge


def edges_of(call: Call) -> list[Edge]:
    """A last step that is a mailbox, an outside number or a hangup is where the call ends."""
    steps = sorted(call.data["steps"] or [], key=lambda step: step["seq"])
    if not steps:
        return [Edge(call, 0, START, NO_PATH, None, True)]
    end = TERMINALS.get(steps[-1]["node_type"])
    nodes = steps if end is None else steps[:-1]
    end = end or BY_STATUS.get(call.data["status"], "ABANDONED")
    names = [START, *map(_label, nodes), end]
    spent = [None, *(seconds(step["entered_at"], step["exited_at"]) for step in nodes)]
    return [Edge(call, depth, names[depth], names[depth + 1], spent[depth], depth == len(nodes))
            for depth in range(len(names) - 1)]  # fmt: skip


def _label(step: Row) -> str:
    return str(step["label"] or step["node_type"])


def _row(key: Key, edges: Sequence[Edge], found: dict[Key, list[Edge]]) -> dict[str, Any]:
    site, depth, leaving, _, *period = key
    whole = found[site, None, None, None, *period]
    parent = [edge for edge in whole if (edge.depth, edge.leaving) == (depth, leaving)]
    points = {edge.call.data["entry_point"] for edge in edges}
    here = _calls(edges)
    return {
        "entry_point": points.pop() if len(points) == 1 else "mixed",
        "calls": here,
        "unique_callers": callers(edge.call for edge in edges),
        "pct_of_parent": div(here, _calls(parent)),
        "pct_of_all": div(here, _calls(whole)),
        "median_seconds_at_from": median(edge.spent for edge in edges if edge.spent is not None),
        "abandoned_here": sum(edge.is_end and edge.call.data["status"] == "abandoned" for edge in edges),
    }


def _calls(edges: Sequence[Edge]) -> int:
    return len(distinct(edge.call for edge in edges))


def _total(edges: Sequence[Edge]) -> dict[str, Any]:
    """Of a site or of all: every call enters once."""
    return {
        "entry_point": None,
        "calls": _calls(edges),
        "unique_callers": callers(edge.call for edge in edges),
        "pct_of_parent": None,
        "pct_of_all": div(_calls(edges), _calls(edges)),
        "median_seconds_at_from": None,
        "abandoned_here": sum(edge.is_end and edge.call.data["status"] == "abandoned" for edge in edges),
    }

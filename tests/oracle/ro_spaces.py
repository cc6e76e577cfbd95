"""What was shown, asked and answered around each closed order, as the messaging metrics count it (REPORTS 4).

Keep out: counts per person and period (messaging)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oracle.sold import Sale, sales
from oracle.told import UNASSIGNED, Told

Row = dict[str, Any]


@dataclass(frozen=True)
class Space:
    """A closed order and what hangs on it."""

    sale: Sale
    people: tuple[str, ...]  # golden participants of the role that is asked for, or Unassigned
    pay_types: frozenset[str]
    stated_pay_types: bool
    videos: int
    flags: Mapping[str, bool]  # vm, vs, vv, pm, ps
    requests: list[Row]
    estimates: list[Row]
    items: list[Row]
    times: list[datetime]

    def has(self, *flags: str) -> bool:
        return any(self.flags[flag] for flag in flags)

    @property
    def has_media(self) -> bool:
        return self.has("vm", "pm")


def spaces(told: Told, user_role: str | None = None) -> list[Space]:
    """Of the default pay types (options), in the order of their ids.

    Reading of 4 `user_role`: with it, only orders that have a participant of the role, in rows and totals."""
    media, events = _media(told), _media_events(told)
    asked, sent = _of_order(told, "payment_request"), _of_order(told, "estimate")
    items = defaultdict(list)
    for _, item in told.rows("estimate_item"):
        items[item["estimate_id"]].append(item)
    people = _people(told, user_role)
    found = []
    for sale in sales(told):
        stated, types = _pay_types(sale)
        present = people.get(sale.ro_id, ())
        if not _chosen(told, types) or (user_role and told.options.role_filters_total and not present):
            continue
        own, estimates = media.get(sale.ro_id, []), sent[sale.ro_id]
        seen = [(one, event) for one in own for event in events[one["media_id"]] if _counts(told, sale, event)]
        answers = [item for estimate in estimates for item in items[estimate["estimate_id"]]]
        found.append(Space(
            sale, tuple(present) or (UNASSIGNED,), types, stated, sum(one["kind"] == "video" for one in own),
            _flags(own, seen), asked[sale.ro_id], estimates, answers,
            _times(own, seen, asked[sale.ro_id], estimates, answers),
        ))  # fmt: skip
    return found


def _pay_types(sale: Sale) -> tuple[bool, frozenset[str]]:
    stated = frozenset(filter(None, (sale.order.data["pay_types"] or "").split(";")))
    return bool(stated), stated or frozenset({"customer"})


def _chosen(told: Told, types: frozenset[str]) -> bool:
    wanted = told.options.pay_type
    return types == wanted if told.options.pay_type_match == "exact" else bool(types & wanted)


def _media(told: Told) -> dict[str, list[Row]]:
    """Reading of 4: a photo or video that was deleted stays made, and what was sent or viewed of it stays."""
    newest = {event.key: event.data for event in told.log if event.entity == "media" and event.action == "saved"}
    found = defaultdict(list)
    for row in newest.values():
        found[row["ro_id"]].append(row)
    return found


def _media_events(told: Told) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for _, row in told.rows("media_event"):
        found[row["media_id"]].append(row)
    return found


def _counts(told: Told, sale: Sale, event: Row) -> bool:
    """A view by the shop itself counts, but for orders of customers who are there for tests."""
    card = told.world.customers.get(sale.order.data["customer_id"], {})
    tested = bool(card.get("is_internal_test"))
    return not (tested and event["type"] == "viewed" and event["viewer"] == "advisor")


def _of_order(told: Told, entity: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for _, row in told.rows(entity):
        found[row["ro_id"]].append(row)
    return found


def _people(told: Told, user_role: str | None) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for _, row in told.rows("ro_participant"):
        if user_role in (None, row["role"]):
            found[row["ro_id"]].add(told.person(row["employee_id"]))
    return {ro_id: sorted(people) for ro_id, people in found.items()}


def _flags(own: Iterable[Row], seen: Iterable[tuple[Row, Row]]) -> dict[str, bool]:
    made = {one["kind"] for one in own}
    happened = {(one["kind"], event["type"]) for one, event in seen}
    return {
        "vm": "video" in made,
        "vs": ("video", "sent") in happened,
        "vv": ("video", "viewed") in happened,
        "pm": "photo" in made,
        "ps": ("photo", "sent") in happened,
    }


def _times(own: Iterable[Row], seen: Iterable[tuple[Row, Row]], *rows: Iterable[Row]) -> list[datetime]:
    found = [one["created_at"] for one in own] + [event["at"] for _, event in seen]
    found += [row.get(name) for listed in rows for row in listed for name in ("sent_at", "paid_at", "decided_at")]
    return sorted(at for at in found if at is not None)

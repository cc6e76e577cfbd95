"""Who is who (README "Who is who", DECISIONS 19), from the cards that the event log holds.

Keep out: lines of tieout.yml; what anybody did."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = dict[str, Any]
Value = tuple[str, ...]  # method, and what is compared
MOST_SHARED = 5  # a value on more cards is a placeholder
VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")


def e164(written: str | None) -> str | None:
    """A number as people of North America write it, or any with its country's code; None when it is none."""
    text = (written or "").strip()
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        return f"+{digits}" if 8 <= len(digits) <= 15 else None
    if len(digits) == 11 and digits[0] == "1":
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == 10 else None


def phones(customer: Mapping[str, Any]) -> list[str]:
    """As the card has them, in its order."""
    return [one.strip() for one in (customer.get("phones") or "").split(";") if one.strip()]


def vin_of(written: str | None) -> str | None:
    text = (written or "").strip().upper()
    return text if VIN.fullmatch(text) and len(set(text)) > 1 else None


def golden_customers(customers: Mapping[str, Row], cars: Iterable[Row], own: Iterable[str]) -> dict[str, str]:
    """Card -> the card that stands for the person: of the same e-mail, number and full name, VIN and family name, or
    what the source merged. The oracle names the golden one by the smallest id."""
    values = {(key, value) for key, card in customers.items() for value in _of_card(key, card)}
    for car in cars:
        card, vin = customers.get(car["customer_id"] or ""), vin_of(car["vin"])
        if card and vin and card.get("last_name"):
            values.add((car["customer_id"], ("vin", vin, _plain(card["last_name"]))))
    return _components(customers, values, frozenset(own))


def golden_vehicles(vehicles: Mapping[str, Row]) -> dict[str, str]:
    values = {(key, ("vin", vin)) for key, car in vehicles.items() if (vin := vin_of(car["vin"]))}
    return _components(vehicles, values, frozenset())


def _of_card(key: str, card: Row) -> Iterator[Value]:
    if card.get("email"):
        yield "email", card["email"].strip().lower()
    # Reading of "the same name": first and family name, or the company's name where a card has no person's.
    name = _plain(f"{card.get('first_name') or ''} {card.get('last_name') or ''}") or _plain(card.get("company_name"))
    for number in filter(None, map(e164, phones(card))):
        if name:
            yield "phone", number, name
    if card.get("merged_into_id"):
        yield "source", card["merged_into_id"]
    yield "source", key


def _plain(text: str | None) -> str:
    return " ".join((text or "").lower().split())


def _components(members: Iterable[str], values: Iterable[tuple[str, Value]], own: frozenset[str]) -> dict[str, str]:
    holders: dict[Value, set[str]] = defaultdict(set)
    for member, value in values:
        holders[value].add(member)
    groups = {member: {member} for member in members}
    for value, sharing in holders.items():
        if value[1] in own or (value[0] != "source" and len(sharing) > MOST_SHARED):
            continue
        whole: set[str] = set().union(*(groups[member] for member in sharing))
        for member in whole:
            groups[member] = whole
    return {member: min(whole) for member, whole in groups.items()}

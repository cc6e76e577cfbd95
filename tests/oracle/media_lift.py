"""How much more an order grows where a video was viewed or a photo sent (REPORTS 4, "Video Lift"), beside the orders
without any media. Keep out: every other messaging metric."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oracle.facts import order_of
from oracle.feeds import known
from oracle.figures import ZERO, div
from oracle.periods import Item, Period, Rows, grouped
from oracle.ro_spaces import Space, spaces
from oracle.sold import landed
from oracle.told import Told

FLAG = {"video": "vv", "photo": "ps"}
CONTROL = "control"


def media_lift(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = spaces(told)
    growth = {space.sale.ro_id: grown for space, grown in zip(found, _growth(told, found), strict=True)}
    items: list[Item[Space]] = [
        (space.sale.site, space.sale.day, (kind,), space) for space in found for kind in _kinds(space)
    ]
    rows = grouped(told.world, periods, sites, 1, items)
    found_rows = {
        key: _row(_distinct(things), [x for x in rows[key[0], None, *key[-2:]] if not x.has_media], growth)
        for key, things in rows.items()
        if key[1] != CONTROL
    }
    return known(told, sites, "messaging", found_rows)


def _kinds(space: Space) -> list[str]:
    return [kind for kind, flag in FLAG.items() if space.has(flag)] + ([] if space.has_media else [CONTROL])


def _growth(told: Told, found: Sequence[Space]) -> list[Decimal]:
    """Closed amount less opened amount, both before tax.

    Reading of "opened amount": the order as the first delivery that had it told of it."""
    versions, customers = landed(told), told.entities.get("customer", {})
    return [
        space.sale.money["total_ex_tax"]
        - order_of(dict(versions[space.sale.ro_id][0]), space.sale.order.shop, customers).amounts.total_ex_tax
        for space in found
    ]


def _distinct(things: Sequence[Space]) -> list[Space]:
    """Reading of its totals: orders of either kind, each once."""
    return list({space.sale.ro_id: space for space in things if space.has(*FLAG.values())}.values())


def _row(found: Sequence[Space], control: Sequence[Space], growth: Mapping[str, Decimal]) -> dict[str, Any]:
    lift, base = _mean(found, growth), _mean(control, growth)
    return {
        "lift": lift,
        "n": len(found),
        "control_lift": base,
        "control_n": len(control),
        "lift_vs_control": None if lift is None or base is None else lift - base,
    }


def _mean(found: Sequence[Space], growth: Mapping[str, Decimal]) -> Decimal | None:
    return div(sum((growth[space.sale.ro_id] for space in found), ZERO), len(found), 2)

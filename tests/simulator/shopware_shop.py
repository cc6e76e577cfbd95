"""The made-up company whose second shop speaks as Shop-Ware does. Keep out: what is expected of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from connectors.simulator.company import World, make_company
from connectors.simulator.events import state_at
from connectors.simulator.shopware import ShopWareServer


@cache
def world() -> World:
    return make_company(11, shops=2, days=14, ros_per_day=8, calls_per_day=1, breaks=1, beside=True)


def truth() -> dict[str, dict[str, Any]]:
    site = next(site.id for site in world().company.sites if site.dms == "shopware")
    return state_at(world().events, world().as_of, site)


def payment_types(server: ShopWareServer) -> dict[str, str]:
    kinds = {"Credit Card": "card", "Cash": "cash", "Check": "check"}
    names = {row["payment_type"]: row["payment_type_details"]["type"] for row in server.tenant.rows("payments")}
    return {name: kinds.get(kind, "financing") for name, kind in names.items()}

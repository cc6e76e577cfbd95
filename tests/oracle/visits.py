"""Who came, and with what car: Make/Model and New vs Repeat (REPORTS 3D.6, 3D.7).

Keep out: single customers (customers)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from oracle.figures import ZERO, div
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.sold import Sale, added, average, counted, first_sales, sales
from oracle.told import Told

# Reading of 3D.6: the same maker's other names that people write.
MAKES = {"CHEVY": "CHEVROLET", "CHEV": "CHEVROLET", "VW": "VOLKSWAGEN", "MERCEDES": "MERCEDES-BENZ"}
NO_VEHICLE, UNKNOWN = "No vehicle", "Unknown"


def make_model(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    all_sales = sales(told)
    cars = {data["vehicle_id"]: data for _, data in told.rows("vehicle")}
    items: list[Item[Sale]] = [(sale.site, sale.counts_on, car_names(cars, sale), sale) for sale in all_sales]
    first = _first_of_cars(all_sales)
    found = grouped(told.world, periods, sites, 2, items)
    ends = {period.key: period for period in periods}
    return {key: _car_row(things, _site_row(found, key), ends[key[-2:]], first) for key, things in found.items()}


def car_names(cars: Mapping[str, Mapping[str, Any]], sale: Sale) -> tuple[str, str]:
    """Reading of 3D.6: the card on the order; no decoder of VINs, and a make that nobody wrote is Unknown."""
    vehicle_id = sale.order.data["vehicle_id"]
    if vehicle_id is None:
        return NO_VEHICLE, NO_VEHICLE
    car = cars.get(vehicle_id, {})
    make, model = _plain(car.get("make")), _plain(car.get("model"))
    return MAKES.get(make, make) or UNKNOWN, model or UNKNOWN


def _plain(text: str | None) -> str:
    return (text or "").strip().upper()


def _first_of_cars(found: Iterable[Sale]) -> dict[str, date]:
    first: dict[str, date] = {}
    for sale in found:
        if sale.vehicle:
            first[sale.vehicle] = min(first.get(sale.vehicle, sale.counts_on), sale.counts_on)
    return first


def _site_row(found: Mapping[Key, list[Sale]], key: Key) -> list[Sale]:
    """What a share is of: all sales of the row's site (or of all shops) in its period."""
    return found[key[0], *(None,) * (len(key) - 3), *key[-2:]]


def _car_row(found: list[Sale], whole: list[Sale], period: Period, first: Mapping[str, date]) -> dict[str, Any]:
    money = added(found, "total_ex_tax", "gross_profit", "hours_billed")
    seen = {sale.vehicle for sale in found if sale.vehicle}
    driven = [odometer for sale in found if (odometer := sale.order.data["odometer_in"]) is not None]
    return money | {
        "vehicles": len(seen),
        "ros": counted(found),
        "visits_per_vehicle": div(counted(sale for sale in found if sale.vehicle), len(seen), 2),
        "share_of_ros": div(counted(found), counted(whole)),
        "avg_ro": div(money["total_ex_tax"], counted(found), 2),
        "avg_mileage": average(driven),
        "new_vehicles": sum(first[car] in period for car in seen),
    }


def new_vs_repeat(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    """Of the company, or of the site (option first_call_scope)."""
    all_sales, by_site = sales(told), told.options.first_call_scope == "site"
    first = first_sales(all_sales, by_site)
    items: list[Item[Sale]] = [
        (sale.site, sale.counts_on, (segment(told, sale, first, by_site),), sale) for sale in all_sales
    ]
    found = grouped(told.world, periods, sites, 1, items)
    known = {sale.ro_id for _, _, (name,), sale in items if name != "unidentified"}
    return {key: _segment_row(things, _site_row(found, key), known) for key, things in found.items()}


def segment(told: Told, sale: Sale, first: Mapping[tuple[str, str], date], by_site: bool = False) -> str:
    """New is every order of the first day that somebody came on; who has no card of their own is nobody known."""
    card = told.world.customers.get(sale.order.data["customer_id"], {})
    if sale.customer is None or card.get("type") == "walk_in":
        return "unidentified"
    return "new" if first[sale.site if by_site else "", sale.customer] == sale.day else "repeat"


def _segment_row(found: list[Sale], whole: list[Sale], known: Collection[str]) -> dict[str, Any]:
    money = added(found, "total_ex_tax", "gross_profit")
    all_money = sum((sale.money["total_ex_tax"] for sale in whole), ZERO)
    return money | {
        "ros": counted(found),
        "customers": len({sale.customer for sale in found if sale.ro_id in known}),
        "avg_ro": div(money["total_ex_tax"], counted(found), 2),
        "share_ros": div(counted(found), counted(whole)),
        "share_sales": div(money["total_ex_tax"], all_money),
    }

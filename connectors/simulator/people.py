"""Who works at a shop, who comes to it, and in what car.

Belongs here: employees, customers, vehicles as rows. Keep out: visits, payments, calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from connectors.simulator.events import Site, blank

Row = dict[str, Any]
FIRST = [
    "James", "Mary", "Robert", "Patricia", "John", "Jennifer", "Michael", "Linda",
    "David", "Elizabeth", "William", "Barbara", "Richard", "Susan", "Joseph", "Jessica",
    "Thomas", "Sarah", "Carlos", "Karen", "Daniel", "Lisa", "Wei", "Nancy",
    "Anthony", "Betty", "Marcus", "Sandra", "Donald", "Ashley", "Steven", "Priya",
    "Andrew", "Emily", "Kenji", "Donna", "Joshua", "Michelle", "Kevin", "Carol",
    "Brian", "Amanda", "Jorge", "Melissa", "Ronald", "Deborah", "Tim", "Aisha",
    "José", "Zoë",
]  # fmt: skip
LAST = [
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis",
    "Rodriguez", "Martinez", "Hernandez", "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas",
    "Taylor", "Moore", "Jackson", "Martin", "Lee", "Perez", "Thompson", "White",
    "Harris", "Sanchez", "Clark", "Ramirez", "Lewis", "Robinson", "Walker", "Young",
    "Allen", "King", "Wright", "Scott", "Torres", "Nguyen", "Hill", "Flores",
    "Green", "Adams", "Nelson", "Baker", "Hall", "O'Neil", "Müller", "Campbell",
]  # fmt: skip
FLEETS = (
    "Lakeside Plumbing",
    "Metro Courier",
    "Harbor Electric",
    "Green Valley Landscaping",
    "City Parks Dept",
    "Northline Delivery",
    "Summit HVAC",
    "Bluebird Shuttle",
)
CARS = (
    ("Toyota", "Camry", "2.5L"),
    ("Honda", "Accord", "1.5T"),
    ("Ford", "F-150", "5.0L"),
    ("Chevrolet", "Silverado", "5.3L"),
    ("Nissan", "Altima", "2.5L"),
    ("Subaru", "Outback", "2.5L"),
    ("Jeep", "Wrangler", "3.6L"),
    ("BMW", "328i", "2.0T"),
    ("Hyundai", "Elantra", "2.0L"),
    ("Volkswagen", "Jetta", "1.4T"),
    ("Ram", "1500", "5.7L"),
    ("Kia", "Sorento", "2.5L"),
)
VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", map(int, "123456781234579234567890123456789"), strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def employees(site: Site, base: int, at: datetime, rng: Random) -> list[Row]:
    """Three advisors, five technicians, a manager; the telephone knows them by extension."""
    roles = ["advisor"] * 3 + ["technician"] * 5 + ["manager"]
    rows = []
    for number, role in enumerate(roles, start=1):
        row = blank("employee")
        row.update(
            employee_id=str(base + number), site=site.id, role=role, active=True, updated_at=at, deleted=False
        )
        row["name"] = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        row["extension"] = None if role == "technician" else str(100 + number)
        row["hourly_cost"] = Decimal(rng.randrange(2200, 3900)).scaleb(-2)
        rows.append(row)
    return rows


def customer(site: Site, key: int, at: datetime, rng: Random, fleet: int | None = None) -> Row:
    """A retail customer, or the numbered fleet: fleets charge to their account; the city pays no tax."""
    row = blank("customer")
    row.update(customer_id=str(key), site=site.id, type="retail", created_at=at, is_internal_test=False)
    row.update(
        tax_exempt=False, mail_opt_out=rng.random() < 0.1, sms_opt_in=rng.random() < 0.7, updated_at=at
    )
    row.update(
        first_name=rng.choice(FIRST),
        last_name=rng.choice(LAST),
        city=site.city,
        state=site.state,
        deleted=False,
    )
    row.update(postal_code=site.postal_code, address_1=f"{rng.randrange(1, 9900)} Main St")
    if fleet is not None:
        row.update(
            type="fleet",
            company_name=FLEETS[fleet % len(FLEETS)],
            ar_terms="net30",
            first_name=None,
            last_name=None,
        )
        row["tax_exempt"] = "Dept" in row["company_name"]
    count = 2 if rng.random() < 0.2 else 1
    row["phones"] = ";".join(f"+1{site.area_code}555{rng.randrange(10000):04d}" for _ in range(count))
    if fleet is None and rng.random() < 0.6:
        row["email"] = f"customer{key}@example.com"
    return row


def vehicle(key: int, customer_id: str, at: datetime, rng: Random) -> Row:
    make, model, engine = rng.choice(CARS)
    row = blank("vehicle")
    row.update(
        vehicle_id=str(key), customer_id=customer_id, vin=vin(rng), year=rng.randrange(2005, 2025), make=make
    )
    row.update(
        model=model, engine=engine, odometer=rng.randrange(12000, 180000), updated_at=at, deleted=False
    )
    return row


def vin(rng: Random) -> str:
    """A vehicle number with a right check digit."""
    text = "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=11)) + f"{rng.randrange(10**6):06d}"
    total = sum(VIN_VALUES[char] * weight for char, weight in zip(text, VIN_WEIGHTS, strict=True))
    check = "0123456789X"[total % 11]
    return text[:8] + check + text[9:]


def shift(at: datetime, minutes: float) -> datetime:
    """An instant some minutes later, to the second."""
    return at + timedelta(seconds=int(minutes * 60))

"""The company of the benchmark: N equal shops, each with a connection of its own, and what happens there by arithmetic.

Belongs here: shops and the SQL that makes their rows. Keep out: the landing format (landed.py), timing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
ORDERS, CALLS, NEW_CUSTOMERS, EMPLOYEES = 25, 80, 10, 12
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
TABLES = ("repair_order", "ro_line", "tender", "call", "customer", "vehicle", "employee", "phone_number")


def shop(number: int) -> str:
    """Name of a shop and of its connection."""
    return f"shop_{number:04d}"


def bound(number: int, day: int) -> datetime:
    """When a shop's pull of a day was frozen: six in the morning after, a second later from shop to shop."""
    return FIRST + timedelta(days=day + 1, hours=6, seconds=number)


def write_config(home: Path, shops: int) -> None:
    """tieout.yml of the company."""
    lines = ["company:", "  name: Bench", "  breakout_groups: {tires: {departments: [TIRE], op_codes: [OP3]}}"]
    lines.append("sites:")
    for number in range(shops):
        lines.append(
            f"  {shop(number)}: {{name: Shop {number}, timezone: {ZONES[number % 4]}, holidays: US-IL, "
            'hours: {mon-fri: "08:00-18:00", sat: "08:00-14:00"}}'
        )
    lines.append("connections:")
    for number in range(shops):
        name = shop(number)
        lines.append(f'  {name}: {{kind: files, path: drop, sites: {{"{name}": {name}}}}}')
    home.mkdir(parents=True, exist_ok=True)
    (home / "drop").mkdir(exist_ok=True)
    (home / "tieout.yml").write_text("\n".join(lines) + "\n")


MACROS = f"""
create or replace macro connection_of(s) as format('shop_{{:04d}}', s);
create or replace macro pick(n, k, m) as ((n * 2654435761 + k * 2246822519) % 4294967296) // 1024 % m;
create or replace macro day_of(d) as date '{FIRST.date()}' + cast(d as integer);
create or replace macro moment(d, minutes) as
    timestamptz '{FIRST.date()} 00:00:00+00' + to_days(cast(d as integer)) + to_minutes(cast(minutes as bigint));
create or replace macro money(cents) as cast(cast(cents as decimal(16, 0)) * 0.01 as decimal(14, 2));
"""


def make_orders(con: duckdb.DuckDBPyConnection, shops: tuple[int, int], days: tuple[int, int]) -> None:
    """Table `orders`: the versions of repair orders that pulls of these days see. One in ten is seen again three
    days later, changed; one in fifty is still open the first time."""
    con.execute(
        f"""create or replace temp table orders as
        with numbered as (
            select s, p, i, v, p - 3 * v as d, ((s * 100000 + (p - 3 * v)) * {ORDERS} + i) as n
            from range({shops[0]}, {shops[1]}) as a (s), range({days[0]}, {days[1]}) as b (p),
                range({ORDERS}) as c (i), range(2) as e (v)
        ),
        told as (
            select *, n % 50 = 10 as is_slow from numbered where d >= 0 and (v = 0 or n % 10 = 0)
        ),
        priced as (
            select *,
                n % 50 = 10 and v = 0 as is_open,
                case when is_slow then d + 3 else d end as closed,
                1500 + pick(n, 1, 30000) as part, 4500 + pick(n, 2, 40000) as labor, 900 + pick(n, 3, 9000) as other_part,
                300 + pick(n, 4, 900) as supply,
                case when n % 10 = 7 then -(500 + pick(n, 5, 1500)) else 250 end as extra,
                case when pick(n, 6, 10) < 4 and d > 0 then pick(n, 7, d) else d end as customer_day
            from told
        )
        select *, cast(round((part + other_part + supply) * 0.08, 0) as bigint) as tax,
            part + labor + other_part + supply + extra
            + cast(round((part + other_part + supply) * 0.08, 0) as bigint) as total,
            format('{{:04d}}-{{}}-{{}}', s, customer_day, case when customer_day = d then i % {NEW_CUSTOMERS} else pick(n, 8, {NEW_CUSTOMERS}) end)
                as customer
        from priced"""
    )


ORDER = {
    "ro_id": "'R' || n", "site": "connection_of(s)", "ro_number": "cast(100000 + d * 25 + i as varchar)",
    "status": "case when is_open then 'open' else 'closed' end", "opened_at": "moment(d, 780 + i * 20)",
    "closed_date": "case when not is_open then day_of(closed) end",
    "closed_at": "case when not is_open then moment(closed, 1140 + i) end", "customer_id": "'C' || customer",
    "vehicle_id": "'V' || customer", "advisor_id": "'E' || pick(n, 9, 4)", "pay_types": "'customer'",
    "dvi_status": "'complete'", "odometer_in": "20000 + pick(n, 10, 150000)", "tax_exempt": "false",
    "header_parts": "money(part + other_part)", "header_labor": "money(labor)", "header_tax": "money(tax)",
    "header_total": "money(total)", "updated_at": "moment(d + 3 * v, 1200 + i)",
    "updated_by": "case when v = 0 then 'front desk' else 'office' end", "deleted": "false",
}  # fmt: skip

# the six lines of an order, with k = 1..6; a coupon stands in the place of the fee on one order in ten
LINE = {
    "ro_id": "'R' || n", "line_id": "'L' || k",
    "line_type": """case k when 1 then 'part' when 2 then 'labor' when 3 then case when n % 8 = 0 then 'sublet' else 'part' end
        when 4 then 'supply' when 5 then case when extra < 0 then 'coupon' else 'fee' end else 'tax' end""",
    "description": """case k when 1 then 'Brake pads, front' when 2 then 'Replace pads, resurface rotors' when 3 then 'Brake hardware kit'
        when 4 then 'Shop supplies' when 5 then 'Hazardous waste' else 'Sales tax' end""",
    "category": "case when k <= 3 then 'Category ' || pick(n, 11, 12) end",
    "department": "case when k = 1 and n % 9 = 0 then 'TIRE' when k <= 3 then 'SERVICE' end",
    "op_code": "case when k = 2 then 'OP' || pick(n, 12, 40) end",
    "part_number": "case when k in (1, 3) then 'PN-' || pick(n, 12 + k, 5000) end",
    "brand": "case when k in (1, 3) then 'Brand ' || pick(n, 14 + k, 20) end",
    "quantity": "1", "unit_price": "case when k <= 3 then amount end", "gross_amount": "amount",
    "discount_amount": "case when k <= 3 then 0 end", "net_amount": "amount",
    "cost_amount": "case when k = 2 then cast(amount * 0.3 as decimal(14, 2)) when k <= 3 then cast(amount * 0.6 as decimal(14, 2)) end",
    "taxable": "k in (1, 3, 4)", "pay_type": "case when k <= 3 then 'customer' end",
    "hours_billed": "case when k = 2 then cast(0.5 + pick(n, 13, 40) * 0.1 as decimal(12, 4)) end",
    "hours_actual": "case when k = 2 then cast(0.4 + pick(n, 17, 40) * 0.1 as decimal(12, 4)) end",
    "technician_ids": """case when k = 2 and n % 10 = 4 then 'E' || (4 + n % 4) || ':0.6;E' || (8 + n % 4) || ':0.4'
        when k = 2 then 'E' || (4 + n % 8) end""",
}  # fmt: skip

LINES = """(select o.*, r.k, money(case r.k when 1 then part when 2 then labor when 3 then other_part when 4 then supply
    when 5 then extra else tax end) as amount from orders as o, range(1, 7) as r (k))"""

# 1.14 payments: an advance of 20 dollars the day before on one order in seven; one in 50 goes to the account; one in 400 is a dollar
# over, and one in 400 is paid a day late
TENDERS = """(select o.*, t.t,
    case when t.t = 1 then 2000 else total - case when n % 50 between 1 and 7 then 2000 else 0 end
        + case when n % 400 = 11 then 100 else 0 end end as cents
    from orders as o, range(2) as t (t)
    where not is_open and (t.t = 0 or n % 50 between 1 and 7))"""
TENDER = {
    "tender_id": "'T' || n || '-' || t", "site": "connection_of(s)", "ro_id": "'R' || n", "customer_id": "'C' || customer",
    "kind": "case when t = 1 then 'advance' when n % 50 = 8 then 'ar_charge' else 'final' end",
    "method": "case when n % 50 = 8 and t = 0 then 'ar' when pick(n, 20, 10) < 7 then 'card' when pick(n, 20, 10) < 9 then 'cash' else 'check' end",
    "method_name": "case when n % 50 = 8 and t = 0 then 'ar' when pick(n, 20, 10) < 4 then 'Visa' when pick(n, 20, 10) < 7 then 'Mastercard' when pick(n, 20, 10) < 9 then 'cash' else 'check' end",
    "amount": "money(cents)",
    "business_date": "day_of(closed - t + case when n % 400 = 13 then 1 else 0 end)",
    "recorded_at": "moment(closed - t + case when n % 400 = 13 then 1 else 0 end, 1150 + i)",
    "auth_code": "case when t = 0 then 'A' || pick(n, 21, 1000000) end", "taken_by_id": "'E' || pick(n, 22, 4)",
    "is_void": "false", "updated_at": "moment(p, 1200 + i)", "deleted": "false",
}  # fmt: skip

INBOUND = "pick(n, 30, 10) < 7"
SHOP_NUMBER = "'+17735' || lpad(cast(s * 3 + n % 3 as varchar), 6, '0')"
CUSTOMER_NUMBER = "'+1312' || (5000000 + s * 12000 + pick(n, 31, 12000))"
CALL = {
    "call_id": "'K' || n", "site": "connection_of(s)", "direction": f"case when {INBOUND} then 'in' else 'out' end",
    "from_number": f"case when n % 40 = 0 then null when {INBOUND} then {CUSTOMER_NUMBER} else {SHOP_NUMBER} end",
    "to_number": f"case when {INBOUND} then {SHOP_NUMBER} else {CUSTOMER_NUMBER} end",
    "started_at": "moment(d, 790 + i * 7)", "answered_at": "case when pick(n, 32, 10) < 8 then moment(d, 790 + i * 7) + to_seconds(5 + pick(n, 33, 30)) end",
    "ended_at": "moment(d, 790 + i * 7) + to_seconds(40 + pick(n, 34, 400))",
    "status": "case when pick(n, 32, 10) < 8 then 'answered' when pick(n, 32, 10) = 8 then 'missed' else 'voicemail' end",
    "entry_point": "'open'", "employee_id": "'E' || pick(n, 35, 4)", "is_spam": "false",
    "recording_id": "case when v = 1 then 'rec-' || n end", "updated_at": "moment(d + v, 1430)",
}  # fmt: skip

CUSTOMER = {
    "customer_id": "'C' || key", "site": "connection_of(s)", "first_name": "'First' || pick(n, 40, 400)",
    "last_name": "'Last' || pick(n, 41, 4000)", "type": "'retail'", "phones": "'+1312' || (5000000 + s * 12000 + pick(n, 42, 12000))",
    "email": "'c' || key || '@example.com'", "postal_code": "'606' || lpad(cast(n % 60 as varchar), 2, '0')", "created_at": "moment(p, 790)",
    "is_internal_test": "false", "tax_exempt": "n % 100 = 0", "updated_at": "moment(p, 800)", "deleted": "false",
}  # fmt: skip
VEHICLE = {
    "vehicle_id": "'V' || key", "customer_id": "'C' || key", "vin": "upper(substr(md5(key), 1, 17))", "year": "2005 + pick(n, 43, 20)",
    "make": "'Make ' || pick(n, 44, 25)", "model": "'Model ' || pick(n, 45, 300)", "updated_at": "moment(p, 800)", "deleted": "false",
}  # fmt: skip
EMPLOYEE = {
    "employee_id": "'E' || i", "site": "connection_of(s)", "name": "'Employee ' || s || '.' || i",
    "role": "case when i < 4 then 'advisor' else 'technician' end", "active": "true", "updated_at": "moment(p, 700)", "deleted": "false",
}  # fmt: skip
PHONE = {
    "number": "'+17735' || lpad(cast(s * 3 + i as varchar), 6, '0')", "site": "connection_of(s)", "description": "'Line ' || i",
    "is_tracking": "i > 0",
}  # fmt: skip


def sources(shops: tuple[int, int], days: tuple[int, int]) -> dict[str, tuple[dict[str, str], str]]:
    """Table -> its columns as SQL and the rows they are computed over; `orders` must have been made for these days."""
    at = f"range({shops[0]}, {shops[1]}) as a (s), range({days[0]}, {days[1]}) as b (p)"
    calls = f"""(select s, p, i, v, p - v as d, (s * 100000 + (p - v)) * {CALLS} + i as n
        from {at}, range({CALLS}) as c (i), range(2) as e (v)
        where p - v >= 0 and (v = 0 or ((s * 100000 + (p - v)) * {CALLS} + i) % 10 = 3))"""
    people = f"""(select s, p, i, format('{{:04d}}-{{}}-{{}}', s, p, i) as key, (s * 100000 + p) * {NEW_CUSTOMERS} + i as n
        from {at}, range({NEW_CUSTOMERS}) as c (i))"""
    staff = f"(select s, p, i from {at}, range({EMPLOYEES}) as c (i) where p = 0)"
    numbers = f"(select s, p, i from {at}, range(3) as c (i) where p = 0)"
    return {
        "repair_order": (ORDER, "orders"),
        "ro_line": (LINE, LINES),
        "tender": (TENDER, TENDERS),
        "call": (CALL, calls),
        "customer": (CUSTOMER, people),
        "vehicle": (VEHICLE, people),
        "employee": (EMPLOYEE, staff),
        "phone_number": (PHONE, numbers),
    }

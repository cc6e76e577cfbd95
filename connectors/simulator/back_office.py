"""What is counted, owed, bought and clocked at a shop: drawers, accounts, supplier invoices, time cards.

Belongs here: cash_count, ar_entry, opening_balance, purchase_line, time_card. Keep out: cards (processor)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.simulator.days import closes, instant
from connectors.simulator.office import Office, Row
from connectors.simulator.pricing import ZERO, half_away

SUPPLIERS = (("1", "NAPA"), ("2", "O'Reilly"), ("3", "Dealer parts"))
ENTRIES = {"ar_charge": "charge", "ar_payment": "payment"}


def keep_books(office: Office) -> None:
    office.system("back office")
    _opening(office)
    _drawers(office)
    _accounts(office)
    _purchases(office)
    for day in office.days:
        for person in (one for role in sorted(office.staff) for one in office.staff[role]):
            _clock(office, day, person)


def _opening(office: Office) -> None:
    """What stood in the books on the evening before the first day."""
    day = office.company.start - timedelta(days=1)
    at = instant(office.site, office.company.start, 6 * 60)
    fleets = [event.data for event in office.customers.values() if event.data["type"] == "fleet"][:3]
    owed = [("ar", row["customer_id"], Decimal(office.rng.randrange(200, 2500))) for row in fleets]
    for account, customer, amount in [*owed, ("customer_deposits", None, ZERO), ("wip", None, ZERO)]:
        office.save(at, "opening_balance", f"{office.site.id}|{account}|{customer}", site=office.site.id,
                    account=account, customer_id=customer, amount=amount.quantize(Decimal("0.01")),
                    business_date=day)  # fmt: skip


def _drawers(office: Office) -> None:
    """Counted after closing; now and then a little over or short."""
    taken: dict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    for event in office.tenders.values():
        row = event.data
        if row["method"] in ("cash", "check") and not row["is_void"] and row["site"] == office.site.id:
            taken[row["business_date"], row["method"]] += row["amount"]
    for day in office.days:
        at = instant(office.site, day, closes(day) + office.rng.randrange(10, 40))
        off = Decimal(office.rng.randrange(-500, 500)).scaleb(-2) if office.chance(0.08) else ZERO
        cash, checks = taken[day, "cash"] + off, taken[day, "check"]
        office.save(at, "cash_count", f"{office.site.id}|{day}|1", site=office.site.id, business_date=day, drawer="1",
                    counted_cash=cash, counted_checks=checks, deposit_slip=f"D{day:%m%d}",
                    deposited_amount=cash + checks,
                    counted_by_id=office.staff["manager"][0]["employee_id"])  # fmt: skip


def _accounts(office: Office) -> None:
    """The ledger of accounts says what the payments say, and what no payment says: interest, write-offs."""
    owing: dict[str, Row] = {}
    for event in office.tenders.values():
        row = event.data
        if row["kind"] in ENTRIES and row["customer_id"] and row["site"] == office.site.id:
            sign = 1 if row["kind"] == "ar_charge" else -1
            _entry(office, event.at, row, ENTRIES[row["kind"]], sign * row["amount"])
            owing[row["customer_id"]] = row
    for row in owing.values():
        at = office.after(row["updated_at"], 1440, 14400)
        kind = office.rng.choice(("finance_charge", "write_off", "credit_memo", None, None, None))
        if kind:
            amount = half_away(abs(row["amount"]) * Decimal("0.015"))
            _entry(office, at, row, kind, amount if kind == "finance_charge" else -amount)


def _entry(office: Office, at: datetime, tender: Row, kind: str, amount: Decimal) -> None:
    key, own = office.next_id("entry"), {name: tender[name] for name in ("customer_id", "ro_id")}
    late = kind in ENTRIES.values()
    office.save(at, "ar_entry", key, entry_id=key, site=office.site.id, type=kind, amount=amount, **own,
                business_date=tender["business_date"] if late else office.site.business_date(at), updated_at=at,
                deleted=False)  # fmt: skip


def _purchases(office: Office) -> None:
    """A supplier's invoice for the parts of each order, and stock once a week; some cores go back."""
    for visit in office.visits():
        parts = [line for line in visit.ro["lines"] if line["line_type"] == "part" and line["cost_amount"]]
        if not parts or not office.chance(0.8):
            continue
        at, invoice = office.after(visit.opened, 30, 120), office.next_id("purchase")
        supplier = office.rng.choice(SUPPLIERS)
        for line in parts:
            core = line["core_charge"] or ZERO
            _bought(office, at, invoice, supplier, line, ro_id=visit.ro["ro_id"], core_credit=ZERO)
            if core and office.chance(0.7):
                back = {"is_return": True, "core_credit": core, "ro_id": visit.ro["ro_id"]}
                again = office.after(at, 1440, 4000)
                _bought(office, again, office.next_id("purchase"), supplier, line, **back)
        if office.chance(0.05):
            _bought(office, at, office.next_id("purchase"), supplier, parts[0], core_credit=ZERO)  # for the shelf


def _bought(office: Office, at: datetime, invoice: str, supplier: tuple[str, str], line: Row, **own: object) -> None:
    """A core that goes back is credited by itself: what was paid for the part stays paid."""
    returned = own.setdefault("is_return", False)
    each = half_away((line["cost_amount"] - (line["core_charge"] or ZERO)) / line["quantity"])
    office.save(at, "purchase_line", f"{invoice}|{line['line_id']}", purchase_id=invoice, line_id=line["line_id"],
                site=office.site.id, supplier_id=supplier[0], supplier_name=supplier[1],
                part_number=line["part_number"], quantity=line["quantity"], unit_cost=ZERO if returned else each,
                invoice_date=office.site.business_date(at), **own)  # fmt: skip


def _clock(office: Office, day: date, person: Row) -> None:
    """In before opening, out for lunch, in again, out after closing; approved a week later. Few forget to go."""
    if office.chance(0.05):
        return  # a day off
    opens, lunch, last = 8 * 60, 12 * 60 + office.rng.randrange(0, 40, 5), closes(day)
    spans = [(opens - office.rng.randrange(0, 12), lunch), (lunch + 30, last + office.rng.randrange(0, 15))]
    for start, stop in spans if last > 15 * 60 else [(spans[0][0], last)]:
        key, began = office.next_id("card"), instant(office.site, day, start)
        own = {"card_id": key, "site": office.site.id, "employee_id": person["employee_id"], "in_at": began}
        office.save(began, "time_card", key, **own, approved=False)
        if office.chance(0.01):
            continue
        ended = instant(office.site, day, stop)
        own |= {"out_at": ended, "hours": half_away(Decimal(stop - start) / 60)}
        office.save(ended, "time_card", key, **own, approved=False)
        office.save(ended + timedelta(days=7), "time_card", key, **own, approved=True)

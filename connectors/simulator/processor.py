"""The card processor of one shop: its transactions, and what it pays out to the bank.

Belongs here: processor_txn, payout. Keep out: what the shop itself wrote down of a payment (tenders)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.simulator.causes_bank import TAKEN_BACK
from connectors.simulator.days import instant
from connectors.simulator.office import Office, Row
from connectors.simulator.pricing import ZERO, half_away

FEE_PCT, FEE_EACH = Decimal("0.026"), Decimal("0.10")


def process(office: Office) -> None:
    """Card payments of each day are paid out two days later, in one sum; a night after the last is still under way."""
    office.system("processor")
    days: dict[date, list[Row]] = {}
    for event in office.tenders.values():
        row = event.data
        ours = row["method"] == "card" and not row["is_void"] and row["site"] == office.site.id
        if ours and not event.note:  # what an extract has twice was charged once
            days.setdefault(office.site.business_date(row["recorded_at"]), []).append(_charged(office, row))
    taken_back = [event.data for event in office.tenders.values() if event.note == TAKEN_BACK]
    disputed = office.rng.choice(sorted(days)) if days else None
    for row in taken_back:
        days.setdefault(office.site.business_date(row["recorded_at"]), []).append(_taken_back(office, row))
    for day, rows in sorted(days.items()):
        if day == disputed:
            rows.append(_dispute(office, rows[0]))
        if day.day == 1:
            at = instant(office.site, day, 23 * 60)
            rows.append(_txn(office, at, "fee", ZERO, fee=Decimal("19.95"), key=f"fee{office.base}{day:%Y%m}"))
        _pay_out(office, day, rows)


def _charged(office: Office, tender: Row) -> Row:
    fee = half_away(tender["amount"] * FEE_PCT) + FEE_EACH if tender["amount"] > 0 else ZERO
    kind = "payment" if tender["amount"] >= 0 else "refund"
    return _txn(office, tender["recorded_at"], kind, tender["amount"], fee=fee, key=f"tx{tender['tender_id']}",
                origin=office.rng.choices(("terminal", "payment request", "online"), (80, 14, 6))[0],
                card_brand=tender["method_name"], last4=f"{office.rng.randrange(10000):04d}",
                auth_code=tender["auth_code"], reference=_number(office, tender))  # fmt: skip


def _number(office: Office, tender: Row) -> str | None:
    visit = office.all_visits.get(tender["ro_id"])
    return visit.ro["ro_number"] if visit else None


def _dispute(office: Office, txn: Row) -> Row:
    own = {name: txn[name] for name in ("card_brand", "last4", "auth_code", "reference")}
    at = txn["processed_at"] + timedelta(hours=2)
    return _txn(office, at, "dispute", -abs(txn["gross"]), fee=Decimal("15.00"), key=f"dp{txn['txn_id']}", **own)


def _taken_back(office: Office, tender: Row) -> Row:
    """The bank tells the processor in the morning; the shop books it by day."""
    at = instant(office.site, office.site.business_date(tender["recorded_at"]), 6 * 60)
    return _txn(office, at, "dispute", tender["amount"], fee=Decimal("15.00"), key=f"dp{tender['tender_id']}",
                auth_code=tender["auth_code"], reference=_number(office, tender))  # fmt: skip


def _txn(office: Office, at: datetime, kind: str, gross: Decimal, *, fee: Decimal, key: str, **own: str | None) -> Row:
    return office.save(at, "processor_txn", key, txn_id=key, site=office.site.id, type=kind, gross=gross, fee=fee,
                       net=gross - fee, processed_at=at, **own)  # fmt: skip


def _pay_out(office: Office, day: date, rows: list[Row]) -> None:
    """At night the day's transactions get their payout; the bank has it two days later, seldom a day late."""
    night = instant(office.site, day, 23 * 60 + 55)
    key = f"po{office.base}{day:%Y%m%d}"
    for row in rows:
        office.save(night, "processor_txn", row["txn_id"], **{**row, "payout_id": key})
    amount = sum((row["net"] for row in rows), ZERO)
    due = day + timedelta(days=2)
    own = {"payout_id": key, "site": office.site.id, "expected_date": due, "amount": amount}
    office.save(night, "payout", key, **own, status="in_transit")
    there = due + timedelta(days=1) if office.chance(0.06) else due
    at = instant(office.site, there, 6 * 60)
    office.save(at, "payout", key, **own, deposited_date=there, status="paid", bank_reference=f"ACH{key[2:]}")
    _txn(office, at, "payout", -amount, fee=ZERO, key=f"tr{key[2:]}")

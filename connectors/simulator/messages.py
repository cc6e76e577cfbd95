"""What the shop and its customers write to each other, and what is asked for in writing: estimates, payments.

Belongs here: message, estimate, estimate_item, payment_request and its short link. Keep out: campaigns, photos."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from connectors.simulator.office import Office, Row, Visit

DECISIONS = {"sold": "approved", "declined": "declined"}  # of what was presented; the rest is pending


def write(office: Office) -> None:
    office.system("messages")
    for visit in office.visits():
        if office.chance(0.6):
            _conversation(office, visit)
        if visit.ro["jobs"] and office.chance(0.4):
            _estimate(office, visit)
        _request(office, visit)


def _conversation(office: Office, visit: Visit) -> None:
    """The shop says that the car is being looked at; half of the customers answer, most get an answer back."""
    at = office.after(visit.opened, 10, 60)
    text = {"channel": "sms" if office.chance(0.9) else "mms"}
    _say(office, visit, at, "out", employee_id=visit.ro["advisor_id"], **text)
    if office.chance(0.5):
        reply = office.after(at, 1, 90)
        _say(office, visit, reply, "in", channel="sms")
        if office.chance(0.85):
            _say(office, visit, office.after(reply, 1, 45), "out", employee_id=office.advisor(), channel="sms")
    if visit.closed:
        email = office.customers[visit.ro["customer_id"]].data["email"]
        channel = "email" if email and office.chance(0.3) else "sms"
        _say(office, visit, office.after(visit.ended, 1, 5), "out", channel=channel, is_automated=True)


def _say(office: Office, visit: Visit, at: datetime, direction: str, **columns: object) -> Row:
    """A text on its way, then delivered (or not, one in forty); e-mails may be opened."""
    key, own = office.next_id("message"), {"direction": direction, "is_automated": False, **columns}
    own |= {"message_id": key, "site": office.site.id, "customer_id": visit.ro["customer_id"], "sent_at": at}
    own |= {"ro_id": visit.ro["ro_id"], "conversation_id": f"c{visit.ro['customer_id']}"}
    office.save(at, "message", key, **own)
    later = office.after(at, 0.05, 0.5)
    if office.chance(0.025):
        return office.save(later, "message", key, **own, failed_at=later)
    office.save(later, "message", key, **own, delivered_at=later)
    if own["channel"] == "email" and office.chance(0.5):
        opened = office.after(later, 5, 600)
        return office.save(opened, "message", key, **own, delivered_at=later, opened_at=opened)
    return own


def _estimate(office: Office, visit: Visit) -> None:
    """What was presented, as a list to tick; one in eight is sent again, changed. Undecided stays pending."""
    key, sent = office.next_id("estimate"), office.after(visit.opened, 20, 70)
    own = {"estimate_id": key, "ro_id": visit.ro["ro_id"], "created_by_id": visit.ro["advisor_id"]}
    office.save(sent, "estimate", key, **own, sent_at=sent, version=1, updated_at=sent)
    for job in visit.ro["jobs"]:
        _item(office, key, sent, job)
    if office.chance(0.12):
        again = office.after(sent, 15, 60)
        office.save(again, "estimate", key, **own, sent_at=again, version=2, updated_at=again)


def _item(office: Office, estimate: str, sent: datetime, job: Row) -> None:
    amount = job["presented_parts"] + job["presented_labor"] + job["presented_sublet"]
    key = f"{estimate}|{job['job_id']}"
    own = {"estimate_id": estimate, "item_id": job["job_id"], "amount": amount}
    office.save(sent, "estimate_item", key, **own, decision="pending")
    if decision := DECISIONS.get(job["decision"]):
        at = office.after(sent, 3, 90)
        office.save(at, "estimate_item", key, **own, decision=decision, decided_at=at)


def _request(office: Office, visit: Visit) -> None:
    """A link to pay by, answered with a payment by card; some are withdrawn, some never answered."""
    card = next((event for event in visit.tenders if event.data["method"] == "card"), None)
    if card and card.data["amount"] > 0 and not card.data["is_void"] and office.chance(0.3):
        _paid(office, visit, card.data)
    elif visit.ro["header_total"] > 0 and office.chance(0.04):
        sent = office.after(visit.opened, 30, 120)
        own = _asked(office, visit, sent, visit.ro["header_total"])
        if office.chance(0.6):
            later = office.after(sent, 20, 300)
            office.save(later, "payment_request", own["request_id"], **own, status="voided", updated_at=later)


def _asked(office: Office, visit: Visit, sent: datetime, amount: Decimal) -> Row:
    own = {"request_id": office.next_id("request"), "ro_id": visit.ro["ro_id"], "amount": amount, "sent_at": sent}
    own["created_by_id"] = visit.ro["advisor_id"]
    office.save(sent, "payment_request", own["request_id"], **own, status="open", updated_at=sent)
    text = _say(office, visit, sent, "out", employee_id=visit.ro["advisor_id"], channel="sms")
    link = f"pay{own['request_id']}"
    office.save(sent, "link", link, link_id=link, target="https://example.com/pay", message_id=text["message_id"])
    if office.chance(0.8):
        at, key = office.after(sent, 0.5, 40), office.next_id("pay_click")
        phone = str(office.customers[visit.ro["customer_id"]].data["phones"]).split(";", maxsplit=1)[0]
        office.save(at, "link_click", f"{link}|{key}", link_id=link, click_id=key, at=at, recipient=phone,
                    user_agent="Mozilla/5.0 (iPhone)")  # fmt: skip
    return own


def _paid(office: Office, visit: Visit, tender: Row) -> None:
    own = _asked(office, visit, office.after(tender["recorded_at"], -45, -2), tender["amount"])
    paid = {"status": "paid", "paid_at": tender["recorded_at"], "paid_amount": tender["amount"]}
    paid["processor_txn_id"] = f"tx{tender['tender_id']}"
    office.save(tender["recorded_at"], "payment_request", own["request_id"], **own, **paid,
                refunded_amount=Decimal("0.00"), updated_at=tender["recorded_at"])  # fmt: skip
    if office.chance(0.03):
        back = office.after(tender["recorded_at"], 60, 3000)
        office.save(back, "payment_request", own["request_id"], **own, **paid,
                    refunded_amount=tender["amount"], updated_at=back)  # fmt: skip

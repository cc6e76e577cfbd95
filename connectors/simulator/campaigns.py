"""Advertising of one shop: campaigns, who got them, the short links in them and who clicked.

Belongs here: campaign, campaign_touch, link, link_click, postal_area. Keep out: single texts (messages)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from connectors.simulator.days import instant
from connectors.simulator.office import Office, Row

# id, name, channel, cents a touch; the tracking number of every shop belongs to the first
CAMPAIGNS = (("mail", "Direct mail", "print", 68), ("service", "Service reminder", "sms", 4),
             ("winback", "We miss you", "email", 1))  # fmt: skip
BOT = "facebookexternalhit/1.1"
PEOPLE = ("Mozilla/5.0 (iPhone)", "Mozilla/5.0 (Linux; Android 14)", "Mozilla/5.0 (Windows NT 10.0)")
EVERY = 10  # days from one sending of a campaign to its next


def advertise(office: Office) -> None:
    office.system("campaigns")
    _areas(office)
    morning = instant(office.site, office.company.start, 7 * 60)
    for number, (campaign, name, channel, cents) in enumerate(CAMPAIGNS):
        link = f"{office.site.id}-{campaign}"
        if channel != "print":
            office.save(morning, "link", link, link_id=link, target="https://example.com/book", campaign_id=campaign)
        cost = Decimal("0.00")
        for day in office.days[number + 1 :: EVERY]:
            at = instant(office.site, day, 10 * 60 + number * 7)
            for row in _send(office, campaign, channel, cents, at):
                cost += row["cost"]
                if row.get("clicked_at"):
                    _clicks(office, link, row)
            office.save(at, "campaign", f"{office.site.id}|{campaign}", campaign_id=campaign, name=name,
                        channel=channel, cost=cost)  # fmt: skip


def _send(office: Office, campaign: str, channel: str, cents: int, at: datetime) -> list[Row]:
    """To forty who are known by then and can be reached; one in six of those who come soon is among them."""
    soon = {visit.ro["customer_id"] for visit in office.visits() if at < visit.opened < at + timedelta(days=20)}
    known = [event.data for event in office.customers.values() if event.at < at and _address(event.data, channel)]
    likely = [row for row in known if row["customer_id"] in soon and office.chance(0.17)]
    others = office.rng.sample(known, min(40, len(known)))
    chosen = {row["customer_id"]: row for row in likely + others}
    return [_touch(office, campaign, channel, cents, at, row) for row in chosen.values()]


def _address(customer: Row, channel: str) -> str | None:
    if channel == "print":
        return None if customer["mail_opt_out"] else customer["address_1"]
    if channel == "email":
        return customer["email"]
    return str(customer["phones"]).split(";", maxsplit=1)[0] if customer["sms_opt_in"] else None


def _touch(office: Office, campaign: str, channel: str, cents: int, at: datetime, customer: Row) -> Row:
    """Sent, then whatever came of it, written down when the last of it was known."""
    key = office.next_id("touch")
    own: Row = {"campaign_id": campaign, "touch_id": key, "site": office.site.id, "sent_at": at}
    own |= {"customer_id": customer["customer_id"], "recipient": _address(customer, channel)}
    own["cost"] = Decimal(cents).scaleb(-2)
    office.save(at, "campaign_touch", f"{campaign}|{key}", **own)
    if channel == "print":
        return own
    last = office.after(at, 0.1, 3)
    if office.chance(0.04):
        own["failed_at"] = last
    else:
        own["delivered_at"] = last
        chances = {"opened_at": 0.45 if channel == "email" else 0.0, "clicked_at": 0.18, "replied_at": 0.07,
                   "opted_out_at": 0.02}  # fmt: skip
        for name, share in chances.items():
            if office.chance(share):
                last = own[name] = office.after(last, 2, 900)
    office.save(last, "campaign_touch", f"{campaign}|{key}", **own)
    return own


def _clicks(office: Office, link: str, touch: Row) -> None:
    """Some telephones fetch the page for a preview, within a second; people click once or twice."""
    clicks = [(touch["clicked_at"], office.rng.choice(PEOPLE))] * office.rng.choice((1, 1, 2))
    if office.chance(0.4):
        clicks.append((touch["delivered_at"] + timedelta(seconds=1), BOT))
    for at, agent in clicks:
        key = office.next_id("click")
        office.save(at, "link_click", f"{link}|{key}", link_id=link, click_id=key, at=at,
                    recipient=touch["recipient"], user_agent=agent)  # fmt: skip


def _areas(office: Office) -> None:
    """The postal codes around the shop, as a census has them."""
    at, first = instant(office.site, office.company.start, 6 * 60), int(office.site.postal_code)
    for code in (f"{first + step:05d}" for step in range(3)):
        households = office.rng.randrange(4000, 19000)
        office.save(at, "postal_area", f"{office.site.id}|{code}", postal_code=code, households=households,
                    population=households * 5 // 2, latitude=Decimal(office.rng.randrange(25, 48)),
                    longitude=-Decimal(office.rng.randrange(70, 123)))  # fmt: skip

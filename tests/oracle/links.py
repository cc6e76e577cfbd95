"""Short URL (REPORTS 3B.7): what was sent with a link, who opened it, and what came of it.

Keep out: the campaign's own results (campaigns)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from oracle.feeds import known
from oracle.figures import div, rounded
from oracle.periods import Item, Period, Rows, grouped
from oracle.told import Told, median

Row = dict[str, Any]
PREVIEW = re.compile(r"bot|crawl|spider|preview|facebookexternalhit|whatsapp|slurp", re.IGNORECASE)
TOO_FAST = timedelta(seconds=2)


@dataclass(frozen=True)
class Send:
    """A message, or one touch of a campaign, that had the link in it."""

    site: str
    channel: str
    row: Row
    recipient: str | None  # of a touch; a message's reader is whoever clicks

    @property
    def at(self) -> datetime:
        at: datetime = self.row["sent_at"]
        return at


@dataclass(frozen=True)
class Click:
    row: Row
    send: Send
    converted: bool

    @property
    def at(self) -> datetime:
        at: datetime = self.row["at"]
        return at

    @property
    def is_human(self) -> bool:
        """Reading of 3B.7: phones fetch a preview by themselves, or faster than anybody reads."""
        return not PREVIEW.search(self.row["user_agent"] or "") and self.at - self.send.at >= TOO_FAST


@dataclass(frozen=True)
class Mail:
    """What a company sent, and what it can lead to."""

    told: Told

    @cached_property
    def messages(self) -> dict[tuple[str, str], Send]:
        return {
            (site, row["message_id"]): Send(row["site"] or site, row["channel"], row, None)
            for site, row in self.told.rows("message")
        }

    @cached_property
    def touches(self) -> dict[tuple[str, str], list[Send]]:
        channels = {(site, row["campaign_id"]): row["channel"] for site, row in self.told.rows("campaign")}
        found: dict[tuple[str, str], list[Send]] = defaultdict(list)
        for site, row in self.told.rows("campaign_touch"):
            key = (site, row["campaign_id"])
            found[key].append(Send(row["site"] or site, channels.get(key, ""), row, row["recipient"]))
        return {key: sorted(rows, key=lambda one: (one.at, one.row["touch_id"])) for key, rows in found.items()}

    @cached_property
    def paid(self) -> dict[str, list[datetime]]:
        found: dict[str, list[datetime]] = defaultdict(list)
        for _, row in self.told.rows("payment_request"):
            if row["paid_at"]:
                found[row["ro_id"]].append(row["paid_at"])
        return found

    @cached_property
    def booked(self) -> dict[str, list[datetime]]:
        found: dict[str, list[datetime]] = defaultdict(list)
        for _, row in self.told.rows("appointment"):
            found[self.told.customer(row["customer_id"]) or ""].append(row["created_at"])
        return found

    def sends(self, site: str, link: Row) -> list[Send]:
        if link["message_id"]:
            message = self.messages.get((site, link["message_id"]))
            return [message] if message else []
        return self.touches.get((site, link["campaign_id"]), [])

    def send_of(self, sends: Sequence[Send], click: Row) -> Send | None:
        """The newest to that reader before the click; else the first of all."""
        fit = [one for one in sends if one.recipient in (None, click["recipient"]) and one.at <= click["at"]]
        return fit[-1] if fit else sends[0] if sends else None

    def converted(self, send: Send, at: datetime) -> bool:
        """Paid what the message asked for, or booked after the campaign's link."""
        if send.recipient is None:
            return any(paid >= at for paid in self.paid.get(send.row["ro_id"] or "", ()))
        until = at + timedelta(days=self.told.options.conversion_window_days)
        customer = self.told.customer(send.row["customer_id"])
        return customer is not None and any(at <= made <= until for made in self.booked.get(customer, ()))


def short_url(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    """Keys: link and channel."""
    mail, clicks = Mail(told), defaultdict(list)
    for site, row in told.rows("link_click"):
        clicks[site, row["link_id"]].append(row)
    items: list[Item[Send | Click]] = []
    for site, link in told.rows("link"):
        sends = mail.sends(site, link)
        items += [(one.site, told.day(one.site, one.at), (link["link_id"], one.channel), one) for one in sends]
        for row in clicks[site, link["link_id"]]:
            if send := mail.send_of(sends, row):
                click = Click(row, send, mail.converted(send, row["at"]))
                items.append((send.site, _day(told, click), (link["link_id"], send.channel), click))
    rows = {key: _row(things) for key, things in grouped(told.world, periods, sites, 2, items).items()}
    return known(told, sites, "marketing", rows)


def _day(told: Told, click: Click) -> date:
    return told.day(click.send.site, click.at)


def _row(things: Sequence[Send | Click]) -> Row:
    sends = [thing for thing in things if isinstance(thing, Send)]
    clicks = [thing for thing in things if isinstance(thing, Click)]
    human = [click for click in clicks if click.is_human]
    delivered = sum(send.row["delivered_at"] is not None for send in sends)
    clickers = len({click.row["recipient"] for click in human})
    return {
        "sends": len(sends),
        "delivered": delivered,
        "clicks": len(human),
        "bot_clicks": len(clicks) - len(human),
        "unique_clickers": clickers,
        "ctr": div(clickers, delivered),
        "first_click_ts": min((click.at for click in human), default=None),
        "last_click_ts": max((click.at for click in human), default=None),
        "median_minutes_to_click": _minutes(median([_seconds(click) for click in human], 1)),
        "conversions": sum(click.converted for click in human),
    }


def _seconds(click: Click) -> int:
    return int((click.at - click.send.at).total_seconds())


def _minutes(seconds: Decimal | None) -> Decimal | None:
    return None if seconds is None else rounded(Fraction(seconds) / 60, 2)

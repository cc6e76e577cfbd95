"""When a daily digest is due, by the clock of the people who read it.

Keep out: what it says (message.py), and that it has been sent (state.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestration.alerting.settings import Channel
from orchestration.config import Config


def latest(now: datetime, zone: str, at: time) -> date:
    """The day of the last digest that should be out by now.

    An hour that the clocks skip comes right after; one that they repeat counts when it comes first."""
    local = now.astimezone(ZoneInfo(zone)).date()
    instant = datetime.combine(local, at, ZoneInfo(zone)).astimezone(UTC)
    return local if instant <= now else local - timedelta(days=1)


def zone_of(config: Config, channel: Channel) -> str:
    """Its own, else the one that its shops share (settings are refused when they do not)."""
    shops = channel.sites or tuple(config.sites)
    return channel.timezone or config.sites[shops[0]].timezone

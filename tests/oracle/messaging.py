"""The messaging metrics (REPORTS 4): by person and by bucket of the close date, one way of counting for all of them.

An order counts once whatever hangs on it; people's rows count it once each, totals once. Keep out: what hangs on an
order (ro_spaces), lift (media_lift)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from oracle.feeds import known
from oracle.figures import ZERO, div, rounded
from oracle.periods import Item, Period, Rows, grouped
from oracle.ro_spaces import Space, spaces
from oracle.told import Told

Figure = Callable[[list[Space]], dict[str, Any]]


def by_user(
    figure: Figure, told: Told, periods: Sequence[Period], sites: Collection[str] | None = None,
    *, user_role: str | None = None,
) -> Rows:  # fmt: skip
    items: list[Item[Space]] = [
        (space.sale.site, space.sale.day, (person,), space)
        for space in spaces(told, user_role)
        for person in space.people
    ]
    found = grouped(told.world, periods, sites, 1, items)
    rows = {key: figure(_distinct(things)) for key, things in found.items()}
    for key, row in rows.items():
        # Reading of 0.6: published where persons are added up, not on a person's own row.
        row["participant_surplus"] = None if key[1] is not None else _surplus(_distinct(found[key]))
    return known(told, sites, "messaging", rows, "ros")


def progress(figure: Figure, told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items: list[Item[Space]] = [(space.sale.site, space.sale.day, (), space) for space in spaces(told)]
    rows = {key: figure(things) for key, things in grouped(told.world, periods, sites, 0, items).items()}
    return known(told, sites, "messaging", rows, "ros")


def _distinct(things: Iterable[Space]) -> list[Space]:
    return list({space.sale.ro_id: space for space in things}.values())


def _surplus(found: Iterable[Space]) -> int:
    return sum(len(space.people) - 1 for space in found)


def _having(found: Iterable[Space], *flags: str) -> int:
    return sum(space.has(*flags) for space in found)


def video(found: list[Space]) -> dict[str, Any]:
    ros, made, sent, viewed = len(found), _having(found, "vm"), _having(found, "vs"), _having(found, "vv")
    return {
        "ros": ros,
        "ros_video_made": made,
        "ros_video_sent": sent,
        "ros_video_viewed": viewed,
        "made_pct": div(made, ros),
        "sent_pct": div(sent, ros),
        "viewed_pct": div(viewed, ros),
        "sent_of_made": div(sent, made),
        "viewed_of_sent": div(viewed, sent),
        "videos_made": sum(space.videos for space in found),
    }


def graph(found: list[Space]) -> dict[str, Any]:
    """E-12: of all closed orders of the bucket."""
    row, made = video(found), _having(found, "vm")
    return {"ros_with_video": made, "viewed_of_made": div(row["ros_video_viewed"], made)} | {
        name: row[name] for name in ("made_pct", "sent_pct", "viewed_pct", "sent_of_made")
    }


def photo(found: list[Space]) -> dict[str, Any]:
    ros, made, sent = len(found), _having(found, "pm"), _having(found, "ps")
    return {"ros": ros, "ros_photo_made": made, "ros_photo_sent": sent,
            "made_pct": div(made, ros), "sent_pct": div(sent, ros)}  # fmt: skip


def media(found: list[Space]) -> dict[str, Any]:
    """mm, ms and mv: a photo counts as viewed when it is sent, and an order with both counts once."""
    ros, made = len(found), _having(found, "vm", "pm")
    sent, viewed = _having(found, "vs", "ps"), _having(found, "vv", "ps")
    return {"ros": ros, "ros_media_made": made, "ros_media_sent": sent, "ros_media_viewed": viewed,
            "made_pct": div(made, ros), "sent_pct": div(sent, ros), "viewed_pct": div(viewed, ros)}  # fmt: skip


def payment_request(found: list[Space]) -> dict[str, Any]:
    requests = [request for space in found for request in space.requests]
    asked, settled = sum(bool(space.requests) for space in found), sum(map(is_paid, found))
    paid, refunded = _sum(requests, "paid_amount"), _sum(requests, "refunded_amount")
    return {
        "ros": len(found),
        "ros_with_request": asked,
        "ros_paid": settled,
        "paid_pct": div(settled, asked),
        "request_rate": div(asked, len(found)),
        "requests": len(requests),
        "voided_requests": sum(request["status"] == "voided" for request in requests),
        "requested": _sum(requests, "amount"),
        "paid": paid,
        "refunded": refunded,
        "net_paid": paid - refunded,
        "ros_fully_paid": sum(map(_fully_paid, found)),
        "avg_hours_to_pay": _hours_to_pay(requests),
    }


def is_paid(space: Space) -> bool:
    """E-27; a request that was paid and refunded stays paid."""
    return any(request["paid_at"] is not None for request in space.requests)


def _fully_paid(space: Space) -> bool:
    """Reading of 4: something was paid, and no less than what was asked for and not withdrawn."""
    standing = [request for request in space.requests if request["status"] != "voided"]
    return is_paid(space) and _sum(space.requests, "paid_amount") >= _sum(standing, "amount")


def _hours_to_pay(requests: Iterable[dict[str, Any]]) -> Decimal | None:
    waits = [int((one["paid_at"] - one["sent_at"]).total_seconds()) for one in requests if one["paid_at"] is not None]
    return rounded(Fraction(sum(waits), 3600 * len(waits)), 2) if waits else None


def estimate(found: list[Space]) -> dict[str, Any]:
    items = [item for space in found for item in space.items]
    approved = [item for item in items if item["decision"] == "approved"]
    return {
        "ros": len(found),
        "ros_sent_estimate": sum(bool(space.estimates) for space in found),
        "items_sent": len(items),
        "items_approved": len(approved),
        "items_declined": sum(item["decision"] == "declined" for item in items),
        "approval_rate": div(len(approved), len(items)),
        "approved": _sum(approved, "amount"),
        "approved_amount_pct": div(_sum(approved, "amount"), _sum(items, "amount")),
        "ros_any_approved": sum(map(is_approved, found)),
    }


def is_approved(space: Space) -> bool:
    return any(item["decision"] == "approved" for item in space.items)


def _sum(rows: Iterable[dict[str, Any]], name: str) -> Decimal:
    return sum((row[name] or ZERO for row in rows), ZERO)


def kimoby_ro_drill(told: Told, sites: Collection[str] | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """(order, person) -> what every cell counts (C-24)."""
    found = [space for space in spaces(told) if sites is None or space.sale.site in sites]
    return {(space.sale.ro_id, person): _drill(told, space) for space in found for person in space.people}


def _drill(told: Told, space: Space) -> dict[str, Any]:
    card = told.world.customers.get(space.sale.order.data["customer_id"], {})
    asked, answered = payment_request([space]), estimate([space])
    return {
        "close_business_date": space.sale.day,
        "is_internal_test": bool(card.get("is_internal_test")),
        "no_pay_type": not space.stated_pay_types,
        "has_video_made": space.has("vm"),
        "has_video_sent": space.has("vs"),
        "has_video_viewed": space.has("vv"),
        "has_photo_made": space.has("pm"),
        "has_photo_sent": space.has("ps"),
        "has_media_made": space.has("vm", "pm"),
        "has_media_sent": space.has("vs", "ps"),
        "has_media_viewed": space.has("vv", "ps"),
        "has_request": bool(space.requests),
        "has_request_paid": is_paid(space),
        "has_estimate": bool(space.estimates),
        "has_item_approved": is_approved(space),
        "first_ts": space.times[0] if space.times else None,
        "last_ts": space.times[-1] if space.times else None,
        "total_ex_tax": space.sale.money["total_ex_tax"],
        "videos_made": space.videos,
        "has_request_fully_paid": _fully_paid(space),
    } | {name: asked[name] for name in ("requests", "voided_requests", "requested", "paid", "refunded", "net_paid")} | {
        name: answered[name] for name in ("items_sent", "items_approved", "items_declined", "approved")
    }  # fmt: skip


ro_video_by_user, ro_video_progress = partial(by_user, video), partial(progress, video)
ro_with_videos_graph = partial(progress, graph)
ro_photo_by_user, ro_photo_progress = partial(by_user, photo), partial(progress, photo)
ro_media_by_user, ro_media_progress = partial(by_user, media), partial(progress, media)
ro_payment_request_by_user = partial(by_user, payment_request)
ro_payment_request_progress = partial(progress, payment_request)
ro_estimate_by_user, ro_estimate_progress = partial(by_user, estimate), partial(progress, estimate)

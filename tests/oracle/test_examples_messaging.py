"""The worked example of REPORTS 4: four closed orders, two of them of A, two of B, one of nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from oracle import by_hand
from oracle.by_hand import at, day, order, saved
from oracle.messaging import kimoby_ro_drill, ro_media_by_user, ro_video_by_user, ro_video_progress
from oracle.periods import day_of
from oracle.told import Told

DAY, NOON = day(3), at(3)
PEOPLE = {"r1": "AB", "r2": "A", "r3": "B", "r4": ""}
SHOWN = {"r1": ("sent", "viewed"), "r2": (), "r4": ("sent",)}  # what happened to the video of an order


def told() -> Told:
    events = []
    for ro_id, people in PEOPLE.items():
        events.append(order(ro_id, 3))
        events += [saved("ro_participant", ro_id + who, ro_id=ro_id, employee_id=who) for who in people]
    for ro_id, happened in SHOWN.items():
        events.append(saved("media", ro_id, media_id=ro_id, ro_id=ro_id, kind="video", created_at=NOON, deleted=True))
        events += [saved("media_event", ro_id + kind, media_id=ro_id, type=kind, at=NOON) for kind in happened]
    return by_hand.told(*events)


def figures(person: str | None) -> tuple[Any, ...]:
    row = ro_video_by_user(told(), [day_of(DAY)])["s", person, "day", DAY]
    return tuple(row[name] for name in ("ros", "ros_video_made", "ros_video_sent", "ros_video_viewed"))


def test_each_participant_counts_an_order_and_the_total_counts_it_once() -> None:
    assert figures("A") == (2, 2, 1, 1)
    assert figures("B") == (2, 1, 1, 1)
    assert figures("-1") == (1, 1, 1, 0)
    assert figures(None) == (4, 3, 2, 1)


def test_percentages_are_of_all_closed_orders() -> None:
    row = ro_video_progress(told(), [day_of(DAY)])["ALL", "day", DAY]
    assert [row[name] for name in ("made_pct", "sent_pct", "viewed_pct")] == [
        Decimal("0.75"), Decimal("0.5"), Decimal("0.25")
    ]  # fmt: skip


def test_what_persons_have_more_than_the_total_is_said() -> None:
    rows = ro_video_by_user(told(), [day_of(DAY)])
    assert rows["ALL", None, "day", DAY]["participant_surplus"] == 1
    assert rows["s", "A", "day", DAY]["participant_surplus"] is None


def test_the_drill_has_the_orders_of_every_cell() -> None:
    drill = kimoby_ro_drill(told())
    assert len({ro_id for (ro_id, _), row in drill.items() if row["has_video_made"]}) == figures(None)[1]
    assert sum(row["has_video_sent"] for (_, person), row in drill.items() if person == "B") == figures("B")[2]


def test_media_of_an_order_are_not_videos_and_photos_added_up() -> None:
    row = ro_media_by_user(told(), [day_of(DAY)])["ALL", None, "day", DAY]
    assert (row["ros_media_made"], row["ros_media_sent"], row["ros_media_viewed"]) == (3, 2, 1)

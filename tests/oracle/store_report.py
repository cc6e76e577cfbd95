"""Store Report (REPORTS 3E.6): talk and sales of each shop side by side, each block from the report that owns it.

Keep out: formulas of those reports."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from oracle.appointments import online_scheduler
from oracle.calls import summary
from oracle.conversion import first_call_conversion_metrics
from oracle.feeds import known
from oracle.figures import div, rounded
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.phone import Call, calls
from oracle.sales_trackers import site_comparison_tracker
from oracle.task_activity import task_site_stats
from oracle.told import Row, Told
from oracle.visits import new_vs_repeat

TEXTS = ("sms", "mms")
UNHEARD = ("missed", "abandoned", "voicemail")
A_DAY = timedelta(hours=24)
SALES = {
    "ros": "ro_count",
    **{
        name: name for name in ("gross_sales", "avg_ro", "gross_profit", "close_pct", "lof", "tire_sales", "tire_units")
    },
    **{name: name for name in ("inspections", "discounts")},
}


def store_report(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    rung = grouped(
        told.world, periods, sites, 0, ((call.site, call.day, (), call) for call in calls(told, "in", "out"))
    )
    said = grouped(told.world, periods, sites, 0, _texts(told))
    missed = grouped(told.world, periods, sites, 0, _called_back(told))
    owners = [_sales, _first_calls, _tasks, _segments, _appointments]
    blocks = [owner(told, periods, sites) for owner in owners]
    texts = known(told, sites, "messaging", {key: _said(found) for key, found in said.items()})
    rows = {key: _calls(told, found) | texts[key] | {"missed_call_callbacks": len(missed[key]), "reviews": None}
            for key, found in rung.items()}  # fmt: skip
    for block in blocks:
        rows = {key: row | block.get(key, {}) for key, row in rows.items()}
    return {key: row | {"calls_per_ro": div(row["inbound_calls"], row["ros"])} for key, row in rows.items()}


def _calls(told: Told, found: Sequence[Call]) -> dict[str, Any]:
    return dict(summary([(told.world.shops[call.site], call.data) for call in found]))


def _sales(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> Rows:
    rows = site_comparison_tracker(told, periods, sites)
    return {key: {name: row[own] for name, own in SALES.items()} for key, row in rows.items()}


def _first_calls(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> Rows:
    names = {
        "first_time_callers": "first_time_callers",
        "first_calls_converted": "converted",
        "first_call_conversion_rate": "conversion_rate",
    }
    rows = first_call_conversion_metrics(told, periods, sites)
    return {key: {name: row[own] for name, own in names.items()} for key, row in rows.items()}


def _tasks(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> Rows:
    return {
        _of_site(key): {"tasks_opened": row["created"], "tasks_overdue": row["overdue_closing"],
                        "tasks_closed": None if row["completed"] is None else row["completed"] + row["cancelled"]}
        for key, row in task_site_stats(told, periods, sites).items() if key[1] is None
    }  # fmt: skip


def _of_site(key: Key) -> Key:
    return key[0], *key[2:]


def _segments(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> Rows:
    rows = new_vs_repeat(told, periods, sites)
    own = [key for key in rows if key[1] is None]
    counts = {key: [rows.get((key[0], name, *key[2:]), {}).get("ros", 0) for name in ("new", "repeat")] for key in own}
    shops = {_of_site(key): dict(zip(("new_ros", "repeat_ros"), found, strict=True)) for key, found in counts.items()}
    return {key: row if key[0] in told.world.shops else _added(shops, key) for key, row in shops.items()}


def _added(shops: Rows, whole: Key) -> dict[str, Any]:
    """An order has one shop, so its segments add up over shops."""
    own = [row for key, row in shops.items() if key[1:] == whole[1:] and key != whole]
    return {name: sum(row[name] for row in own) for name in ("new_ros", "repeat_ros")}


def _appointments(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> Rows:
    rows = online_scheduler(told, periods, sites)
    return {_of_site(key): {"appointments": row["scheduled"], "no_shows": row["no_show"]}
            for key, row in rows.items() if key[1] is None}  # fmt: skip


@dataclass(frozen=True)
class Text:
    direction: str
    waited: Fraction | None  # business seconds until somebody answered


def _texts(told: Told) -> Iterator[Item[Text]]:
    waits = waited(told)
    for site, row in told.rows("message"):
        if row["channel"] in TEXTS:
            yield site, told.day(site, row["sent_at"]), (), Text(row["direction"], waits.get(row["message_id"]))


def waited(told: Told) -> dict[str, Fraction]:
    """A customer's first text that nobody has answered yet -> how long it took until a person did."""
    talks: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for site, row in told.rows("message"):
        if row["channel"] in TEXTS and row["conversation_id"]:
            talks[row["conversation_id"]].append((site, row))
    found: dict[str, Fraction] = {}
    for talk in talks.values():
        asked: tuple[str, Row] | None = None
        for site, row in sorted(talk, key=lambda one: (one[1]["sent_at"], one[1]["message_id"])):
            if row["direction"] == "in":
                asked = asked or (site, row)
            elif asked and not row["is_automated"]:
                found[asked[1]["message_id"]] = told.work_seconds(asked[0], asked[1]["sent_at"], row["sent_at"])
                asked = None
    return found


def _said(texts: Sequence[Text]) -> dict[str, Any]:
    waits = [text.waited / 60 for text in texts if text.waited is not None]
    return {
        "texts_sent": sum(text.direction == "out" for text in texts),
        "texts_received": sum(text.direction == "in" for text in texts),
        "avg_response_min": rounded(sum(waits, Fraction(0)) / len(waits), 2) if waits else None,
    }


def _called_back(told: Told) -> Iterator[Item[Call]]:
    """Missed calls whose number the shop called within a day."""
    out: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for call in calls(told, "out"):
        if call.caller:
            out[call.site, call.caller].append(call.start)
    for call in calls(told, "in"):
        later = out.get((call.site, call.caller or ""), [])
        place = bisect_right(later, call.start)
        if (
            call.data["status"] in UNHEARD
            and call.caller
            and later[place : place + 1]
            and later[place] <= call.start + A_DAY
        ):
            yield call.site, call.day, (), call

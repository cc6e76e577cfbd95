"""A reader of one shop reads what stands near it instead of the company's facts, and is told the same."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from warehouse.boundaries import with_boundaries
from warehouse.homes import files_world
from warehouse.rarities import with_rarities
from warehouse.shuffled import shuffled
from warehouse.test_made_up_company import landed_twice
from warehouse.vanished import sweep, with_vanished

from orchestration import publish
from reporting import near
from reporting.near_keys import Keys
from reporting.on_read import Request, Snapshot, answer, opened

NOW = datetime.now(UTC)
OPTIONS = {"date_basis": ["opened", "fully_paid", "sold"], "first_call_scope": ["site"], "exclude_spam": ["false"]}
NOTICED = {
    "fct_repair_order": "first_time_customers",
    "fct_ro_line": "labor_search",
    "fct_ro_job": "deferred_services",
    "fct_tender": "ctl_exception",
    "fct_processor_txn": "ctl_exception",
    "fct_call": "after_hours_calls",
    "fct_appointment": "first_time_customers",
    "fct_message": "deferred_services",
    "fct_task": "no_show",
    "dim_customer": "cross_over",
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = with_boundaries(with_vanished(with_rarities(files_world(3, 3, 30, ros_per_day=6, breaks=1, beside=True))))
    home = landed_twice(tmp_path_factory.mktemp("near"), world)
    sweep(home, world)
    home.build()
    publish.publish(home.folder)
    return home.folder / "published" / "current.duckdb"


def requests(snapshot: Snapshot, names: Collection[str] = ()) -> Iterator[Request]:
    """Every report of every shop's last month."""
    days = "select max(business_date) from snapshot.core.dim_site_day where site_key = ?"
    for key, *_ in snapshot.sites():
        ((last,),) = snapshot.connection.execute(days, [key]).fetchall()
        for name in names or [name for name, report in snapshot.reports.items() if report.purpose]:
            yield Request(name, {key: (last - timedelta(days=29), last)}, as_of=NOW)


def differing(file: Path, *names: str) -> set[str]:
    """Of these reports, or of all, those that are not told alike. Each has rows to tell of, but one: nothing is signed."""
    found = set()
    with opened(file) as one, opened(file) as other:
        asked = list(requests(one, names))
        silent = {request.report for request in asked}
        for request in asked:
            of_near = answer(one, request).rows
            with mock.patch("reporting.stage.are_few", return_value=False):
                of_all = answer(other, request).rows
            if not of_near.equals(of_all):
                found.add(request.report)
            if of_all.height:
                silent.discard(request.report)
        assert silent <= {"restatement"}
        assert one.standing.near is not None
        assert other.standing.near is None
    return found


def test_reports_of_a_shop_are_the_same_of_what_stands_near_it(published: Path) -> None:
    assert differing(published) == set()


@pytest.mark.parametrize("seed", [1, 2])
def test_they_are_the_same_where_shops_have_everything_in_common(published: Path, tmp_path: Path, seed: int) -> None:
    assert differing(shuffled(published, tmp_path, seed)) == set()


@pytest.mark.parametrize(("relation", "report"), NOTICED.items())
def test_a_reader_who_leaves_out_what_is_near_in_other_shops_is_told_otherwise(
    published: Path, tmp_path: Path, relation: str, report: str
) -> None:
    nothing = {column: f"no_{link}" for column, link in near.LINKS[relation].items()}
    keys = {
        f"no_{link}": Keys(lambda _, link=link: f"select key from warehouse.near.{link} where false", (link,))
        for link in near.LINKS[relation].values()
    }
    links = {**near.LINKS, relation: nothing}
    with mock.patch.object(near, "LINKS", links), mock.patch.object(near, "KEYS", {**near.KEYS, **keys}):
        assert differing(shuffled(published, tmp_path, 1), report) == {report}


def test_any_request_after_any_other_is_told_as_alone_of_all(published: Path, tmp_path: Path) -> None:
    dice = random.Random(3)
    file = shuffled(published, tmp_path, 3)
    with opened(file) as warm:
        known = list(requests(warm))
        for _ in range(40):
            request = changed(dice.choice(known), warm, dice)
            with opened(file) as alone, mock.patch("reporting.stage.are_few", return_value=False):
                of_all = answer(alone, request).rows
            assert answer(warm, request).rows.equals(of_all), request


def changed(request: Request, snapshot: Snapshot, dice: random.Random) -> Request:
    """Of other shops, narrowed, or under another option, now and then."""
    report = snapshot.reports[request.report]
    ((first, last),) = request.spans.values()
    span = first + timedelta(days=dice.randrange(20)), last - timedelta(days=dice.randrange(8))
    shops = dice.sample([key for key, *_ in snapshot.sites()], dice.choice([1, 1, 2, 3]))
    known = {name: values for name, values in OPTIONS.items() if name in report.parameters}
    options = {name: dice.choice(values) for name, values in known.items() if dice.random() < 0.3}
    filters = (
        ["pay_type=customer"] if any(one.name == "pay_type" for one in report.filters) and dice.random() < 0.5 else []
    )
    return replace(request, spans=dict.fromkeys(shops, span), options=options, filters=filters)

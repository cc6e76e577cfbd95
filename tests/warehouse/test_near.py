"""A reader of one shop reads what stands near it instead of the company's facts, and is told the same."""

from __future__ import annotations

from collections.abc import Iterator
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
from reporting.on_read import Request, Snapshot, answer, opened

NOW = datetime.now(UTC)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = with_boundaries(with_vanished(with_rarities(files_world(3, 3, 30, ros_per_day=6, breaks=1, beside=True))))
    home = landed_twice(tmp_path_factory.mktemp("near"), world)
    sweep(home, world)
    home.build()
    publish.publish(home.folder)
    return home.folder / "published" / "current.duckdb"


def requests(snapshot: Snapshot) -> Iterator[Request]:
    """Every report of every shop, of its last month and of a week in it."""
    days = "select max(business_date) from snapshot.core.dim_site_day where site_key = ?"
    for key, *_ in snapshot.sites():
        ((last,),) = snapshot.connection.execute(days, [key]).fetchall()
        for name, report in snapshot.reports.items():
            for span in [(last - timedelta(days=29), last), (last - timedelta(days=12), last - timedelta(days=5))]:
                if report.purpose:
                    yield Request(name, {key: span}, as_of=NOW)


def differing(file: Path) -> set[str]:
    """Reports that are not told alike."""
    found = set()
    with opened(file) as one, opened(file) as other:
        for request in requests(one):
            of_near = answer(one, request).rows
            with mock.patch("reporting.stage.are_few", return_value=False):
                of_all = answer(other, request).rows
            if not of_near.equals(of_all):
                found.add(request.report)
        assert one.standing.near is not None
        assert other.standing.near is None
    return found


def test_reports_of_a_shop_are_the_same_of_what_stands_near_it(published: Path) -> None:
    assert differing(published) == set()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_are_the_same_where_shops_have_everything_in_common(published: Path, tmp_path: Path, seed: int) -> None:
    assert differing(shuffled(published, tmp_path, seed)) == set()


@pytest.mark.parametrize(
    "name", ["fct_repair_order", "fct_ro_line", "fct_ro_job", "fct_tender", "fct_processor_txn", "fct_call", "fct_dvi"]
)
def test_a_reader_who_leaves_out_what_is_near_in_other_shops_is_told_otherwise(
    published: Path, tmp_path: Path, name: str
) -> None:
    nothing = {**near.LINKS, name: dict.fromkeys(near.LINKS[name], "nobody")}
    with mock.patch.object(near, "LINKS", nothing), mock.patch.dict(near.KEYS, nobody=near.Keys(lambda _: "select 0")):
        assert differing(shuffled(published, tmp_path, 1))

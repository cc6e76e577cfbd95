"""A budget of requests per pull, which every kind takes that asks over HTTP: when it is used up, each table is whole or
has stopped by name, and the next pull goes on.

Keep out: rates (test_http_tokens.py), how many chunks a backfill reads (tests/orchestration)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Source, SourceError, TieoutError, Window
from connectors.landing import landing, manifest
from connectors.reading import http
from connectors.reading.pace import Budgeted, Limits, Pace
from connectors.reading.pages import Page
from connectors.reading.paging import skipped
from connectors.registry import KINDS
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Site
from connectors.simulator.square import SquareServer
from connectors.simulator.stripe import StripeServer
from connectors.simulator.tekmetric import TekmetricServer
from tests.connectors import dms_truth, faults
from tests.connectors.test_http import Answer, api
from tests.connectors.test_http_paging import STYLES, TAKE, take
from tests.warehouse.spoken import SPOKEN, SPOKEN_CALLS

FOLDER = Path(http.__file__).parents[1]
LISTED = {**STYLES, "skip and take": (take, lambda api: skipped(api, "/x", [], 2, TAKE))}


@cache
def beside() -> World:
    return make_company(5, shops=1, days=8, ros_per_day=3, calls_per_day=4, beside=True)


@contextmanager
def speak_stripe(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    with StripeServer(beside().company, beside().events, beside().company.sites[0], beside().as_of).running() as server:
        yield {"kind": "stripe", "secret_key": server.secret, "base_url": server.url, "page_size": 20}


@contextmanager
def speak_square(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    with SquareServer(beside().company, beside().events, beside().as_of).running() as server:
        yield {"kind": "square", "token": server.secret, "base_url": server.url, "page_size": 10}


SPEAKERS = {**SPOKEN, **SPOKEN_CALLS, "stripe": speak_stripe, "square": speak_square}
OVER_HTTP = (
    "callrail", "cdk", "dealertrack", "pbs", "protractor", "protractor_crm", "ringcentral", "shopware", "square",
    "stripe", "tekmetric", "twilio",
)  # fmt: skip


def test_every_kind_that_asks_over_http_knows_the_budget_and_is_tested_here() -> None:
    asking = {kind for kind, made in KINDS.items() if _opens_a_client(made)}
    assert asking == {kind for kind, made in KINDS.items() if issubclass(made, Budgeted)}
    assert asking == {name.removesuffix("_crm") for name in OVER_HTTP}


def _opens_a_client(kind: type[Source]) -> bool:
    own = FOLDER.parent / (kind.__module__.replace(".", "/") + ".py")
    nodes = (node for node in ast.walk(ast.parse(own.read_text())) if isinstance(node, ast.ImportFrom))
    return ("connectors.reading.http", "connect") in {(node.module, one.name) for node in nodes for one in node.names}


@pytest.mark.parametrize("style", LISTED)
def test_a_list_that_does_not_fit_into_the_budget_is_no_list(style: str) -> None:
    answer, pages = LISTED[style]
    whole, needed = read(answer, pages, None)
    assert read(answer, pages, needed)[0] == whole
    for budget in range(1, needed):
        with pytest.raises(SourceError, match=rf"the {budget} requests of this pull are used up; raise requests_per_p"):
            read(answer, pages, budget)


def read(answer: Answer, pages: Callable[..., Iterator[Page]], budget: int | None) -> tuple[list[list[str]], int]:
    pace = Pace(Limits(budget=budget))
    return [page.ids for page in pages(replace(api(answer), pace=pace))], pace.taken


@pytest.fixture
def paces(monkeypatch: pytest.MonkeyPatch) -> list[Pace]:
    """Every pull's requests, counted."""
    made: list[Pace] = []

    class Counted(Pace):
        def __init__(self, limits: Limits) -> None:
            super().__init__(limits)
            made.append(self)

    monkeypatch.setattr(http, "PATIENCE", faults.QUICK)
    monkeypatch.setattr(http, "Pace", Counted)
    return made


def made_of(settings: dict[str, Any], **more: Any) -> Source:
    own = {name: value for name, value in settings.items() if name not in ("kind", "sites")}
    if settings["kind"] == "callrail":
        own["page_size"] = 2  # of few calls
    if "inbox" in own:
        own["inbox"] = Path(own["inbox"])
    return KINDS[settings["kind"]](**own, **more)


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_pull_that_uses_its_budget_up_lands_whole_tables_and_names_the_others(
    name: str, tmp_path: Path, paces: list[Pace]
) -> None:
    world = dms_truth.world()
    window = Window(None, world.as_of)
    with SPEAKERS[name](world, dms_truth.shop(), tmp_path, world.as_of) as settings:
        whole, stopped = faults.pulled(made_of(settings), window)
        needed = paces.pop().taken
        assert (stopped, needed > 1) == ({}, True)
        assert faults.same(faults.pulled(made_of(settings, requests_per_pull=needed), window)[0], whole)
        for budget in sorted({1, needed // 2, needed - 1}):
            found, stopped = faults.pulled(made_of(settings, requests_per_pull=budget), window)
            assert paces[-1].taken >= budget
            assert stopped != {}
            assert all(f"the {budget} requests of this pull are used up; raise" in why for why in stopped.values())
            assert not found.keys() & stopped.keys()
            assert faults.same(found, {table: whole[table] for table in found})
            assert {table for table in whole if not table.startswith("keys")} <= found.keys() | stopped.keys()


@pytest.mark.parametrize("value", [0, -1, "100", True, 2.5])
@pytest.mark.parametrize("name", ["tekmetric", "stripe"])
def test_a_budget_that_is_none_is_refused_by_name(name: str, value: Any, tmp_path: Path) -> None:
    with SPEAKERS[name](dms_truth.world(), dms_truth.shop(), tmp_path, dms_truth.world().as_of) as settings:
        said = f"requests_per_pull: {value!r} is not a whole number from 1 to 10000000"
        with pytest.raises(TieoutError, match=said):
            made_of(settings, requests_per_pull=value)


def test_the_next_pull_goes_on_where_a_used_up_budget_stopped(tmp_path: Path, paces: list[Pace]) -> None:
    world, site = dms_truth.world(), dms_truth.shop()
    early, late = world.as_of - timedelta(days=2), world.as_of
    with TekmetricServer(world.company, world.events, site, early).running() as server:
        at = {"client_id": server.client_id, "secret": server.secret, "base_url": server.url, "kind": "tekmetric"}
        for home in ("whole", "short"):
            landing.pull(tmp_path / home, "dms", made_of(at), {server.scope: site.id}, early)
        server.advance(late)
        short = landing.pull(tmp_path / "short", "dms", made_of(at, requests_per_pull=2), {server.scope: site.id}, late)
        assert short.failed.keys() > {"repair_order", "customer", "vehicle", "employee"}
        for home in ("whole", "short"):
            landing.pull(tmp_path / home, "dms", made_of(at), {server.scope: site.id}, late + timedelta(minutes=1))
    assert versions(tmp_path / "short").equals(versions(tmp_path / "whole"))


def versions(home: Path) -> pl.DataFrame:
    """Every version of an order and of its lines that has landed."""
    files = [
        file
        for name in ("repair_order", "part", "labor")
        for file in manifest.folder(home, "dms").glob(f"*/{name}.parquet")
    ]
    rows = pl.concat([pl.read_parquet(file).select("_key", "_row_hash", "_is_deleted") for file in files])
    assert rows.height > 100
    return rows.sort(pl.all())

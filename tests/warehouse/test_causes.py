"""The 25 causes of the catalogue: for each a planted break on a shop-day of its own, which must get that cause, that
document and that amount. One company, one build, one row for each cause.

Keep out: breaks made by editing what was landed (test_edited_landing.py), faults that meet (test_broken_worlds.py)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from warehouse.homes import Home, copy_of, drop_texts, files_world
from warehouse.test_made_up_company import landed_twice

from connectors.simulator import breaks
from connectors.simulator.company import World
from connectors.simulator.dossier import Dossier, NoCandidateError, Plan
from connectors.simulator.events import Site
from connectors.simulator.marks import Break

CAUSES = [f"R{number:02d}" for number in range(1, 26)]
# what the evidence of each cause must name beside its repair order
WITNESSES = {
    "R01": "tender_id recorded_at taken_by", "R02": "copy_of read_at", "R03": "missing",
    "R04": "tender_id updated_by voided_at", "R05": "tender_id taken_by updated_by", "R06": "tender_id times_reopened",
    "R07": "tender_id taken_by amount", "R08": "tender_id charged charged_again", "R09": "version_at_close version "
    "updated_by updated_at total_at_close", "R10": "tender_id recorded_at date_in_utc", "R11": "tender_id paid_on "
    "closed_on recorded_at", "R12": "tender_id paid_on recorded_on", "R13": "paid grand_total", "R14": "has_terms "
    "grand_total", "R15": "upcharge_pct tendered", "R16": "tender_id advanced paid_on", "R17": "tender_id paid_on",
    "R18": "paid grand_total", "R19": "tender_id recorded_at", "R20": "header_total", "R21": "refused_payment",
    "R22": "tender_id recorded_at order_read_until", "R23": "third_party_amount", "R24": "tender_id dispute_id "
    "disputed_at", "R25": "tender_id shop_of_payment shop_of_order",
}  # fmt: skip
UNSURE = {"R03", "R12", "R13", "R17", "R18", "R19", "R22", "R07", "R14"}  # the facts fit, and prove nothing


@dataclass(frozen=True)
class Found:
    """A published break; the order by its number, the payment by the source's id."""

    site: str
    day: date
    cause: str
    delta: Decimal
    ro_number: str | None
    payment: str | None
    text: str
    confidence: str
    evidence: dict[str, Any]
    pair_id: Any
    pair_net: Decimal | None
    first_seen: datetime

    def __hash__(self) -> int:
        return hash((self.site, self.day, self.cause, self.delta, self.ro_number, self.payment))


class Apart(Plan):
    """Takes orders from days of a shop that have no fault yet, as long as there are such days."""

    def take(self, site: Site, fits: Callable[[Dossier], bool]) -> Dossier:
        moved = [event for event in [*self.added, *self.swapped.values()] if event is not None]
        taken = {one.day for one in self.by_site[site.id] if one.ro_id in self.used}
        taken |= {event.data.get(name) for event in moved for name in ("business_date", "closed_date")}
        try:
            return super().take(site, lambda one: fits(one) and one.day not in taken)
        except NoCandidateError:
            return super().take(site, fits)


pytestmark = pytest.mark.slow  # one home for all


@pytest.fixture(scope="module")
def world() -> World:
    with mock.patch.object(breaks, "Plan", Apart):
        return files_world(25, 2, 60, ros_per_day=7, calls_per_day=2, breaks=1, beside=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World) -> Home:
    home = landed_twice(tmp_path_factory.mktemp("causes"), world)
    home.build()
    return home


@pytest.fixture(scope="module")
def found(home: Home) -> list[Found]:
    return breaks_of(home)


def breaks_of(home: Home) -> list[Found]:
    with home.connect() as connection:
        rows = connection.execute(
            """select sites.site, breaks.business_date, cause_code, delta, orders.ro_number, tenders.source_entity_id,
                cause_text, confidence, evidence, pair_id, pair_net, first_seen_ts
            from finance.recon_break as breaks
            join core.dim_site as sites using (site_key)
            left join core.fct_repair_order as orders on breaks.tie_key = orders.ro_key
            left join core.fct_tender as tenders on breaks.tender_key = tenders.tender_key"""
        ).fetchall()
    return [Found(*row[:8], json.loads(row[8]), *row[9:]) for row in rows]


def of_document(world: World, one: Break, found: list[Found]) -> list[Found]:
    """What is said of the order of a planted break (or of its payment, where that has no order), on either side."""
    orders = {event.key: event.data["ro_number"] for event in world.events if event.entity == "repair_order"}
    numbers = {orders[ro_id] for ro_id in (one.ro_id, one.pair_ro_id) if ro_id}
    shops = {one.site, one.pair_site}
    if not numbers:
        return [row for row in found if row.payment == one.tender_id]
    return [row for row in found if row.ro_number in numbers and row.site in shops]


def sides(one: Break) -> Counter[tuple[str, date, str, Decimal]]:
    own = Counter([(one.site, one.business_date, one.cause, one.amount)])
    if one.pair_amount is not None and one.pair_date is not None:
        own[one.pair_site or one.site, one.pair_date, one.cause, one.pair_amount] += 1
    return own


@pytest.mark.parametrize("cause", CAUSES)
def test_a_planted_break_gets_its_cause_its_document_and_its_amount(
    world: World, found: list[Found], cause: str
) -> None:
    planted = [one for one in world.breaks if one.cause == cause]
    assert planted, "nothing was planted"
    for one in planted:
        rows = of_document(world, one, found)
        assert Counter((row.site, row.day, row.cause, row.delta) for row in rows) == sides(one)
        assert all(row.confidence in ("certain", "likely", "guess") for row in rows)
        assert cause in UNSURE or {row.confidence for row in rows} == {"certain"}
        for row in rows:
            assert row.text.endswith(".")
            assert len(row.text.split()) > 5
            for name in WITNESSES[cause].split():
                assert row.evidence[name] is not None, name
            if row.payment and one.tender_id:
                assert row.evidence["tender_id"] == row.payment == one.tender_id
        pairs = {(row.pair_id, row.pair_net) for row in rows}
        if one.pair_amount is None:
            assert {pair for pair, _ in pairs} == {None}
        else:
            (pair,) = pairs
            assert pair[0] is not None
            assert pair[1] == 0


def test_nothing_else_is_found(world: World, found: list[Found]) -> None:
    """No decoy either: what looks like a cause and is none moves no day."""
    wanted = sum((sides(one) for one in world.breaks), Counter())
    assert Counter((row.site, row.day, row.cause, row.delta) for row in found) == wanted
    assert len(world.decoys) > 8


def test_each_cause_has_a_shop_day_of_its_own(world: World) -> None:
    """Only then is it the cause that is told, and not a neighbour."""
    days = Counter(day for one in world.breaks for day in {(line[0], line[1]) for line in sides(one)})
    alone = {one.cause for one in world.breaks if days[one.site, one.business_date] == 1}
    assert set(CAUSES) - alone == set()


def test_first_seen_is_an_instant_of_the_evidence(found: list[Found]) -> None:
    for row in found:
        stamps = [value for name, value in row.evidence.items() if name.endswith("_at") and value]
        assert row.first_seen is not None
        assert all(datetime.fromisoformat(stamp) >= row.first_seen for stamp in stamps), row.cause


DISPUTE = """txn_id,site,type,gross,fee,net,processed_at,reference
late,{code},dispute,{amount},15.00,{amount},2026-03-15T15:00:00Z,{number}
"""


def test_a_dispute_that_comes_later_makes_a_chargeback_of_money_given_back_and_touches_nothing_else(
    world: World, home: Home, found: list[Found], tmp_path: Path
) -> None:
    own = copy_of(home, tmp_path / "late")
    (one,) = [row for row in found if row.cause == "R17" and row.site == "chi"]
    text = DISPUTE.format(code=world.company.site("chi").source_code, amount=one.delta, number=one.ro_number)
    drop_texts(own.folder / "drop" / "chi", "20990101T120000Z", processor_txn=text)
    own.pull(world.as_of + timedelta(hours=1))
    assert not own.build().full
    after = set(breaks_of(own))
    (new,) = after - set(found)
    assert (new.cause, new.delta, new.payment, new.confidence) == ("R24", one.delta, one.payment, "certain")
    assert set(found) - after == {one}

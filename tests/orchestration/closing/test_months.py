"""Closing a month: only when its days are signed; its days stay shut until a second person opens it."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shops import DAY, Shops, make, month_of_days, stored

from orchestration.closing import journal, months, published, signing, verify
from orchestration.closing.published import Facts
from orchestration.closing.pulled import Coverage
from orchestration.closing.standing import standing
from reporting.close import ReportError

FEBRUARY = (date(2026, 2, 27), date(2026, 2, 28))


@pytest.fixture
def february(shops: Shops) -> Shops:
    """With the last two days of February published too."""
    month_of_days(shops, *FEBRUARY)
    return shops


def test_a_month_closes_when_all_its_days_with_business_are_signed(february: Shops) -> None:
    february.sql(
        "insert into finance.recon_sales_payments (site_key, business_date, total_sales_and_other, payments_total, "
        "delta, unexplained, status) values (7, '2026-02-26', 0, 0, 0, 0, 'tied')"
    )
    refused = february.sign_month()
    assert refused.refused == ["2 of 2 days with business are not signed: 2026-02-27, 2026-02-28"]
    february.sign("chi", FEBRUARY[0])
    assert february.sign_month().refused == ["1 of 2 days with business are not signed: 2026-02-28"]
    february.sign("chi", FEBRUARY[1])
    assert february.sign_month().done
    entry = journal.require(february.home).entries[-1]
    assert (entry.act, entry.site, entry.date, entry.month, entry.stored) == ("sign", "chi", None, "2026-02", {})
    assert entry.detail == {"month": "2026-02", "days": {"2026-02-27": 1, "2026-02-28": 2}}
    assert "is closed already, by Ann Lee at 2026-03-13 12:00 UTC (entry 3)" in february.sign_month().refused[0]


def test_a_closed_months_days_are_shut_until_a_second_person_opens_the_month(february: Shops) -> None:
    for day in FEBRUARY:
        february.sign("chi", day)
    february.sign_month()
    shut = february.reopen("chi", FEBRUARY[0])
    assert shut.refused == [
        "its month is closed, by Ann Lee at 2026-03-13 12:00 UTC (entry 3); reopen it first with --month 2026-02 --reopen"
    ]
    assert "a second person has to reopen it, not Ann Lee" in february.reopen_month(by="ann lee").refused[0]
    assert february.reopen_month().done
    assert february.reopen_month().refused == ["is not closed"]
    assert february.reopen("chi", FEBRUARY[0]).done
    assert february.sign("chi", FEBRUARY[0]).done
    assert february.sign_month().done
    assert verify.verify(february.home).ok


def test_a_day_that_came_into_a_closed_month_is_not_signed_behind_its_back(february: Shops) -> None:
    for day in FEBRUARY:
        february.sign("chi", day)
    february.sign_month()
    month_of_days(february, date(2026, 2, 26), date(2026, 2, 26))
    said = february.sign("chi", date(2026, 2, 26)).refused
    assert "its month is closed" in said[0]
    assert "--month 2026-02 --reopen" in said[0]


def test_another_shops_month_is_its_own(february: Shops) -> None:
    for day in FEBRUARY:
        february.sign("chi", day)
    february.sign_month()
    assert not february.sign_month("den").done
    assert february.sign("den", FEBRUARY[0]).done
    assert february.reopen("den", FEBRUARY[0]).done


def test_a_month_that_is_not_over_not_published_or_not_read_to_its_end_stays_open(shops: Shops) -> None:
    assert "the month is not over: it ends at 2026-04-01 07:00 UTC" in shops.sign_month(month="2026-03").refused[0]
    assert shops.sign_month(month="2025-01").refused == ["no day of 2025-01 is published for chi"]
    april = Shops(shops.home, datetime(2026, 4, 2, tzinfo=UTC))
    said = "; ".join(april.sign_month(month="2026-03").refused)
    assert "chi_dms is read to 2026-03-13 09:00 UTC" in said
    assert "it is published to 2026-03-12 only; run 'tieout run'" in said


@pytest.mark.parametrize("month", ["2026-13", "2026", "March", "2026-3", "2026-03-01"])
def test_what_is_no_month_says_how_to_write_one(month: str) -> None:
    with pytest.raises(ReportError, match="is no month; write it as 2026-11"):
        months.span(month)


def test_a_month_ends_on_its_last_day() -> None:
    assert months.span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert months.span("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))


PEOPLE = ("Ann Lee", "Bo Chen")
ACT = st.tuples(st.sampled_from(["sign", "reopen", "sign", "reopen", "close", "open"]),
                st.sampled_from(["chi", "den"]), st.sampled_from([*FEBRUARY, DAY]), st.sampled_from(PEOPLE))  # fmt: skip


@dataclass
class Model:
    """Who has signed what, by the rules in words: nobody twice, never in a closed month, never opened by who signed."""

    days: dict[tuple[str, date], str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)

    def may(self, act: str, site: str, day: date, by: str) -> bool:
        shut = site in self.closed and day in FEBRUARY
        if act == "sign":
            return (site, day) not in self.days and not shut
        if act == "reopen":
            return self.days.get((site, day), by) != by and not shut
        if act == "close":
            return site not in self.closed and all((site, one) in self.days for one in FEBRUARY)
        return self.closed.get(site, by) != by

    def take(self, act: str, site: str, day: date, by: str) -> None:
        if act == "sign":
            self.days[site, day] = by
        elif act == "reopen":
            del self.days[site, day]
        elif act == "close":
            self.closed[site] = by
        else:
            del self.closed[site]


@dataclass(frozen=True)
class Desk:
    """A home whose facts are read once, and whose days cost nothing to store."""

    shops: Shops
    facts: Facts
    coverage: Coverage
    line: bytes

    def store(self, snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
        (folder / signing.RECON).write_bytes(self.line)
        return {signing.RECON: hashlib.sha256(self.line).hexdigest()}

    def do(self, act: str, site: str, day: date, by: str) -> bool:
        pen = self.shops.pen(by)
        if act == "sign":
            found = list(signing.sign(pen, self.facts, self.coverage, [(site, day)], [], self.store))
        elif act == "reopen":
            found = signing.reopen(pen, [(site, day)])
        elif act == "close":
            found = months.sign(pen, self.facts, self.coverage, [site], "2026-02")
        else:
            found = months.reopen(pen, [site], "2026-02")
        return found[0].done


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    shops = make(tmp_path_factory.mktemp("desk"))
    month_of_days(shops, *FEBRUARY)
    facts, coverage = shops.facts(["all"], FEBRUARY[0], DAY)
    stored(shops.snapshot, folder := Path(mkdtemp(dir=shops.home)), 7, DAY)
    return Desk(shops, facts, coverage, (folder / signing.RECON).read_bytes())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=14))
def test_any_sequence_of_signing_and_reopening_keeps_the_chain_and_what_stands(
    desk: Desk, acts: list[tuple[str, str, date, str]]
) -> None:
    shutil.rmtree(desk.shops.home / "close", ignore_errors=True)
    model, done = Model(), 0
    with mock.patch.object(published, "version_of", return_value=desk.facts.version):
        for act in acts:
            may = model.may(*act)
            assert desk.do(*act) is may, act
            if may:
                model.take(*act)
                done += 1
    found = verify.verify(desk.shops.home)
    assert (found.ok, found.entries) == (True, done)
    state = standing(journal.require(desk.shops.home).entries)
    assert {key: entry.by for key, entry in state.days.items()} == model.days
    assert {site: entry.by for (site, _), entry in state.months.items()} == model.closed

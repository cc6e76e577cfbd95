"""Signing and reopening a day: what is refused and why, what a signature answers, what it keeps."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from shops import DAY, EXCEPTION, LAST, OTHER, RO, VERSION, Shops, pull, stored

from orchestration.closing import exceptions, journal, signing, verify
from orchestration.closing.state import of_day
from reporting.close import ReportError


def refused(answer: signing.Answer) -> str:
    assert not answer.done
    return "; ".join(answer.refused)


def test_a_day_that_ties_is_signed_with_its_figures_build_version_and_files(shops: Shops) -> None:
    answer = shops.sign()
    (entry,) = journal.require(shops.home).entries
    assert answer.done
    assert (answer.seq, answer.head, shops.anchored) == (1, entry.hash, [entry.hash])
    assert (entry.act, entry.site, entry.date, entry.by, entry.reason) == (
        "sign",
        "chi",
        "2026-03-10",
        "Ann Lee",
        "counted",
    )
    assert (entry.at, entry.build_id, entry.version) == ("2026-03-13T12:00:00Z", "b1", VERSION)
    assert entry.figures["payments_total"] == "107.00"
    assert entry.figures["status"] == "tied"
    assert set(entry.stored) == {"facts.parquet", "recon_sales_payments.parquet"}
    folder = shops.home / "close" / "days" / "chi" / "2026-03-10" / "1"
    assert (folder / "facts.parquet").read_text() == "facts of 7 on 2026-03-10"
    assert verify.verify(shops.home).ok


def test_an_objection_of_a_blocking_control_is_listed_with_the_id_to_accept_it_by(shops: Shops) -> None:
    shops.object()
    shops.object("C-16", "call 5", "x", severity="W")
    answer = shops.sign()
    assert "1 exception is not accepted" in refused(answer)
    assert [(one.id, one.diff, one.said) for one in answer.left] == [
        ("C-11:RO 10456", Decimal("12.5"), "A void order holds money.")
    ]
    assert not shops.journal().exists()


@pytest.mark.parametrize("name", ["C-11:RO 10456", "C-11:10456", f"C-11:{RO}", "C-11"])
def test_an_objection_is_accepted_by_its_document_number_key_or_with_all_of_its_control(
    shops: Shops, name: str
) -> None:
    shops.object()
    answer = shops.sign("chi", DAY, f"{name}=refunded by cheque = 77")
    (entry,) = journal.require(shops.home).entries
    assert answer.done
    assert list(entry.accepted) == [
        {"control": "C-11", "key": RO, "document": "RO 10456", "aspect": "tenders", "diff": "12.5000",
         "reason": "refunded by cheque = 77"}
    ]  # fmt: skip


def test_what_is_not_accepted_keeps_the_day_open_and_only_that_is_listed(shops: Shops) -> None:
    shops.object()
    shops.object(document="RO 10457", key=OTHER)
    answer = shops.sign("chi", DAY, "C-11:10456=refunded")
    assert [one.id for one in answer.left] == ["C-11:RO 10457"]
    assert shops.sign("chi", DAY, "C-11=the bank says so", "C-11:10456=refunded").done
    (entry,) = journal.require(shops.home).entries
    assert {one["document"]: one["reason"] for one in entry.accepted} == {
        "RO 10456": "refunded",
        "RO 10457": "the bank says so",
    }


def test_an_unpaired_break_that_nothing_explains_has_to_be_accepted(shops: Shops) -> None:
    shops.broken()
    answer = shops.sign()
    assert [one.id for one in answer.left] == ["UNEXPLAINED:RO 10456"]
    assert shops.sign("chi", DAY, "UNEXPLAINED:10456=written off").done


def test_a_paired_or_explained_break_and_one_that_a_control_has_named_is_not_asked_for_again(shops: Shops) -> None:
    shops.broken(pair=OTHER)
    shops.broken("R11", "10457", OTHER)
    shops.broken(key="33333333-3333-3333-3333-333333333333", number="10458")
    shops.object("C-01", "RO 10458", "33333333-3333-3333-3333-333333333333")
    assert [one.id for one in shops.sign().left] == ["C-01:RO 10458"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("C-11:10456", "write"),
        ("=fine", "write"),
        ("C-11:10456=  ", "gives no reason"),
        ("C-11:10456=\udcff", "cannot be printed"),
    ],
)
def test_an_acceptance_without_a_control_or_a_reason_is_refused(text: str, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        exceptions.accept(text)


def test_accepting_what_nothing_objects_to_names_what_there_is(shops: Shops) -> None:
    shops.object()
    with pytest.raises(
        ReportError, match=r"--accept 'C-11:10465': there is no such exception; did you mean 'C-11:RO 10456'\?"
    ):
        shops.sign("chi", DAY, "C-11:10465=typo")
    assert not shops.journal().exists()


def test_a_day_is_signed_once_and_the_second_is_told_who_signed_it(shops: Shops) -> None:
    shops.sign()
    again = shops.sign(by="Bo Chen")
    assert "is signed already, by Ann Lee at 2026-03-13 12:00 UTC (entry 1)" in refused(again)
    assert len(journal.require(shops.home).entries) == 1


def test_an_unknown_shop_names_the_shops_that_there_are(shops: Shops) -> None:
    with pytest.raises(ReportError, match="--site: no site 'chii'; did you mean 'chi'"):
        shops.facts(["chii"], DAY, DAY)


def test_a_day_before_the_first_is_unknown_and_says_which_there_are(shops: Shops) -> None:
    assert "there is no such day: chi has days from 2026-03-01 to 2026-03-12" in refused(
        shops.sign("chi", date(2025, 3, 1))
    )


def test_a_day_that_is_not_over_by_the_shops_own_clock_is_refused(shops: Shops) -> None:
    assert "the day is not over: in America/Chicago it ends at 2026-03-14 07:00 UTC" in refused(
        shops.sign("chi", date(2026, 3, 13))
    )
    assert "not over" in refused(shops.sign("chi", date(2027, 1, 1)))


def test_a_day_that_is_over_but_not_published_is_refused_with_what_to_run(shops: Shops) -> None:
    later = Shops(shops.home, datetime(2026, 3, 15, 12, tzinfo=UTC))
    said = refused(later.sign("chi", LAST + timedelta(days=1)))
    assert "the day is not published yet (the last day is 2026-03-12); run 'tieout run'" in said
    assert "chi_dms is read to 2026-03-13 09:00 UTC" in said


def test_a_source_that_was_not_read_to_the_end_of_the_day_is_named(shops: Shops) -> None:
    shops.sql("delete from core.build_pull where connection = 'den_phone'")
    assert "nothing of den_phone is pulled and published" in refused(shops.sign("den"))
    early = datetime(2026, 3, 11, 5, 59, tzinfo=UTC)  # the day ends at 06:00
    pull(shops, "den_phone", early)
    said = refused(shops.sign("den"))
    assert "den_phone is read to 2026-03-11 05:59 UTC, and the day ends at 2026-03-11 06:00 UTC" in said


def test_a_connection_that_began_later_is_not_asked_for_earlier_days_nor_a_retired_one(shops: Shops) -> None:
    shops.sql("delete from core.build_pull where connection = 'den_phone'")
    assert shops.sign("den", date(2026, 3, 7)).done


def test_a_table_that_stopped_holds_back_the_whole_connection(shops: Shops) -> None:
    until = datetime(2026, 3, 13, 11, tzinfo=UTC)
    pull(shops, "chi_dms", until, since={"*": until.isoformat(), "tender": "2026-03-09T09:00:00+00:00"},
         failed={"tender": "page 3 came twice"})  # fmt: skip
    assert "chi_dms is read to 2026-03-09 09:00 UTC (tender: page 3 came twice)" in refused(shops.sign())


def test_a_pull_that_readers_do_not_see_yet_does_not_count_unless_it_brought_nothing(shops: Shops) -> None:
    shops.sql("delete from core.build_pull where connection = 'chi_dms'")
    first = datetime(2026, 3, 9, 9, tzinfo=UTC)
    pull(shops, "chi_dms", first)
    assert "chi_dms is read to 2026-03-09 09:00 UTC" in refused(shops.sign())
    (shops.home / "landing" / "chi_dms" / "20260313T090000000000Z-x").mkdir()
    for folder in (shops.home / "landing" / "chi_dms").glob("20260313*/manifest.json"):
        told = json.loads(folder.read_text()) | {"files": {}}
        folder.write_text(json.dumps(told))
    assert shops.sign().done


def test_a_snapshot_without_controls_cannot_be_signed(shops: Shops) -> None:
    shops.sql("update main.report set name = 'other', definition = replace(definition, 'ctl_exception', 'other')")
    with pytest.raises(ReportError, match="was published without the controls of the close; run 'tieout build"):
        shops.sign()


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [("", "x", "--by: who"), ("  ", "x", "--by"), ("Ann", " ", "--reason: why"), ("A\x1bn", "x", "cannot be printed")],
)
def test_nobody_signs_without_a_name_and_a_reason(by: str, reason: str, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        signing.said(by, reason, "sign")


def test_a_second_person_reopens_and_the_day_can_be_signed_again(shops: Shops) -> None:
    shops.sign()
    assert shops.reopen().done
    state = of_day(shops.home, "chi", DAY)
    assert state.signed is None
    assert state.last is not None
    assert (state.last.act, state.last.by, state.last.detail) == ("reopen", "Bo Chen", {"of": 1})
    assert shops.sign().seq == 3
    folder = shops.home / "close" / "days" / "chi" / "2026-03-10"
    assert sorted(path.name for path in folder.iterdir()) == ["1", "3"]
    assert verify.verify(shops.home).ok


@pytest.mark.parametrize("by", ["Ann Lee", "ann  lee", " ANN LEE "])
def test_the_one_who_signed_does_not_reopen_however_the_name_is_written(shops: Shops, by: str) -> None:
    shops.sign()
    assert "was signed by Ann Lee at 2026-03-13 12:00 UTC (entry 1): a second person has to reopen it" in refused(
        shops.reopen(by=by)
    )
    assert of_day(shops.home, "chi", DAY).signed is not None


def test_what_is_not_signed_is_not_reopened(shops: Shops) -> None:
    assert refused(shops.reopen()) == "is not signed"


def test_many_days_and_shops_are_signed_each_by_itself(shops: Shops) -> None:
    shops.object(site="den", day=date(2026, 3, 11))
    shops.sign("chi", DAY)
    facts, coverage = shops.facts(["all"], DAY, LAST)
    days = [(site, DAY + timedelta(days=place)) for place in range(3) for site in ("chi", "den")]
    answers = list(signing.sign(shops.pen(), facts, coverage, days, [], stored))
    assert [(one.site, one.date[-2:], one.done) for one in answers] == [
        ("chi", "10", False), ("den", "10", True), ("chi", "11", True), ("den", "11", False), ("chi", "12", True),
        ("den", "12", True),
    ]  # fmt: skip
    assert "signed already" in refused(answers[0])
    assert [one.id for one in answers[3].left] == ["C-11:RO 10456"]


def test_a_failure_while_storing_ends_the_signing_and_is_the_answer_of_the_rest(shops: Shops) -> None:
    def full(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
        if day == date(2026, 3, 11):
            raise OSError(28, "No space left on device")
        return stored(snapshot, folder, site_key, day)

    facts, coverage = shops.facts(["chi"], DAY, LAST)
    days = [("chi", DAY + timedelta(days=place)) for place in range(3)]
    answers = list(signing.sign(shops.pen(), facts, coverage, days, [], full))
    assert [one.done for one in answers] == [True, False, False]
    assert "No space left" in refused(answers[1])
    assert refused(answers[2]) == "not reached: chi 2026-03-11 failed"
    assert shops.sign("chi", date(2026, 3, 11)).seq == 2


def test_files_that_are_not_what_the_store_says_sign_nothing(shops: Shops) -> None:
    def wrong(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
        return stored(snapshot, folder, site_key, day) | {"more.parquet": "0" * 64}

    assert "nothing is signed" in refused(shops.sign(store=wrong))
    assert not shops.journal().exists()


def test_a_version_that_is_published_while_the_day_is_stored_is_not_signed_unseen(shops: Shops) -> None:
    def meanwhile(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
        shops.sql("update main.published set version = '20260313T110000000000Z'")
        return stored(snapshot, folder, site_key, day)

    assert "version 20260313T110000000000Z was published meanwhile" in refused(shops.sign(store=meanwhile))
    assert not shops.journal().exists()
    assert shops.sign().done


def test_a_control_of_a_report_by_period_is_judged_day_by_day_however_many_days_are_signed(shops: Shops) -> None:
    days = "select site_key, 'day' as period_grain, business_date as period_start, business_date as period_end"
    shops.sql(f"insert into core.reporting_period_day select period_grain, period_start, period_end, period_start from "
              f"({days} from core.dim_site_day) group by all")  # fmt: skip
    counted = {
        "name": "counted", "schema": "calls", "description": "", "meta": {"computed": "on_read"},
        "reads": ["reporting_period_day", "dim_site_day"],
        "sql": "select site_key, period_grain, period_start, count(*) as days from warehouse.core.reporting_period_day "
        "inner join warehouse.core.dim_site_day using (business_date) group by all",
        "columns": [{"name": "period_grain", "type": "varchar", "description": "", "label": None}],
    }  # fmt: skip
    control = EXCEPTION | {
        "meta": {"purpose": "x", "day": "business_date", "computed": "on_read"}, "reads": ["counted"],
        "sql": "select 'C-17' as control_id, site_key, period_start as business_date, 'k' as drill_key, 'line' as "
        "document, '' as aspect, days::decimal(18, 4) as diff, 'B' as severity, '' as said from warehouse.calls.counted "
        "where days <> 1",
    }  # fmt: skip
    with duckdb.connect(str(shops.snapshot)) as connection:
        connection.execute("delete from main.report")
        told = [[one["name"], json.dumps(one)] for one in (counted, control)]
        connection.executemany("insert into main.report values (?, ?)", told)
    facts, _ = shops.facts(["all"], DAY, LAST)
    assert facts.objections == {}


def test_a_version_that_another_release_has_published_says_to_run_first(shops: Shops) -> None:
    def other(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
        raise duckdb.BinderException("Binder Error: no column 'x'\nLINE 1: select x")

    said = refused(shops.sign(store=other))
    assert said.startswith("not signed: Binder Error: no column 'x'; has Tieout been updated since version 2026")
    assert "LINE" not in said


def test_each_answer_comes_with_its_entry_and_whoever_stops_leaves_the_rest_open(shops: Shops) -> None:
    facts, coverage = shops.facts(["chi"], DAY, LAST)
    days = [("chi", DAY + timedelta(days=place)) for place in range(3)]
    coming = signing.sign(shops.pen(), facts, coverage, days, [], stored)
    assert next(iter(coming)).done
    assert len(journal.require(shops.home).entries) == 1
    coming.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    assert shops.sign("chi", days[1][1]).done

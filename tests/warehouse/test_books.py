"""The golden day on its way to the books, and after it was changed: what `tieout export` writes and C-36 says, and what
`tieout diff` makes of it. Figures are worked by hand from REPORTS 5.10.

Keep out: rules of exporting (tests/orchestration/test_export.py), journals of hand-made rows (dbt's unit tests)."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from warehouse.golden import FIXTURES
from warehouse.homes import NOON, Home, copy_of

from connectors.iif import Iif
from orchestration import exports, publish, views_diff
from orchestration.closing import stored
from orchestration.exports import Export
from reporting.close import ReportError
from reporting.diff import Diff, diff
from reporting.moved import Amount, Document
from reporting.on_read import opened
from reporting.stage import Asked, reads_journal, stage
from reporting.versions import Scope

TENTH, ELEVENTH = date(2026, 3, 10), date(2026, 3, 11)
CHANGED = {
    # after the close: the labor of 1002 is 175 instead of 150, 1006 is void and its payment left, 1005 is closed again
    # a day later, and a check of 25 for 1003 comes in that is dated back
    "repair_order": {
        "r1002": {"header_labor": "175.00", "header_total": "231.00", "updated_at": "2026-03-11T15:00:00Z"},
        "r1006": {"status": "void", "updated_at": "2026-03-11T16:00:00Z"},
        "r1005": {"closed_date": "2026-03-11", "closed_at": "2026-03-11T12:00:00-05:00",
                  "updated_at": "2026-03-11T18:00:00Z"},
    },
    "ro_line": {"l1002-2": {"unit_price": "", "gross_amount": "175.00", "net_amount": "175.00"}},
}  # fmt: skip
BY = {"r1002": "Lee Chan", "r1006": "Pat Rivera", "r1005": "Pat Rivera"}
CHECK = "t10,CHI,r1003,c3,final,check,,25.00,2026-03-10,2026-03-11T12:00:00-05:00,,,,e2,false,2026-03-11T17:00:00Z\n"
MOVED_1002 = {"labor_non_tax", "total_sales", "ro_total_sales", "total_sales_w_tax", "total_sales_and_other"}

pytestmark = pytest.mark.slow  # one home for all


class Books:
    """The home before and after; what was exported of it, in between."""

    def __init__(self, home: Home) -> None:
        self.home, self.folder = home, home.folder / "books"
        self.exports: list[Export] = []
        self.versions: list[str] = []
        self.comparisons: list[list[dict[str, Any]]] = []

    @property
    def snapshot(self) -> Path:
        return self.home.folder / "published" / "current.duckdb"

    def publish(self) -> None:
        self.versions.append(publish.publish(self.home.folder).version)

    def export(self, form: str = "iif") -> None:
        self.exports.append(exports.export(self.home.folder, "chi", TENTH, self.folder, form))

    def compare(self) -> None:
        """What C-36 compares of both days, as a reader sees it."""
        with opened(self.snapshot) as known:
            (key, *_), *_ = known.sites()
            frozen = {"data_mode": "frozen"}  # the books are compared with what is known today all the same
            asked = Asked({key: (TENTH, ELEVENTH)}, options=frozen, signed=stored.signed(self.snapshot))
            stage(known.standing, known.reports, known.reports["c36_journal_balances"], asked)
            found = known.connection.execute("select * from warehouse.finance.c36_journal_balances").pl()
        self.comparisons.append(found.to_dicts())

    def diff(self, **scope: Any) -> Diff:
        earlier, later = (self.home.folder / "published" / version for version in self.versions)
        return diff(self.snapshot, earlier, later, Scope(**scope))


def delivery(folder: Path) -> None:
    """The changes as the shop's next delivery: changed orders with all their lines, and the check."""
    source, made = FIXTURES / "golden_day" / "20260310", folder / "20260311"
    made.mkdir(parents=True)
    counts = {}
    for table, changes in CHANGED.items():
        head, *lines = (source / f"{table}.csv").read_text(encoding="utf-8").splitlines()
        names = head.split(",")
        rows = [dict(zip(names, line.split(","), strict=True)) for line in lines]
        rows = [row | changes.get(str(row.get("line_id") or row["ro_id"]), {}) for row in rows if row["ro_id"] in BY]
        names = [*names, "updated_by"] if table == "repair_order" else names
        texts = [",".join(({**row, "updated_by": BY[row["ro_id"]]})[name] for name in names) for row in rows]
        (made / f"{table}.csv").write_text("\n".join([",".join(names), *texts]) + "\n", encoding="utf-8")
        counts[table] = len(rows)
    for table, more in (("ro_tax", []), ("tender", [CHECK])):
        head, *lines = (source / f"{table}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = more or [line for line in lines if line.split(",")[0] in BY]
        (made / f"{table}.csv").write_text(head + "".join(kept), encoding="utf-8")
        counts[table] = len(kept)
    (made / "_READY").write_text("".join(f"{table}.csv,{count}\n" for table, count in counts.items()), encoding="utf-8")


@pytest.fixture(scope="module")
def books(built: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("books") / "home"
    before = Books(copy_of(built, folder))
    before.publish()
    before.export()
    before.compare()
    drop = folder / "changes"
    delivery(drop)
    found = Books(Home(folder, before.home.text.replace(str(FIXTURES / "golden_day"), str(drop))))
    found.exports, found.versions, found.comparisons = before.exports, before.versions, before.comparisons
    found.home.pull(NOON + timedelta(days=1))
    found.home.build()
    found.publish()
    found.compare()
    found.export()
    found.export("csv")
    found.compare()
    yield found
    shutil.rmtree(folder)


def wrong(comparisons: list[dict[str, Any]]) -> dict[tuple[date, str, str], tuple[Any, Any]]:
    return {
        (row["business_date"], row["document"], row["aspect"]): (row["expected"], row["actual"])
        for row in comparisons
        if row["expected"] is None or row["expected"] != row["actual"]
    }


def test_the_golden_day_is_exported_as_a_journal_that_balances_at_2484_60(books: Books) -> None:
    first = books.exports[0]
    assert {(line.section, line.row_code): line.amount for line in first.lines} == {
        (section, row): Decimal(amount)
        for section, row, amount in (
            ("payments", "type:Visa", "798.60"), ("payments", "cash", "-30"), ("payments", "check", "456"),
            ("payments", "charged", "1080"), ("payments", "previous_advance_pay", "150"), ("sales", "parts", "-750"),
            ("sales", "labor", "-970"), ("sales", "sublet", "-48"), ("other_charges", "taxable_supplies", "-20"),
            ("other_charges", "other_taxes_fees", "-2"), ("other_charges", "credit_charges", "-3"),
            ("other_charges", "sales_tax", "-61.60"), ("other_receipts", "advance_pay", "-300"),
            ("other_receipts", "ar_pay", "-300"),
        )
    }  # fmt: skip
    assert (first.debits, first.over_short) == (Decimal("2484.60"), 0)


def test_after_the_changes_the_difference_alone_is_exported_and_then_nothing(books: Books) -> None:
    _, second, third = books.exports
    assert {line.row_code: line.amount for line in second.lines} == {
        "check": Decimal(25), "labor": Decimal(-5), "credit_charges": Decimal(3), "delta": Decimal(-23),
    }  # fmt: skip
    assert (second.over_short, third.entry) == (Decimal(23), None)
    assert third.before == second.entry


def test_both_files_read_back_as_our_own_connector_reads_such_files(books: Books) -> None:
    accounts = {line.account: "ignored" for made in books.exports for line in made.lines}
    source = Iif(books.folder, "CHI", accounts)
    assert ": 2 file(s)" in source.check()[0]
    assert {line.partition(":")[0].removeprefix("account ") for line in source.check()[1:]} == {
        line.account for line in books.exports[1].lines
    }


def test_c36_finds_nothing_wrong_with_a_journal_that_is_exported_as_it_is(books: Books) -> None:
    first, _, last = books.comparisons
    assert wrong(first) == wrong(last) == {}
    assert {row["aspect"] for row in first} == {
        "debits = credits", "journal = report", "books = journal", "one posting",
    }  # fmt: skip
    assert all(row["can_fail"] for row in first)


def test_the_published_snapshot_holds_what_the_books_have(books: Books) -> None:
    with opened(books.snapshot) as known:
        assert reads_journal(known.connection, known.reports, known.reports["c36_journal_balances"], {})
        told = known.connection.execute(
            "select sum(amount), count(distinct row_code) from snapshot.core.exported_line"
        ).fetchall()
    assert told == [(0, 14)]  # as published, before the second export


def test_c36_finds_what_the_books_lack_and_the_order_that_they_would_have_twice(books: Books) -> None:
    _, stale, _ = books.comparisons
    found = wrong(stale)
    assert found.pop((ELEVENTH, "RO 1005", "one posting")) == (1, 2)
    assert {(day, document.rpartition("/")[2], aspect): sides for (day, document, aspect), sides in found.items()} == {
        (TENTH, "check", "books = journal"): (481, 456),
        (TENTH, "labor", "books = journal"): (-975, -970),
        (TENTH, "credit_charges", "books = journal"): (None, -3),
        (TENTH, "delta", "books = journal"): (-23, None),
    }


def test_the_changes_are_shown_with_their_documents_and_nothing_else(books: Books) -> None:
    found = {one.name: one for one in books.diff().documents}
    assert {name: (one.change, one.by, f"{one.at:%d %H}") for name, one in found.items()} == {
        "RO 1002": ("changed", "Lee Chan", "11 15"),
        "RO 1006": ("changed", "Pat Rivera", "11 16"),
        "RO 1005": ("changed", "Pat Rivera", "11 18"),
        "payment t10 of RO 1003": ("added", "Lee Chan", "11 17"),
    }
    assert ("labor_sales", Decimal(150), Decimal(175)) in found["RO 1002"].columns
    assert ("status", "closed", "void") in found["RO 1006"].columns
    assert ("close_business_date", TENTH, ELEVENTH) in found["RO 1005"].columns


def effects(document: Document, day: date) -> dict[str, Amount]:
    return dict(document.effects.get(("chi", day), {}))


def test_what_each_document_adds_to_a_day_is_what_was_done_to_it(books: Books) -> None:
    found = {one.name: one for one in books.diff().documents}
    assert effects(found["RO 1002"], TENTH) == dict.fromkeys(MOVED_1002, Decimal(25))
    assert effects(found["payment t10 of RO 1003"], TENTH) == dict.fromkeys(
        ("check_amt", "deposit", "total_pay", "payments_total"), Decimal(25)
    )
    void = effects(found["RO 1006"], TENTH)
    assert (void["ro_count"], void["labor_non_tax"], void["card_upcharge"]) == (-1, -100, -3)
    assert void["total_sales_and_other"] == -103
    again = found["RO 1005"]
    assert effects(again, TENTH) == {name: -amount for name, amount in effects(again, ELEVENTH).items()}
    assert effects(again, ELEVENTH)["labor_non_tax"] == -80


def test_people_read_what_each_document_did_and_machines_the_same(books: Books) -> None:
    found = books.diff()
    screen = Console(file=io.StringIO(), width=140)
    screen.print(views_diff.diff(found))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]  # the file is the StringIO above
    for said in (
        "RO 1002 changed by Lee Chan, 2026-03-11 15:00 UTC", "labor sales: 150.00 -> 175.00",
        "RO 1006 changed by Pat Rivera", "ro count -1, total sales and other -103.00", "status: closed -> void",
        "payment t10 of RO 1003 added by Lee Chan", "payments total +25.00", "tied",
        "Only the later version has chi 2026-03-12.",
    ):  # fmt: skip
        assert said in shown, said
    told = json.loads(json.dumps(views_diff.as_dict(found)))
    assert (told["from"], told["to"], told["same"]) == (*books.versions, False)
    assert {"column": "status", "before": "closed", "after": "void"} in told["documents"][2]["columns"]


def test_figures_that_moved_are_named_with_both_values_and_documents_add_up_to_them(books: Books) -> None:
    found = {(one.day, one.name): one for one in books.diff().figures}
    labor, checks = found[TENTH, "labor_non_tax"], found[TENTH, "check_amt"]
    assert (labor.before, labor.after, labor.difference) == (970, 975, 5)
    assert (checks.before, checks.after) == (456, 481)
    assert (found[TENTH, "delta"].after, found[TENTH, "status"].before) == (23, "tied")
    summed = [one for one in found.values() if one.by_documents is not None]
    assert len(summed) > 10
    assert [one for one in summed if one.by_documents != one.difference] == []
    assert {day for day, _ in found} == {TENTH, ELEVENTH}
    assert books.diff().of_one == (("chi", date(2026, 3, 12), "later"),)


def test_a_day_or_a_shop_is_compared_by_itself(books: Books) -> None:
    one_day = books.diff(first=ELEVENTH, last=ELEVENTH)
    assert {one.name for one in one_day.documents} == {"RO 1005"}
    assert {one.day for one in one_day.figures} == {ELEVENTH}
    assert {day for one in one_day.documents for _, day in one.effects} == {ELEVENTH}
    with pytest.raises(ReportError, match="--site: no site 'nyc'; there are: chi"):
        books.diff(sites=["nyc"])


def test_a_version_does_not_differ_from_itself(books: Books) -> None:
    folder = books.home.folder / "published" / books.versions[0]
    found = diff(books.snapshot, folder, folder)
    assert (found.figures, found.documents, found.of_one) == ((), (), ())


def test_backwards_every_difference_has_the_other_sign(books: Books) -> None:
    earlier, later = (books.home.folder / "published" / version for version in books.versions)
    there, back = diff(books.snapshot, earlier, later), diff(books.snapshot, later, earlier)
    assert [(one.day, one.name, one.after, one.before) for one in back.figures] == [
        (one.day, one.name, one.before, one.after) for one in there.figures
    ]
    assert {one.name: one.change for one in back.documents}["payment t10 of RO 1003"] == "removed"

"""`tieout export`: a day reaches the books once, and after that only what has changed; files that QuickBooks and people
read.

Keep out: what a real day's journal is made of (tests/warehouse/test_books.py, dbt's unit tests)."""

from __future__ import annotations

import csv
import io
import threading
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from journal_home import DAY, GOLDEN, WITHOUT_1006, Posted, publish
from typer.testing import CliRunner

from connectors.base import TieoutError
from connectors.iif import Iif
from connectors.landing import store
from orchestration import exports
from orchestration.cli import app
from orchestration.closing import exported, journal
from orchestration.closing.journal import JournalBroken
from orchestration.exports import Export
from reporting.close import ReportError

ACCOUNTS = {account: "ignored" for account, *_ in GOLDEN}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish(tmp_path / "home", GOLDEN, "v1")
    return tmp_path / "home"


def export(home: Path, form: str = "iif", day: date = DAY, **more: Any) -> Export:
    return exports.export(home, "chi", day, home.parent / "books", form, **more)


def amounts(posted: Posted) -> Counter[tuple[str, str]]:
    """(account, row) -> debit less credit in cents."""
    found: Counter[tuple[str, str]] = Counter()
    for account, debit, credit, _, row in posted:
        found[account, row] += int((Decimal(debit) - Decimal(credit)) * 100)
    return found


def cents(made: Export) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for line in made.lines:
        found[line.account, line.row_code] += int(line.amount * 100)
    return found


def read_back(folder: Path, last_only: bool = False) -> list[dict[str, str | None]]:
    """The entries of IIF files as our own connector reads R.O. Writer's; it refuses a block that does not balance."""
    source = Iif(folder, "S1", ACCOUNTS, pattern="*_2.iif" if last_only else "*.iif")
    return [entry for file in source._files() for rows in source._pages(file, ANY) if rows.table == "entry"
            for entry in rows.frame.to_dicts()]  # fmt: skip


class _Any:
    dates = None


ANY: Any = _Any()


def test_the_golden_day_is_a_journal_of_2484_60_on_both_sides_that_reads_back_to_zero(home: Path) -> None:
    made = export(home, by=" Ann  Lee ")
    assert (made.debits, made.over_short, made.signed) == (Decimal("2484.60"), 0, False)
    assert made.entry is not None
    assert (made.entry.act, made.entry.site, made.entry.day, made.entry.by) == ("export", "chi", DAY, "Ann Lee")
    assert made.entry.figures == {"debits": "2484.60", "credits": "2484.60", "over_short": "0"}
    entries = read_back(home.parent / "books")
    assert sum(Decimal(str(entry["amount"])) for entry in entries) == 0
    assert {(entry["account"], entry["business_date"]) for entry in entries} == {
        (account, "2026-03-10") for account, *_ in GOLDEN
    }
    assert sum(Decimal(str(entry["amount"])) for entry in entries if Decimal(str(entry["amount"])) > 0) == Decimal(
        "2484.60"
    )


def test_exported_again_without_a_change_it_writes_nothing_and_names_the_earlier_export(home: Path) -> None:
    first = export(home)
    publish(home, GOLDEN, "v2")
    again = export(home, "csv")
    assert (again.entry, again.file, again.lines) == (None, None, [])
    assert again.before == first.entry
    assert len(journal.require(home).entries) == 1
    assert [file.name for file in (home.parent / "books").iterdir()] == ["tieout_chi_2026-03-10_1.iif"]


def test_after_a_restatement_only_the_difference_is_written_and_it_balances(home: Path) -> None:
    export(home)
    publish(home, WITHOUT_1006, "v2")
    made = export(home)
    assert cents(made) == {
        ("1030 Card Clearing", "type:Visa"): -10300, ("4020 Labor Sales", "labor"): 10000,
        ("4060 Card Upcharge", "credit_charges"): 300,
    }  # fmt: skip
    assert sum(line.amount for line in made.lines) == 0
    entries = read_back(home.parent / "books", last_only=True)
    assert {entry["memo"] for entry in entries if entry["account"] == "4060 Card Upcharge"} == {
        "Change: credit_charges (chi 2026-03-10, other_charges/credit_charges)"
    }
    publish(home, GOLDEN, "v3")
    back = export(home)
    assert cents(back) == Counter({key: -amount for key, amount in cents(made).items()})
    assert export(home).entry is None


def test_all_exports_of_a_day_together_are_the_day_as_it_is(home: Path) -> None:
    books: Counter[tuple[str, str]] = Counter()
    days = [GOLDEN, WITHOUT_1006, (), WITHOUT_1006, (*GOLDEN[:-1], ("1200 Accounts Receivable", "0", "300", "x", "y"))]
    for number, posted in enumerate(days):
        publish(home, posted, f"v{number}")
        made = export(home)
        assert sum(line.amount for line in made.lines) == 0
        books.update(cents(made))
        assert {key: amount for key, amount in books.items() if amount} == dict(amounts(posted))


def test_an_account_that_was_renamed_moves_the_day_from_the_old_to_the_new(home: Path) -> None:
    export(home)
    publish(home, (("1011 Till", *GOLDEN[1][1:]), GOLDEN[0], *GOLDEN[2:]), "v2")
    assert cents(export(home)) == {("1011 Till", "cash"): -3000, ("1010 Cash", "cash"): 3000}


def test_a_day_that_does_not_tie_shows_by_how_much(home: Path) -> None:
    short = ("6900 Over and Short", "6.00", "0", "tie_out", "delta")
    checks = ("1020 Checks", "450.00", "0", "payments", "check")
    publish(home, (*GOLDEN[:2], checks, *GOLDEN[3:], short), "v1")
    made = export(home)
    assert made.over_short == Decimal("-6.00")
    assert made.debits == Decimal("2484.60")


def test_an_idle_day_has_nothing_to_export(home: Path) -> None:
    made = export(home, day=date(2026, 3, 9))
    assert (made.entry, made.before, made.lines) == (None, None, [])
    assert not (home.parent / "books").exists()


def test_csv_has_headers_that_people_read_and_no_text_is_a_formula(home: Path) -> None:
    publish(
        home, (("=cmd()|x", "5.00", "0", "payments", "type:@Visa"), ("4010 Parts", "0", "5.00", "sales", "parts")), "v1"
    )
    made = export(home, "csv")
    assert made.file
    rows = list(csv.reader(io.StringIO(made.file.read_bytes().decode("utf-8-sig"))))
    assert rows == [
        [
            "Date",
            "Shop",
            "Journal",
            "Account",
            "Account name",
            "Debit",
            "Credit",
            "Memo",
            "Report section",
            "Report line",
        ],
        ["2026-03-10", "chi", "260310-1", "'=cmd()|x", "", "5.00", "", "type:@Visa", "payments", "type:@Visa"],
        ["2026-03-10", "chi", "260310-1", "4010 Parts", "Parts", "", "5.00", "parts", "sales", "parts"],
    ]


def test_a_text_of_the_source_breaks_no_line_of_iif(home: Path) -> None:
    memo = 'type:"Vi\tsa"\r\nTRNS\tCHECK'
    publish(home, (("1030 Café", "5.00", "0", "payments", memo), ("4010 Parts", "0", "5.00", "sales", "parts")), "v1")
    export(home)
    source = Iif(home.parent / "books", "S1", {"1030 Café": "cards", "4010 Parts": "ignored"})
    entries = [row for file in source._files() for rows in source._pages(file, ANY) if rows.table == "entry"
               for row in rows.frame.to_dicts()]  # fmt: skip
    assert [(entry["account"], entry["amount"]) for entry in entries] == [
        ("1030 Café", "5.00"),
        ("4010 Parts", "-5.00"),
    ]


@pytest.mark.parametrize(
    ("site", "day", "said"),
    [
        ("chii", DAY, "--site: no site 'chii'; did you mean 'chi'"),
        ("chi", date(2026, 3, 12), "--date: 2026-03-12 of 'chi' is not published; there are days from 2026-03-09 to"),
    ],
)
def test_a_shop_or_a_day_that_is_not_there_is_refused(home: Path, site: str, day: date, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        exports.export(home, site, day, home / "books", "csv")
    assert journal.require(home).entries == ()


def test_a_name_that_cannot_be_printed_is_refused(home: Path) -> None:
    with pytest.raises(ReportError, match=r"--by .*cannot be printed"):
        export(home, by="Ann\x1b[31m")
    assert journal.require(home).entries == ()


def test_a_folder_that_cannot_be_written_to_is_named_and_the_day_stays_to_be_exported(home: Path) -> None:
    (home.parent / "books").write_text("a file")
    with pytest.raises(TieoutError, match=r"--to .*books: cannot be written to"):
        export(home)
    (home.parent / "books").unlink()
    assert export(home).entry is not None


def test_what_the_books_have_is_by_shop_and_day_with_the_orders_of_the_last_export(home: Path) -> None:
    publish(home, GOLDEN, "v1", orders=("1001", "1006"))
    export(home)
    publish(home, WITHOUT_1006, "v2", orders=("1001",))
    export(home)
    told = exported.relations(journal.require(home), {"chi": 7})
    lines, orders = told["exported_line"], told["exported_order"]
    assert lines["amount"].sum() == 0
    assert {row["account"]: row["amount"] for row in lines.filter(section="sales").to_dicts()} == {
        "4010 Parts Sales": Decimal("-750.00"), "4020 Labor Sales": Decimal("-870.00"),
        "4030 Sublet Sales": Decimal("-48.00"),
    }  # fmt: skip
    assert (set(lines["site_key"]), set(lines["seq"]), set(lines["business_date"])) == ({7}, {2}, {DAY})
    assert orders["ro_number"].to_list() == ["1001"]
    assert {name: one.height for name, one in exported.relations(journal.require(home), {}).items()} == {
        "exported_line": 0, "exported_order": 0,
    }  # fmt: skip


def test_killed_before_the_entry_counts_the_same_file_is_written_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has its name and the journal has no line: the next export is the first, under the same name."""

    class Killed(BaseException):
        pass

    def commit(written: Path, path: Path) -> None:
        real(written, path)
        if path.suffix == ".iif":
            raise Killed

    real = store.commit
    monkeypatch.setattr(store, "commit", commit)
    with pytest.raises(Killed):
        export(home)
    monkeypatch.setattr(store, "commit", real)
    before = next((home.parent / "books").iterdir()).read_bytes()
    made = export(home)
    assert made.entry is not None
    assert made.entry.seq == 1
    assert {file.name: file.read_bytes() for file in (home.parent / "books").iterdir()} == {
        "tieout_chi_2026-03-10_1.iif": before
    }


def test_two_who_export_at_once_write_one_file(home: Path) -> None:
    found: list[Export] = []
    both = [threading.Thread(target=lambda: found.append(export(home))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(made.entry is None for made in found) == [False, True]
    assert len(journal.require(home).entries) == 1


def test_a_journal_that_was_altered_takes_no_export(home: Path) -> None:
    export(home)
    file = journal.folder(home) / journal.FILE
    file.write_bytes(file.read_bytes().replace(b"798.60", b"798.61"))
    publish(home, WITHOUT_1006, "v2")
    with pytest.raises(JournalBroken, match="line 1"):
        export(home)


SETTINGS = """
company: {name: One Shop}
close: {anchor: "%s"}
sites:
  chi: {name: Chicago, timezone: America/Chicago}
connections:
  chi_files: {kind: files, path: drop, sites: {"CHI": chi}}
"""


def tieout(home: Path, *words: str) -> tuple[int, str]:
    """`tieout export` of the day at the prompt: exit code, and what it says."""
    asked = ["export", "--site", "chi", "--date", "2026-03-10", "--to", str(home.parent / "books"), "--home", str(home)]
    ran = CliRunner().invoke(app, [*asked, *words], env={"COLUMNS": "200", "TIEOUT_CONFIG": "", "TIEOUT_HOME": ""})
    return ran.exit_code, " ".join(ran.output.split())


def test_the_prompt_shows_the_journal_and_hands_the_head_over_and_the_second_time_says_what_was(home: Path) -> None:
    kept = home.parent / "head"
    (home / "tieout.yml").write_text(SETTINGS % f"tee {kept}", encoding="utf-8")
    code, said = tieout(home, "--format", "iif", "--by", "Ann Lee")
    assert code == 0, said
    for words in ("tieout_chi_2026-03-10_1.iif, entry 1", "1010 Cash 30.00 cash", "2,484.60 2,484.60", "is not signed"):
        assert words in said, words
    assert kept.read_text().strip() == journal.require(home).head
    code, said = tieout(home, "--format", "csv")
    assert code == 0
    assert "nothing has changed since it was exported (tieout_chi_2026-03-10_1.iif" in said
    assert "by Ann Lee, version v1" in said


def test_the_prompt_says_how_much_a_day_is_short_and_that_nobody_got_the_head(home: Path) -> None:
    (home / "tieout.yml").write_text(SETTINGS % "false", encoding="utf-8")
    publish(home, (("1010 Cash", "94", "0", "payments", "cash"), ("6900 O/S", "6", "0", "tie_out", "delta"),
                   ("4010 Parts", "0", "100", "sales", "parts")), "v1")  # fmt: skip
    code, said = tieout(home, "--format", "csv")
    assert code == 1
    assert "The day does not tie: 6.00 short" in said
    assert "the head was not handed over" in said
    assert len(journal.require(home).entries) == 1

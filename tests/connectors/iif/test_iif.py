"""R.O. Writer's accounting files: blocks that balance, days that are exported twice, totals as the truth has them."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connectors.base import TieoutError
from connectors.iif import Iif
from connectors.landing import landing, quarantine
from connectors.simulator import iif
from connectors.simulator.company import World, make_company
from connectors.simulator.events import state_at

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ACCOUNTS = {"Bank": "cash", "Cards": "cards", "Sales": "total_sales", "Tax": "sales_tax",
            "A/R": "charged/ar_pay", "Deposits": "previous_advance_pay/advance_pay", "COGS": "ignored"}  # fmt: skip
DEMO = {**dict.fromkeys(iif.SALES.values(), "ignored"), iif.DISCOUNTS: "ignored", iif.SHORT: "ignored",
        "Sales Tax Payable": "sales_tax", "Card Fees": "card_upcharge", iif.ADVANCES: "previous_advance_pay/advance_pay",
        iif.RECEIVABLE: "charged/ar_pay", iif.CARDS: "cards", iif.PAID["cash"]: "cash", iif.PAID["check"]: "check_amt"}  # fmt: skip
HEAD = "!TRNS\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\n!SPL\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\n!ENDTRNS\n"


def block(*entries: tuple[str, str], day: str = "03/02/2026") -> str:
    words = ["TRNS", *["SPL"] * len(entries)]
    lines = [
        f"{word}\tGENERAL JOURNAL\t{day}\t{account}\t{amount}\n"
        for word, (account, amount) in zip(words, entries, strict=False)
    ]
    return "".join(lines) + "ENDTRNS\n"


def put(folder: Path, name: str, text: str, hours: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode())
    at = (NOW + timedelta(hours=hours)).timestamp()
    os.utime(folder / name, (at, at))


@pytest.fixture
def stated(tmp_path: Path, build: Any) -> Any:
    """The totals of the newest version of every day, after another pull."""

    def totals(folder: Path, accounts: dict[str, str], hours: int = 0) -> dict[tuple[date, str], Decimal]:
        source = Iif(folder, "S1", accounts)
        result = landing.pull(tmp_path / "home", "acc", source, {"S1": "chi"}, NOW + timedelta(hours=hours))
        assert result.failed == {}
        con = build(source, "acc", tmp_path / "home" / "landing" / "acc", grain=True)
        sql = """select business_date, name, value from int_iif__control_total
            qualify _order = max(_order) over (partition by _key)"""
        return {(day, name): value for day, name, value in con.sql(sql).fetchall()}

    return totals


def test_money_comes_out_positive_and_an_account_with_two_sides_states_two_totals(tmp_path: Path, stated: Any) -> None:
    put(tmp_path / "out", "a.iif", HEAD + block(
        ("Bank", "1,100.00"), ("A/R", "50.00"), ("A/R", "-20.00"), ("Deposits", "30.00"), ("Deposits", "-40.00"),
        ("Sales", "-1000.00"), ("Tax", "-120.00"), ("COGS", "0.00"),
    ))  # fmt: skip
    found = {name: value for (_, name), value in stated(tmp_path / "out", ACCOUNTS).items()}
    amounts = {"cash": "1100", "charged": "50", "ar_pay": "20", "previous_advance_pay": "30", "advance_pay": "40",
               "total_sales": "1000", "sales_tax": "120", "cards": "0"}  # fmt: skip
    assert found == {name: Decimal(value) for name, value in amounts.items()}


def test_a_day_that_is_exported_again_is_replaced_whole_by_the_file_that_was_written_later(
    tmp_path: Path, stated: Any
) -> None:
    put(tmp_path / "out", "z.iif", HEAD + block(("Cards", "70.00"), ("Bank", "30.00"), ("Sales", "-100.00")))
    first = stated(tmp_path / "out", ACCOUNTS)
    put(tmp_path / "out", "a.iif", HEAD + block(("Bank", "80.00"), ("Sales", "-80.00")), hours=1)
    second = stated(tmp_path / "out", ACCOUNTS, hours=2)
    day = date(2026, 3, 2)
    assert [first[day, name] for name in ("cash", "cards", "total_sales")] == [30, 70, 100]
    assert [second[day, name] for name in ("cash", "cards", "total_sales")] == [80, 0, 80]


def test_the_same_content_written_again_lands_nothing(tmp_path: Path) -> None:
    for hours in (0, 1):
        put(tmp_path / "out", "a.iif", HEAD + block(("Bank", "80.00"), ("Sales", "-80.00")), hours)
        result = landing.pull(
            tmp_path / "home", "acc", Iif(tmp_path / "out", "S1", ACCOUNTS), {"S1": "chi"}, NOW + timedelta(hours=hours)
        )
    assert {table: (counts.landed, counts.unchanged) for table, counts in result.tables.items()} == {
        "day": (0, 1), "entry": (0, 2)}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + block(("Bank", "80.00"), ("Sales", "-79.99")), "line 6: the block of 2026-03-02 does not balance, its amounts sum to 0.01"),
        (HEAD + block(("Bank", "80.00"), ("Sales", "-80.00")).replace("ENDTRNS\n", ""), "ends within the block of 2026-03-02"),
        (HEAD + block(("Bank", "80,00"), ("Sales", "-80,00")), "'80,00' is no amount"),
        (HEAD + block(("Bank", "80.00"), ("Sales", "-80.00"), day="2026-03-02"), "'2026-03-02' is no date"),
        (block(("Bank", "80.00"), ("Sales", "-80.00")), "line 1: no DATE, ACCNT or AMOUNT"),
        (HEAD + "SPL\tGENERAL JOURNAL\t03/02/2026\tBank\t1.00\n", "line 4: SPL where another line belongs"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_by_name_and_holds_up_no_other(tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path / "out", "good.iif", HEAD + block(("Bank", "5.00"), ("Sales", "-5.00"), day="3/1/26"))
    put(tmp_path / "out", "wrong.iif", text)
    result = landing.pull(tmp_path / "home", "acc", Iif(tmp_path / "out", "S1", ACCOUNTS), {"S1": "chi"}, NOW)
    assert list(result.failed) == ["file wrong.iif"]
    assert said in result.failed["file wrong.iif"]
    assert result.tables["day"].landed == 1
    put(tmp_path / "out", "wrong.iif", HEAD + block(("Bank", "80.00"), ("Sales", "-80.00")), hours=1)
    again = landing.pull(
        tmp_path / "home", "acc", Iif(tmp_path / "out", "S1", ACCOUNTS), {"S1": "chi"}, NOW + timedelta(hours=1)
    )
    assert (again.failed, again.tables["day"].landed) == ({}, 1)


def test_an_account_that_nobody_named_quarantines_its_day(tmp_path: Path) -> None:
    put(tmp_path / "out", "a.iif", HEAD + block(("Bank", "80.00"), ("New Account", "-80.00")))
    landing.pull(tmp_path / "home", "acc", Iif(tmp_path / "out", "S1", ACCOUNTS), {"S1": "chi"}, NOW)
    assert set(quarantine.rows(tmp_path / "home")["rule"]) == {"unmapped_account", "document_refused"}


def test_check_shows_which_accounts_the_last_file_has_and_what_they_state(tmp_path: Path) -> None:
    put(tmp_path / "out", "a.iif", HEAD + block(("Bank", "80.00"), ("Gift", "-80.00")))
    assert Iif(tmp_path / "out", "S1", ACCOUNTS).check()[1:] == ["account Bank: cash", "account Gift: not in accounts"]
    with pytest.raises(TieoutError, match=r"accounts.Bank: 'coins' is no line of the tie-out; give one of cards, cash"):
        Iif(tmp_path, "S1", {"Bank": "coins"})


@cache
def world() -> World:
    return make_company(7, shops=1, days=9, ros_per_day=6, calls_per_day=1)


def truth(as_of: datetime) -> dict[tuple[date, str], Decimal]:
    """Payments by day and line of the tie-out."""
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    names = {"cash": "cash", "check": "check_amt"}
    for row in state_at(world().events, as_of, world().company.sites[0].id)["tender"].values():
        name = "charged" if row["kind"] == "ar_charge" else names.get(row["method"], "cards")
        sums[row["business_date"], name] += row["amount"] * (not row["is_void"])
    return {place: amount for place, amount in sums.items() if amount}


def test_the_totals_of_every_day_are_those_of_the_event_log_whenever_they_are_exported(
    tmp_path: Path, stated: Any
) -> None:
    made, site = world(), world().company.sites[0]
    for as_of in (made.first_pull, made.as_of):
        assert iif.write(made.company, made.events, site, tmp_path / "out", as_of=as_of)
        hours = (as_of - NOW) // timedelta(hours=1)
        found = stated(tmp_path / "out", DEMO, hours=hours)
        shown = {
            place: value
            for place, value in found.items()
            if value and place[1] in ("cash", "check_amt", "cards", "charged")
        }
        assert shown == truth(as_of)
    assert iif.write(made.company, made.events, site, tmp_path / "out", as_of=made.as_of + timedelta(days=1)) == []

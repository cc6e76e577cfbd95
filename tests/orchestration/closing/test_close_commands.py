"""`tieout close` at the prompt: signing, reopening, following breaks up, checking the journal, and what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from shops import DAY, OTHER, RO, SETTINGS, Shops, month_of_days, stored
from typer.testing import CliRunner, Result

from orchestration.cli import app
from orchestration.closing import anchor, journal, signed

SIGN = ("--sign", "--by", "Ann Lee", "--reason", "counted")
REOPEN = ("--reopen", "--by", "Bo Chen", "--reason", "a late invoice")
CHI = ("--site", "chi", "--date", "2026-03-10")


@pytest.fixture(autouse=True)
def small_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a signed day stores is of no interest here."""
    monkeypatch.setattr(signed, "store", stored)


def close(shops: Shops, *words: str) -> Result:
    return CliRunner().invoke(app, ["close", *words, "--home", str(shops.home)])


def told(shops: Shops, *words: str) -> Any:
    return json.loads(close(shops, *words, "--format", "json").stdout)


def head(shops: Shops) -> str:
    return journal.require(shops.home).head


def test_a_signed_day_says_its_entry_and_head_and_the_day_then_shows_who_signed_it(shops: Shops) -> None:
    assert "Signed     not yet" in close(shops, *CHI).stdout
    result = close(shops, *CHI, *SIGN)
    assert (result.exit_code, result.output) == (0, f"chi 2026-03-10: signed, entry 1\n  head {head(shops)}\n")
    day = close(shops, *CHI)
    assert day.exit_code == 0
    assert "Signed     by Ann Lee at " in day.stdout
    assert ": counted" in day.stdout


def test_a_day_that_is_objected_to_lists_the_ids_and_is_signed_once_they_are_accepted(shops: Shops) -> None:
    shops.object()
    result = close(shops, *CHI, *SIGN)
    assert result.exit_code == 1
    assert "chi 2026-03-10: 1 exception is not accepted" in result.stdout
    assert "C-11:RO 10456" in result.stdout
    assert "A void order holds money." in result.stdout
    accepted = close(shops, *CHI, *SIGN, "--accept", "C-11:10456=refunded by cheque 77")
    assert accepted.exit_code == 0
    assert "1 exception accepted" in close(shops, *CHI).stdout


def test_for_machines_answers_exceptions_and_the_days_state_are_json(shops: Shops) -> None:
    shops.object()
    (refused,) = told(shops, *CHI, *SIGN)["answers"]
    assert (refused["done"], refused["left"][0]["id"], refused["left"][0]["diff"]) == (
        False,
        "C-11:RO 10456",
        "12.5000",
    )
    (done,) = told(shops, *CHI, *SIGN, "--accept", "C-11=fine")["answers"]
    assert (done["done"], done["seq"], done["head"], done["accepted"]) == (True, 1, head(shops), 1)
    state = told(shops, *CHI)["closing"]
    assert state["signed"]["by"] == "Ann Lee"
    assert state["signed"]["accepted"][0]["reason"] == "fine"
    assert state["journal_broken"] is None


def test_a_second_person_reopens_and_the_day_says_so(shops: Shops) -> None:
    close(shops, *CHI, *SIGN)
    same = close(shops, *CHI, "--reopen", "--by", "ann lee", "--reason", "mine")
    assert same.exit_code == 1
    assert "a second person has to reopen it, not Ann Lee" in same.stdout
    assert close(shops, *CHI, *REOPEN).exit_code == 0
    assert "Reopened   by Bo Chen at " in close(shops, *CHI).stdout


def test_many_shops_and_days_are_answered_each(shops: Shops) -> None:
    shops.object(site="den")
    result = close(shops, "--site", "all", "--from", "2026-03-09", "--to", "2026-03-10", *SIGN)
    assert result.exit_code == 1
    for line in ("chi 2026-03-09: signed, entry 1", "den 2026-03-09: signed, entry 2", "chi 2026-03-10: signed, entry 3",
                 "den 2026-03-10: 1 exception is not accepted"):  # fmt: skip
        assert line in result.stdout
    two = told(shops, "--site", "chi", "--site", "den", "--date", "2026-03-11", *SIGN)["answers"]
    assert [(one["site"], one["done"]) for one in two] == [("chi", True), ("den", True)]


def test_a_month_is_closed_and_opened(shops: Shops) -> None:
    month_of_days(shops, DAY.replace(month=2, day=28), DAY.replace(month=2, day=28))
    month = ("--site", "chi", "--month", "2026-02")
    refused = close(shops, *month, *SIGN)
    assert refused.exit_code == 1
    assert "chi 2026-02: 1 of 1 days with business are not signed: 2026-02-28" in refused.stdout
    close(shops, "--site", "chi", "--date", "2026-02-28", *SIGN)
    assert "chi 2026-02: signed, entry 2" in close(shops, *month, *SIGN).stdout
    assert "Month      closed by Ann Lee" in close(shops, "--site", "chi", "--date", "2026-02-28").stdout
    assert close(shops, *month, *REOPEN).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*CHI, "--sign", "--reason", "x"), "--by: who signs? give a name"),
        ((*CHI, "--sign", "--by", "  ", "--reason", "x"), "--by: who signs? give a name"),
        ((*CHI, "--sign", "--by", "Ann"), "--reason: why? give a reason"),
        ((*CHI, "--reopen", "--by", "Ann", "--reason", " "), "--reason: why? give a reason"),
        (("--site", "chii", "--date", "2026-03-10", *SIGN), "no site 'chii'; did you mean 'chi'?"),
        (("--site", "chii", "--date", "2026-03-10", *REOPEN), "no site 'chii'; did you mean 'chi'?"),
        ((*CHI, *SIGN, "--accept", "C-11"), "--accept 'C-11': write"),
        (("--site", "chi", "--month", "March", *SIGN), "--month 'March': is no month"),
        ((*CHI, "--assign", "R11", "--by", "Ann"), "--to: to whom?"),
        ((*CHI, "--resolve", "R11", "--by", "Ann"), "--reason: why?"),
        (
            (*CHI, "--assign", "R11", "--to", "Bo", "--by", "Ann"),
            "'R11' is no break of chi 2026-03-10; there are: none",
        ),
        (("--verify", "--head", "abc"), "--head 'abc': is no head"),
    ],
)
def test_what_is_wrong_with_the_command_is_said_with_what_to_write(
    shops: Shops, words: tuple[str, ...], said: str
) -> None:
    result = close(shops, *words)
    assert (result.exit_code, said in " ".join(result.output.split())) == (2, True), result.output
    assert not shops.journal().exists()


@pytest.mark.parametrize(
    "words",
    [
        SIGN,
        ("--site", "chi", *SIGN),
        (*CHI, "--from", "2026-03-01", "--to", "2026-03-10", *SIGN),
        ("--site", "chi", "--from", "2026-03-01", *SIGN),
        ("--site", "chi", "--from", "2026-03-10", "--to", "2026-03-01", *SIGN),
        ("--site", "chi", "--from", "2026-03-10", "--to", "Bo", *SIGN),
        (*CHI, "--sign", "--reopen"),
        (*CHI, "--accept", "C-11=x"),
        (*CHI, "--head", "0" * 64),
        ("--site", "chi", "--month", "2026-02", *SIGN, "--accept", "C-11=x"),
        ("--site", "chi", "--site", "den", "--date", "2026-03-10"),
    ],
)
def test_what_cannot_go_together_is_wrong_usage(shops: Shops, words: tuple[str, ...]) -> None:
    assert close(shops, *words).exit_code == 2


@pytest.mark.parametrize("name", ["R11:10456", "10456", "RO 10456", "R11", f"{RO}:R11", RO])
def test_a_break_gets_an_owner_and_a_resolution_by_any_of_its_names(shops: Shops, name: str) -> None:
    shops.broken("R11")
    assert "Break      R11:10456: nobody's yet" in close(shops, *CHI).stdout
    assigned = close(shops, *CHI, "--assign", name, "--to", "Bo Chen", "--by", "Ann Lee")
    assert (assigned.exit_code, "chi 2026-03-10: assigned, entry 1" in assigned.stdout) == (0, True)
    assert "Break      R11:10456: owner Bo Chen" in close(shops, *CHI).stdout
    assert close(shops, *CHI, "--resolve", name, "--by", "Bo Chen", "--reason", "posted on the 11th").exit_code == 0
    assert "R11:10456: owner Bo Chen; resolved by Bo Chen: posted on the 11th" in close(shops, *CHI).stdout
    day = told(shops, *CHI)
    assert [one["key"] for one in day["breaks"]] == [f"{RO}:R11"]
    assert day["closing"]["follow_up"][f"{RO}:R11"]["owner"] == "Bo Chen"
    assert [entry.detail["cause_code"] for entry in journal.require(shops.home).entries] == ["R11", "R11"]


def test_a_name_that_two_breaks_have_names_both(shops: Shops) -> None:
    shops.broken("R11")
    shops.broken("R11", "10457", OTHER)
    result = close(shops, *CHI, "--assign", "R11", "--to", "Bo", "--by", "Ann")
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    assert "'R11' are 2 breaks of chi 2026-03-10; name one: R11:10456" in said
    assert f"R11:10457 ({OTHER}:R11)" in said
    assert close(shops, *CHI, "--assign", "10457", "--to", "Bo", "--by", "Ann").exit_code == 0


def test_verify_says_that_all_is_as_it_was_written_or_names_the_first_that_is_not(shops: Shops) -> None:
    empty = close(shops, "--verify")
    assert (empty.exit_code, "0 entries and 0 files are as they were written" in empty.stdout) == (0, True)
    close(shops, "--site", "all", "--date", "2026-03-10", *SIGN)
    good = close(shops, "--verify", "--head", head(shops))
    assert good.exit_code == 0
    assert (
        f"2 entries and 4 files are as they were written\nThe head that was kept is in it; 0 entries came after it\nhead {head(shops)}"
        in good.stdout
    )
    kept, data = head(shops), shops.journal().read_bytes()
    shops.journal().write_bytes(data.splitlines(keepends=True)[0])
    cut = close(shops, "--verify", "--head", kept)
    assert (cut.exit_code, close(shops, "--verify").exit_code) == (1, 0)
    assert "the journal was cut off" in " ".join(cut.stdout.split())
    shops.journal().write_bytes(data.replace(b'"site":"den"', b'"site":"dem"'))
    broken = told(shops, "--verify")
    assert (broken["ok"], broken["fault"]["line"], broken["entries"]) == (False, 2, 1)


def test_a_broken_journal_is_told_by_the_day_by_status_and_by_every_command_that_writes(shops: Shops) -> None:
    close(shops, *CHI, *SIGN)
    shops.journal().write_bytes(shops.journal().read_bytes().replace(b"counted", b"Counted"))
    day = close(shops, *CHI)
    assert day.exit_code == 1
    assert "The close journal is broken: line 1 (chi 2026-03-10): is not what its hash was made of" in day.stdout
    status = CliRunner().invoke(app, ["status", "--home", str(shops.home)])
    assert "Journal    line 1 (chi 2026-03-10)" in status.stdout
    for words in ((*CHI, *SIGN), (*CHI, *REOPEN)):
        refused = close(shops, *words)
        assert refused.exit_code == 1
        assert "Nothing is added to a journal that is not as it was written" in " ".join(refused.output.split())


def script(shops: Shops, text: str) -> None:
    file = shops.home / "keep.py"
    file.write_text(text, encoding="utf-8")
    with (shops.home / "tieout.yml").open("a", encoding="utf-8") as settings:
        settings.write(f'\nclose: {{anchor: "{sys.executable} {file} {shops.home / "heads"}"}}\n')


def test_each_new_head_is_handed_to_the_command_that_keeps_it(shops: Shops) -> None:
    script(shops, "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())")
    close(shops, "--site", "all", "--date", "2026-03-10", *SIGN)
    kept = (shops.home / "heads").read_text().splitlines()
    assert kept == [entry.hash for entry in journal.require(shops.home).entries]


def test_a_command_that_fails_is_told_and_the_signing_stands(shops: Shops) -> None:
    script(shops, "import sys; sys.exit('the notary is away')")
    result = close(shops, *CHI, *SIGN)
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "chi 2026-03-10: signed, entry 1" in said
    assert "the head was not handed over, keep it yourself" in said
    assert "ended with 1 (the notary is away)" in said
    assert "Signed     by Ann Lee" in close(shops, *CHI).stdout


def test_a_command_that_is_not_there_or_does_not_end_is_said_so(tmp_path: Path) -> None:
    assert "No such file" in anchor.hand(str(tmp_path / "nothing"), "0" * 64)
    assert "did not end within 0 s" in anchor.hand(f"{sys.executable} -c 'import time; time.sleep(9)'", "0" * 64, 0.2)


@pytest.mark.parametrize(
    ("line", "said"), [('close: {anchor: "curl \'"}', "close.anchor"), ("close: {ancor: x}", "close.ancor")]
)
def test_settings_of_the_close_are_judged(shops: Shops, line: str, said: str) -> None:
    (shops.home / "tieout.yml").write_text(f"{SETTINGS}\n{line}\n", encoding="utf-8")
    result = close(shops, *CHI, *SIGN)
    assert (result.exit_code, said in result.output) == (2, True), result.output

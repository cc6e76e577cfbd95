"""tieout.yml: what a valid one gives, and that every mistake is named with its key, value and fix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from valid_company import VALID, Drop

from connectors.base import TieoutError
from orchestration.accounts import rows
from orchestration.config import ConfigError, find, home_folder, load

Writer = Callable[..., Path]


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.problems


def test_a_valid_file_gives_sites_connections_and_options_with_their_defaults(written: Writer) -> None:
    config = load(written(), home=Path("/tmp/somewhere"))
    assert config.home == Path("/tmp/somewhere")
    assert config.company.name == "Demo Auto"
    assert config.sites["chi"].hours["fri"] == (time(8), time(18))
    assert "sat" not in config.sites["chi"].hours
    assert config.options.exclude_spam is True
    assert config.options.tolerance_tax_per_line == Decimal("0.01")
    assert config.options_of("den").conversion_window_days == 14
    assert config.options_of("chi").conversion_window_days == 30


def test_a_site_code_with_leading_zeros_stays_a_text(written: Writer) -> None:
    assert load(written()).connections["den_dms"].sites[0].code == "001"


def test_a_relative_path_starts_at_the_folder_of_the_file(written: Writer) -> None:
    path = written()
    assert load(path).source("chi_dms") == Drop(path=path.parent / "in")


def test_validity_dates_of_a_site_code_that_meet_but_do_not_overlap_are_fine(written: Writer) -> None:
    maps = '{"S0": [{site: chi, to: 2026-01-31}, {site: den, from: 2026-02-01}]}'
    config = load(written(VALID.replace('{"S0": chi}', maps)))
    assert [(entry.site, entry.from_, entry.to) for entry in config.connections["chi_dms"].sites] == [
        ("chi", None, date(2026, 1, 31)),
        ("den", date(2026, 2, 1), None),
    ]


def test_a_secret_is_read_when_the_source_is_built_and_not_before(
    written: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(written())
    assert "${DEN_TOKEN}" in repr(config)
    monkeypatch.setenv("DEN_TOKEN", "s3cr3t")
    source: Any = config.source("den_dms")
    assert source.token == "s3cr3t"
    assert config.redact("the token s3cr3t was refused") == "the token ${DEN_TOKEN} was refused"


def test_every_secret_that_is_not_set_is_named_at_once(written: Writer) -> None:
    config = load(written(VALID.replace('"http://127.0.0.1"', '"${DEN_URL}"')))
    with pytest.raises(ConfigError) as caught:
        config.require()
    assert caught.value.problems == [
        "connections.den_dms.url: the environment has no DEN_URL; set it before you start tieout",
        "connections.den_dms.token: the environment has no DEN_TOKEN; set it before you start tieout",
    ]


def test_a_reference_with_a_default_needs_no_variable(written: Writer) -> None:
    config = load(written(VALID.replace("${DEN_TOKEN}", "${DEN_TOKEN:-demo}")))
    source: Any = config.source("den_dms")
    assert source.token == "demo"


# one line each: what is changed in the valid file, and the message that must come
MISTAKES = [
    ("company:", "compani:", "compani: is not a section of tieout.yml; did you mean 'company'?"),
    ("currency: USD", "currency: dollars", "company.currency: 'dollars' - string should match pattern"),
    ("week_starts_on: monday", "week_starts_on: mon", "company.week_starts_on: 'mon' is not one of 'monday'"),
    ("name: Chicago, ", "", "sites.chi.name: is missing; add it"),
    ("name: Chicago", "nmae: Chicago", "sites.chi.nmae: is not a setting; did you mean 'name'?"),
    (
        "America/Chicago",
        "America/Chicgo",
        "sites.chi.timezone: 'America/Chicgo' is not a time zone; did you mean",
    ),
    ("America/Denver", "america/denver", "did you mean 'America/Denver'?"),
    ("08:00-18:00", "8-18", "sites.chi.hours: is not a time of day; write it as HH:MM"),
    ("08:00-18:00", "18:00-08:00", "sites.chi.hours: '18:00-08:00' closes before it opens"),
    ("mon-fri", "mon-friday", "sites.chi.hours: 'mon-friday' names no weekday"),
    ("name: Denver", "name: Denver, day_cutoff: 25:00", "sites.den.day_cutoff: '25:00' is not a time of day"),
    ("name: Denver", "name: Denver, day_cutoff: 13:00", "must end before noon"),
    ("name: Denver", "name: Denver, holidays: US-XX", "sites.den.holidays: 'US-XX' 'XX' is no part of US"),
    ("name: Denver", "name: Denver, holidays: UK9", "sites.den.holidays: 'UK9' is no holiday calendar"),
    ("conversion_window_days: 14", "conversion_window: 14", "did you mean 'conversion_window_days'?"),
    (
        "conversion_window_days: 14",
        "conversion_window_days: two",
        "sites.den.options.conversion_window_days: 'two'",
    ),
    (
        "exclude_spam: true",
        "report_version: v29",
        "options.report_version: 'v29' is not one of 'v1.31' or 'v30'",
    ),
    ("options: {ex", "accounts: {chash: 1010}\noptions: {ex", "accounts.chash: is not a setting; did you mean 'cash'?"),
    (
        "options: {ex",
        "accounts: {cash: ''}\noptions: {ex",
        "accounts.cash: '' is no account; write it as your books do",
    ),
    ("name: Denver", "name: Denver, accounts: {sale_tax: 1}", "sites.den.accounts.sale_tax: is not a setting; did you"),
    ("exclude_spam: true", "tolerance_money: -1", "options.tolerance_money: -1 - input should be greater"),
    (
        "kind: drop",
        "kind: dorp",
        "connections.chi_dms.kind: 'dorp' is not a kind of source; did you mean 'drop'?",
    ),
    ("kind: drop, ", "", "connections.chi_dms.kind: is missing; add it"),
    ("path: in", "pth: in", "connections.chi_dms.pth: is not a setting of kind drop; did you mean 'path'?"),
    ("path: in, ", "", "connections.chi_dms.path: is missing; kind drop needs it"),
    ('"S0": chi', '"S0": chii', "connections.chi_dms.sites.S0: 'chii' is not a site; did you mean 'chi'?"),
    (', sites: {"S0": chi}', "", "connections.chi_dms.sites: is missing"),
    ('"S0": chi', '"S0": {site: chi, from: yesterday}', "connections.chi_dms.sites.S0.from: 'yesterday'"),
    (
        '"S0": chi',
        '"S0": {site: chi, from: 2026-02-01, to: 2026-01-01}',
        "ends (2026-01-01) before it begins",
    ),
    (
        '"S0": chi',
        '"S0": [{site: chi}, {site: den, from: 2026-01-01}]',
        "the dates of 'chi' and 'den' overlap",
    ),
    ("chi_dms:", "chi/dms:", "connections.chi/dms: a name holds only letters"),
    (
        'token: "${DEN_TOKEN}"',
        'token: "${DEN_TOKEN:-x}", page_size: many',
        "connections.den_dms: page_size: 'many'",
    ),
]


# one line each: what is said of connections and people, and the message that must come
IDENTITIES = [
    (
        "customers: {apart: [[chi_dms:1, chi_dm:2]]}",
        "customers.apart.1: 'chi_dm' is not a connection; did you mean 'chi_dms'?",
    ),
    ("customers: {apart: [[chi_dms:1]]}", "a line names two records at least"),
    ("vehicles: {together: [[chi_dms:1, nobody]]}", "'nobody' names no record; write connection:id"),
    ("employees: {together: [[chi_dms:1, den_dms:2], [chi_dms:1, den_dms:3]]}", "'chi_dms:1' stands in two lines"),
    ("most_shared: 1", "identity.most_shared: 1"),
    ("customer: {}", "identity.customer: is not a setting; did you mean 'customers'?"),
]


@pytest.mark.parametrize(("said", "message"), IDENTITIES)
def test_a_mistake_of_who_is_who_is_named_too(written: Writer, said: str, message: str) -> None:
    assert message in "\n".join(problems(written(f"{VALID}\nidentity: {{{said}}}\n")))


def test_who_is_who_is_read_as_lines_of_records(written: Writer) -> None:
    said = "{ignore: ['+13125550100'], customers: {apart: [[chi_dms:1042, den_dms:7:7]]}}"
    identity = load(written(f"{VALID}\nidentity: {said}\n")).identity
    assert identity.ignore == ("+13125550100",)
    assert list(identity.matches()) == [
        ("apart", "customer", 1, "chi_dms", "1042"),
        ("apart", "customer", 1, "den_dms", "7:7"),
    ]


def test_ids_of_one_connection_may_be_anothers_all_or_by_kind(written: Writer) -> None:
    right = "kind: drop, "
    everything = load(written(VALID.replace(right, right + "ids_of: den_dms, ", 1))).connections["chi_dms"]
    assert set(everything.ids_of.values()) == {"den_dms"}
    assert "order" in everything.ids_of
    calls = load(written(VALID.replace(right, right + "ids_of: {call: den_dms}, ", 1))).connections["chi_dms"]
    assert calls.ids_of == {"call": "den_dms"}
    wrong = problems(written(VALID.replace(right, right + "ids_of: {call: den_dm}, ", 1)))
    assert wrong == ["connections.chi_dms.ids_of.call: 'den_dm' is not a connection; did you mean 'den_dms'?"]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_key_its_value_and_the_fix(
    written: Writer, right: str, wrong: str, message: str
) -> None:
    assert right in VALID
    assert message in "\n".join(problems(written(VALID.replace(right, wrong, 1))))


def test_all_mistakes_come_at_once(written: Writer) -> None:
    text = VALID.replace("America/Chicago", "Chicago").replace("kind: drop", "kind: drip").replace("14", "x")
    text = text.replace('"S0": chi', '"S0": nyc')
    found = problems(written(text))
    assert [problem.split(":")[0] for problem in found] == [
        "sites.chi.timezone",
        "sites.den.options.conversion_window_days",
        "connections.chi_dms.sites.S0",
        "connections.chi_dms.kind",
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("${DEN_TOKEN}", "hunter2"), ("http://127.0.0.1", "postgresql://reader:hunter2@db/shop")],
)
def test_a_secret_in_the_clear_is_refused_and_not_shown(written: Writer, right: str, wrong: str) -> None:
    text = "\n".join(problems(written(VALID.replace(right, wrong))))
    assert "in the clear" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("company: {name: A}\ncompany: {name: B}", "the key 'company' stands twice"),
        ("company: [", "line 1"),
        ("- a\n- b", "expected 'company:', 'sites:' and 'connections:'"),
        ("", "sites: no site is named"),
        ("sites: chi", "sites: 'chi' expected settings as 'key: value' lines"),
    ],
)
def test_a_file_that_is_no_settings_file_says_where(written: Writer, text: str, message: str) -> None:
    with pytest.raises(TieoutError, match=r".") as caught:
        load(written(text))
    assert message in str(caught.value)


def test_a_missing_file_says_what_to_copy(written: Writer, tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match=r"nowhere\.yml: no such file; copy tieout\.example\.yml"):
        load(tmp_path / "nowhere.yml")


def test_the_file_of_a_named_home_goes_before_the_one_here(
    written: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = written()
    monkeypatch.chdir(tmp_path)
    inside = tmp_path / "home" / "tieout.yml"
    inside.parent.mkdir()
    inside.write_text(VALID)
    assert find(home=tmp_path / "home") == inside
    assert find() == here
    monkeypatch.setenv("TIEOUT_HOME", str(tmp_path / "home"))
    assert find() == inside
    assert home_folder() == tmp_path / "home"
    monkeypatch.setenv("TIEOUT_CONFIG", str(here))
    assert find() == here


def test_a_site_may_post_to_accounts_of_its_own_and_the_rest_are_the_companys(written: Writer) -> None:
    text = VALID.replace("name: Denver", 'name: Denver, accounts: {cash: "1011 Denver", methods: {Amex: 1031 Amex}}')
    config = load(written(text + 'accounts: {check: 1021, methods: {Visa: "1032"}}'))
    assert config.accounts_of("chi").model_dump(include={"cash", "check", "methods"}) == {
        "cash": "1010 Cash", "check": "1021", "methods": {"Visa": "1032"},
    }  # fmt: skip
    assert config.accounts_of("den").model_dump(include={"cash", "check", "methods"}) == {
        "cash": "1011 Denver", "check": "1021", "methods": {"Visa": "1032", "Amex": "1031 Amex"},
    }  # fmt: skip
    named = {(site, line, method): name for site, line, method, _, name in rows({"den": config.accounts_of("den")})}
    assert named["den", "cash", None] == "Denver"
    assert named["den", "check", None] == "1021"
    assert named["den", "cards", "Amex"] == "Amex"

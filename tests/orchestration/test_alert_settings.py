"""`alerts:` of tieout.yml: what it may say, and that every mistake is named with its key, value and fix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from valid_company import VALID

from orchestration.alerting.digest import zone_of
from orchestration.config import Config, ConfigError, load

Writer = Callable[..., Path]
ALERTS = """
alerts:
  quarantine_share: 0.05
  channels:
    office:
      kind: email
      host: smtp.example.com
      user: tieout
      password: "${SMTP_PASSWORD}"
      from: tieout@example.com
      to: [ann@example.com, "${OWNER_MAIL}"]
      severity: critical
      sites: [den]
      digest: "07:30"
"""


def problems(written: Writer, channels: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(f"{VALID}\nalerts: {{channels: {channels}}}"))
    return caught.value.problems


def test_without_the_section_nobody_is_told_and_the_limits_are_the_defaults(written: Writer) -> None:
    alerts = load(written()).alerts
    assert (alerts.channels, alerts.sla_hours, alerts.quarantine_share) == ({}, Decimal(26), Decimal("0.01"))


def test_a_channel_keeps_its_references_until_something_is_sent(
    written: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(written(VALID + ALERTS))
    office: Any = config.alerts.channels["office"]
    assert (office.port, office.starttls, office.digest) == (587, True, time(7, 30))
    assert office.addresses() == ("ann@example.com", "${OWNER_MAIL}")
    monkeypatch.setenv("SMTP_PASSWORD", "s3cr3t")
    monkeypatch.setenv("OWNER_MAIL", "owner@example.com")
    filled: Any = config.channel("office")
    assert (filled.password, filled.digest) == ("s3cr3t", time(7, 30))
    assert filled.addresses() == ("ann@example.com", "owner@example.com")
    assert config.redact("535 s3cr3t is wrong") == "535 ${SMTP_PASSWORD} is wrong"


def test_a_secret_that_is_not_set_or_of_the_wrong_form_is_named_when_the_channel_is_needed(
    written: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(written(VALID + ALERTS))
    for variable in ("SMTP_PASSWORD", "OWNER_MAIL"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ConfigError, match=r"alerts\.channels\.office\.password: the environment has no SMTP_PASSWORD"):
        config.channel("office")
    monkeypatch.setenv("SMTP_PASSWORD", "s3cr3t")
    monkeypatch.setenv("OWNER_MAIL", "nobody")
    with pytest.raises(ConfigError, match=r"office\.to\.1: '\$\{OWNER_MAIL\}' is no e-mail address"):
        config.channel("office")


def test_a_channel_chooses_kinds_severity_and_shops(written: Writer) -> None:
    office = load(written(VALID + ALERTS)).alerts.channels["office"]
    assert office.wants("control", "critical", "den")
    assert office.wants("source", "critical", None)
    assert not office.wants("control", "critical", "chi")
    assert not office.wants("break", "warning", "den")


def test_a_digest_goes_by_the_clock_that_its_shops_share(written: Writer) -> None:
    config = load(written(VALID + ALERTS))
    assert zone_of(config, config.alerts.channels["office"]) == "America/Denver"
    told = problems(written, '{a: {kind: command, argv: [x], digest: "07:30"}}')
    assert told == [
        "alerts.channels.a.timezone: is missing: its shops lie in America/Chicago, America/Denver; "
        "say which clock the digest goes by"
    ]
    zoned = '{a: {kind: command, argv: [x], digest: "07:30", timezone: Europe/Berlin}}'
    config = load(written(f"{VALID}\nalerts: {{channels: {zoned}}}"))
    assert zone_of(config, config.alerts.channels["a"]) == "Europe/Berlin"


MISTAKES = {
    "{kind: smss}": "kind: 'smss' is not a kind of channel; did you mean 'sms'?",
    "{argv: [x]}": "kind: 'nothing' is not a kind of channel; known are: command, email, sms, webhook",
    '"x"': "kind: 'nothing' is not a kind of channel; known are: command, email, sms, webhook",
    "{kind: command}": "argv: is missing; add it",
    "{kind: command, argv: page me}": "argv: 'page me' is not a list; write the program and its arguments as "
    "[program, argument]",
    "{kind: command, argv: []}": "argv: [] - value should have at least 1 item after validation, not 0",
    "{kind: command, argv: [x], arg: 1}": "arg: is not a setting; did you mean 'argv'?",
    "{kind: command, argv: [x], about: [sources]}": "about.0: 'sources' is not one of 'source', 'quarantine', "
    "'control', 'break', 'restatement' or 'task'",
    "{kind: command, argv: [x], severity: high}": "severity: 'high' is not one of 'info', 'warning' or 'critical'",
    "{kind: command, argv: [x], sites: [chj]}": "sites: 'chj' is not a site; did you mean 'chi'?",
    '{kind: command, argv: [x], digest: "7"}': "digest: '7' is not a time of day; write it as HH:MM from 00:00 to 23:59",
    "{kind: command, argv: [x], timezone: America/Chicag}": "timezone: 'America/Chicag' is not a time zone; "
    "did you mean 'America/Chicago'?",
    '{kind: webhook, url: "https://hooks.example.com/T/B/hidden"}': "url: a secret stands here in the clear (not "
    "shown); set CHANNELS_A_URL and write ${CHANNELS_A_URL}",
    '{kind: email, host: h, from: x@y, to: [a@b], password: "hidden"}': "password: a secret stands here in the clear "
    "(not shown); set CHANNELS_A_PASSWORD and write ${CHANNELS_A_PASSWORD}",
    '{kind: email, host: h, from: x, to: ["${TO}"]}': "from: 'x' is no e-mail address; write name@example.com",
    '{kind: sms, account: A, token: "${T}", from: b, to: ["312 555"]}': "to.0: '312 555' is no number; write + and "
    'the country first: "+13125550100"',
    '{kind: sms, url: "http://gw", account: A, token: "${T}", from: b, to: ["${TO}"]}': "url: 'http://gw' would show "
    "the token to everybody on the way; write https://...",
}


@pytest.mark.parametrize("said", MISTAKES)
def test_a_mistake_names_key_value_and_fix(written: Writer, said: str) -> None:
    told = problems(written, f"{{a: {said}}}")
    assert f"alerts.channels.a.{MISTAKES[said]}" in told
    assert "hidden" not in " ".join(told)


def test_a_password_does_not_travel_unencrypted_and_a_channel_says_something(written: Writer) -> None:
    mail = 'kind: email, host: h, from: x@y, to: [a@b], starttls: false, user: u, password: "${P}"'
    assert "the password would travel for everybody to read" in problems(written, f"{{a: {{{mail}}}}}")[0]
    (told,) = problems(written, "{a: {kind: command, argv: [x], at_once: false}}")
    assert "would never say anything" in told


def test_limits_that_are_none_are_refused(written: Writer) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(f"{VALID.replace('path: in', 'path: in, sla_hours: -1')}\nalerts: {{sla_hours: 0, share: 1}}"))
    assert [one.partition(" ")[0] for one in caught.value.problems] == [
        "connections.chi_dms.sla_hours:",
        "alerts.sla_hours:",
        "alerts.share:",
    ]


def test_channels_have_names_and_one_recipient_needs_no_list(written: Writer) -> None:
    assert problems(written, "[{kind: command}]") == [
        "alerts.channels: [{'kind': 'command'}] expected a name for each channel: {office: {kind: email, ...}}"
    ]
    mail = "{kind: email, host: h, from: x@example.com, to: ann@example.com, about: source}"
    office: Any = load(written(f"{VALID}\nalerts: {{channels: {{office: {mail}}}}}")).alerts.channels["office"]
    assert (office.to, office.about) == (("ann@example.com",), ("source",))


def test_a_connection_may_have_an_sla_of_its_own(written: Writer) -> None:
    config: Config = load(written(VALID.replace("path: in", "path: in, sla_hours: 1.5")))
    assert config.connections["chi_dms"].sla_hours == Decimal("1.5")
    assert config.connections["den_dms"].sla_hours is None

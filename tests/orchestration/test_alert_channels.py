"""Each channel against its other side: what arrives there, and what is said when it does not."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_string, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from receivers import MailServer, Web, certificate, mailing, web

from orchestration.alerting import message
from orchestration.alerting.channels import ChannelFailed, send
from orchestration.alerting.found import Alert
from orchestration.alerting.settings import CHANNELS, AnyChannel
from orchestration.alerting.state import Episode

AT = datetime(2026, 3, 11, 14, 5, tzinfo=UTC)
CONTROL = Alert("control:C-11", "control", "critical", "C-11 fails: RO 1006 is void", "chi", date(2026, 3, 10))
TASK = Alert("task:1", "task", "info", "task for Kim: Rückruf\r\nBcc: all@example.com", "den")
SAID = message.of_alerts("Demo Auto", [Episode(1, TASK, AT, None), Episode(2, CONTROL, AT, AT)])
LINES = [
    "Demo Auto: 1 failing control, 1 task",
    "CRITICAL chi 2026-03-10: C-11 fails: RO 1006 is void (over since 2026-03-11 14:05 UTC)",
    "INFO den: task for Kim: Rückruf Bcc: all@example.com",
]


def channel(kind: str, **settings: Any) -> AnyChannel:
    made: AnyChannel = CHANNELS[kind].model_validate({"kind": kind, **settings})
    return made


def mail(port: int, **settings: Any) -> AnyChannel:
    given = {"host": "127.0.0.1", "port": port, "from": "tieout@example.com", "to": ["ann@example.com"]}
    return channel("email", **(given | {"starttls": False} | settings))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def post_office() -> Iterator[MailServer]:
    with mailing() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[Web]:
    with web() as server:
        yield server


def test_a_mail_has_the_gravest_first_and_no_line_of_a_source_becomes_a_header(post_office: MailServer) -> None:
    send(mail(post_office.port), "ann@example.com", SAID)
    (got,) = post_office.mails
    letter: Any = message_from_string(got.text, policy=policy.default)
    assert (got.sender, got.to) == ("tieout@example.com", ["ann@example.com"])
    assert letter["Subject"] == LINES[0]
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == LINES


def test_a_mail_is_encrypted_before_the_password_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    for tls in (False, True):
        with mailing(file, tls=tls) as server:
            send(mail(server.port, starttls=True, tls=tls, user="u", password="p"), "ann@example.com", SAID)
            assert [(one.encrypted, one.login) for one in server.mails] == [(True, "u:p")]


def test_a_mail_server_that_nobody_vouches_for_gets_no_password(tmp_path: Path) -> None:
    with mailing(certificate(tmp_path)) as server:
        with pytest.raises(ChannelFailed, match="CERTIFICATE_VERIFY_FAILED"):
            send(mail(server.port, starttls=True, user="u", password="p"), "ann@example.com", SAID)
        assert server.mails == []


def test_a_mail_server_that_cannot_encrypt_is_named_with_the_setting(post_office: MailServer) -> None:
    with pytest.raises(ChannelFailed, match="set starttls: false"):
        send(mail(post_office.port, starttls=True), "ann@example.com", SAID)


def test_a_mail_that_is_refused_is_a_failure_in_the_servers_words(post_office: MailServer) -> None:
    post_office.refuse = "452 the disk is full"
    with pytest.raises(ChannelFailed, match=r"127\.0\.0\.1:\d+ answers 452 the disk is full"):
        send(mail(post_office.port), "ann@example.com", SAID)


def test_a_mail_server_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(ChannelFailed, match="refused"):
        send(mail(free_port()), "ann@example.com", SAID)


def test_a_text_message_goes_to_the_gateway_as_a_form_with_the_accounts_password(receiver: Web) -> None:
    receiver.status = 201
    numbers = {"from": "+13125550100", "to": ["+13125550199"]}
    send(channel("sms", url=receiver.url, account="AC1", token="t", **numbers), "+13125550199", SAID)
    (got,) = receiver.posted
    assert got.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert got.headers["authorization"] == "Basic QUMxOnQ="
    assert got.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(got.body) == {"From": ["+13125550100"], "To": ["+13125550199"], "Body": ["\n".join(LINES)]}


def test_a_text_message_is_as_long_as_three_parts_whatever_there_is_to_say() -> None:
    many = [Episode(number, CONTROL, AT, None) for number in range(100)]
    said = message.of_alerts("Demo Auto", many)
    assert len(said.short) <= 480
    assert said.short.endswith(" ...")
    assert said.text.splitlines()[-1] == "and 70 more: tieout alerts"
    assert len(said.as_dict()["alerts"]) == 100


def test_a_webhook_gets_a_text(receiver: Web) -> None:
    send(channel("webhook", url=f"{receiver.url}/services/T/B/x"), "", SAID)
    (got,) = receiver.posted
    assert got.path == "/services/T/B/x"
    assert json.loads(got.body) == {"text": "\n".join(LINES)}


@pytest.mark.parametrize("status", [302, 403, 404, 500])
def test_anything_but_a_yes_of_a_webhook_is_a_failure(receiver: Web, status: int) -> None:
    receiver.status = status
    with pytest.raises(ChannelFailed, match=f"HTTP {status}"):
        send(channel("webhook", url=receiver.url), "", SAID)


def test_a_webhook_that_is_no_address_or_not_there_is_a_failure() -> None:
    for url in (f"http://127.0.0.1:{free_port()}", "nonsense", "http://[", "ftp://127.0.0.1/x"):
        with pytest.raises(ChannelFailed, match="no answer"):
            send(channel("webhook", url=url), "", SAID)


def test_a_command_gets_everything_as_json(tmp_path: Path) -> None:
    send(channel("command", argv=["sh", "-c", f"cat > '{tmp_path}/got'"]), "", SAID)
    got = json.loads((tmp_path / "got").read_text(encoding="utf-8"))
    assert (got["what"], got["company"], got["text"]) == ("alerts", "Demo Auto", "\n".join(LINES))
    assert [one["key"] for one in got["alerts"]] == ["control:C-11", "task:1"]
    assert got["alerts"][0] == {
        "key": "control:C-11", "kind": "control", "severity": "critical", "text": "C-11 fails: RO 1006 is void",
        "site": "chi", "day": "2026-03-10", "since": AT.isoformat(), "gone": AT.isoformat(),
    }  # fmt: skip


def test_a_command_that_fails_says_why() -> None:
    cases = {
        "ended with 3: no paper": ["sh", "-c", "echo no paper >&2; exit 3"],
        "cannot be run: No such file": ["/nowhere/at/all"],
        "had not ended after 1 s": ["sleep", "5"],
    }
    for words, argv in cases.items():
        with pytest.raises(ChannelFailed, match=words):
            send(channel("command", argv=argv, timeout=1), "", SAID)


def test_a_digest_says_that_nothing_is_open_too() -> None:
    assert message.of_digest("Demo Auto", date(2026, 3, 11), []).text == "Demo Auto, 2026-03-11: nothing is open"
    full = message.of_digest("Demo Auto", date(2026, 3, 11), [Episode(1, CONTROL, AT, None)])
    assert full.text.splitlines() == [
        "Demo Auto, 2026-03-11: 1 failing control open",
        "CRITICAL chi 2026-03-10: C-11 fails: RO 1006 is void",
    ]

"""Sends one message to one address: by SMTP, a text gateway, a webhook, or a program of the user's.

Belongs here: the four ways, and what each says when it fails. Keep out: what is said (message.py), who has been told
(state.py), trying again (rounds.py: the next round does)."""

from __future__ import annotations

import json
import smtplib
import ssl
import subprocess
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

import httpx

from connectors.base import TieoutError
from connectors.reading import http
from connectors.reading.pace import Limits
from orchestration.alerting.message import Message
from orchestration.alerting.settings import AnyChannel, Command, Email, Sms, Webhook

PATIENCE = 30.0  # seconds that a mail server may take to answer


class ChannelFailed(TieoutError):
    """The message may not have arrived; the text says why."""


def send(channel: AnyChannel, address: str, message: Message) -> None:
    """Returns when the other side has taken the message. Raises ChannelFailed."""
    if isinstance(channel, Email):
        _mail(channel, address, message)
    elif isinstance(channel, Sms):
        form = {"From": channel.from_, "To": address, "Body": message.short}
        path = f"/2010-04-01/Accounts/{channel.account}/Messages.json"
        _post(channel.url.rstrip("/") + path, httpx.BasicAuth(channel.account, channel.token), data=form)
    elif isinstance(channel, Webhook):
        _post(channel.url, None, json={"text": message.text})
    else:
        _run(channel, message)


def _mail(channel: Email, address: str, message: Message) -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = message.subject, channel.from_, address
    letter["Date"], letter["Message-ID"] = formatdate(), make_msgid(domain="tieout")
    letter["Auto-Submitted"] = "auto-generated"  # so that no out-of-office answers
    letter.set_content(message.text)
    try:
        with _server(channel) as server:
            if channel.starttls and not channel.tls:
                server.starttls(context=ssl.create_default_context())
            if channel.user:
                server.login(channel.user, channel.password)
            server.send_message(letter)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise ChannelFailed(f"{channel.host}:{channel.port} answers {error.smtp_code} {said}") from None
    except (smtplib.SMTPException, OSError) as error:
        hint = "; set starttls: false if it cannot encrypt" if isinstance(error, smtplib.SMTPNotSupportedError) else ""
        raise ChannelFailed(f"{channel.host}:{channel.port}: {error or type(error).__name__}{hint}") from None


def _server(channel: Email) -> smtplib.SMTP:
    if channel.tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=PATIENCE, context=context)
    return smtplib.SMTP(channel.host, channel.port, timeout=PATIENCE)


def _post(url: str, auth: httpx.Auth | None, **sent: Any) -> None:
    """Anything between 200 and 299 is a yes."""
    try:
        with http.connect("alerts", "", {}, auth, limits=Limits()) as api:
            answer = api.client.post(url, **sent)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ChannelFailed(f"no answer: {error or type(error).__name__}") from None
    if not answer.is_success:
        words = " ".join(answer.text[:200].split())
        raise ChannelFailed(f"HTTP {answer.status_code} {words}; check the address and the credentials")


def _run(channel: Command, message: Message) -> None:
    told = json.dumps(message.as_dict(), ensure_ascii=False)
    name = channel.argv[0]
    try:
        done = subprocess.run(
            channel.argv, input=told, text=True, capture_output=True, timeout=channel.timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise ChannelFailed(f"{name} had not ended after {channel.timeout} s") from None
    except OSError as error:
        raise ChannelFailed(f"{name} cannot be run: {error.strerror or error}") from None
    if done.returncode:
        words = " ".join(done.stderr[-200:].split())
        raise ChannelFailed(f"{name} ended with {done.returncode}{': ' if words else ''}{words}")

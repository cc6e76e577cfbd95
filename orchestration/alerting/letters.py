"""Letters: a message for one address, and sending many at once, so that one that fails keeps no other.

Keep out: what they say (message.py), who gets which (rounds.py), the ways of sending (channels.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.base import TieoutError
from orchestration.alerting.message import Message
from orchestration.alerting.settings import AnyChannel
from orchestration.config import Config
from reporting.close import ReportError

AT_ONCE = 8
Send = Callable[[AnyChannel, str, Message], None]


@dataclass(frozen=True)
class Letter:
    """A message for one address of a channel. `place` is that of the address among the channel's; `day`: a digest's."""

    channel: str
    place: int
    address: str
    message: Message
    day: date | None = None


@dataclass(frozen=True)
class Sent:
    """A letter as it went; `why` says what kept it, when something did."""

    channel: str
    address: str
    what: str
    alerts: int
    why: str = ""


def sending(config: Config, letters: Sequence[Letter], send: Send) -> Iterator[tuple[Letter, Sent]]:
    """All at once: a channel that is slow or has a defect keeps no other waiting."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = {pool.submit(_deliver, config, letter, send): letter for letter in letters}
        for future in as_completed(futures):
            letter, count = futures[future], len(futures[future].message.episodes)
            yield letter, Sent(letter.channel, letter.address, letter.message.what, count, reason_of(config, future))


def _deliver(config: Config, letter: Letter, send: Send) -> None:
    """With the channel's secrets, which only now have to be there."""
    channel = config.channel(letter.channel)
    send(channel, channel.addresses()[letter.place], letter.message)


def reason_of(config: Config, future: Future[Any]) -> str:
    """What went wrong, for people, without a secret in it."""
    error = future.exception()
    if error is None:
        return ""
    text = str(error) if isinstance(error, TieoutError | ReportError) else f"unexpected {type(error).__name__}: {error}"
    return config.redact(text)

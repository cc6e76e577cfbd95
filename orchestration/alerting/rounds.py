"""One round of alerts: look, note what is new and gone, tell every channel what it has not heard, send due digests.

Belongs here: that order, and who is owed what. Keep out: what is wrong (sources.py, figures.py), sending (channels.py).
A channel that fails is tried again by the next round, and keeps no other from being told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from connectors import locks
from orchestration.alerting import channels, digest, figures, message, sources, state
from orchestration.alerting.found import Alert, Found
from orchestration.alerting.letters import Letter, Send, Sent, reason_of, sending
from orchestration.alerting.settings import AnyChannel
from orchestration.alerting.state import Episode, State
from orchestration.config import Config


@dataclass(frozen=True)
class Round:
    """`new` was found now, `open` is all that is true; `unread` says why the figures could not be looked at."""

    new: Sequence[Alert]
    open: Sequence[Alert]
    sent: Sequence[Sent] = ()
    failed: Sequence[Sent] = ()
    channels: int = 0
    unread: str = ""

    @property
    def ok(self) -> bool:
        return not self.failed and not self.unread


def go(config: Config, now: datetime | None = None, send: Send = channels.send) -> Round:
    """One round. Raises Held while another one is at work."""
    moment = now or datetime.now(UTC)
    with locks.locked(config.home / "alerts" / "alerts.lock", "alerts"), state.opened(config.home) as book:
        new, unread = _look(config, book, moment)
        _owe(config, book)
        sent = list(_post(config, book, list(_letters(config, book, moment)), send, moment))
        went, kept = [one for one in sent if not one.why], [one for one in sent if one.why]
        there = [one.alert for one in book.open()]
        return Round(new, there, went, kept, len(config.alerts.channels), unread)


def try_out(config: Config, send: Send = channels.send) -> Round:
    """Says to every address of every channel that it works. Nothing is noted: nobody has been told of an alert."""
    said = message.of_test(config.company.name)
    letters = [
        Letter(name, place, address, said)
        for name, channel in config.alerts.channels.items()
        for place, address in enumerate(channel.addresses())
    ]
    sent = [one for _, one in sending(config, letters, send)]
    went, kept = [one for one in sent if not one.why], [one for one in sent if one.why]
    return Round((), (), went, kept, len(config.alerts.channels))


def due(config: Config, now: datetime) -> list[str]:
    """Why a round should be made now: cheap to ask every few minutes."""
    with state.opened(config.home) as book:
        found = sources.found(config, now, book.watched(config.running, now))
        before = {one.alert.key for one in book.open() if one.alert.kind in found.judged} - found.unseen
        changed = before != {alert.key for alert in found.alerts}
        reasons = ["what comes in is another"] if changed else []
        if figures.mark(config.home) != book.marked():
            reasons.append("there are new figures")
        _owe(config, book)
        waiting = sorted({letter.channel for letter in _letters(config, book, now)})
        return reasons + ([f"{', '.join(waiting)}: something to tell"] if waiting else [])


def _look(config: Config, book: State, now: datetime) -> tuple[list[Alert], str]:
    """What is new. Figures are looked at again only when there are new ones: they take longer than all the rest."""
    found = sources.found(config, now, book.watched(config.running, now))
    mark = figures.mark(config.home)
    if mark == book.marked():
        return book.note(found, now), ""
    shown, unread = _figures(config, now)
    return book.note(found + shown, now, None if unread else mark), unread


def _figures(config: Config, now: datetime) -> tuple[Found, str]:
    """All kinds that could be looked at, and why others could not: a defect of one is not the end of the rest."""
    shown = figures.chain(config.home)
    if shown.alerts:
        return shown, ""
    with ThreadPoolExecutor(max_workers=1) as pool:
        futures = {kind: pool.submit(figures.found, config.home, kind, now) for kind in figures.REPORTS}
    errors = sorted({why for future in futures.values() if (why := reason_of(config, future))})
    for future in futures.values():
        if not future.exception():
            shown += future.result()
    return shown, "; ".join(errors)


def _owe(config: Config, book: State) -> None:
    """Every channel is to hear what it asks for and is true, a new channel too."""
    there = book.open()
    for name, channel in config.alerts.channels.items():
        if channel.at_once:
            wanted = _wanted(channel, there)
            for address in channel.addresses():
                book.owe(name, address, wanted)


def _wanted(channel: AnyChannel, there: Sequence[Episode]) -> list[Episode]:
    return [one for one in there if channel.wants(one.alert.kind, one.alert.severity, one.alert.site)]


def _letters(config: Config, book: State, now: datetime) -> Iterator[Letter]:
    company = config.company.name
    for name, channel in config.alerts.channels.items():
        for place, address in enumerate(channel.addresses()):
            if channel.at_once and (owed := book.owed(name, address)):
                yield Letter(name, place, address, message.of_alerts(company, owed))
            if day := _digest_day(config, book, name, address, now):
                said = message.of_digest(company, day, _wanted(channel, book.open()))
                yield Letter(name, place, address, said, day)


def _digest_day(config: Config, book: State, name: str, address: str, now: datetime) -> date | None:
    """The day whose digest the address has yet to get; a new address gets its first one the next time."""
    channel = config.alerts.channels[name]
    if channel.digest is None:
        return None
    day = digest.latest(now, digest.zone_of(config, channel), channel.digest)
    last = book.last_digest(name, address)
    if last is None:
        book.digested(name, address, day)
    return day if last is not None and last < day else None


def _post(config: Config, book: State, letters: Sequence[Letter], send: Send, now: datetime) -> Iterator[Sent]:
    """Each is noted as soon as it has arrived."""
    for letter, sent in sending(config, letters, send):
        if not sent.why and letter.day:
            book.digested(letter.channel, letter.address, letter.day)
        elif not sent.why:
            book.told(letter.channel, letter.address, letter.message.episodes, now)
        yield sent

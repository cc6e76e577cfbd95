"""What a channel says: the alerts that its reader has not heard of, or once a day all that are open.

Keep out: how it is sent (channels.py), when (rounds.py, digest.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.alerting.settings import SEVERITIES
from orchestration.alerting.state import Episode

AT_MOST = 30  # lines of a message; programs get all
SHORT = 480  # characters of a text message: three parts
WORDS = {
    "source": ("silent source", "silent sources"),
    "quarantine": ("table in quarantine", "tables in quarantine"),
    "control": ("failing control", "failing controls"),
    "break": ("break", "breaks"),
    "restatement": ("restatement", "restatements"),
    "task": ("task", "tasks"),
}  # one, and more of each kind, in the order in which they are told


@dataclass(frozen=True)
class Message:
    """`what` is alerts, digest or test; `episodes` are the gravest first."""

    what: str
    company: str
    subject: str
    episodes: tuple[Episode, ...]

    @property
    def text(self) -> str:
        """The subject, and a line for each of the first alerts."""
        lines = [_line(one) for one in self.episodes[:AT_MOST]]
        left = len(self.episodes) - AT_MOST
        return "\n".join([self.subject, *lines, *[f"and {left:,} more: tieout alerts"] * (left > 0)])

    @property
    def short(self) -> str:
        """The same, as far as a text message goes."""
        text = self.text
        return text if len(text) <= SHORT else f"{text[: SHORT - 4]} ..."

    def as_dict(self) -> dict[str, Any]:
        alerts = [
            {**one.alert.as_dict(), "since": one.since.isoformat(), "gone": one.gone.isoformat() if one.gone else None}
            for one in self.episodes
        ]
        return {"what": self.what, "company": self.company, "text": self.text, "alerts": alerts}


def of_alerts(company: str, episodes: Sequence[Episode]) -> Message:
    """What is new."""
    return Message("alerts", _plain(company), f"{_plain(company)}: {_counted(episodes)}", _sorted(episodes))


def of_digest(company: str, day: date, episodes: Sequence[Episode]) -> Message:
    """All that is open on a morning; that nothing is, too: silence would look like a dead channel."""
    told = f"{_counted(episodes)} open" if episodes else "nothing is open"
    return Message("digest", _plain(company), f"{_plain(company)}, {day}: {told}", _sorted(episodes))


def of_test(company: str) -> Message:
    """What somebody gets who wants to see whether a channel works."""
    return Message("test", _plain(company), f"{_plain(company)}: this channel of tieout alerts works", ())


def _counted(episodes: Sequence[Episode]) -> str:
    """'2 failing controls, 1 break'."""
    counts = Counter(one.alert.kind for one in episodes)
    return ", ".join(f"{counts[kind]:,} {words[counts[kind] > 1]}" for kind, words in WORDS.items() if counts[kind])


def _sorted(episodes: Sequence[Episode]) -> tuple[Episode, ...]:
    def rank(one: Episode) -> tuple[Any, ...]:
        alert = one.alert
        return -SEVERITIES.index(alert.severity), alert.site or "", alert.day or date.max, alert.key

    return tuple(sorted(episodes, key=rank))


def _line(one: Episode) -> str:
    alert = one.alert
    where = " ".join(str(part) for part in (alert.site, alert.day) if part)
    gone = f" (over since {one.gone:%Y-%m-%d %H:%M} UTC)" if one.gone else ""
    return _plain(f"{alert.severity.upper()} {where}{': ' if where else ''}{alert.text}{gone}")


def _plain(text: str) -> str:
    """One line: names and titles come from other systems."""
    return " ".join(text.split())

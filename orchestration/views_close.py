"""What the command line shows of signing: answers per shop and day, the state of a day, what `--verify` found.

Keep out: the day's figures (reporting/close_text.py), and the rules (closing/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.closing import breaks
from orchestration.closing.journal import FILE, Entry
from orchestration.closing.rules import by_whom
from orchestration.closing.signing import Answer
from orchestration.closing.standing import Followed
from orchestration.closing.state import DayState
from orchestration.closing.verify import Verified
from orchestration.views import BAD, GOOD, QUIET, table
from reporting.close import Close
from reporting.close_text import money

HOW_TO_ACCEPT = Text('Accept what is right as it is with --accept "ID=reason".', style=QUIET)
DONE = {"sign": "signed", "reopen": "reopened", "assign": "assigned", "resolve": "resolved"}


def answer(one: Answer) -> RenderableType:
    """What became of one shop's day or month, and what is refused or left to answer."""
    return Group(*_answer(one))


def _answer(one: Answer) -> Iterator[RenderableType]:
    about = f"{one.site} {one.date}"
    if one.done:
        accepted = _accepted(one.accepted)
        yield Text(f"{about}: {DONE[one.act]}, entry {one.seq}{accepted}", style=GOOD)
        yield Text(f"  head {one.head}")
        if one.anchor:
            yield Text(f"  the head was not handed over, keep it yourself; {one.anchor}", style=BAD)
        return
    for why in one.refused:
        yield Text(f"{about}: {why}", style=BAD)
    if one.left:
        shown = table("ID", "Difference", "Figure", "What is wrong", numbers=("Difference",))
        for left in one.left:
            shown.add_row(Text(left.id), money(left.diff), Text(left.aspect), Text(left.said))
        yield shown


def day_state(found: DayState, close: Close) -> RenderableType:
    """Whether the day is signed, and whose its breaks are."""
    lines: list[RenderableType] = [""]
    if found.broken:
        lines.append(Text(f"The close journal is broken: {found.broken}", style=BAD))
    lines.append(_signed(found.signed, found.last))
    if found.month:
        lines.append(Text(f"Month      closed {by_whom(found.month)}", style=GOOD))
    return Group(*lines, *_followed(found.breaks, close))


def _signed(signed: Entry | None, last: Entry | None) -> Text:
    if signed:
        accepted = _accepted(len(signed.accepted))
        return Text(f"Signed     {by_whom(signed)}{accepted}: {signed.reason}", style=GOOD)
    if last:
        return Text(f"Reopened   {by_whom(last)}: {last.reason}", style="bold yellow")
    return Text("Signed     not yet", style=QUIET)


def _accepted(count: int) -> str:
    return f", {count} exception{'s' if count > 1 else ''} accepted" if count else ""


def _followed(followed: Mapping[str, Followed], close: Close) -> Iterator[Text]:
    for one in {one.key: one for one in close.breaks}.values():
        state = followed.get(one.key, Followed())
        said = f"owner {state.owner}" if state.owner else "nobody's yet"
        if state.resolution:
            said = f"{said}; resolved by {state.resolved_by}: {state.resolution}"
        yield Text(f"Break      {breaks.short(one)}: {said}", style="" if state.owner or state.resolution else QUIET)


def verified(found: Verified) -> RenderableType:
    lines = []
    if found.fault:
        lines.append(Text(f"{FILE}, {found.fault}", style=BAD))
    if found.cut:
        lines.append(Text(f"{FILE}: {found.cut}", style=BAD))
    counts = f"{found.entries:,} entries and {found.files:,} files are as they were written"
    lines.append(Text(f"{'Before that, ' if found.fault else ''}{counts}", style="" if lines else GOOD))
    if found.since is not None:
        lines.append(Text(f"The head that was kept is in it; {found.since} entries came after it"))
    return Group(*lines, Text(f"head {found.head}"))

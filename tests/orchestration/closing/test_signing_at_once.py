"""A signing that dies at any step leaves the day signed or not; of two people who sign at once one is told of the other."""

from __future__ import annotations

import multiprocessing
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import sleep

import killed
import pytest
from shops import DAY, Shops, make, stored

from orchestration.closing import journal, verify
from orchestration.closing.state import of_day


def _whole(shops: Shops) -> bool:
    """Whether the day is signed, and nothing of it is half."""
    state = of_day(shops.home, "chi", DAY)
    assert not state.broken
    found = verify.verify(shops.home)
    assert found.ok, found
    assert found.entries == (1 if state.signed else 0)
    return state.signed is not None


@pytest.mark.slow
def test_a_signing_that_is_killed_at_any_step_is_signed_or_not_and_the_next_one_goes_through(tmp_path: Path) -> None:
    make(tmp_path / "template")
    homes = killed.sweep(tmp_path / "template", tmp_path / "homes")
    steps = [step for _, step in homes]
    assert steps[-1] == "", "the last went through"
    assert {"fsync", "rename", "replace", "write", "mkdir"} <= set(steps)
    assert len(steps) > 15
    outcomes = []
    for home, step in homes:
        shops = Shops(home)
        signed = _whole(shops)
        outcomes.append(signed)
        again = shops.sign(by="Bo Chen")
        assert again.done is not signed, (step, again)
        assert _whole(shops)
        (entry,) = journal.require(home).entries
        days = home / "close" / "days" / "chi" / "2026-03-10"
        assert [path.name for path in days.iterdir()] == [str(entry.seq)]
        left = {path.name for path in (home / "close").iterdir()}
        assert left == {"journal.jsonl", "days"} | ({"pending.jsonl"} & left if signed else set()), step
    assert outcomes == sorted(outcomes), "once the line is written it stays signed"
    assert outcomes[0] is False


def _slow(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
    sleep(0.3)
    return stored(snapshot, folder, site_key, day)


def _sign(home: Path, by: str, start: Barrier, pipe: Connection) -> None:
    start.wait()
    answer = Shops(home).sign(by=by, store=_slow)
    pipe.send((by, answer.done, answer.refused))


def test_of_two_people_who_sign_a_day_at_once_one_wins_and_the_other_is_told_who(tmp_path: Path) -> None:
    make(tmp_path)
    context = multiprocessing.get_context("spawn")
    start, (ours, theirs) = context.Barrier(2), context.Pipe()
    people = [context.Process(target=_sign, args=(tmp_path, by, start, theirs)) for by in ("Ann Lee", "Bo Chen")]
    for person in people:
        person.start()
    answers = [ours.recv() for _ in people]
    for person in people:
        person.join()
    (winner,) = [by for by, done, _ in answers if done]
    ((loser, _, refused),) = [answer for answer in answers if not answer[1]]
    assert {winner, loser} == {"Ann Lee", "Bo Chen"}
    assert f"is signed already, by {winner} at" in refused[0]
    (entry,) = journal.require(tmp_path).entries
    assert entry.by == winner
    assert verify.verify(tmp_path).ok

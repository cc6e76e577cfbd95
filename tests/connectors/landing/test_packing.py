"""Packs hold every row once, at every instant of being made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from landing_world import DAY, NOW, SITES, Told, landed, pull, rows

from connectors.landing import landing, manifest, packing, store
from connectors.locks import Held, hold


class Killed(BaseException):
    """Stands for the process being killed."""


def world(home: Path) -> list[dict[str, Any]]:
    """Two connections, two months, three pulls each; what readers see of it."""
    for name in ("a", "b"):
        for day in (0, 10, 30):
            told = Told([rows("tender", {"amount": str(day)}, {"tender_id": f"t{day}"}, file=f"g{day:02}")])
            landing.pull(home, name, told, SITES, NOW + day * DAY)
    return view(home)


def view(home: Path) -> list[dict[str, Any]]:
    return landed(home, "tender", "_connection, _order, _key")


LATER = NOW + 400 * DAY


def test_a_pack_holds_every_row_once_and_the_small_files_are_gone(tmp_path: Path) -> None:
    before = world(tmp_path)
    packs = packing.pack(tmp_path, "files", LATER)
    assert [pack.month for pack in packs] == ["202603", "202604"]
    assert view(tmp_path) == before
    assert list((tmp_path / "landing" / "a").rglob("*.parquet")) == []


def test_a_pack_grows_and_still_holds_every_row_once(tmp_path: Path) -> None:
    before = world(tmp_path)
    packing.pack(tmp_path, "files", NOW + DAY)
    assert view(tmp_path) == before
    packing.pack(tmp_path, "files", LATER)
    assert view(tmp_path) == before
    assert packing.pack(tmp_path, "files", LATER) == []


def test_some_pulls_of_a_pack_can_be_read_alone(tmp_path: Path) -> None:
    world(tmp_path)
    packing.pack(tmp_path, "files", LATER)
    one = manifest.pulls(tmp_path, "a")[1]
    ((_, ids),) = packing.files_for(tmp_path, [("a", one)])["files", "tender"]
    assert ids == frozenset({one})


def test_a_pull_after_packing_still_knows_what_is_news(tmp_path: Path) -> None:
    world(tmp_path)
    packing.pack(tmp_path, "files", LATER)
    told = Told([rows("tender", {"amount": "30"}, {"amount": "31"}, file="g40")])
    counts = landing.pull(tmp_path, "a", told, SITES, NOW + 40 * DAY).tables["tender"]
    assert (counts.landed, counts.unchanged) == (1, 1)


@pytest.mark.parametrize("step", ["flush", "rename", "commit", "remove", "write_text", "temporary"])
def test_packing_that_is_killed_at_any_step_neither_loses_nor_doubles_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    for after in range(30):
        home = tmp_path / f"{step}{after}"
        before = world(home) if after == 0 else _copy(tmp_path / f"{step}0.whole", home)
        if after == 0:
            _copy(home, tmp_path / f"{step}0.whole")
        real, calls = getattr(store, step), 0

        def dies(*arguments: object, real: Any = real, after: int = after) -> object:
            nonlocal calls
            calls += 1
            if calls > after:
                raise Killed
            return real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(store, step, dies)
            try:
                packing.pack(home, "files", LATER)
            except Killed:
                killed = True
            else:
                killed = False
        assert view(home) == before
        packing.pack(home, "files", LATER)
        assert view(home) == before
        assert list((home / "landing" / "a").rglob("*.parquet")) == []
        if not killed:
            break
    assert after > 1


def _copy(source: Path, target: Path) -> list[dict[str, Any]]:
    import shutil

    shutil.copytree(source, target)
    return view(target)


def test_packing_waits_for_no_pull_but_says_who_holds_it(tmp_path: Path) -> None:
    pull(tmp_path, rows("tender", {}))
    with hold(tmp_path, packing.PACKING), pytest.raises(Held, match="packing is in use by process"):
        packing.pack(tmp_path, "files", LATER)

"""Pulls on their way to a URL and back: whole or not there, whatever happens on the way."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import fsspec
import pytest
from landing_world import DAY, NOW, SITES, Told, landed, newest, pull, rows

from connectors.base import TieoutError
from connectors.landing import landing, manifest, quarantine
from connectors.landing.remote import Remote


class Killed(BaseException):
    """Stands for the process being killed."""


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(f"file://{tmp_path}/bucket")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The home beside the DMS, after two pulls; one row of the first is refused, and again by the second."""
    home = tmp_path / "shop"
    bad = {"tender_id": "t2", "site": "S7"}
    pull(home, rows("repair_order", {}), rows("ro_line", {}), rows("tender", {}, bad))
    pull(home, rows("tender", {"amount": "120.00"}, bad, file="g2"), days=1)
    return home


def seen(home: Path) -> dict[str, list[dict[str, Any]]]:
    waiting = quarantine.rows(home).drop("_pulled_at").to_dicts()
    return {table: landed(home, table) for table in ("repair_order", "ro_line", "tender")} | {"waiting": waiting}


def dying(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> None:
    """The protocol dies at its n-th call of a method."""
    kind = type(fsspec.filesystem("file"))
    real, calls = getattr(kind, name), 0

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return real(*arguments, **named)

    monkeypatch.setattr(kind, name, call)


def test_what_is_sent_and_fetched_is_what_was_landed_quarantine_and_all(
    tmp_path: Path, shop: Path, remote: Remote
) -> None:
    assert remote.send(shop, "dms") == manifest.pulls(shop, "dms")
    assert [said.pull_id for said in remote.fetch(tmp_path / "central", "dms")] == manifest.pulls(shop, "dms")
    assert seen(tmp_path / "central") == seen(shop)
    assert remote.connections() == ["dms"]


def test_again_nothing_is_sent_and_nothing_fetched(tmp_path: Path, shop: Path, remote: Remote) -> None:
    for new in (2, 0):
        assert len(remote.send(shop, "dms")) == new
        assert len(remote.fetch(tmp_path / "central", "dms")) == new


@pytest.mark.parametrize("step", ["put_file", "mv", "makedirs"])
def test_sending_that_is_killed_at_any_step_shows_no_half_pull_and_goes_on(
    tmp_path: Path, shop: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    expected, after = seen(shop), 0
    while True:
        central = tmp_path / f"central{after}"
        with monkeypatch.context() as patch:
            dying(patch, step, after)
            try:
                remote.send(shop, "dms")
                break
            except Killed:
                pass
        for said in remote.fetch(central, "dms"):  # each that is there is there whole
            assert all(
                (manifest.folder(central, "dms", said.pull_id) / f"{table}.parquet").exists() for table in said.files
            )
        remote.send(shop, "dms")
        remote.fetch(central, "dms")
        assert seen(central) == expected
        shutil.rmtree(tmp_path / "bucket")
        after += 1
    assert after > 5


def test_fetching_that_is_killed_at_any_step_leaves_no_half_pull_and_goes_on(
    tmp_path: Path, shop: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.send(shop, "dms")
    expected = seen(shop)
    for after in range(20):
        central = tmp_path / f"central{after}"
        with monkeypatch.context() as patch:
            dying(patch, "get_file", after)
            try:
                remote.fetch(central, "dms")
                break
            except Killed:
                assert manifest.pulls(central, "dms") in ([], manifest.pulls(shop, "dms")[:1])
        remote.fetch(central, "dms")
        assert seen(central) == expected
    assert after > 3


def test_a_new_machine_beside_the_dms_goes_on_where_the_old_one_was(tmp_path: Path, shop: Path, remote: Remote) -> None:
    remote.send(shop, "dms")
    replaced = tmp_path / "replaced"
    remote.fetch(replaced, "dms")
    source = Told([rows("tender", {"amount": "120.00"}, file="g3")])
    result = landing.pull(replaced, "dms", source, SITES, NOW + 2 * DAY)
    assert source.asked[0].since == NOW + DAY
    assert result.tables["tender"].unchanged == 1


def test_what_the_central_home_replays_comes_to_the_shop_too(tmp_path: Path, shop: Path, remote: Remote) -> None:
    remote.send(shop, "dms")
    central = tmp_path / "central"
    remote.fetch(central, "dms")
    assert quarantine.replay(central, "dms", Told([]), SITES | {"S7": "oak"}, NOW + 2 * DAY).still_open == 0
    remote.send(central, "dms")
    remote.fetch(shop, "dms")
    assert {row["tender_id"] for row in newest(shop, "tender").values()} == {"t1", "t2"}
    assert seen(shop) == seen(central)
    assert seen(shop)["waiting"] == []


def test_a_file_that_is_not_what_its_manifest_says_is_refused(tmp_path: Path, shop: Path, remote: Remote) -> None:
    remote.send(shop, "dms")
    file = next((tmp_path / "bucket").glob("dms/*/tender.parquet"))
    file.write_bytes(b"something else")
    with pytest.raises(TieoutError, match=r"tender.parquet: is not what its manifest says"):
        remote.fetch(tmp_path / "central", "dms")
    assert file.parent.name not in manifest.pulls(tmp_path / "central", "dms")


@pytest.mark.parametrize(
    ("url", "why"), [("gopher://shops", "Protocol not known"), ("file:///dev/null/shops", "could not be sent")]
)
def test_an_address_that_cannot_be_is_told_in_words(shop: Path, url: str, why: str) -> None:
    with pytest.raises(TieoutError, match=rf"landing {url}: .*{why}"):
        Remote(url).send(shop, "dms")


def test_secrets_stand_in_no_text(remote: Remote) -> None:
    assert "hush" not in repr(Remote("s3://shops", {"secret": "hush"}))

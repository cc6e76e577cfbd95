"""Many manifests are read from one file, and what counts is still the manifests themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.landing import manifest, remembered
from connectors.landing.manifest import Counts, Manifest

FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def committed(home: Path, days: int) -> list[Manifest]:
    made = []
    for day in range(days):
        until = FIRST + timedelta(days=day)
        window = {"since": None, "until": until.isoformat(), "dates": None, "sweep": False}
        tables = {"tender": Counts(rows_in=day, landed=day)}
        made.append(
            Manifest("files", "chi", manifest.pull_id("chi", until), until.isoformat(), window, {}, {}, "complete",
                     tables=tables)
        )  # fmt: skip
        manifest.write(home, made[-1])
    return made


def test_manifests_that_are_remembered_say_what_they_said(tmp_path: Path) -> None:
    made = committed(tmp_path, remembered.WORTH_WRITING)
    assert manifest.manifests(tmp_path) == made
    assert (tmp_path / "landing" / manifest.PACKED / remembered.NAME).is_file()
    made = committed(tmp_path, remembered.WORTH_WRITING + 2)
    assert manifest.manifests(tmp_path) == made


def test_a_pull_whose_manifest_is_gone_is_gone(tmp_path: Path) -> None:
    made = committed(tmp_path, remembered.WORTH_WRITING)
    manifest.manifests(tmp_path)
    (manifest.folder(tmp_path, "chi", made[3].pull_id) / manifest.MANIFEST).unlink()
    assert manifest.manifests(tmp_path) == made[:3] + made[4:]


def test_a_file_that_is_half_written_is_as_good_as_none(tmp_path: Path) -> None:
    made = committed(tmp_path, remembered.WORTH_WRITING)
    manifest.manifests(tmp_path)
    file = tmp_path / "landing" / manifest.PACKED / remembered.NAME
    file.write_text(file.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert manifest.manifests(tmp_path) == made

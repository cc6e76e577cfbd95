"""Which versions `tieout diff` compares: by name, as previous and current, and what a wrong name gets.

Keep out: what it finds between them (tests/warehouse/test_books.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.commands_diff import version
from reporting.close import ReportError

VERSIONS = ("20260310T020000000000Z", "20260311T020000000000Z", "20260312T020000000000Z")


def published(home: Path, *versions: str) -> Path:
    """Folders of these versions; the last is current."""
    for name in versions:
        folder = home / "published" / name
        folder.mkdir(parents=True)
        manifest = {"version": name, "build_id": "b", "marts": {}}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (home / "published" / "current").symlink_to(versions[-1])
    (home / "published" / "current.duckdb").touch()
    return home


def test_versions_are_named_by_themselves_or_by_where_they_stand(tmp_path: Path) -> None:
    home = published(tmp_path, *VERSIONS)
    assert version(home, "current", "--to").name == VERSIONS[2]
    assert version(home, "previous", "--from").name == VERSIONS[1]
    assert version(home, VERSIONS[0], "--from") == home / "published" / VERSIONS[0]


def test_a_version_that_is_not_kept_is_answered_with_those_that_are(tmp_path: Path) -> None:
    home = published(tmp_path, *VERSIONS)
    with pytest.raises(ReportError) as error:
        version(home, "20260310T020000000001Z", "--from")
    assert "--from: no version '20260310T020000000001Z'; did you mean '20260310T020000000000Z'?" in str(error.value)
    assert all(name in str(error.value) for name in VERSIONS)


def test_the_first_version_has_none_before_it_and_an_empty_home_none_at_all(tmp_path: Path) -> None:
    home = published(tmp_path / "one", VERSIONS[0])
    with pytest.raises(ReportError, match="is the only version; there is none before it"):
        version(home, "previous", "--from")
    with pytest.raises(ReportError, match="nothing is published yet"):
        version(tmp_path / "none", "current", "--to")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--date", "2026-03-10", "--to-date", "2026-03-11"], "exclude each other"),
        (["--from-date", "2026-03-10", "--to-date", "2026-03-09"], "is before --from-date"),
    ],
)
def test_days_that_contradict_each_other_are_refused(words: list[str], said: str) -> None:
    ran = CliRunner().invoke(app, ["diff", *words], env={"COLUMNS": "200"})
    assert ran.exit_code == 2
    assert said in ran.output

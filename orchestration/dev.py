"""Starts the Dagster UI on a home: its instance folder, its partitions, then `dagster dev`.

Keep out: definitions."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import dagster as dg

from orchestration import config as settings
from orchestration.definitions import company
from orchestration.jobs import add_partitions


def instance_folder(home: Path) -> Path:
    """<home>/dagster with our dagster.yaml; one that is there already stays as its owner left it."""
    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), folder / "dagster.yaml")
    return folder


def main() -> None:
    config = company()
    folder = instance_folder(config.home)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        add_partitions(instance, config)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions", *sys.argv[1:]]
    settings.become(command, DAGSTER_HOME=folder, TIEOUT_HOME=config.home, TIEOUT_CONFIG=config.path)


if __name__ == "__main__":
    main()

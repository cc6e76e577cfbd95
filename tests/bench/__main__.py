"""`python -m tests.bench [--shops 20 200] [--runs 3 1] [--out FILE]`: builds against a hand-written script on the same data.

Belongs here: what is run, in what order, how often. Keep out: the work itself (work.py), the table (report.py)."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import baseline, company, landed, report

Said = dict[str, Any]
BATCH = 20  # shops of the day that is the same at every size


def measure(name: str, *arguments: object) -> Said:
    """One piece of work in a process of its own, with byte code kept from run to run as it is on any machine."""
    command = [sys.executable, "-m", "tests.bench.work", name, *map(str, arguments)]
    around = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    around["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "tieout-bench-bytecode")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=around)
    if done.returncode:
        raise SystemExit(f"{name} {arguments} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    said: Said = json.loads(done.stdout.splitlines()[-1])
    note = f"{name} {' '.join(map(str, arguments))}"
    print(
        f"  {said['cpu']:7.1f} CPU s {said['wall']:7.1f} s {said['rss_mb']:6.0f} MB  {note}",
        file=sys.stderr,
        flush=True,
    )
    return said


def middle(found: list[Said], what: str = "cpu") -> float:
    """The median of several runs."""
    return float(median(said[what] for said in found))


def of_size(folder: Path, shops: int, runs: int) -> Said:
    """All figures of one company size; scripts and builds take turns."""
    home, database = folder / f"{shops}_shops", folder / f"script_{shops}.duckdb"
    landed.history(home, shops)
    first = measure("build", home)
    scripts, builds = [], []
    for _ in range(runs):
        scripts.append(measure("script", home, database, shops))
        builds.append(measure("build", home, "full"))
    unequal = baseline.differences(home / "warehouse.duckdb", database)
    database.unlink()
    idle = measure("build", home)
    found = {"shops": shops, "first": first, "script": scripts, "full": builds, "unequal": unequal, "idle": idle}
    found |= days(home, shops, runs)
    found["query"] = measure("query", home)
    found["reports"] = measure("reports", home)
    found["reread"] = measure("reread", home, min(shops, 10), company.DAYS + 2 * runs)
    shutil.rmtree(home)
    return found


def days(home: Path, shops: int, runs: int) -> Said:
    """One day after the other, in turns of a batch that is the same at every size and of all shops."""
    batch, every = [], []
    for turn in range(runs):
        landed.new_day(home, min(BATCH, shops), company.DAYS + 2 * turn)
        batch.append(measure("build", home))
        landed.new_day(home, shops, company.DAYS + 2 * turn + 1)
        every.append(measure("build", home))
    return {"batch": batch, "day": every}


def start_up(folder: Path, shops: int) -> Said:
    """What a build costs of a company of which nothing has landed: Python, dbt, an empty table for every model."""
    home = folder / f"empty_{shops}"
    company.write_config(home, shops)
    measure("build", home)
    said = measure("build", home, "full")
    shutil.rmtree(home)
    return said


def main() -> None:
    """Measures, prints the table, and writes it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--shops", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--runs", type=int, nargs="+", default=[3, 1], help="per size; the median is shown")
    parser.add_argument("--folder", type=Path, help="where the data is made and removed again")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    asked = parser.parse_args()
    runs = [*asked.runs, *[asked.runs[-1]] * len(asked.shops)]
    folder = Path(tempfile.mkdtemp(prefix="tieout-bench-", dir=asked.folder))
    try:
        extraction = {name: measure(name) for name in ("sqlite", "postgres", "shopware")}
        empty = start_up(folder, asked.shops[0])
        sizes = [of_size(folder, shops, runs[at]) for at, shops in enumerate(asked.shops)]
    finally:
        shutil.rmtree(folder)
    text = report.table(sizes, empty, extraction)
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

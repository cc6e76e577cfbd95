"""The table of bars of the benchmark, as Markdown. Keep out: measuring."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

Said = Mapping[str, Any]
Line = tuple[str, str, str, str]  # what, figure, bar, kept


def table(sizes: Sequence[Said], empty: Said, extraction: Mapping[str, Said]) -> str:
    """The whole report."""
    lines = [line for size in sizes for line in of_size(size, empty)]
    lines += [*across(sizes, empty), *extracted(extraction)]
    rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    unequal = [f"- {said}" for size in sizes for said in size["unequal"]]
    equal = "\n".join(unequal) if unequal else "Every table of the script equals the models' in rows and sums."
    return f"{machine()}\n\n| what | measured | bar | |\n|---|---|---|---|\n{rows}\n\n{equal}\n"


def machine() -> str:
    """Where and when; ratios may be compared between machines, seconds may not."""
    said = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next(
        (line.partition(":")[2].strip() for line in said.splitlines() if "model name" in line), platform.processor()
    )
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores of {model}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}; load of the machine {loads}. CPU seconds (user and system), medians."
    )


def _cpu(runs: Sequence[Said], less: str = "") -> float:
    return float(median(said["cpu"] - (said[less] if less else 0) for said in runs))


def _ratio(what: str, value: float, bar: float, seconds: str) -> Line:
    return what, f"{value:.2f}x ({seconds})", f"<= {bar}x", "kept" if value <= bar else "not kept"


def of_size(size: Said, empty: Said) -> Iterator[Line]:
    """Full rebuild and one day of one company size."""
    shops, fixed = f"{size['shops']} shops", empty["cpu"] - empty["checks"]
    script, models, whole = _cpu(size["script"]), _cpu(size["full"], "checks"), _cpu(size["full"])
    yield _ratio(f"full rebuild / script, {shops}", models / script, 1.5, f"{models:.1f} s / {script:.1f} s")
    yield _ratio(
        f"- less the fixed cost of a build ({fixed:.1f} s)", (models - fixed) / script, 1.5, f"{models - fixed:.1f} s"
    )
    yield _ratio(f"- with all checks, {shops}", whole / script, 3, f"{whole:.1f} s")
    peak = max(said["rss_mb"] for said in size["full"])
    yield f"peak memory of it, {shops}", f"{peak / 1024:.2f} GB", "<= 1.5 GB", "kept" if peak <= 1536 else "not kept"
    day = _cpu(size["day"])
    share, of_fixed = day / whole, (day - empty["cpu"]) / whole
    seconds = f"{day:.1f} s, of which {empty['cpu']:.1f} s fixed"
    yield (
        f"one day / full rebuild, {shops}",
        f"{share:.1%} ({seconds})",
        "<= 10 %",
        "kept" if share <= 0.1 else "not kept",
    )
    yield "- less the fixed cost", f"{of_fixed:.1%}", "<= 10 %", "kept" if of_fixed <= 0.1 else "not kept"
    idle = size["idle"]
    yield (
        f"build with nothing new, {shops}",
        f"{idle['wall']:.1f} s",
        "<= 15 s",
        "kept" if idle["wall"] <= 15 else "not kept",
    )
    warm = size["query"]["warm_ms"]
    yield f"published mart, warm, {shops}", f"{warm:.1f} ms", "<= 10 ms", "kept" if warm <= 10 else "not kept"
    asked = size["reports"]
    yield (
        f"each of {asked['reports']} reports, one shop and thirty days, warm, {shops}",
        f"{asked['within']} within; {asked['slowest']} {asked['ms'][asked['slowest']]:.0f} ms",
        "<= 300 ms",
        "kept" if asked["within"] == asked["reports"] else "not kept",
    )
    again = size["reread"]
    rate = again["lines"] / again["landing_cpu"] / 1000
    yield (
        f"nightly re-read dropped, {shops}",
        f"{rate:.0f} k lines/CPU s, {again['unchanged'] / again['lines']:.1%} unchanged",
        "",
        "",
    )


def across(sizes: Sequence[Said], empty: Said) -> Iterator[Line]:
    """The same day on more and more facts."""
    first = sizes[0]
    for size in sizes[1:]:
        times = size["shops"] / first["shops"]
        small, large = _cpu(first["batch"]), _cpu(size["batch"])
        yield _ratio(
            f"one day of the same shops at {times:.0f}x the facts", large / small, 2.5, f"{large:.1f} s / {small:.1f} s"
        )


def extracted(found: Mapping[str, Said]) -> Iterator[Line]:
    """Rates of reading sources, by the clock."""
    for name, label in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
        rate = found[name]["k_rows_per_s"]
        yield (
            f"kind `sql` out of {label}, 12 columns",
            f"{rate:.0f} k rows/s",
            ">= 400 k",
            "kept" if rate >= 400 else "not kept",
        )
    rate = found["shopware"]["k_lines_per_s"]
    yield (
        "kind `shopware`, nested JSON to frames",
        f"{rate:.0f} k lines/s",
        ">= 200 k",
        "kept" if rate >= 200 else "not kept",
    )

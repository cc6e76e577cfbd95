"""One measured piece of work, in a process of its own: `python -m tests.bench.work <name> <arguments>`.

Prints one JSON line: CPU seconds (user and system, imports included), wall, peak memory, and what the work says of
itself. Belongs here: the pieces that use Tieout itself. Keep out: extraction (extract.py), order, report."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

Said = dict[str, Any]


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def script(home: str, database: str, shops: str) -> Said:
    """The hand-written script."""
    from tests.bench import baseline

    for path in Path(database).parent.glob(Path(database).name + "*"):
        path.unlink()
    baseline.run(Path(home), Path(database), int(shops))
    return {}


def build(home: str, full: str = "") -> Said:
    """A build; says how much of it the checks took, and what it cost before the first model and after the last."""
    from orchestration import config, warehouse

    spent: Said = {"checks": 0.0}
    check = warehouse._check

    def timed(*arguments: Any) -> Any:
        start = cpu()
        found = check(*arguments)
        spent["checks"] = cpu() - start
        return found

    warehouse._check = timed
    first: list[float] = []
    company = config.load(Path(home) / "tieout.yml", Path(home))
    result = warehouse.build(company, bool(full), lambda *_: first.append(cpu()))
    if not result.ok:
        raise SystemExit(f"the build failed: {[*result.failed, *result.blocking_failures][:3]}")
    before = first[0] if first else cpu()
    return spent | {"before": before, "models": result.nodes, "full": result.full, "nothing_new": result.nothing_new}


def query(home: str) -> Said:
    """Publishes, then asks a mart ten times for a shop's month."""
    import duckdb

    from orchestration.publish import publish

    publish(Path(home))
    asked = """select section, row_code, column_code, value from sales.sales_summary
        where site_key = ? and period_grain = 'month' and period_start = date '2025-06-01' and report_version = 'v1.31'"""
    taken = []
    with duckdb.connect(str(Path(home) / "published" / "current.duckdb"), read_only=True) as con:
        site = con.execute("select min(site_key) from core.dim_site where site_key > 0").fetchone()
        for _ in range(10):
            start = time.perf_counter()
            rows = con.execute(asked, site).fetchall()
            taken.append((time.perf_counter() - start) * 1000)
    return {"first_ms": taken[0], "warm_ms": sorted(taken[1:])[4], "rows": len(rows)}


def reports(home: str) -> Said:
    """Every report of the catalogue, one shop and thirty days, in one process: the first time, then three times of other days."""
    from reporting.on_read import Request, answer, opened

    taken: dict[str, float] = {}
    firsts = []
    with opened(Path(home) / "published" / "current.duckdb") as snapshot:
        key = snapshot.sites()[0][0]
        days = "select max(business_date) from snapshot.core.dim_site_day where site_key = ?"
        ((last,),) = snapshot.connection.execute(days, [key]).fetchall()
        for name in (name for name, report in snapshot.reports.items() if report.purpose and report.schema != "finance"):
            clock = []
            for back in range(4):
                end = last - timedelta(days=back)
                start = time.perf_counter()
                answer(snapshot, Request(name, {key: (end - timedelta(days=29), end)}))
                clock.append((time.perf_counter() - start) * 1000)
            firsts.append(clock[0])
            taken[name] = sorted(clock[1:])[1]
    slowest = max(taken, key=lambda name: taken[name])
    within = sum(ms <= 300 for ms in taken.values())
    return {"reports": len(taken), "within": within, "slowest": slowest, "ms": taken, "first_ms": max(firsts)}


@dataclass(frozen=True)
class Reread:
    """A source that says again what a shop closed in the last 45 days, as the nightly re-read does."""

    frames: Any
    file: str
    kind: ClassVar[str] = "files"

    def tables(self) -> tuple[str, ...]:
        return tuple(self.frames)

    def maps(self) -> dict[tuple[str, str], dict[str, str]]:
        return {}

    def check(self) -> list[str]:
        return []

    def pull(self, window: Any) -> Iterator[Any]:
        from connectors.base import Rows

        for table in ("repair_order", "ro_line"):
            yield Rows(table, self.frames[table], self.file)


def reread(home: str, shops: str, day: str) -> Said:
    """The nightly re-read of some shops through the real landing: rows that are known must be dropped."""
    from connectors.landing import landing
    from tests.bench import company

    rows, unchanged, landed, taken = 0, 0, 0, 0.0
    for number in range(int(shops)):
        name, now = company.shop(number), company.bound(number, int(day)) + timedelta(hours=12)
        source = Reread(_closed(Path(home), name, int(day)), now.strftime("%Y%m%dT%H%M%S"))
        start = cpu()
        result = landing.pull(Path(home), name, source, {name: name}, now)
        taken += cpu() - start
        lines = result.tables["ro_line"]
        rows, unchanged, landed = rows + lines.rows_in, unchanged + lines.unchanged, landed + lines.landed
    return {"lines": rows, "unchanged": unchanged, "landed": landed, "landing_cpu": taken}


def _closed(home: Path, connection: str, day: int) -> Any:
    """The newest versions of orders of the last 45 days and their lines, as the source holds them."""
    import duckdb

    from data_contracts.contract import load
    from tests.bench import company

    first = (company.FIRST + timedelta(days=day - 45)).date()
    frames = {}
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for table in ("repair_order", "ro_line"):
            files = [str(path) for path in sorted((home / "landing" / "_packed" / f"files__{table}").glob("*.parquet"))]
            con.execute(
                f"create view {table} as select * from read_parquet({files}) where _connection = '{connection}'"
            )
        newest = f"""select arg_max(_version, _order) from repair_order where _key in
            (select _key from repair_order where closed_date >= date '{first}') group by _key"""
        for table in ("repair_order", "ro_line"):
            columns = ", ".join(f'"{column.name}"' for column in load("files")[table].columns)
            frames[table] = con.execute(f"select {columns} from {table} where _version in ({newest})").pl()
    return frames


def nothing() -> Said:
    """The price of Python and its imports."""
    from orchestration import config, warehouse

    return {"imported": [config.__name__, warehouse.__name__], "at": datetime.now(UTC).isoformat()}


WORK: dict[str, Callable[..., Said]] = {
    "script": script, "build": build, "query": query, "reports": reports, "reread": reread, "nothing": nothing,
}  # fmt: skip


def main(name: str, *arguments: str) -> None:
    """Does the work and prints what it cost."""
    start = time.perf_counter()
    if name in WORK:
        said = WORK[name](*arguments)
    else:
        from tests.bench import extract

        said = extract.WORK[name](*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu(), "wall": time.perf_counter() - start, "rss_mb": peak, **said}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""When the nightly job runs: after the close of each time zone, and when a delivery has been dropped.

Keep out: what it does (jobs.py)."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from orchestration.assets import CONTRACT_DOCS
from orchestration.config import Config
from orchestration.source_kinds import DROPPED

AT = "30 2 * * *"  # half past two at night, shop time: every day cut-off that is allowed lies before noon


def by_zone(config: Config) -> dict[str, list[str]]:
    """Connections by time zone of their shops; one that serves several zones is pulled with each."""
    zones: dict[str, list[str]] = {}
    for connection in (config.connections[name] for name in config.running):
        for zone in sorted({config.sites[entry.site].timezone for entry in connection.sites}):
            zones.setdefault(zone, []).append(connection.name)
    return zones


def run_config(connections: Sequence[str]) -> dict[str, object]:
    return {"ops": {"pull": {"config": {"connections": sorted(connections)}}}}


def closes(config: Config, job: dg.JobDefinition) -> list[dg.ScheduleDefinition]:
    """A schedule per time zone that has shops."""
    return [
        dg.ScheduleDefinition(
            name="close_" + zone.lower().replace("/", "_").replace("-", "_"), job=job, cron_schedule=AT,
            execution_timezone=zone, run_config=run_config(connections),
            description=f"After the close of the shops in {zone}.",
        )
        for zone, connections in by_zone(config).items()
    ]  # fmt: skip


def contract_docs() -> dg.ScheduleDefinition:
    """Once a day, apart from the nightly job: Great Expectations takes ten seconds to start."""
    job = dg.define_asset_job("contract_docs", selection=dg.AssetSelection.assets(CONTRACT_DOCS))
    return dg.ScheduleDefinition(name="contract_docs", job=job, cron_schedule="0 12 * * *")


def drop_folders(config: Config) -> dict[str, Path]:
    """The folder of every connection whose source drops files."""
    found = {}
    for connection in (config.connections[name] for name in config.pulled):
        path = connection.settings.get("path")
        if connection.kind in DROPPED and isinstance(path, str) and "${" not in path:
            found[connection.name] = config.path.parent / path
    return found


def contents(folder: Path) -> str:
    """Changes when a delivery does: names, sizes and times of what lies in a drop folder."""
    entries = [*folder.glob("*"), *folder.glob("*/*")]
    seen = sorted((str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in entries)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def drop_sensor(config: Config, job: dg.JobDefinition) -> dg.SensorDefinition:
    """Runs the job for the connections whose folder has changed since it last looked."""

    @dg.sensor(name="drop_folders", job=job, minimum_interval_seconds=60)
    def look(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        before = json.loads(context.cursor or "{}")
        now = {name: contents(folder) for name, folder in drop_folders(config).items()}
        changed = sorted(name for name, found in now.items() if before.get(name) != found)
        context.update_cursor(json.dumps(now))
        if not changed:
            return dg.SkipReason("no drop folder has changed")
        return dg.RunRequest(run_config=run_config(changed))

    return look

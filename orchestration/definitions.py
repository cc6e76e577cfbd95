"""What Dagster loads: everything of one home and its tieout.yml, put together when Dagster asks for it.

Keep out: the parts themselves (assets.py, models.py, jobs.py, schedules.py)."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration import assets, jobs, models, schedules
from orchestration import config as settings
from orchestration.alerting import sensor as alerting
from orchestration.config import Config
from orchestration.layers import MARTS

EXAMPLE = Path(__file__).resolve().parents[1] / "tieout.example.yml"


def company() -> Config:
    """The tieout.yml in use, or the example where there is none yet."""
    settings.quiet_telemetry()
    found = settings.find()
    return settings.load(found if found.is_file() else EXAMPLE)


def build(config: Config) -> dg.Definitions:
    parsed = models.manifest(config)
    model_specs, model_checks = models.specs(parsed)
    marts = [spec.key for spec in model_specs if spec.group_name in MARTS]
    nightly = jobs.nightly(config, model_specs, model_checks)
    alerts = alerting.alerts_job(config)
    return dg.Definitions(
        assets=[
            *(
                assets.landing_assets(config, kind)
                for kind in sorted({one.kind for one in config.connections.values()})
            ),
            models.model_assets(config, parsed),
            assets.published_asset(config, marts),
            assets.daily_close(config),
            assets.contract_docs(config),
        ],
        jobs=[nightly, alerts],
        schedules=[*schedules.closes(config, nightly), schedules.contract_docs()],
        sensors=[schedules.drop_sensor(config, nightly), alerting.sensor(config, alerts)],
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build(company())

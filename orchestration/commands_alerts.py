"""What `tieout alerts` does.

Keep out: the round itself (alerting/rounds.py), its look (alerting/views.py)."""

from __future__ import annotations

from pathlib import Path

from orchestration import config as settings
from orchestration import console
from orchestration.alerting import rounds, views


def alerts(test: bool, config: Path | None, home: Path | None, format_: str) -> bool:
    """Fails when a channel does: whoever reads cron's mail is then told of all the others."""
    settings.quiet_telemetry()
    company = settings.load(config, home)
    console.hide(company.redact)
    done = rounds.try_out(company) if test else rounds.go(company)
    shown = views.told(done) if test else views.round_(done)
    console.show(format_, {"ok": done.ok, **vars(done)}, shown)
    return done.ok

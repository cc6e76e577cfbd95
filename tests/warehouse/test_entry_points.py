"""By which way calls came in, where the telephone system does not say: by the shop's hours, also when these change.

Keep out: each hour's worked example (fct_call_examples.yml)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warehouse.homes import Home, drop_texts, home_of_fixtures

pytestmark = pytest.mark.slow  # three builds of a home

CALLS = """call_id,site,direction,from_number,to_number,started_at,ended_at,status,entry_point,updated_at
early,A,in,+17085550111,+13125550100,2026-05-05T09:00:00-05:00,2026-05-05T09:00:20-05:00,missed,,2026-05-05T14:02:10Z
late,A,in,+17085550111,+13125550100,2026-05-05T17:30:00-05:00,2026-05-05T17:30:20-05:00,missed,,2026-05-05T22:32:10Z
told,A,in,+17085550111,+13125550100,2026-05-05T17:40:00-05:00,2026-05-05T17:40:20-05:00,missed,open,2026-05-05T22:42:10Z
"""
SITE = 'name: Chicago, timezone: America/Chicago, hours: {mon-fri: "08:00-18:00"}'
ENTRIES = "select source_entity_id, entry_point, entry_point_basis from core.fct_call"


def built(home: Home, day: int) -> dict[str, tuple[str, str]]:
    home.pull(datetime(2026, 5, day, 12, tzinfo=UTC))
    home.build()
    return {key[0]: (row["entry_point"], row["entry_point_basis"]) for key, row in home.rows(ENTRIES, 1).items()}


def test_a_shop_that_closes_earlier_moves_the_calls_of_its_hours_and_no_others(tmp_path: Path) -> None:
    home = home_of_fixtures(tmp_path, {"chi": SITE}, {"pbx": (tmp_path / "drop", {"A": "chi"})})
    drop_texts(tmp_path / "drop", "20260506", call=CALLS)
    assert built(home, 6) == {"early": ("open", "hours"), "late": ("open", "hours"), "told": ("open", "source")}
    drop_texts(tmp_path / "drop", "20260507", site_hours="site,weekday,opens,closes\nA,tue,08:00,17:00\n")
    now = {"early": ("open", "hours"), "late": ("closed", "hours"), "told": ("open", "source")}
    assert built(home, 7) == now
    home.build(full_refresh=True)
    again = {key[0]: (row["entry_point"], row["entry_point_basis"]) for key, row in home.rows(ENTRIES, 1).items()}
    assert again == now

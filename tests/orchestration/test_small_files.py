"""The many small files of a night are read once, and hold what they held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from connectors.files import Files
from connectors.landing import index, landing
from orchestration import build_input
from orchestration.build_input import MANY_FILES, Plan

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = "ro_id,site,ro_number,status,header_total,updated_at"


def test_a_night_of_many_files_is_a_table_of_all_rows_and_the_next_one_a_view_again(tmp_path: Path) -> None:
    for number in range(MANY_FILES):
        folder = tmp_path / "drop" / str(number)
        folder.mkdir(parents=True)
        row = f"{number},S1,{number},open,0.00,2026-03-01T12:00:00Z"
        (folder / "repair_order.csv").write_text(f"{HEAD}\n{row}\n")
        (folder / "_READY").write_text("repair_order.csv,1\n")
        landing.pull(tmp_path, "dms", Files(tmp_path / "drop"), {"S1": "chi"}, NOW + timedelta(days=number))
    pulls = tuple(index.pulls(tmp_path).select(index.KEY).unique(maintain_order=True).rows())
    con = duckdb.connect()
    for full, few, kind in ((False, 1, "VIEW"), (False, 0, "BASE TABLE"), (True, 0, "VIEW"), (False, 0, "BASE TABLE")):
        build_input.create_landing_views(con, tmp_path, Plan("b", pulls[few:], full, "", None, ""), ["files"], [])
        found = con.execute("select cast(ro_id as integer) from landing.files__repair_order order by 1").fetchall()
        assert found == [(number,) for number in range(few, MANY_FILES)]
        stands = con.execute(
            "select table_type from information_schema.tables where table_name = 'files__repair_order'"
        ).fetchall()
        assert stands == [(kind,)]

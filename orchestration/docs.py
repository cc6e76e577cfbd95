"""Writes the models, their columns and their lineage as one page without a server: <home>/docs/models.html.

Keep out: what the models say of themselves (dbt_project)."""

from __future__ import annotations

import shutil
import sys

from orchestration import config as settings
from orchestration.dbt_run import options
from orchestration.definitions import company


def main() -> int:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (a second and a half to import)

    config = company()
    warehouse = config.home / "warehouse.duckdb"
    if not warehouse.is_file():
        sys.stderr.write(f"{warehouse}: there is no warehouse yet; run 'tieout run' or 'make demo'\n")
        return 1
    settings.define("TIEOUT_WAREHOUSE", str(warehouse))
    if not dbtRunner().invoke(["docs", "generate", "--static", *options(config)]).success:
        return 1
    page = config.home / "docs" / "models.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(config.home / "dbt" / "static_index.html", page)
    sys.stdout.write(f"{page}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

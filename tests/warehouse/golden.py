"""The worked examples of the catalogue: their homes, landed but not built, and the figures worked by hand.

Keep out: tests (test_golden_days.py), other homes (homes.py)."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.homes import NOON, Home, home_of_fixtures

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
CHICAGO = "name: Chicago, timezone: America/Chicago, upcharge_pct: 0.03"


def expected(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(path: Path) -> dict[tuple[str, ...], Decimal | None]:
    return {
        tuple(value for name, value in row.items() if name != "value"): Decimal(row["value"]) if row["value"] else None
        for row in expected(path)
    }


def summary(home: Home) -> dict[tuple[Any, ...], Decimal | None]:
    return home.rows(
        """select coalesce(upper(sites.site), 'ALL'), period_grain, strftime(period_start, '%Y-%m-%d'), report_version,
            breakout_group, section, row_code, column_code, value
        from sales.sales_summary join core.dim_site as sites using (site_key)""",
        8,
    )


def golden_home(folder: Path) -> Home:
    home = home_of_fixtures(folder, {"chi": CHICAGO}, {"chi_files": (FIXTURES / "golden_day", {"CHI": "chi"})})
    home.pull(NOON)
    return home


def second_home(folder: Path) -> Home:
    groups: dict[str, dict[str, list[str]]] = {}
    for row in expected(FIXTURES / "second_golden_day" / "breakout_groups.csv"):
        members = groups.setdefault(row["breakout_group"], {"op_codes": [], "departments": []})
        members["op_codes"].append(row["member"])
        members["departments"].append(row["member"])
    blocks = f"breakout_groups: {groups}".replace("'", '"')
    home = home_of_fixtures(
        folder,
        {
            "den": f"name: Denver, timezone: America/Denver, {blocks}",
            "rno": "name: Reno, timezone: America/Los_Angeles",
        },
        {"files": (FIXTURES / "second_golden_day", {"DEN": "den", "RNO": "rno"})},
    )
    home.pull(NOON.replace(month=4, day=15))
    return home


def assert_cells(home: Home, folder: str) -> None:
    wanted, found = cells(FIXTURES / folder / "expected_sales_summary.csv"), summary(home)
    wrong = {
        key: (value, found.get(key, "absent")) for key, value in wanted.items() if found.get(key, "absent") != value
    }
    days = {key[:3] for key in wanted}
    invented = [key for key in found if key[:3] in days and key not in wanted]
    assert (wrong, invented) == ({}, [])


def assert_recon(home: Home, folder: str) -> None:
    rows = expected(FIXTURES / folder / "expected_recon.csv")
    names = [name for name in rows[0] if name not in ("site", "business_date")]
    found = home.rows(
        f"""select upper(sites.site), strftime(business_date, '%Y-%m-%d'), {", ".join(names)}
        from finance.recon_sales_payments join core.dim_site as sites using (site_key)""",
        2,
    )
    for row in rows:
        assert found[row["site"], row["business_date"]] == {
            name: Decimal(row[name]) if row[name] else None for name in names
        }

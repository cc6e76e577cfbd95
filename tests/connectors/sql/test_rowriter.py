"""The R.O. Writer template over the simulator's database, against the simulator's own truth."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Failed, Rows, SourceError, Window
from connectors.simulator import rowriter, rowriter_schema
from connectors.simulator.company import World, make_company
from connectors.simulator.events import state_at
from connectors.sql import templates
from connectors.sql.source import Sql
from data_contracts.contract import load
from data_contracts.rules import judge

NAMES = Path(templates.__file__).parent / "examples" / "rowriter_demo.yml"
NOT_IN_THE_DATABASE = {  # columns that the vendor does not keep, or that Tieout reads from elsewhere
    "repair_order": {"closed_at", "pay_types", "dvi_status", "appointment_id", "updated_at", "updated_by"},
    "ro_line": {"department", "pay_type", "is_freight", "is_warranty_refund"},
    "ro_job": {"presented_at", "decided_at", "advisor_id"},
    "tender": {"taken_by_id", "processor_txn_id", "voids_tender_id", "updated_at"},
    "customer": {
        "site",
        "is_internal_test",
        "mail_opt_out",
        "merged_into_id",
        "sms_opt_in",
        "ar_terms",
        "updated_at",
    },
    "vehicle": {"updated_at"},
    "employee": {"updated_at"},
    "appointment": {"reschedule_of_id", "confirmed_at", "reminders_sent", "updated_at"},
    "ar_entry": {"updated_at"},
}


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(7, shops=1, days=9, ros_per_day=6, calls_per_day=1, beside=True)


@pytest.fixture(scope="module")
def landed(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """Judged rows of a first pull, by table."""
    path, now = tmp_path_factory.mktemp("shop") / "shop.db", world.events[-1].at
    site = world.company.sites[0]
    rowriter.write(world.company, world.events, site, path, as_of=now)
    names = {"shop.code": site.source_code, "shop.zone": site.timezone}
    found: dict[str, list[pl.DataFrame]] = {}
    for item in Sql(f"sqlite:///{path}", mapping=NAMES, names=names).pull(Window(None, now + timedelta(hours=1))):
        assert not isinstance(item, Failed), item
        if isinstance(item, Rows):
            verdict = judge(load("sql")[item.table], item.frame)
            assert verdict.refused.is_empty(), verdict.refused["message"].to_list()
            found.setdefault(item.table, []).append(verdict.valid)
    return {table: pl.concat(frames) for table, frames in found.items()}


def truth(world: World, table: str) -> list[dict[str, Any]]:
    """What the simulator says, with the children of its repair orders as rows of their own."""
    state = state_at(world.events, world.events[-1].at, world.company.sites[0].id)
    parts = {"ro_line": "lines", "ro_job": "jobs", "ro_tax": "taxes"}
    if table in parts:
        orders = [row for row in state["repair_order"].values() if row["status"] != "estimate"]
        return [row for order in orders for row in order[parts[table]]]
    return list(state[table].values())


@pytest.mark.parametrize(
    "table",
    ["repair_order", "ro_line", "ro_job", "ro_tax", "tender", "customer", "vehicle", "employee", "appointment",
     "ar_entry", "purchase_line", "time_card"],
)  # fmt: skip
def test_what_is_read_equals_what_happened(world: World, landed: dict[str, pl.DataFrame], table: str) -> None:
    contract, source = load("sql")[table], Sql("sqlite:////x", mapping=NAMES)
    key, words = (
        contract.key,
        {column: raw for (owner, column), raw in source.maps().items() if owner == table},
    )
    site = world.company.sites[0]
    read = {tuple(row[name] for name in key): row for row in landed[table].to_dicts()}
    expected = {tuple(str(row[name]) for name in key): row for row in truth(world, table)}
    assert read.keys() == expected.keys() != set()
    different: dict[str, object] = {}
    for at, row in expected.items():
        for name in row.keys() & read[at].keys() - NOT_IN_THE_DATABASE.get(table, set()) - {"deleted"}:
            said, value = read[at][name], site.source_code if name == "site" else row[name]
            said = words[name].get(said, str(said).lower()) if name in words else said
            if said != value and (said is not None or value):  # a table without the column says neither no nor 0
                different[name] = (at, said, value)
    assert different == {}


def test_a_database_with_other_names_is_told_every_name_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as db:
        for table in rowriter_schema.TABLES:
            if table != "tblTicketJob":
                text = rowriter_schema.ddl(table, last_changed=False)
                db.execute(text.replace("DateFinalized", "FinalDate").replace("ExtCost", "CostExt"))
    db.close()
    with pytest.raises(SourceError) as error:
        Sql(f"sqlite:///{path}", mapping=NAMES).check()
    said = str(error.value)
    assert "there is no table 'tblTicketJob'; did you mean tblTicket or tblTicketLabor?" in said
    assert "tblTicket has no column 'DateFinalized'; did you mean" in said
    assert said.count("has no column 'ExtCost'; ") == 2
    assert said.startswith("the database does not have 4 name(s)")


def test_a_table_that_does_not_fit_stops_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as db:
        for table in rowriter_schema.TABLES:
            db.execute(rowriter_schema.ddl(table, last_changed=False).replace("AuthNo", "AuthCode"))
    db.close()
    items = list(Sql(f"sqlite:///{path}", mapping=NAMES).pull(Window(None, datetime(2026, 3, 1, tzinfo=UTC))))
    assert [item.table for item in items if isinstance(item, Failed)] == ["tender"]
    assert "customer" in [item.table for item in items if isinstance(item, Rows)]

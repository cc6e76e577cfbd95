"""The far ends `files` and `rowriter`: what is true at an instant, told in their own way, and no more."""

from __future__ import annotations

import csv
import gzip
import io
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.simulator import files, rowriter
from connectors.simulator.company import World
from connectors.simulator.events import Site, state_at

Table = list[dict[str, str]]


def _shop(world: World, dms: str) -> Site:
    return next(site for site in world.company.sites if site.dms == dms)


def _read(file: Path) -> Table:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.fixture(scope="module")
def drop(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drop")
    files.deliver(world.company, world.events, _shop(world, "files"), folder, since=None, as_of=world.as_of)
    return folder


@pytest.fixture(scope="module")
def database(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rowriter") / "shop.db"
    rowriter.write(world.company, world.events, _shop(world, "rowriter"), path, as_of=world.as_of)
    return path


def test_a_delivery_lists_its_files_with_their_rows(drop: Path) -> None:
    assert len(list(drop.iterdir())) > 3
    for folder in drop.iterdir():
        listed = dict(line.split(",") for line in (folder / "_READY").read_text().splitlines())
        assert set(listed) == {file.name for file in folder.iterdir()} - {"_READY"}
        assert all(len(_read(folder / name)) == int(count) for name, count in listed.items())


def test_some_deliveries_are_packed_and_some_are_not(drop: Path) -> None:
    packed = {
        folder.name for folder in drop.iterdir() if any(file.suffix == ".gz" for file in folder.iterdir())
    }
    assert 0 < len(packed) < len(list(drop.iterdir()))


def test_the_newest_rows_of_all_deliveries_are_the_truth(world: World, drop: Path) -> None:
    site = _shop(world, "files")
    truth = state_at(world.events, site=site.id)
    orders: dict[str, dict[str, str]] = {}
    lines: dict[str, Table] = {}
    tenders: dict[str, dict[str, str]] = {}
    for folder in sorted(drop.iterdir()):
        tables = {file.name.split(".")[0]: _read(file) for file in folder.iterdir() if file.name != "_READY"}
        for row in tables.get("repair_order", []):
            orders[row["ro_id"]] = row
            lines[row["ro_id"]] = [line for line in tables["ro_line"] if line["ro_id"] == row["ro_id"]]
        tenders.update({row["tender_id"]: row for row in tables.get("tender", [])})
    assert set(orders) == set(truth["repair_order"])
    for key, row in truth["repair_order"].items():
        assert Decimal(orders[key]["header_total"]) == row["header_total"]
        assert orders[key]["site"] == site.source_code
        assert [line["net_amount"] for line in lines[key]] == [
            str(line["net_amount"]) for line in row["lines"]
        ]
    kept = {key for key, row in tenders.items() if row["deleted"] != "true"}
    assert kept == set(truth["tender"])
    assert len(kept) < len(tenders)


def test_delivering_in_two_steps_makes_the_same_bytes_as_in_one(
    world: World, drop: Path, tmp_path: Path
) -> None:
    site = _shop(world, "files")
    files.deliver(world.company, world.events, site, tmp_path, since=None, as_of=world.first_pull)
    files.deliver(world.company, world.events, site, tmp_path, since=world.first_pull, as_of=world.as_of)
    assert {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.*")} == {
        file.relative_to(drop): file.read_bytes() for file in drop.rglob("*.*")
    }


def test_no_note_and_no_list_of_breaks_reaches_a_source(world: World, drop: Path, database: Path) -> None:
    notes = {event.note for event in world.events if event.note} | {
        one.note for one in world.breaks + world.decoys
    }
    texts = [str(_read(file)) for file in drop.rglob("*.csv*")]
    with closing(sqlite3.connect(database)) as db:
        texts += list(db.iterdump())
    assert len(notes) > 20
    assert not [note for note in notes if any(note in text for text in texts)]


def _rows(path: Path, sql: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def test_an_open_ticket_has_a_blank_status(database: Path) -> None:
    statuses = {status for (status,) in _rows(database, "select distinct Status from tblTicket")}
    assert {"", "Closed", "Void"} <= statuses <= {"", "Closed", "On-Hold", "Expected In", "Finished", "Void"}


def test_a_void_keeps_its_dollars_and_loses_its_detail(database: Path) -> None:
    sql = """select GrandTotal, (select count(*) from tblTicketLabor l where l.TicketID = t.TicketID)
        + (select count(*) from tblTicketPart p where p.TicketID = t.TicketID) from tblTicket t
        where Status = 'Void'"""
    voids = _rows(database, sql)
    assert voids
    assert all(Decimal(total) != 0 and count == 0 for total, count in voids)


def test_ticket_numbers_are_dense_and_estimates_have_their_own(database: Path) -> None:
    numbers = sorted(int(number) for (number,) in _rows(database, "select TicketNo from tblTicket"))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert all(number.startswith("E") for (number,) in _rows(database, "select EstNo from tblEstimate"))


def test_the_database_holds_the_sales_of_each_finalize_date(world: World, database: Path) -> None:
    found: dict[str, Decimal] = {}
    for day, total in _rows(
        database, "select DateFinalized, GrandTotal from tblTicket where Status = 'Closed'"
    ):
        found[day] = found.get(day, Decimal(0)) + Decimal(total)
    expected: dict[str, Decimal] = {}
    for row in state_at(world.events, site=_shop(world, "rowriter").id)["repair_order"].values():
        if row["status"] == "closed":
            day = row["closed_date"].isoformat()
            expected[day] = expected.get(day, Decimal(0)) + row["header_total"]
    assert found == expected


def test_every_payment_is_in_one_of_the_four_tables(world: World, database: Path) -> None:
    tables = ("tblPayment", "tblAdvance", "tblCharge", "tblArPayment")
    counts = [_rows(database, f"select count(*) from {table}")[0][0] for table in tables]
    assert sum(int(count) for count in counts) == len(
        state_at(world.events, site=_shop(world, "rowriter").id)["tender"]
    )
    assert all(counts)
    assert _rows(database, "select count(*) from tblPayType")[0][0] <= 9


def test_one_variant_has_no_stamp_of_change(world: World, tmp_path: Path) -> None:
    site, path = _shop(world, "rowriter"), tmp_path / "plain.db"
    rowriter.write(world.company, world.events, site, path, as_of=world.as_of, last_changed=False)
    assert "LastChanged" not in {name for _, name, *_ in _rows(path, "pragma table_info(tblTicket)")}


def test_the_database_forgets_a_payment_that_was_lost_at_a_reopen(world: World, tmp_path: Path) -> None:
    site = _shop(world, "rowriter")
    lost = [one.tender_id for one in world.breaks if one.cause == "R07" and one.site == site.id]
    seen = []
    for number, moment in enumerate((world.first_pull, world.as_of)):
        path = tmp_path / f"{number}.db"
        rowriter.write(world.company, world.events, site, path, as_of=moment)
        seen.append({key for (key,) in _rows(path, "select PayID from tblPayment")} & set(lost))
    assert seen == [set(lost), set()]

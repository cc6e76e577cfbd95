"""The connector of OpenTrack documents: what is read from the folder, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Cursor, Failed, Rows, SourceError, TieoutError, Window
from connectors.dealertrack import Dealertrack
from connectors.reading.xmlrows import column_name

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 6, tzinfo=UTC)
START = "<ClosedRepairOrderLookupResponse><ClosedRepairOrder><CompanyNumber>TS1</CompanyNumber>"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    shutil.copy(HERE / "closed_soap.xml", tmp_path / "a.xml")
    return tmp_path


def pulled(
    folder: Path,
    cursor: Mapping[str, Any] | None = None,
    dates: tuple[date, date] | None = None,
    **settings: Any,
) -> tuple[dict[str, pl.DataFrame], dict[str, str], Mapping[str, Any]]:
    items = list(Dealertrack(folder, **settings).pull(Window(None, NOW, cursor or {}, dates=dates)))
    rows = {item.table: item.frame for item in items if isinstance(item, Rows)}
    failed = {item.table: str(item.error) for item in items if isinstance(item, Failed)}
    return rows, failed, next(item.value for item in items if isinstance(item, Cursor))


def test_orders_are_found_inside_an_envelope_and_under_a_namespace(drop: Path) -> None:
    rows, failed, _ = pulled(drop)
    assert {table: frame.height for table, frame in rows.items()} == {
        "repair_order": 2, "detail": 2, "labor": 7, "part": 6, "comment": 1,
    }  # fmt: skip
    assert not failed


def test_values_are_text_as_sent_and_an_empty_element_is_null(drop: Path) -> None:
    order = pulled(drop)[0]["repair_order"].row(0, named=True)
    assert (order["parts_total"], order["open_date"], order["customer_city"]) == ("52.5", "20260302", None)
    assert order["loyalty_tier"] == "GOLD"  # not in the contract: landing keeps it in _extra


def test_every_row_carries_the_key_of_its_order_and_line(drop: Path) -> None:
    part = pulled(drop)[0]["part"].row(5, named=True)
    assert (part["company_number"], part["repair_order_number"], part["line_number"]) == ("TS1", "50001", "1")


def test_a_tag_has_one_name() -> None:
    tags = {
        "VIN": "vin",
        "ROTechnicianID": "ro_technician_id",
        "CustomerAddress1": "customer_address1",
        "EPCostDiff": "ep_cost_diff",
        "ReturnToIventory": "return_to_iventory",
        "ARCustomerKey": "ar_customer_key",
    }
    assert {tag: column_name(tag) for tag in tags} == tags


def test_the_same_bytes_under_another_name_are_taken_once(drop: Path) -> None:
    _, _, cursor = pulled(drop)
    shutil.copy(drop / "a.xml", drop / "b.xml")
    assert pulled(drop, cursor)[0] == {}


def test_named_dates_are_read_again_by_their_final_close(drop: Path) -> None:
    _, _, cursor = pulled(drop)
    rows = pulled(drop, cursor, (date(2026, 3, 5), date(2026, 3, 5)))[0]
    assert rows["repair_order"]["repair_order_number"].to_list() == ["50001"]
    rows = pulled(drop, cursor, (date(2026, 3, 4), date(2026, 3, 4)))[0]  # closed, not yet by the accounting
    assert rows["repair_order"]["repair_order_number"].to_list() == ["50002"]


def test_an_answer_without_orders_is_an_empty_day(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<ClosedRepairOrderLookupResponse/>")
    assert pulled(tmp_path)[:2] == ({}, {})


BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>' + START + "<Tag>&y;</Tag></ClosedRepairOrder>"
OUTSIDE = f'<!DOCTYPE a SYSTEM "file:///etc/hostname">{START}</ClosedRepairOrder>'
FAULT = '<s:Fault xmlns:s="x"><faultstring>wrong password</faultstring></s:Fault>'
REFUSED = {
    "truncated": (f"{START}<RepairOrderNumber>1</Repair".encode(), "not whole XML"),
    "one_order_then_truncated": (f"{START}</ClosedRepairOrder><ClosedRepairOrder>".encode(), "not whole XML"),
    "entity_bomb": (f"{BOMB}</ClosedRepairOrderLookupResponse>".encode(), "document type"),
    "outside_entity": (f"{OUTSIDE}</ClosedRepairOrderLookupResponse>".encode(), "document type"),
    "unknown_entity": (f"{START}<Tag>&who;</Tag>".encode(), "not whole XML"),
    "wrong_encoding": (b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>', "not whole XML"),
    "fault": (FAULT.encode(), "OpenTrack refused: wrong password"),
    "something_else": (b"<html><body>login</body></html>", "holds no ClosedRepairOrderLookupResponse"),
    "empty": (b"", "not whole XML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_named_gives_no_row_and_holds_up_no_other(drop: Path, case: str) -> None:
    content, message = REFUSED[case]
    (drop / "bad.xml").write_bytes(content)
    rows, failed, cursor = pulled(drop)
    assert rows["repair_order"].height == 2
    assert message in failed["file bad.xml"]
    assert "bad.xml" in failed["file bad.xml"]
    assert list(cursor["files"].values()) == ["a.xml"]  # the bad one is tried again


def test_a_file_beyond_the_limit_is_not_read(drop: Path) -> None:
    (drop / "big.xml").write_bytes(b"<a>" + b" " * 2**20)
    failed = pulled(drop, max_megabytes=1)[1]
    assert "raise max_megabytes" in failed["file big.xml"]


def test_a_missing_folder_is_an_error_and_not_an_empty_day(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        list(Dealertrack(tmp_path / "gone").pull(Window(None, NOW)))


def test_settings_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match=r"part_codes\.XX: 'gone' is none of no_sale, sold"):
        Dealertrack(tmp_path, part_codes={"XX": "gone"})
    with pytest.raises(TieoutError, match="max_megabytes: 0"):
        Dealertrack(tmp_path, max_megabytes=0)


def test_check_says_what_is_in_the_folder(drop: Path) -> None:
    assert Dealertrack(drop).check() == [f"{drop}: 1 file(s) match *.xml, the last by name a.xml"]


def test_files_after_a_late_one_are_read_again_and_stand_over_it(drop: Path) -> None:
    """c.xml says again what a.xml said, which is nothing new until b.xml, which comes late, has said something else."""
    shutil.copy(drop / "a.xml", drop / "c.xml")
    cursor = pulled(drop)[2]
    assert pulled(drop, cursor)[0] == {}
    (drop / "b.xml").write_text((drop / "a.xml").read_text().replace("52.5", "99.5"))
    items = list(Dealertrack(drop).pull(Window(None, NOW, cursor)))
    orders = [item for item in items if isinstance(item, Rows) and item.table == "repair_order"]
    assert [(item.file, item.frame["parts_total"][0]) for item in orders] == [("b.xml", "99.5"), ("c.xml", "52.5")]

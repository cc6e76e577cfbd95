"""The connector of RepairOrder documents: each BOD once, senders' ways of writing, and what is refused."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Cursor, Failed, Rows, TieoutError, Window
from connectors.landing import landing
from connectors.star import Star

NOW = datetime(2026, 3, 6, tzinfo=UTC)
BOD = """<?xml version="1.0" encoding="utf-8"?>
<s:ProcessRepairOrder xmlns:s="http://www.starstandard.org/STAR/5" releaseID="5.14.4">
 <s:ApplicationArea>
  <s:Sender><s:DealerNumberID>D1</s:DealerNumberID></s:Sender>
  <s:CreationDateTime>{created}</s:CreationDateTime><s:BODID>{bod}</s:BODID>
 </s:ApplicationArea>
 <s:ProcessRepairOrderDataArea><s:Process/>
  <s:RepairOrder>
   <s:RepairOrderHeader>
    <s:DocumentIdentificationGroup><s:DocumentIdentification><s:DocumentID>{number}</s:DocumentID>
    </s:DocumentIdentification></s:DocumentIdentificationGroup>
    <s:RepairOrderStatus><s:StatusText>{status}</s:StatusText></s:RepairOrderStatus>
    <s:RepairOrderInvoiceDateTime>2026-03-04T17:00:00-06:00</s:RepairOrderInvoiceDateTime>
    {money}
   </s:RepairOrderHeader>
   {jobs}
  </s:RepairOrder>
 </s:ProcessRepairOrderDataArea>
</s:ProcessRepairOrder>"""
PRICE = '<s:Price><s:ChargeAmount currencyID="USD">{}</s:ChargeAmount><s:PriceCode>Total</s:PriceCode></s:Price>'
PART = f"<s:ServiceParts><s:ItemQuantity>2</s:ItemQuantity>{PRICE}</s:ServiceParts>"
JOB = "<s:Job><s:JobNumberString>00</s:JobNumberString><s:OperationID>C</s:OperationID>{}</s:Job>"


def bod(amount: str = "12.50", total: str = "12.50", **said: str) -> str:
    told = {"created": "2026-03-05T01:00:00Z", "bod": "B-1", "number": "7", "status": "Invoiced", **said}
    return BOD.format(**{"money": PRICE.format(total), "jobs": JOB.format(PART.format(amount)), **told})


def pulled(
    folder: Path, cursor: Mapping[str, Any] | None = None, dates: tuple[date, date] | None = None, **settings: Any
) -> tuple[dict[str, pl.DataFrame], dict[str, str], Mapping[str, Any]]:
    items = list(Star(folder, **settings).pull(Window(None, NOW, cursor or {}, dates=dates)))
    rows: dict[str, list[pl.DataFrame]] = {}
    for item in items:
        if isinstance(item, Rows):
            rows.setdefault(item.table, []).append(item.frame)
    failed = {item.table: str(item.error) for item in items if isinstance(item, Failed)}
    cursors = [item.value for item in items if isinstance(item, Cursor)]
    return {table: pl.concat(frames, how="diagonal") for table, frames in rows.items()}, failed, cursors[-1]


def landed(folder: Path, **settings: Any) -> landing.PullResult:
    return landing.pull(folder / "home", "st", Star(folder, **settings), {"D1": "x"}, NOW)


def test_names_count_without_their_namespace_and_prices_become_columns(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod().replace("starstandard.org/STAR/5", "example.com/other"))
    (tmp_path / "b.xml").write_text(bod(bod="B-2", number="8").replace("s:", "").replace("xmlns:s", "xmlns"))
    rows, failed, _ = pulled(tmp_path)
    assert failed == {}
    assert rows["repair_order"]["document_id"].to_list() == ["7", "8"]
    assert rows["part"]["price_total"].to_list() == ["12.50", "12.50"]


def test_a_bod_that_comes_again_in_other_bytes_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod())
    _, _, cursor = pulled(tmp_path)
    (tmp_path / "b.xml").write_text(bod().replace("\n", "\n\n"))
    rows, failed, _ = pulled(tmp_path, cursor)
    assert (rows, failed) == ({}, {})


def test_a_bod_id_with_other_content_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod())
    _, _, cursor = pulled(tmp_path)
    (tmp_path / "b.xml").write_text(bod(amount="99.00"))
    rows, failed, _ = pulled(tmp_path, cursor)
    assert rows == {}
    assert failed == {"file b.xml": "b.xml: BODID B-1 7 came with other content in a.xml; send a new BODID"}


def test_the_document_that_was_made_last_wins_whatever_came_first(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod(bod="B-2", created="2026-03-05T03:00:00Z", total="99.00"))
    landed(tmp_path)
    (tmp_path / "b.xml").write_text(bod())
    assert landed(tmp_path).tables["repair_order"].landed == 1
    files = (tmp_path / "home/landing/st").glob("*/repair_order.parquet")
    versions = pl.concat([pl.read_parquet(file) for file in files]).sort("_order")
    assert versions["price_total"].cast(pl.String).to_list() == ["12.50", "99.00"]


def test_amounts_with_an_implied_decimal_get_their_point(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod(amount="-5", total="1250"))
    rows, _, _ = pulled(tmp_path, implied_decimals=2)
    assert (rows["repair_order"]["price_total"][0], rows["part"]["price_total"][0]) == ("12.50", "-0.05")
    assert rows["part"]["item_quantity"].to_list() == ["2"]


def test_an_instant_without_an_offset_is_refused_unless_its_zone_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod(created="2026-03-05T01:00:00"))
    result = landed(tmp_path)
    assert (result.tables["repair_order"].quarantined, result.tables["repair_order"].landed) == (1, 0)
    rows, _, _ = pulled(tmp_path, timezone="America/Chicago")
    assert rows["repair_order"]["creation_date_time"][0] == "2026-03-05T07:00:00.000000Z"


def test_a_cancelled_order_is_stripped_and_lands_while_money_without_jobs_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod(status="Canceled", jobs=""))
    (tmp_path / "b.xml").write_text(bod(bod="B-2", number="8", jobs=""))
    result = landed(tmp_path)
    assert (result.tables["repair_order"].landed, result.tables["repair_order"].quarantined) == (1, 1)


def test_words_that_nobody_has_named_are_refused_with_their_order(tmp_path: Path) -> None:
    charge = (
        f"<s:MiscellaneousCharge><s:ChargeTypeCode>HAZ</s:ChargeTypeCode>{PRICE.format('3.00')}</s:MiscellaneousCharge>"
    )
    (tmp_path / "a.xml").write_text(bod(status="Parked"))
    (tmp_path / "b.xml").write_text(bod(bod="B-2", number="8", jobs=JOB.format(charge)))
    result = landed(tmp_path)
    assert result.tables["repair_order"].quarantined == 2
    again = Star(tmp_path, statuses={"Parked": "on_hold"}, charges={"HAZ": "fee"})
    assert landing.pull(tmp_path / "again", "st", again, {"D1": "x"}, NOW).quarantined == 0


def test_named_days_are_read_again_by_their_invoice(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod())
    _, _, cursor = pulled(tmp_path)
    assert pulled(tmp_path, cursor, (date(2026, 3, 4), date(2026, 3, 4)))[0]["repair_order"].height == 1
    assert pulled(tmp_path, cursor, (date(2026, 3, 5), date(2026, 3, 5)))[0] == {}


def test_columns_added_removed_and_retyped(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod(money=PRICE.format("12.50") + "<s:LoyaltyTier>GOLD</s:LoyaltyTier>"))
    assert "loyalty_tier" in str(landed(tmp_path).warnings)
    (tmp_path / "a.xml").write_text(bod(bod="B-2", money=PRICE.format("12,50")))
    assert landed(tmp_path).tables["repair_order"].quarantined == 1
    (tmp_path / "a.xml").write_text(bod(bod="B-3").replace("ItemQuantity", "Quantity"))
    assert "sends no column item_quantity" in landed(tmp_path).failed["part"]


HEAD = '<?xml version="1.0"?>'
BAD = {
    "truncated": (bod()[:-40].encode(), "not whole XML"),
    "entity_bomb": (
        (
            HEAD + '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>' + bod(number="&y;").split("\n", 1)[1]
        ).encode(),
        "document type",
    ),
    "outside_entity": (
        (HEAD + '<!DOCTYPE a SYSTEM "file:///etc/hostname">' + bod().split("\n", 1)[1]).encode(),
        "document type",
    ),
    "wrong_encoding": (bod(number="\xe9").encode("latin-1"), "not whole XML"),
    "deep": (b"<a>" * 300 + b"</a>" * 300, "not whole XML"),
    "no_bod_id": (bod().replace("BODID", "BOD").encode(), "without BODID"),
    "something_else": (b"<ConfirmBOD><ApplicationArea/></ConfirmBOD>", "holds no RepairOrder"),
    "empty": (b"", "not whole XML"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_named_gives_no_row_and_holds_up_no_other(tmp_path: Path, case: str) -> None:
    content, message = BAD[case]
    (tmp_path / "a.xml").write_bytes(content)
    (tmp_path / "b.xml").write_text("\ufeff" + bod(bod="B-2", number="8"), encoding="utf-8")
    rows, failed, cursor = pulled(tmp_path)
    assert rows["repair_order"]["document_id"].to_list() == ["8"]
    assert message in failed["file a.xml"]
    assert list(cursor["files"].values()) == ["b.xml"]  # the bad one is tried again


def test_packed_documents_are_read_and_bombs_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(bod().encode()))
    with zipfile.ZipFile(tmp_path / "b.xml.zip", "w") as archive:
        archive.writestr("b.xml", bod(bod="B-2", number="8"))
    (tmp_path / "c.xml.gz").write_bytes(gzip.compress(b" " * 2**22, 1))
    with zipfile.ZipFile(tmp_path / "d.xml.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("d.xml", " " * 2**22)
    (tmp_path / "e.xml.gz").write_bytes(gzip.compress(bod().encode())[:-12])
    rows, failed, _ = pulled(tmp_path, pattern="*.xml*", max_megabytes=1)
    assert rows["repair_order"]["document_id"].to_list() == ["7", "8"]
    assert [name for name, text in failed.items() if "more than 1048576 bytes" in text] == [
        "file c.xml.gz",
        "file d.xml.zip",
    ]
    assert "cut off or broken" in failed["file e.xml.gz"]


def test_settings_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    for settings, message in (
        ({"statuses": {"X": "gone"}}, r"statuses\.X: 'gone'"),
        ({"payers": {"X": "me"}}, r"payers\.X: 'me'"),
        ({"timezone": "Chicago"}, "timezone: 'Chicago'"),
        ({"implied_decimals": 7}, "implied_decimals: 7"),
    ):
        with pytest.raises(TieoutError, match=message):
            Star(tmp_path, **settings)


def test_check_says_what_is_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bod())
    assert Star(tmp_path).check() == [f"{tmp_path}: 1 file(s) match *.xml, the last by name a.xml"]

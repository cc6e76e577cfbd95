"""What is not there: one side of a comparison taken out of a copy of the published snapshot.

Belongs here: what is taken, and what must be said. Keep out: values that are wrong (faults.py, faults_stored.py)."""

from __future__ import annotations

from datetime import date

from warehouse.fault_expected import Expected

SHOP = "chi"
SECOND, THIRD, FOURTH = (date(2026, 3, day) for day in (2, 3, 4))  # nothing else is planted there
OURS = f"site_key = (select site_key from core.dim_site where site = '{SHOP}')"

# control, and what is missing -> how it is taken away, what must be said
ABSENT: dict[str, tuple[str, Expected]] = {
    "C-06 at the processor": (
        "delete from core.fct_processor_txn where source_entity_id = 'tx1000114'",
        Expected("C-06", SHOP, THIRD, "payment 1000114"),
    ),
    "C-06 in the books": (
        "delete from core.fct_tender where source_entity_id = '1000114'",
        Expected("C-06", SHOP, THIRD, "transaction tx1000114"),
    ),
    "C-07 at the bank": (
        "update core.fct_payout set deposited_date = null where source_entity_id = 'po100000020260302'",
        Expected("C-07", SHOP, FOURTH, "payout po100000020260302"),
    ),
    "C-08 count": (
        f"delete from core.fct_cash_count where {OURS} and business_date = date '{SECOND}'",
        Expected("C-08", SHOP, SECOND, ""),
    ),
    "C-10 ledger entry": (
        f"""delete from core.fct_ar_entry where {OURS} and business_date = date '{FOURTH}' and entry_type = 'charge'
        and amount = (select amount from core.fct_tender where source_entity_id = '1000120')""",
        Expected("C-10", SHOP, FOURTH, "payment 1000120"),
    ),
    "C-15 print": (
        f"delete from core.fct_source_control_total where {OURS} and business_date = date '{THIRD}' and name = 'ro_count'",
        Expected("C-15", SHOP, THIRD, "line ro_count"),
    ),
    "C-17 print": (
        f"delete from core.fct_source_control_total where {OURS} and business_date = date '{THIRD}' "
        "and name = 'call_count'",
        Expected("C-17", SHOP, THIRD, "line call_count"),
    ),
    "C-26 print": (
        f"delete from core.fct_source_control_total where {OURS} and business_date = date '{THIRD}' and name = 'cards'",
        Expected("C-26", SHOP, THIRD, "line cards"),
    ),
}

"""Great Expectations says of a batch what its contract says, and its own failures are not the data's."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from data_contracts.contract import load
from data_contracts.expectations import ExpectationError, index, validate

TENDER = load("files")["tender"]


@pytest.mark.slow
def test_suites_find_what_breaks_the_contract_and_write_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "false")
    empty = {column.name: None for column in TENDER.columns}
    good = empty | {
        "tender_id": "t1",
        "site": "S0",
        "kind": "final",
        "method": "cash",
        "amount": Decimal("1.20"),
        "business_date": "2026-03-10",
        "updated_at": "2026-03-10T08:00:00Z",
        "_key": "a",
        "_version": "b",
    }
    (fine,) = validate(tmp_path, {"dms": (TENDER, pd.DataFrame([good]))})
    assert fine.failures == ()
    (bad,) = validate(
        tmp_path, {"dms": (TENDER, pd.DataFrame([good, good | {"kind": "gift", "amount": None}]))}
    )
    assert len(bad.failures) == 3
    assert index(tmp_path).is_file()
    with pytest.raises(ExpectationError, match="could not be judged"):
        validate(tmp_path, {"dms": (TENDER, pd.DataFrame([{"tender_id": "t1"}]))})

"""What must be said of a planted fault. Keep out: everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Expected:
    """An exception of this control, on this shop-day, that names this document and this difference (None: a fault
    without an amount; its sign says nothing, which side is the expected one is the control's). `because`: why a
    control objects to another control's fault."""

    control: str
    site: str
    day: date
    document: str
    diff: Decimal | None = None
    status: str = "fail"
    because: str = ""

"""What each vendor's system is known to do, wherever it is read from (REPORTS.md 0.8, SOURCES.md section 1 ff.).

Belongs here: traits that the reports depend on. Keep out: protocols, and anything a site can set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vendor:
    """Formula family F1 or F2; RO numbers dense, sparse or prefixed; what a void and a reopen leave behind;
    whether an RO can only close with a balance of zero."""

    formula_family: str = "F2"
    ro_number_policy: str = "sparse"
    void_keeps_header: bool = False
    reopen_keeps_payments: bool = True
    enforces_zero_balance: bool = False


VENDORS = {
    "ro_writer": Vendor("F1", "dense", void_keeps_header=True, reopen_keeps_payments=False, enforces_zero_balance=True),
    "mitchell1": Vendor("F1", "sparse"),
    "protractor": Vendor("F1", "prefixed"),
    "shopware": Vendor("F2", "sparse"),
    "dealertrack": Vendor("F2", "sparse"),
    "star": Vendor("F2", "sparse"),
    "cdk": Vendor("F2", "sparse"),
    "pbs": Vendor("F2", "sparse"),
    "shopdata": Vendor("F2", "sparse"),
    "tekmetric": Vendor("F2", "sparse"),
}


def vendor_of(name: str) -> Vendor:
    """Traits of a vendor; one that is not listed promises nothing and counts as F2 ("all other")."""
    return VENDORS.get(name, Vendor())

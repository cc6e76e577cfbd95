"""Which cause of REPORTS.md 6.4 which protocol can show, and why not.

Belongs here: yes, or the reason for no. Keep out: how a cause is planted."""

from __future__ import annotations

H1 = "no: it does not close a repair order until the balance due is zero"
DERIVED = "no: charges are derived at the first close, so a gap below the total becomes a charge"
LABEL = "no: kinds are derived from dates, so it is an advance or an account payment and ties"
UNPAID = "no: its documents tell of no payment, so every total becomes a derived charge"
NEVER = "no: its events, tables or documents have no such thing"
UNIQUE = "no: a repair order stands under its own number once"

NEEDS_PROCESSOR = "R24"  # whose evidence is a transaction of the card processor, not of the DMS

PROTOCOLS = ("files", "rowriter", "shopware", "dealertrack")
TABLE: dict[str, tuple[str, str, str, str]] = {
    "R01": ("yes", "yes", "yes", UNPAID),
    "R02": ("yes", UNIQUE, DERIVED, UNIQUE),
    "R03": ("yes", "no: it prints no control total", DERIVED, UNPAID),
    "R04": ("yes", "yes", "no: it has no void", "no: it has no void"),
    "R05": ("yes", "yes", "no: it has no void", "no: it has no void"),
    "R06": ("yes", "yes", LABEL, "no: only closed documents are delivered"),
    "R07": ("yes", "yes", NEVER, UNPAID),
    "R08": ("yes", "yes", DERIVED, DERIVED),
    "R09": ("yes", H1, "yes", UNPAID),
    "R10": ("yes", "no: dates only", "no: instants only, the date is ours", "no: dates only"),
    "R11": ("yes", H1, LABEL, UNPAID),
    "R12": ("yes", "yes", "no: instants only, nothing to back-date", UNPAID),
    "R13": ("yes", H1, "yes", UNPAID),
    "R14": ("yes", "yes", DERIVED, DERIVED),
    "R15": ("yes", "yes", "yes", UNPAID),
    "R16": ("yes", H1, "yes", UNPAID),
    "R17": ("yes", H1, LABEL, UNPAID),
    "R18": ("yes", H1, "yes", UNPAID),
    "R19": ("yes", H1, DERIVED, UNPAID),
    "R20": ("yes", NEVER, "no: it sends no total", UNPAID),
    "R21": ("yes", "yes", DERIVED, DERIVED),
    "R22": ("yes", "no: one database, one instant", LABEL, "no: only closed documents are delivered"),
    "R23": ("yes", NEVER, NEVER, DERIVED),
    "R24": ("yes", H1, LABEL, UNPAID),
    "R25": ("yes", NEVER, NEVER, UNPAID),
}


def shows(cause: str, protocol: str) -> bool:
    return TABLE[cause][PROTOCOLS.index(protocol)] == "yes"

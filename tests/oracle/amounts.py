"""Canonical amounts of one repair order (REPORTS 0.7, CANONICAL "Money of an RO"), from its lines alone.

Keep out: which ROs count, on which day, and any report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from oracle.figures import ZERO, split

SECTION = {"part": "parts", "labor": "labor", "sublet": "sublet", "other": "other"}
RO_LEVEL = ("discount", "coupon", "package_discount", "package_add")
NOT_IN_COGS = ("is_freight", "is_return", "is_warranty_refund")


@dataclass(frozen=True)
class Piece:
    """A line in parts, labor, sublet or other; `net` is after its part of the RO-level discounts."""

    section: str
    taxable: bool  # effective: the line's, unless the customer is exempt (REPORTS 5)
    gross: Decimal
    discount: Decimal
    net: Decimal
    cost: Decimal | None
    op_code: str | None = None
    department: str | None = None
    outside_cogs: bool = False
    line: dict[str, Any] = field(default_factory=dict)  # what it was made of; {} of a leftover

    @property
    def folded(self) -> str:
        """REPORTS 0.7 OTH: folded into sublet, cost and all, in the sales summary and the tie-out."""
        return "sublet" if self.section == "other" else self.section


@dataclass(frozen=True)
class Amounts:
    pieces: tuple[Piece, ...]
    supplies_taxable: Decimal
    supplies_nontax: Decimal
    fees: Decimal
    upcharge: Decimal
    tax: Decimal
    memo: Mapping[str, Decimal]  # discounts, coupons, package_discounts, package_adds; signed as the lines are
    hours_billed: Decimal

    def sales(self, section: str) -> Decimal:
        return sum((piece.net for piece in self.pieces if piece.section == section), ZERO)

    def cost(self, section: str) -> Decimal:
        return sum((piece.cost or ZERO for piece in self.pieces if piece.section == section), ZERO)

    @property
    def supplies(self) -> Decimal:
        return self.supplies_taxable + self.supplies_nontax

    @property
    def discount_total(self) -> Decimal:
        """D >= 0 (negative on a refund): the memo rows with the sign turned."""
        return -sum(self.memo.values(), ZERO)

    @property
    def total_ex_tax(self) -> Decimal:
        return sum((p.net for p in self.pieces), ZERO) + self.supplies + self.fees + self.upcharge

    @property
    def total(self) -> Decimal:
        return self.total_ex_tax + self.tax


def amounts(lines: list[dict[str, Any]], exempt: bool) -> Amounts:
    charges = [(line, section) for line in lines if (section := _section(line))]
    level = [line for line in lines if line["line_type"] in RO_LEVEL]
    shares = _allocation(lines, level)
    pieces = [_piece(line, section, exempt, shares.get(line["line_id"], ZERO)) for line, section in charges]
    if not shares:
        # Reading of 0.7: nothing to allocate over (no such line, or all of net 0): stays in OTH.
        pieces += [_leftover(line, exempt) for line in level]
    tax, supplies = _net(lines, "tax"), _net(lines, "supply")
    # Reading of 5.6: "no sales tax was charged" is TAX = 0 of the whole RO (E-22).
    result = Amounts(
        tuple(pieces),
        supplies_taxable=supplies if tax != 0 else ZERO,
        supplies_nontax=supplies if tax == 0 else ZERO,
        fees=_net([line for line in lines if not line["taxable"]], "fee"),
        upcharge=_net(lines, "upcharge"),
        tax=tax,
        memo=_memo(lines, pieces),
        hours_billed=sum((line["hours_billed"] or ZERO for line in lines if line["line_type"] == "labor"), ZERO),
    )
    if result.total != sum((line["net_amount"] for line in lines), ZERO):
        raise ValueError(f"a line of RO {lines[0]['ro_id']} is in no amount: {[x['line_type'] for x in lines]}")
    return result


def _section(line: dict[str, Any]) -> str | None:
    """Reading of 0.7: a fee is a parts fee by the line's own flag; an exemption only moves its column."""
    if line["line_type"] == "fee":
        return "parts" if line["taxable"] else None
    return SECTION.get(line["line_type"])


def _piece(line: dict[str, Any], section: str, exempt: bool, share: Decimal) -> Piece:
    return Piece(
        section,
        taxable=bool(line["taxable"]) and not exempt,
        gross=line["gross_amount"],
        discount=line["discount_amount"] or ZERO,
        net=line["net_amount"] + share,
        cost=line["cost_amount"],
        op_code=line["op_code"],
        department=line["department"],
        outside_cogs=any(line[flag] for flag in NOT_IN_COGS),
        line=line,
    )


def _leftover(line: dict[str, Any], exempt: bool) -> Piece:
    return Piece("other", bool(line["taxable"]) and not exempt, ZERO, ZERO, line["net_amount"], None)


def _allocation(lines: list[dict[str, Any]], level: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Reading of CANONICAL: the RO-level lines of an RO are summed, and the sum is allocated once."""
    bases = [(x["line_id"], x["net_amount"]) for x in lines if x["line_type"] in ("part", "labor", "sublet")]
    return split(sum((line["net_amount"] for line in level), ZERO), bases)


def _memo(lines: list[dict[str, Any]], pieces: list[Piece]) -> dict[str, Decimal]:
    """Reading of 5.1: discounts of lines in parts, labor, sublet or OTH count, so gross - D = net."""
    by_line = sum((piece.discount for piece in pieces), ZERO)
    return {
        "discounts": _net(lines, "discount") - by_line,
        "coupons": _net(lines, "coupon"),
        "package_discounts": _net(lines, "package_discount"),
        "package_adds": _net(lines, "package_add"),
    }


def _net(lines: list[dict[str, Any]], line_type: str) -> Decimal:
    return sum((line["net_amount"] for line in lines if line["line_type"] == line_type), ZERO)

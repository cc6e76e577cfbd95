"""Finds mistakes in the contracts themselves: `python -m data_contracts.lint`, one line each, exit 1.

Belongs here: rules for authors that loading alone does not enforce. Keep out: judging rows."""

from __future__ import annotations

import sys

from data_contracts import capability
from data_contracts.contract import ROOT, Contract, ContractError, kinds, load
from data_contracts.landed import META

RESERVED = {name for name, _, _ in META}


def problems() -> list[str]:
    """One line for each mistake in any kind's contracts."""
    found: list[str] = []
    for kind in kinds():
        try:
            contracts = load(kind)
            capability.load(kind)
        except (ContractError, FileNotFoundError) as error:
            found.append(str(error))
            continue
        found += [line for contract in contracts.values() for line in of_contract(contract, contracts)]
    return found


def of_contract(contract: Contract, contracts: dict[str, Contract]) -> list[str]:
    """Mistakes of one contract among those of its kind."""
    where = f"{contract.kind}/{contract.table}"
    found = [f"{where}: {what}" for what in (*_table(contract), *_columns(contract))]
    parent = contract.document.parent if contract.document else None
    if parent and parent not in contracts:
        found.append(f"{where}: its document's parent {parent!r} has no contract")
    elif parent and contract.document and len(contract.document.parent_key) != len(contracts[parent].key):
        found.append(f"{where}: its document's key has not as many columns as the key of {parent}")
    return found


def _table(contract: Contract) -> list[str]:
    found = []
    if not contract.version or not contract.description:
        found.append("needs a version and a description that says what a row is")
    if contract.updated_at and contract.column(contract.updated_at).type != "timestamp":
        found.append(f"updatedAt {contract.updated_at} is no TIMESTAMPTZ")
    if contract.deleted_column and contract.column(contract.deleted_column).type != "boolean":
        found.append(f"deletedColumn {contract.deleted_column} is no BOOLEAN")
    if not any(contract.column(name).required for name in contract.key):
        found.append("no column of its key is required")
    return found


def _columns(contract: Contract) -> list[str]:
    names = [column.name for column in contract.columns]
    found = [
        f"column {name} stands twice" for name in sorted({name for name in names if names.count(name) > 1})
    ]
    for column in contract.columns:
        if column.description.lower().rstrip(".") == column.name.replace("_", " "):
            found.append(f"{column.name}: its description only repeats its name: say more, or nothing")
        if column.name in RESERVED:
            found.append(f"{column.name}: the name belongs to landing")
    return found


def main() -> int:
    """Prints every mistake; 0 when there is none."""
    found = problems()
    for line in found:
        print(line)
    counted = sum(len(list((ROOT / kind).glob("*.odcs.yaml"))) for kind in kinds())
    print(f"{counted} contracts of {len(kinds())} kinds, {len(found)} mistakes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

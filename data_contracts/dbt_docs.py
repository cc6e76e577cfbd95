"""What the canonical contracts and landing say of their columns, as doc blocks that the yml of the models points at.

Belongs here: that translation (`python -m data_contracts.dbt_docs`). Keep out: words of our own (models/docs)."""

from __future__ import annotations

from pathlib import Path

from data_contracts import contract, landed

TARGET = Path(__file__).resolve().parents[1] / "dbt_project" / "models" / "docs" / "contracts.md"
HEAD = """# What the contracts say

Written by `python -m data_contracts.dbt_docs` from data_contracts/files and data_contracts/landed.py: change it there.
"""


def blocks() -> str:
    """The whole file: one block per column that landing adds, then one per column of each canonical entity."""
    found = [_block(f"landed{name}", text) for name, _, text in landed.META]
    for entity, promised in sorted(contract.load("files").items()):
        found += [_block(f"{entity}__{column.name}", column.description) for column in promised.columns]
    return "\n".join([HEAD, *found])


def _block(name: str, text: str) -> str:
    return f"{{% docs {name} %}}\n{text}\n{{% enddocs %}}\n"


if __name__ == "__main__":
    TARGET.write_text(blocks(), encoding="utf-8")

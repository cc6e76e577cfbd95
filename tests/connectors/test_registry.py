"""The source kinds by name, and what it costs to look one up. Keep out: what a kind does."""

from __future__ import annotations

import subprocess
import sys

from connectors.registry import KINDS
from data_contracts.contract import kinds

LOADED = """
import sys
from connectors.registry import KINDS
for kind in KINDS:
    if kind != "sql":
        KINDS[kind]
print([name for name in ("sqlalchemy", "connectorx", "adbc_driver_manager") if name in sys.modules])
"""


def test_every_kind_is_found_by_its_name_and_has_contracts() -> None:
    assert {name: made.kind for name, made in KINDS.items()} == {name: name for name in KINDS}
    assert sorted(KINDS) == sorted(kinds())


def test_no_kind_but_that_of_databases_waits_for_the_drivers_of_databases() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

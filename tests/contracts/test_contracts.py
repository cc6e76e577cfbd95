"""The contracts say what they must, and what is made of them is up to date."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from data_contracts import capability, dbt_sources, lint
from data_contracts.contract import ROOT, ContractError, kinds, load, read
from data_contracts.landed import duckdb_columns

GOOD = (ROOT / "files" / "site_hours.odcs.yaml").read_text()


def written(tmp_path: Path, old: str = "", new: str = "") -> Path:
    assert old in GOOD
    path = tmp_path / "site_hours.odcs.yaml"
    path.write_text(GOOD.replace(old, new) if old else GOOD)
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("physicalType: BOOLEAN", "physicalType: FLOAT", "physicalType 'FLOAT' is none of TEXT"),
        ("value: [site, weekday, date]", "value: [shop]", "there is no column 'shop'"),
        ("requiredAny:", "requiredSome:", "unknown implementation 'requiredSome'"),
        ("property: fileLike", "property: fileLick", "unknown ones: ['fileLick']"),
        ("- name: site_hours", "- name: hours", "the name of the file"),
        ("apiVersion:", "apiVersions:", "is not an ODCS file"),
    ],
)
def test_a_broken_contract_is_told_by_file_and_element(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ContractError, match=re.escape(message)):
        read(written(tmp_path, old, new))


def test_a_contract_is_read_with_its_rules_and_ranges(tmp_path: Path) -> None:
    found = read(written(tmp_path))
    assert found.key == ("site", "weekday", "date")
    assert found.column("weekday").allowed[0] == "mon"
    assert found.column("workday_weight").decimal == (12, 4)
    assert found.column("workday_weight").maximum == 1
    assert found.rules[0].arguments == ["weekday", "date"]


def test_every_column_of_the_canonical_files_is_described_and_personal_ones_are_marked() -> None:
    contracts = load("files")
    assert not [c.name for item in contracts.values() for c in item.columns if not c.description]
    personal = {f"{item.table}.{c.name}" for item in contracts.values() for c in item.columns if c.personal}
    assert {"customer.phones", "customer.email", "call.from_number", "vehicle.vin"} <= personal


def test_the_canonical_files_have_the_entities_and_columns_of_their_document(shared: Path) -> None:
    contracts = load("files")
    for entity, columns in _document(shared / "CANONICAL.md").items():
        found = {column.name: column.required for column in contracts[entity].columns}
        assert found.keys() == columns.keys(), entity
        conditional = {"closed_date", "weekday"}
        assert {n for n in found if found[n] != columns[n]} <= conditional, entity
    assert contracts.keys() == _document(shared / "CANONICAL.md").keys()


def _document(path: Path) -> dict[str, dict[str, bool]]:
    """entity -> column -> whether it is bold."""
    found = {}
    for line in path.read_text().splitlines():
        if not line.startswith("| `"):
            continue
        names, text = line.strip("| ").split(" | ", 1)
        while "(" in text:
            text = re.sub(r"\([^()]*\)", "", text)
        entities = re.findall(r"`(\w+)`", names)
        parts = (
            text.split(". Lines have")[0].split(";") if len(entities) > 1 else [text.split(". Lines have")[0]]
        )
        for entity, part in zip(entities, parts, strict=True):
            words = re.findall(r"(\*\*)?\b(\w+)\b(?:\*\*)?", part)
            found[entity] = {word: bool(bold) for bold, word in words if word != "or"}
    return found


def test_money_is_decimal_everywhere() -> None:
    text = "".join(path.read_text() for path in ROOT.glob("*/*.odcs.yaml"))
    assert text.count("physicalType: DECIMAL(14,2)") > 100
    assert not re.findall(r"(?i)physicalType: *(?:float|double|real)", text)


def test_the_capability_tables_name_real_canonical_fields() -> None:
    canonical = {item.table: {c.name for c in item.columns} | {"*"} for item in load("files").values()}
    for kind in kinds():
        entries = capability.load(kind)
        assert entries, kind
        for entry in entries:
            assert entry.field in canonical[entry.entity], f"{kind}: {entry.entity}.{entry.field}"


def test_an_empty_landed_table_can_be_made_of_every_contract() -> None:
    con = duckdb.connect()
    assert kinds()
    for kind in kinds():
        for contract in load(kind).values():
            columns = ", ".join(f'null::{type_} as "{name}"' for name, type_ in duckdb_columns(contract))
            con.sql(f"create view {kind}__{contract.table} as select {columns} limit 0")
            assert con.sql(f"select count(*) from {kind}__{contract.table}").fetchall() == [(0,)]


def test_the_contracts_have_no_mistakes_that_lint_knows() -> None:
    assert lint.problems() == []


@pytest.mark.parametrize("kind", kinds())
def test_dbt_sources_are_up_to_date(kind: str) -> None:
    assert not dbt_sources.stale(kind), "run python -m data_contracts.dbt_sources"


def test_a_stale_sources_file_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_sources, "KINDS", tmp_path)
    assert dbt_sources.stale("files")
    dbt_sources.path_of("files").parent.mkdir(parents=True)
    dbt_sources.path_of("files").write_text(dbt_sources.text_of("files"))
    assert not dbt_sources.stale("files")
    tables = {
        item["name"]: item for item in yaml.safe_load(dbt_sources.text_of("files"))["sources"][0]["tables"]
    }
    assert tables["tender"]["identifier"] == "files__tender"
    assert {"name", "data_type", "description"} == tables["tender"]["columns"][0].keys()

"""Every mistake that a mapping file can hold is told, with its key, its value and the fix, all at once."""


from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.sql import templates
from connectors.sql.source import Sql
from connectors.sql.validation import MappingError, read

Change = tuple[str, Any, str]
REMOVED = object()
ORDER, LINE, TENDER = "entities.repair_order", "entities.ro_line.union.0", "entities.tender"
BAD: list[Change] = [
    # sections
    ("vendors", "x", "vendors: is not a key here; did you mean vendor?"),
    ("vendor", REMOVED, "vendor: is missing"),
    ("formula_family", "F3", "formula_family: 'F3' should be 'F1' or 'F2'"),
    ("source", {"url": "sqlite://"}, "source.url: is not a key here"),
    ("source", {"page": 0}, "source.page: 0 should be greater than or equal to 1"),
    ("locale.zone", "Central", "locale.zone: 'Central' is no time zone; write an IANA name such as America/Chicago"),
    ("locale.dates", ["DD/MM"], "locale.dates.0: 'DD/MM' is no date format"),
    ("locale.money", "pennies", "locale.money: 'pennies' should be 'dollars' or 'cents'"),
    ("locale.money", {"decimals": 9}, "locale.money.decimals: 9 should be less than or equal to 4"),
    ("tenancy", {}, "tenancy: needs either column or constant"),
    ("tenancy", {"column": "shop", "constant": "A"}, "tenancy: needs either column or constant"),
    ("entities", {}, "entities: is missing or empty"),
    # words
    ("status_map", REMOVED, "status_map: is missing; say what each value of repair_order.status means"),
    ("status_map.O", "opened", "status_map.O: 'opened' is none of estimate, scheduled, open"),
    ("method_map.CA", "coins", "method_map.CA: 'coins' is none of cash, check"),
    ("kind_map", {}, "kind_map: is missing"),
    # entities
    ("entities.ro_lines", {}, "entities.ro_lines: is no entity that kind sql delivers; did you mean ro_line"),
    (TENDER, "payments", "entities.tender: 'payments' is no section"),
    (f"{TENDER}.tabel", "x", "entities.tender.tabel: is not a key here; did you mean table?"),
    (f"{TENDER}.table", REMOVED, "entities.tender: needs either table or query"),
    (f"{TENDER}.query", "select 1", "entities.tender: needs either table or query"),
    ("entities.ro_line", REMOVED, "entities.ro_line: is missing; a repair order is landed with its lines"),
    (ORDER, REMOVED, "entities.repair_order: is missing; ro_line is read with its repair order"),
    ("entities.ro_line.table", "x", "entities.ro_line.table: stands beside union"),
    ("entities.ro_line.union", [], "entities.ro_line.union: is no list of sections"),
    (f"{TENDER}.parent", {"on": {"no": "no"}}, "entities.tender.parent: does not belong here; tender is no part"),
    (f"{LINE}.parent", REMOVED, "entities.ro_line.union.0.parent: is missing; ro_line needs it"),
    (f"{LINE}.parent.on", {}, "parent.on: Dictionary should have at least 1 item"),
    (f"{LINE}.incremental", {"mode": "snapshot"}, "ro_line.union.0.incremental: does not belong here; ro_line is read"),
    (f"{TENDER}.key", [], "entities.tender.key: is missing; tender needs it"),
    (f"{ORDER}.key", ["no"], "entities.repair_order.key: lacks shop, which columns.ro_id is made of; add it"),
    # columns and expressions
    (f"{ORDER}.columns.ro_nr", "no", "columns.ro_nr: is no column of repair_order; did you mean ro_id or ro_number?"),
    (f"{ORDER}.columns.status", REMOVED, "repair_order.columns.status: is missing; repair_order needs it"),
    (f"{LINE}.columns.net_amount", REMOVED, "ro_line.union.0.columns.net_amount: is missing"),
    (f"{LINE}.columns.line_type", {"literal": "tyre"}, "columns.line_type: 'tyre' is none of part, labor"),
    (f"{TENDER}.columns.amount", {"multipy": ["a", "b"]}, "columns.amount: 'multipy' is no function; did you mean multiply?"),
    (f"{TENDER}.columns.amount", {"exec": "x"}, "columns.amount: 'exec' is no function; there are: literal, concat"),
    (f"{TENDER}.columns.amount", ["a"], "columns.amount: ['a'] is no value"),
    (f"{TENDER}.columns.amount", {"add": "a"}, "columns.amount: add: 'a' is no list of two or more values"),
    (f"{TENDER}.columns.amount", {"subtract": ["a", "b", "c"]}, "columns.amount: subtract: has 3 values, takes two"),
    (f"{TENDER}.columns.kind", {"nullif": ["a"]}, "columns.kind: nullif: ['a'] is no pair"),
    (f"{TENDER}.columns.kind", {"in": ["a", "b"]}, "columns.kind: in: ['a', 'b'] is not [column, [values]]"),
    (f"{TENDER}.columns.kind", {"any": []}, "columns.kind: any: [] is no list of conditions"),
    (f"{TENDER}.columns.kind", {"case_map": {"of": "a"}}, "columns.kind: case_map: map is missing"),
    (f"{TENDER}.columns.kind", {"case_map": {"of": "a", "map": "x_map"}}, "map 'x_map' is neither {raw: value} nor"),
    (f"{TENDER}.columns.kind", {"if": {"when": "a", "then": "b"}}, "columns.kind: if: else is missing"),
    (f"{TENDER}.columns.kind", {"if": {"when": "a", "then": "b", "else": "c"}}, "if: 'a' is no condition"),
    (f"{TENDER}.columns.kind", {"literal": ["a"]}, "literal: ['a'] is no single value"),
    (f"{TENDER}.columns.business_date", {"date": {"of": "a", "from": "x"}}, "date: has no 'from'; it takes of, format"),
    (f"{TENDER}.columns.ro_id", "o.no", "columns.ro_id: 'o.no' names no join"),
    # filters, queries, modes
    (f"{TENDER}.where", [{"concat": ["a", "b"]}], "where.0: {'concat': ['a', 'b']} is no condition"),
    (f"{TENDER}.where", [{"eq": [{"upper": "a"}, "X"]}], "where.0: eq: compares an expression"),
    ("entities.vehicle.query", "delete from cars", "vehicle.query: 'delete from cars' is no SELECT"),
    ("entities.vehicle.query", "select 1; select 2", "holds several statements"),
    ("entities.vehicle.query", "with x as (delete from cars returning *) select * from x", "holds 'delete'"),
    ("entities.vehicle.query", "select * into copied from cars", "holds 'into'"),
    (f"{TENDER}.incremental.mode", "hourly", "incremental.mode: 'hourly' should be 'snapshot', 'updated_at'"),
    (f"{TENDER}.incremental.column", REMOVED, "entities.tender.incremental: mode window_on needs column"),
    (f"{TENDER}.incremental.format", "%m/%d/%Y", "incremental.format: '%m/%d/%Y' does not sort as time does"),
    (f"{TENDER}.incremental.reread_days", -1, "incremental.reread_days: -1 should be greater than or equal to 0"),
    (f"{TENDER}.sweep", "nightly", "entities.tender.sweep: 'nightly' should be a valid dictionary"),
    (f"{TENDER}.sweep.number", "shop", "entities.tender.sweep.number: 'shop' is no column's plain value"),
    ("entities.ro_line.union.0.parent.member", "history", ""),
]  # fmt: skip


def change(raw: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    section: Any = raw
    for name in parents:
        section = section[int(name)] if isinstance(section, list) else section[name]
    if value is REMOVED:
        del section[last]
    else:
        section[last] = value


@pytest.mark.parametrize(("path", "value", "told"), BAD, ids=[f"{path}-{at}" for at, (path, _, _) in enumerate(BAD)])
def test_a_mistake_is_told_with_its_key_and_the_fix(raw: dict[str, Any], path: str, value: Any, told: str) -> None:
    change(raw, path, value)
    if not told:
        assert read(raw, "garage.yml")
        return
    with pytest.raises(MappingError) as error:
        read(raw, "garage.yml")
    assert told in str(error.value)


def test_all_mistakes_are_told_at_once(raw: dict[str, Any]) -> None:
    told = [one for one in BAD if one[0] in ("vendors", "status_map.O", f"{ORDER}.columns.ro_nr", "tenancy")]
    for path, value, _ in told:
        change(raw, path, value)
    change(raw, "entities.vehicle.columns.vin", {"concat": [{"uper": "a"}, {"lowr": "b"}]})
    with pytest.raises(MappingError) as error:
        read(raw, "garage.yml")
    assert len(error.value.problems) == 6
    assert str(error.value).startswith("garage.yml: 6 mistake(s)\n")


def test_a_line_names_the_header_table_it_belongs_to_where_there_are_two(raw: dict[str, Any]) -> None:
    header = raw["entities"]["repair_order"]
    header.pop("sweep")
    raw["entities"]["repair_order"] = {"union": [{**header, "name": "current"}, {**header, "name": "history"}]}
    raw["entities"]["ro_line"]["union"][0]["parent"]["member"] = "histori"
    with pytest.raises(MappingError) as error:
        read(raw, "garage.yml")
    assert error.value.problems == [
        "entities.ro_line.union.0.parent.member: 'histori' is no member of repair_order; did you mean history?"
    ]


def test_a_key_that_stands_twice_is_no_yaml_and_no_is_a_word(tmp_path: Path) -> None:
    twice = tmp_path / "twice.yml"
    twice.write_text("vendor: a\nvendor: b\n")
    with pytest.raises(MappingError, match="vendor stands twice"):
        templates.load(twice)
    twice.write_text("status_map: {No: open, on: closed, Y: void}\nflag: true\n")
    assert templates.load(twice) == {"status_map": {"No": "open", "on": "closed", "Y": "void"}, "flag": True}


def test_settings_that_name_no_mapping_or_two_are_refused(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [{}, {"template": "rowriter", "mapping": tmp_path / "x.yml"}]
    for settings in wrong:
        with pytest.raises(MappingError, match="give either mapping: a file, or template"):
            Sql("sqlite:////x.db", **settings)
    with pytest.raises(MappingError, match="cannot be read"):
        Sql("sqlite:////x.db", mapping=tmp_path / "absent.yml")


def test_the_address_is_never_shown_with_its_password(raw: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "garage.yml").write_text(yaml.safe_dump(raw))
    source = Sql("postgresql://reader:s3cret@127.0.0.1:1/shop", mapping=tmp_path / "garage.yml")
    assert "s3cret" not in repr(source)
    with pytest.raises(Exception, match=r"postgresql://reader:\*\*\*@127\.0\.0\.1:1/shop: ") as error:
        source.check()
    assert "s3cret" not in str(error.value)

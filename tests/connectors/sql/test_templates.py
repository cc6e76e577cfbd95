"""Templates: every placeholder is asked for, a null leaves out what it stands for, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.sql import templates
from connectors.sql.source import Sql
from connectors.sql.validation import MappingError, read
from data_contracts.contract import load

TEMPLATES = templates.offered()


def names_of(template: str) -> dict[str, str | None]:
    """Every placeholder filled with a name of its own."""
    raw = templates.load(templates.FOLDER / f"{template}.yml")
    return {name: name.replace(".", "_") for _, name in templates.placeholders(raw)} | {"shop.zone": "America/Denver"}


def mapped(template: str, **changed: str | None) -> Any:
    names = names_of(template) | {name.replace("__", "."): value for name, value in changed.items()}
    return read(templates.assemble({"template": template, "names": names}, template), template)


def test_the_templates_are_those_of_the_two_vendors() -> None:
    assert TEMPLATES == ["mitchell1", "rowriter"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_filled_template_is_a_valid_mapping(template: str) -> None:
    plan = mapped(template)
    assert {
        "repair_order",
        "ro_line",
        "ro_job",
        "tender",
        "customer",
        "vehicle",
        "employee",
    } <= plan.entities.keys()
    assert plan.head.vendor == {"rowriter": "ro_writer"}.get(template, template)
    assert plan.head.formula_family == "F1"


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_open_placeholder_is_listed_at_once(template: str) -> None:
    with pytest.raises(MappingError) as error:
        Sql("sqlite:////x.db", template=template)
    assert len(error.value.problems) == len(names_of(template))
    assert any(
        "fill in from the site's database, or null if it has none (for entities." in one for one in error.value.problems
    )


def test_a_name_that_the_template_does_not_have_is_told_with_its_neighbor() -> None:
    with pytest.raises(MappingError) as error:
        mapped("rowriter", ticket__nummber="x")
    assert error.value.problems[0].startswith(
        "names.ticket.nummber: the template has no such placeholder; did you mean"
    )
    with pytest.raises(MappingError, match=r"template: 'row_writer' is no template; did you mean rowriter\?"):
        Sql("sqlite:////x.db", template="row_writer")


def test_a_column_that_the_site_has_not_is_left_out() -> None:
    plan = mapped(
        "rowriter",
        ticket__changed=None,
        labor__tech_2=None,
        customer__phone_2=None,
        charge__is_package_add=None,
    )
    assert "updated_at" not in plan.entities["repair_order"].members[0].columns
    labor, charge = plan.entities["ro_line"].members[1], plan.entities["ro_line"].members[3]
    assert len(labor.columns["technician_ids"].args) == 2, "one technician with a share, or without"
    assert len(charge.columns["line_type"].values["map"]) == 8
    assert len(plan.entities["customer"].members[0].columns["phones"].args) == 1


def test_a_table_that_the_site_has_not_is_left_out() -> None:
    plan = mapped("rowriter", estimate=None, job=None)
    assert [member.name for member in plan.entities["repair_order"].members] == ["ticket"]
    assert "ro_job" not in plan.entities


def test_a_filter_is_never_left_out() -> None:
    """Without its mark of a tax, every charge would be a tax: the whole source goes."""
    assert "ro_tax" not in mapped("rowriter", charge__is_tax=None).entities


def test_what_must_be_there_is_missed() -> None:
    with pytest.raises(MappingError, match=r"repair_order.union.0.columns.ro_number: is missing"):
        mapped("rowriter", ticket__number=None)


def test_words_of_the_connection_extend_those_of_the_mapping(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    filled = names_of("rowriter")
    lines = "".join(f"  {name}: {value}\n" for name, value in filled.items())
    own.write_text(f"template: rowriter\nstatus_map: {{Parts Ordered: on_hold}}\nnames:\n{lines}")
    source = Sql("sqlite:////x.db", mapping=own, method_map={"Gift": "store_credit"}, names={"shop.code": "S9"})
    words = source.maps()
    assert words["repair_order", "status"]["Parts Ordered"] == "on_hold"
    assert words["repair_order", "status"]["Closed"] == "closed"
    assert words["tender", "method"]["Gift"] == "store_credit"
    assert source.plan.head.tenancy.constant == "S9"


def test_contracts_are_those_of_the_canonical_files_but_for_words_and_stamps() -> None:
    files = load("files")
    assert {"repair_order", "tender"} < load("sql").keys()
    for table, contract in load("sql").items():
        assert not contract.file_like
        assert contract.key == files[table].key
        for ours, theirs in zip(contract.columns, files[table].columns, strict=True):
            assert (ours.name, ours.type, ours.personal) == (theirs.name, theirs.type, theirs.personal)
            raw = (table, ours.name) in {("repair_order", "status"), ("tender", "kind"), ("tender", "method")}
            assert ours.allowed == (() if raw else theirs.allowed)
            assert ours.required == (theirs.required and ours.name != "updated_at")

"""The story that the folders tell holds in the graph: who reads whom, what is described, what is tested.

Over dbt's manifest, with every source kind, and with no exceptions. Keep out: figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from warehouse.conftest import Dbt
from warehouse.homes import Home

from connectors import registry
from data_contracts import contract
from orchestration import dbt_run
from orchestration.layers import REPORTS
from orchestration.settings import Options

Node = dict[str, Any]
KINDS = tuple(sorted(registry.KINDS))
MODELS = dbt_run.PROJECT / "models"


class Graph:
    """Models and their tests, with the layer that each model's folder is."""

    def __init__(self, manifest: Node) -> None:
        nodes = manifest["nodes"].values()
        self.models = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
        self.tests: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            if node["resource_type"] == "test" and node.get("attached_node"):
                self.tests[node["attached_node"].split(".")[-1]].append(node)

    def layer(self, model: str) -> str:
        return str(self.models[model]["path"].split("/")[0])

    def kind(self, model: str) -> str:
        """The source kind whose folder it stands in; '' where kinds meet."""
        parts = self.models[model]["original_file_path"].split("/")
        return str(parts[1]) if parts[0] == "kinds" else ""

    def of(self, *layers: str) -> list[str]:
        found = [name for name in self.models if self.layer(name) in layers]
        assert {self.layer(name) for name in found} == set(layers), "a layer without models"
        return found

    def reads(self, model: str) -> list[str]:
        return [id.split(".")[-1] for id in self.models[model]["depends_on"]["nodes"] if id.startswith("model.")]

    def sources(self, model: str) -> list[tuple[str, str]]:
        ids = [id.split(".") for id in self.models[model]["depends_on"]["nodes"] if id.startswith("source.")]
        return [(id[-2], id[-1]) for id in ids]


@pytest.fixture(scope="module")
def graph(dbt: Dbt, built: Home, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    target = str(tmp_path_factory.mktemp("all_kinds"))
    kinds = "{kinds: [" + ", ".join(KINDS) + "]}"
    result = dbt("parse", options={"--target-path": target, "--vars": kinds})
    assert result.success, result.exception
    return Graph(result.result.to_dict(omit_none=False))


def breaches(graph: Graph, readers: list[str], allowed: tuple[str, ...]) -> list[str]:
    return [f"{name} reads {one}" for name in readers for one in graph.reads(name) if graph.layer(one) not in allowed]


def staged(name: str) -> tuple[str, str]:
    """The kind and the table that a staging model is named after."""
    kind, _, table = name.removeprefix("stg_").partition("__")
    return kind, table


def without_comments(sql: str) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.DOTALL)


def test_staging_reads_one_landed_table_of_its_kind_and_never_joins(graph: Graph) -> None:
    for name in graph.of("staging"):
        kind, table = staged(name)
        assert graph.reads(name) == [], name
        assert graph.sources(name) == [(kind, table)], name
        assert graph.kind(name) == kind, name
        assert not re.search(r"\b(join|union|group by|where)\b", without_comments(graph.models[name]["raw_code"])), name


def test_a_kinds_own_steps_read_only_its_own_staging_and_settings(graph: Graph) -> None:
    for name in graph.of("intermediate"):
        if kind := graph.kind(name):
            assert name.startswith(f"int_{kind}__"), name
            assert {graph.kind(one) for one in graph.reads(name)} <= {kind}, name
            assert {source for source, _ in graph.sources(name)} <= {"config"}, name


def test_no_layer_reads_a_later_one(graph: Graph) -> None:
    """`build` says what a build takes in and touches: it reads what landed, facts before and after, and no report."""
    assert breaches(graph, graph.of("intermediate"), ("staging", "intermediate", "build")) == []
    assert breaches(graph, graph.of("core"), ("intermediate", "build", "core")) == []
    assert breaches(graph, graph.of("build"), ("staging", "intermediate", "build", "core")) == []


def test_reports_read_core_or_another_report_and_no_settings(graph: Graph) -> None:
    reports = graph.of(*REPORTS)
    assert breaches(graph, reports, ("core", "build", *REPORTS)) == []
    assert [name for name in reports if graph.sources(name)] == []
    build = {one for name in reports for one in graph.reads(name) if graph.layer(one) == "build"}
    assert all(name.startswith("touched_") for name in build)


def test_the_steps_of_the_tie_out_are_finances_own(graph: Graph) -> None:
    readers = {name for name in graph.models for one in graph.reads(name) if one.startswith("tie_")}
    assert {graph.layer(name) for name in readers} == {"finance"}


def test_the_reports_of_two_folders_never_read_each_other_in_a_circle(graph: Graph) -> None:
    edges = {(graph.layer(name), graph.layer(one)) for name in graph.of(*REPORTS) for one in graph.reads(name)}
    left = {(one, other) for one, other in edges if one != other and other in REPORTS}
    assert left, "no report reads one of another folder"
    while ready := {one for one, _ in left} | {other for _, other in left}:
        last = {folder for folder in ready if not any(one == folder for one, _ in left)}
        assert last, f"a circle: {left}"
        left = {(one, other) for one, other in left if other not in last}


def test_landed_rows_are_read_by_staging_alone(graph: Graph) -> None:
    """Refused rows are the one thing that lands and has no staging."""
    readers = {(name, source) for name in graph.models for source in graph.sources(name) if source[0] != "config"}
    outside = {(name, source) for name, source in readers if graph.layer(name) != "staging"}
    assert outside == {("int_quarantine", ("landing", "quarantine"))}


def test_settings_are_read_below_the_reports_only(graph: Graph) -> None:
    readers = {graph.layer(name) for name in graph.models if "config" in {source for source, _ in graph.sources(name)}}
    assert readers <= {"intermediate", "core", "build"}


def test_offsets_of_time_zones_are_read_for_the_half_hours_that_are_asked_for(graph: Graph) -> None:
    """By the macro `offsets_at`: hashing thirty years of half hours costs a night a second for each model."""
    assert [name for name, node in graph.models.items() if "utc_offset" in without_comments(node["raw_code"])] == []


def test_every_staged_table_has_its_contract_and_reaches_core(graph: Graph) -> None:
    reached = set(upstream(graph, graph.of("core")))
    for name in graph.of("staging"):
        kind, table = staged(name)
        assert table in contract.load(kind), name
        assert name in reached, f"{name} is staged and read by nothing"


def test_every_kind_with_contracts_is_staged(graph: Graph) -> None:
    assert {graph.kind(name) for name in graph.of("staging")} == set(KINDS)


def test_without_a_company_dbt_reads_every_kind() -> None:
    project = yaml.safe_load((dbt_run.PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    (listed,) = re.findall(r"'([a-z ]+)'\.split\(\)", project["model-paths"])
    assert tuple(listed.split()) == tuple(project["vars"]["kinds"]) == KINDS


def test_every_model_below_the_reports_reaches_one_or_is_published(graph: Graph) -> None:
    reached = set(upstream(graph, graph.of("core", *REPORTS)))
    assert [name for name in graph.of("staging", "intermediate", "build") if name not in reached] == []


def upstream(graph: Graph, names: list[str]) -> Iterator[str]:
    """All that `names` read, near or far."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        for one in graph.reads(waiting.pop()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
                yield one


def test_every_model_stands_beside_its_twin_and_is_described(graph: Graph) -> None:
    for name, node in graph.models.items():
        sql = dbt_run.PROJECT / node["original_file_path"]
        assert sql.stem == name
        assert sql.with_suffix(".yml").exists(), f"{name} has no yml beside it"
        assert node["patch_path"].endswith(f"{node['original_file_path'].removesuffix('.sql')}.yml"), name
        assert len(node["description"].split()) > 5, name


def test_every_column_in_a_twin_is_described_in_more_than_its_own_name(graph: Graph) -> None:
    for name, node in graph.models.items():
        for column in node["columns"].values():
            words = set(re.findall(r"[a-z0-9]+", column["description"].lower()))
            assert words - set(column["name"].split("_")) - {"the", "a", "of"}, f"{name}.{column['name']}"


def test_the_columns_of_a_twin_are_the_columns_of_its_relation(graph: Graph, built: Home) -> None:
    """Enforced contracts say so for core and reports; views of kinds that are not built here are left out."""
    found = defaultdict(list)
    with built.connect() as connection:
        columns = "select schema_name, table_name, column_name from duckdb_columns() order by column_index"
        for schema, table, column in connection.execute(columns).fetchall():
            found[schema, table].append(column)
    for name, node in graph.models.items():
        if (actual := found.get((node["schema"], name))) and graph.kind(name) in ("", "files"):
            assert list(node["columns"]) == actual, name


def test_core_and_reports_have_enforced_contracts_of_types_and_reports_their_labels_units_and_reach(
    graph: Graph,
) -> None:
    for name in graph.of("core", *REPORTS):
        node = graph.models[name]
        assert node["config"]["contract"]["enforced"], name
        assert [column["name"] for column in node["columns"].values() if not column["data_type"]] == [], name
    for name in set(graph.of(*REPORTS)) - steps(graph):
        meta = graph.models[name]["config"]["meta"]
        assert meta["reach"] in ("same_day", "key", "window", "forward", "as_of"), name
        for column in graph.models[name]["columns"].values():
            assert column["config"]["meta"].get("label"), f"{name}.{column['name']} has no printed label"
            if column["data_type"].startswith("decimal"):
                assert column["config"]["meta"].get("unit"), f"{name}.{column['name']} has no unit"


def steps(graph: Graph) -> set[str]:
    """Models of the report schemas that nobody reads by themselves: they have no purpose of their own."""
    return {name for name in graph.of(*REPORTS) if not graph.models[name]["config"]["meta"].get("purpose")}


def test_a_step_without_a_purpose_is_read_by_a_report(graph: Graph) -> None:
    read = {one for name in graph.of(*REPORTS) for one in graph.reads(name)}
    assert steps(graph) - read == set()


def test_what_is_computed_on_read_is_a_view_that_says_what_is_unique(graph: Graph) -> None:
    """Its grain, totals and cells are judged by tests (test_reports.py): no build computes it."""
    views = [node for node in graph.models.values() if node["config"]["meta"].get("computed") == "on_read"]
    assert len(views) > 40
    for node in views:
        assert node["config"]["materialized"] == "view", node["name"]
        if graph.layer(node["name"]) in REPORTS:
            assert set(node["config"]["meta"]["grain"]) <= set(node["columns"]), node["name"]
            assert graph.tests[node["name"]] == [], f"{node['name']}: a build would compute it for its tests"


def test_options_that_a_report_reads_are_the_ones_it_names(graph: Graph) -> None:
    """By itself or through what it reads: a reader learns from --describe what changes its figures."""
    said = {name: set(node["config"]["meta"].get("parameters", {})) for name, node in graph.models.items()}
    for name in set(graph.of(*REPORTS)) - steps(graph):
        assert said[name] <= set(Options.model_fields), name
        if graph.models[name]["config"]["meta"].get("computed") == "on_read":
            shared = [one for one in upstream(graph, [name]) if graph.layer(one) == "core" or one in steps(graph)]
            read = {option for one in [name, *shared] for option in options_in(graph.models[one]["raw_code"])}
            own = options_in(graph.models[name]["raw_code"])
            assert own <= said[name] <= read, name  # of a shared view it may use columns that an option leaves alone


def options_in(code: str) -> set[str]:
    """Options whose name stands in a model's code as a value, or as the name of a column of options."""
    return {option for option in Options.model_fields if re.search(rf"'{option}'", without_comments(code))}


def test_the_grain_of_every_fact_and_report_is_tested(graph: Graph) -> None:
    """Those of views and of a build's lists are stated, and looked for in rows by tests (tests/grains.py)."""
    untested = [
        name
        for name in graph.of("core", *REPORTS)
        if graph.models[name]["config"]["meta"].get("computed") != "on_read"
        and not any(test["test_metadata"]["name"] == "unique_grain" for test in graph.tests[name])
    ]
    assert untested == []


def test_no_description_is_written_twice() -> None:
    """A meaning that two models share is a doc block (models/docs); a short phrase may repeat."""
    homes: dict[str, list[str]] = defaultdict(list)
    paths = [*MODELS.rglob("*.yml"), *(dbt_run.PROJECT / "kinds").rglob("*.yml")]
    for path in sorted(paths):
        if path.name.startswith("_") or "staging" in path.parts:  # the contract's to say, for each kind
            continue
        text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
        ends = "(?:- name:|data_type:|config:|data_tests:|parameters:|columns:)"
        for said in re.findall(rf"description: (?:>- )?((?!\"\{{\{{)[^\"].*?) {ends}", text):
            homes[said].append(path.stem)
    again = {said: where for said, where in homes.items() if len(where) > 1 and len(said.split()) > 12}
    assert again == {}


def test_documents_written_from_contracts_are_what_the_contracts_say() -> None:
    from data_contracts import dbt_docs

    assert Path(dbt_docs.TARGET).read_text(encoding="utf-8") == dbt_docs.blocks(), (
        "stale: run python -m data_contracts.dbt_docs"
    )

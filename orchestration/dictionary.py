"""Writes what every report means, from the models' own descriptions: reporting/DICTIONARY.md for people, and dbt's
exposures, which say in its lineage what readers get. `python -m orchestration.dictionary` after a report has changed.

Keep out: what a report means (dbt_project), one report on a screen (views_report.py)."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestration.dbt_run import PROJECT
from orchestration.layers import REPORTS

DICTIONARY = PROJECT.parent / "reporting" / "DICTIONARY.md"
EXPOSURES = PROJECT / "models" / "_exposures.yml"
Node = Mapping[str, Any]
ADDS_UP = {"A": "yes", "S": "not over time", "N": "no"}
HEAD = """# Data dictionary

What `tieout report --describe` says of each report, written from the models' descriptions. A figure that does not add
up is made anew for every total: never sum its rows. Shops are keyed by `site_key` in the marts (`core.dim_site` has
their names; -2 is the row of all shops); `tieout report` shows their names.

| seed | report | columns |
|---|---|---|"""


def reports(nodes: Iterable[Node]) -> list[Node]:
    """The models that readers are offered, by category and name."""
    offered = [node for node in nodes if node["resource_type"] == "model" and node["config"]["meta"].get("purpose")]
    return sorted(offered, key=lambda node: (REPORTS.index(node["schema"]), node["name"]))


def dictionary(nodes: Iterable[Node]) -> str:
    found = reports(nodes)
    return (
        "\n".join([HEAD, *map(_seed, found), "", *(line for node in found for line in _report(node))]).rstrip() + "\n"
    )


def _seed(node: Node) -> str:
    """Which printed report of the field it is, and what it says."""
    name = f"{node['schema']}.{node['name']}"
    return f"| {node['config']['meta']['seed']} | [{name}](#{name.replace('.', '')}) | {', '.join(node['columns'])} |"


def exposures(nodes: Iterable[Node]) -> str:
    """As YAML."""
    lines = ["version: 2", "", "exposures:"]
    for node in reports(nodes):
        lines += [
            f"  - name: report_{node['name']}",
            f"    label: {json.dumps(node['schema'] + '.' + node['name'])}",
            "    type: analysis",
            f"    description: {json.dumps(node['config']['meta']['purpose'], ensure_ascii=False)}",
            "    owner: {name: tieout report}",
            f"    depends_on: [ref('{node['name']}')]",
        ]
    return "\n".join(lines) + "\n"


def _report(node: Node) -> list[str]:
    meta = node["config"]["meta"]
    said = [f"## {node['schema']}.{node['name']}", "", meta["purpose"], "", _line(node["description"]), ""]
    if meta.get("requires"):
        said += ["Requires " + ", ".join(f"{key} {value}" for key, value in meta["requires"].items()) + ".", ""]
    said += ["| column | label | type | unit | adds up | meaning |", "|---|---|---|---|---|---|"]
    said += [_column(column) for column in node["columns"].values()]
    for title, items in (("Filters", _filters(meta)), ("Options", meta.get("parameters", {}))):
        if items:
            said += ["", f"{title}: " + "; ".join(f"`{name}` ({_line(text)})" for name, text in items.items())]
    return [*said, ""]


def _filters(meta: Mapping[str, Any]) -> dict[str, str]:
    return {name: one["description"] for name, one in meta.get("filters", {}).items()}


def _column(column: Node) -> str:
    meta = column["config"]["meta"]
    adds = ADDS_UP.get(meta.get("additivity", ""), "")
    cells = [column["name"], meta.get("label", ""), column["data_type"], meta.get("unit", ""), adds]
    return "| " + " | ".join([*cells, _line(column["description"])]) + " |"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (a second and a half to import)

    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", folder]
        outcome = dbtRunner().invoke(
            ["parse", *arguments, "--log-path", folder, "--quiet", "--vars", "{kinds: [files]}"]
        )
        if not outcome.success:
            sys.stderr.write(f"the dbt project does not parse: {outcome.exception}\n")
            return 1
        parsed = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    nodes = list(parsed["nodes"].values())
    DICTIONARY.write_text(dictionary(nodes), encoding="utf-8")
    EXPOSURES.write_text(exposures(nodes), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The dbt project as Dagster assets and checks: one per model and test, named as in the warehouse.

Keep out: running dbt (warehouse.py) and every other asset (assets.py)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import build_dbt_specs

from connectors.base import TieoutError
from orchestration import events, verdict
from orchestration.config import Config
from orchestration.dbt_run import options
from orchestration.layers import LAYERS, MARTS

POOL = "warehouse"


class Names(DagsterDbtTranslator):
    """A source table is the asset that lands it; a model is `schema/name`, grouped by its schema."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        source = dbt_resource_props.get("source_name", "landing")
        if dbt_resource_props["schema"] == "landing" and source != "landing":
            return dg.AssetKey(["landing", source, dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])


def manifest(config: Config) -> dict[str, Any]:
    """The parsed dbt project of this company's source kinds; dbt parses only what has changed."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (a second and a half to import)

    outcome = dbtRunner().invoke(["parse", *options(config)])
    if not outcome.success:
        raise TieoutError(f"the dbt project does not parse: {outcome.exception}")
    file = config.home / "dbt" / "manifest.json"
    found: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    return found


def specs(parsed: Mapping[str, Any]) -> tuple[Sequence[dg.AssetSpec], Sequence[dg.AssetCheckSpec]]:
    """Assets of every model, and the tests that a build runs as their checks."""
    assets, checks = build_dbt_specs(
        translator=Names(), manifest=parsed, select="fqn:*", exclude="resource_type:unit_test", selector="",
        io_manager_key=None, project=None,
    )  # fmt: skip
    needed = _needed(parsed)
    assets = [spec for spec in assets if spec.key in needed]
    return assets, [check for check in checks if check.asset_key in needed and check.asset_key.path[0] in MARTS]


def _needed(parsed: Mapping[str, Any]) -> set[dg.AssetKey]:
    """What a build makes: its layers and all above them; staging of kinds that nobody has feeds nothing."""
    nodes, parents, names = parsed["nodes"], parsed["parent_map"], Names()
    waiting = [key for key, node in nodes.items() if node["resource_type"] == "model" and node["schema"] in LAYERS]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node in nodes and node not in found:
            found.add(node)
            waiting += parents.get(node, [])
    return {names.get_asset_key(nodes[node]) for node in found}


def model_assets(config: Config, parsed: Mapping[str, Any]) -> dg.AssetsDefinition:
    """All models in one step, run by dbt inside this process; what is built does not depend on the selection."""
    assets, checks = specs(parsed)

    @dg.multi_asset(name="models", specs=assets, check_specs=checks, can_subset=True, pool=POOL)
    def models(context: dg.AssetExecutionContext) -> Iterator[events.Event]:
        built = verdict.build(config, progress=events.log_progress(context))
        wanted = [spec for spec in assets if spec.key in context.selected_asset_keys]
        yield from events.build_results(built, wanted, checks)
        if built.failed:
            raise dg.Failure("models failed: " + "; ".join(built.failed), allow_retries=False)

    return models

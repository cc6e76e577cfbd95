"""dbt's unit tests: worked examples as the smallest rows a model needs (models/*/*_examples.yml).

They run here and not in production builds. Keep out: examples through the whole warehouse (test_golden_days.py)."""

from __future__ import annotations

from warehouse.conftest import Dbt

from orchestration import dbt_run


def test_every_worked_example_comes_out_of_its_model(dbt: Dbt) -> None:
    """What is computed on read stands in no warehouse: here it does, and keeps the contract of its columns."""
    made = dbt("run", "--select", dbt_run.ON_READ)
    assert made.success, made.exception
    result = dbt("test", "--select", "test_type:unit")
    assert result.result is not None, result.exception
    outcomes = {one.node.name: one for one in result.result.results}
    wrong = {name: one.message for name, one in outcomes.items() if str(one.status) != "pass"}
    assert wrong == {}
    assert len(outcomes) >= 10

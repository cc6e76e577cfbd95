"""Seeded edits, one of each of twenty-four models: the comparisons that the tests make must notice at least twenty-three.

Keep out: what an edit is (mutations.py), the comparisons (judges.py)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from warehouse.judges import Judges
from warehouse.mutations import MODELS, TOUCHING, Edit, chosen

from orchestration import dbt_run

SEED = 20260310
Verdict = tuple[Edit, str | None]


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    judges = Judges(tmp_path_factory.mktemp("mutations"))
    yield judges
    judges.warm.close()


def verdicts(judges: Judges, seed: int) -> list[Verdict]:
    """An edit of each model: the first of its edits, in random order, that runs."""
    found: list[Verdict] = []
    left = {model: chosen(dbt_run.PROJECT, model, seed) for model in [*MODELS, *TOUCHING]}
    while left:
        edits = [of_model.pop(0) for of_model in left.values()]
        full, incremental = judges.code(edits)
        for edit in edits:
            try:
                code = {edit.model: full[edit.model]}, {edit.model: incremental[edit.model]}
                found.append((edit, judges.caught_by(edit, *code)))
            except (KeyError, duckdb.Error):
                continue
            del left[edit.model]
    return found


@pytest.mark.mutation
def test_at_least_twenty_three_of_twenty_four_edits_of_the_models_are_caught(judges: Judges) -> None:
    assert judges.unedited_objections() == [], "the models are wrong before any edit"
    found = verdicts(judges, SEED)
    for edit, judge in found:
        print(f"{judge or 'SURVIVES':20}{edit}")
    assert len(found) == 24
    assert sum(judge is not None for _, judge in found) >= 23, "see the survivors above"

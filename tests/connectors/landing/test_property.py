"""Whatever is delivered again, in whatever order, no row is lost and the newest version is the right one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from landing_world import newest, pull, rows

DELIVERY = st.lists(
    st.fixed_dictionaries(
        {
            "tender_id": st.sampled_from(["t1", "t2", "t3"]),
            "amount": st.sampled_from(["1", "2", "oops"]),
            "updated_at": st.sampled_from([f"2026-03-10T{hour}:00:00Z" for hour in (10, 11, 12)]),
            "site": st.sampled_from(["S0", "S0", "S7"]),
        }
    ),
    max_size=4,
)


def expected(deliveries: list[list[dict[str, str]]]) -> dict[str, str]:
    """Newest valid row by key, worked out one row at a time."""
    found: dict[str, tuple[tuple[str, int, int], str]] = {}
    for generation, delivery in enumerate(deliveries):
        for number, row in enumerate(delivery):
            if row["amount"] != "oops" and row["site"] == "S0":
                place = (row["updated_at"], generation, number)
                if row["tender_id"] not in found or found[row["tender_id"]][0] < place:
                    found[row["tender_id"]] = (place, row["amount"])
    return {key: amount for key, (_, amount) in found.items()}


def with_those_after_a_late_one(order: list[int]) -> list[int]:
    """As a source whose files come late has to tell them (connectors.base.Rows); at last, the first one again."""
    told: list[int] = []
    for number, generation in enumerate(order):
        told += [generation, *sorted(one for one in order[:number] if one > generation)]
    return [*told, *sorted(one for one in order if one >= order[0])]


@settings(max_examples=15, deadline=None)
@given(st.lists(DELIVERY, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_rows_in_are_landed_unchanged_or_quarantined_and_the_newest_wins(
    deliveries: list[list[dict[str, str]]], random: Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        order = list(range(len(deliveries)))
        random.shuffle(order)
        for day, generation in enumerate(with_those_after_a_late_one(order)):
            given_rows = deliveries[generation]
            told = [rows("tender", *given_rows, file=f"g{generation}")] if given_rows else []
            for counts in pull(home, *told, days=day).tables.values():
                refused = sum(row["amount"] == "oops" or row["site"] == "S7" for row in given_rows)
                assert (
                    counts.rows_in == len(given_rows) == counts.landed + counts.unchanged + counts.quarantined
                )
                assert counts.quarantined == refused
        found = {row["tender_id"]: str(int(row["amount"])) for row in newest(home, "tender").values()}
        assert found == expected(deliveries)

"""A comparison must fail on absence, and each generic rule of it has a pair that it must catch."""

from __future__ import annotations

from decimal import Decimal

import pytest

from oracle.compare import compare


def test_equal_numbers_of_different_scale_are_the_same() -> None:
    assert compare({("a", "x"): Decimal("1.50")}, {("a", "x"): Decimal("1.500000")}) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({("a",): Decimal(0)}, {}),
        ({}, {("a",): Decimal(0)}),
        ({("a",): Decimal(0)}, {("a",): None}),
        ({("a",): None}, {}),
        ({("a",): {}}, {}),
        ({("a",): {"x": None}}, {("a",): {}}),
        ({("a",): Decimal("0.01")}, {("a",): Decimal("0.02")}),
        ({("a",): True}, {("a",): 1}),
        ({("a",): "1"}, {("a",): 1}),
    ],
)
def test_absence_null_and_type_are_differences(
    ours: dict[object, object], theirs: dict[object, object]
) -> None:
    assert len(compare(ours, theirs)) == 1


def test_a_difference_names_its_cell() -> None:
    (difference,) = compare({("CHI", "cash"): Decimal(1)}, {("CHI", "cash"): None})
    assert str(difference) == "CHI / cash: oracle 1, warehouse NULL"


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        compare({("a",): 1.0}, {("a",): Decimal(1)})


def test_nothing_beside_nothing_is_no_agreement() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        compare({}, {})

"""Worlds that the simulator's tests share: made once, never changed."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.simulator.company import World, make_company


@pytest.fixture(scope="session")
def world() -> World:
    """Four shops with two breaks of each kind: both variants of those that have two."""
    return make_company(11, breaks=2, calls_per_day=10)


@pytest.fixture(scope="session")
def clean() -> World:
    """Nothing planted; the clocks change on 8 March, and Thanksgiving does not matter here."""
    return make_company(3, 5, 30, date(2026, 3, 21), ros_per_day=12, calls_per_day=30, breaks=0)

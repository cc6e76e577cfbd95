"""How often Python looks for garbage while a source is read. Keep out: what that saves (tests/bench)."""

from __future__ import annotations

import gc

import pytest

from connectors.reading.collecting import OBJECTS, seldom_collecting


def test_python_looks_for_garbage_as_before_once_a_pull_has_ended_or_failed() -> None:
    before = gc.get_threshold()
    with seldom_collecting():
        assert gc.get_threshold()[0] == OBJECTS
    assert gc.get_threshold() == before
    with pytest.raises(OSError, match="gone"), seldom_collecting():
        raise OSError("gone")
    assert gc.get_threshold() == before

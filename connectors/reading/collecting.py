"""How often Python looks for garbage while sources are read.

Keep out: reading them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 100_000  # between two searches; Python's own 700 make it walk all that was read some hundred times a page


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """For a whole process while it pulls. What a source said holds no cycles, so there is nothing to find in it: nested
    JSON takes a quarter less time, and goes when nothing refers to it, as ever."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)

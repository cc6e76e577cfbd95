"""Manifests that were read before, in one file: a year of nightly pulls of 200 shops is 73,000 small ones.

Only a cache: a manifest never changes once it commits a pull, and what counts is whether it is there (manifest.py).
Keep out: what manifests say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from connectors.landing import store

NAME = "manifests.jsonl"
WORTH_WRITING = 100  # new manifests before the file is written again
Said = dict[str, Any]
Pull = tuple[str, str]


def read(file: Path, pulls: Iterable[Pull], unread: Callable[[Pull], str]) -> list[Said]:
    """What the manifest of each pull says; those that are not in the file are read, and kept when they are many."""
    known = {(said["connection"], said["pull_id"]): said for said in _kept(file)}
    found, new = [], 0
    for pull in pulls:
        said = known.get(pull)
        if said is None:
            said, new = json.loads(unread(pull)), new + 1
        found.append(said)
    if new >= WORTH_WRITING:
        store.write_text(file, "".join(json.dumps(said) + "\n" for said in found))
    return found


def _kept(file: Path) -> list[Said]:
    """A file that is not whole, or not ours, is as good as none."""
    if not file.is_file():
        return []
    try:
        return [json.loads(line) for line in store.read_text(file).splitlines()]
    except ValueError:
        return []

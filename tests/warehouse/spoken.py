"""The same shop spoken by every system: a far end per kind, and the connection that reads it.

Belongs here: one function per kind, one line in SPOKEN. Keep out: what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.simulator import shopdata
from connectors.simulator.company import World
from connectors.simulator.events import Site

Speaker = Callable[[World, Site, Path, datetime], AbstractContextManager[dict[str, Any]]]


@contextmanager
def speak_shopdata(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    shopdata.deliver(world.company, world.events, site, folder, since=None, as_of=as_of)
    yield {
        "kind": "shopdata",
        "path": str(folder),
        "misc_codes": shopdata.MISC_CODES,
        "sites": {site.source_code: site.id},
    }


SPOKEN: dict[str, Speaker] = {
    "shopdata": speak_shopdata,
}

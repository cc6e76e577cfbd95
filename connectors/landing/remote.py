"""Landing by URL: committed pulls sent to object storage, and new ones fetched from there, by any fsspec protocol.

A shop's agent pulls into its own home and sends; the central home fetches and builds. On both sides landing is a
local folder, committed by manifests, and so it is at the URL: files first, the manifest last, nothing renamed.
Belongs here: the way of a pull from and to the URL. Keep out: pulling, settings, who pulls what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from connectors.base import TieoutError
from connectors.landing import manifest, refusals, store
from connectors.landing.landing import clear_uncommitted
from connectors.landing.manifest import MANIFEST, Manifest
from connectors.landing.packing import PACKING
from connectors.locks import shared, turn

QUARANTINE = "quarantine"  # folder of a pull's refused rows, at the URL


@dataclass(frozen=True)
class Remote:
    """`options` are fsspec's for the protocol, secrets among them; they stand in no error."""

    url: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def connections(self) -> list[str]:
        """Connections that have sent anything."""
        with self._told("cannot be read"):
            found = self._fs.ls(self._root, detail=False) if self._fs.exists(self._root) else []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    def pulls(self, connection: str) -> set[str]:
        """Committed pulls of a connection."""
        base = f"{self._root}/{connection}"
        with self._told("cannot be read"):
            found = [path.removeprefix(f"{base}/").split("/") for path in self._fs.find(base)]
        return {parts[0] for parts in found if parts[1:] == [MANIFEST]}

    def fetch(self, home: Path, connection: str) -> list[Manifest]:
        """Brings what is committed there and not here, oldest first; again after a kill does the rest."""
        with turn(home, connection), shared(home, PACKING):
            clear_uncommitted(home, connection)
            new = self.pulls(connection) - set(manifest.pulls(home, connection))
            return [self._fetch(home, connection, pull_id) for pull_id in sorted(new)]

    def send(self, home: Path, connection: str) -> list[str]:
        """Sends what is committed here and not there, oldest first; again after a kill does the rest."""
        with shared(home, PACKING):
            new = sorted(set(manifest.pulls(home, connection)) - self.pulls(connection))
            for pull_id in new:
                self._send(home, connection, pull_id)
        return new

    def _send(self, home: Path, connection: str, pull_id: str) -> None:
        said, here = manifest.read(home, connection, pull_id), manifest.folder(home, connection, pull_id)
        refused = refusals.refusals_folder(home, connection, pull_id)
        files = {about["name"]: here / about["name"] for about in said.files.values()}
        files |= {f"{QUARANTINE}/{about['name']}": refused / about["name"] for about in said.quarantine.values()}
        with self._told(f"pull {pull_id} of {connection} could not be sent"):
            for name, path in [*files.items(), (MANIFEST, here / MANIFEST)]:
                self._put(path, f"{self._root}/{connection}/{pull_id}/{name}")

    def _put(self, path: Path, target: str) -> None:
        """An object appears whole or not at all; on a mounted disk that takes a rename."""
        if not self._local:
            self._fs.put_file(str(path), target)
            return
        self._fs.makedirs(target.rpartition("/")[0], exist_ok=True)
        self._fs.put_file(str(path), target + store.TEMPORARY)
        self._fs.mv(target + store.TEMPORARY, target)

    def _fetch(self, home: Path, connection: str, pull_id: str) -> Manifest:
        there, here = f"{self._root}/{connection}/{pull_id}", manifest.folder(home, connection, pull_id)
        refused = refusals.refusals_folder(home, connection, pull_id)
        with self._told(f"pull {pull_id} of {connection} could not be fetched"):
            text = self._fs.cat_file(f"{there}/{MANIFEST}").decode()
            said = json.loads(text)
            for about in said["files"].values():
                self._get(f"{there}/{about['name']}", here / about["name"], about["sha256"])
            for about in said["quarantine"].values():
                self._get(f"{there}/{QUARANTINE}/{about['name']}", refused / about["name"], "")
        store.write_text(here / MANIFEST, text)
        fetched = manifest.read(home, connection, pull_id)
        refusals.mark(home, fetched)
        return fetched

    def _get(self, source: str, path: Path, sha256: str) -> None:
        written = store.temporary(path)
        self._fs.get_file(source, str(written))
        if sha256 and store.sha256(written) != sha256:
            raise TieoutError(f"{source}: is not what its manifest says; send the pull again from its own home")
        store.commit(written, path)

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        import fsspec  # noqa: PLC0415  (object storage only)

        fresh = {"use_listings_cache": False, "skip_instance_cache": True}  # others write there too
        try:
            fs, root = fsspec.core.url_to_fs(self.url, **fresh, **self.options)
        except ImportError as error:
            raise TieoutError(f"landing {self.url}: {error}; for s3:// install tieout[s3]") from None
        except (TypeError, ValueError) as error:
            raise TieoutError(f"landing {self.url}: {error}; correct `landing` in tieout.yml") from None
        return fs, str(root).rstrip("/")

    @property
    def _fs(self) -> Any:
        return self._opened[0]

    @property
    def _root(self) -> str:
        return self._opened[1]

    @property
    def _local(self) -> bool:
        return "file" in self._fs.protocol

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except _faults(self.url) as error:
            reason = str(error) or type(error).__name__
            raise TieoutError(f"landing {self.url}: {what} ({reason}); check address, rights and network") from None


def _faults(url: str) -> tuple[type[Exception], ...]:
    """What a protocol raises when its far end is away or refuses."""
    if not url.startswith(("s3://", "s3a://")):
        return (OSError,)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  (with s3fs only)

    return (OSError, BotoCoreError, ClientError)

"""Durable files: written under a temporary name, flushed, renamed, and the folder flushed too.

Belongs here: every touch of the file system by landing, quarantine and packs. Keep out: their meaning."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

TEMPORARY = ".tmp"


def temporary(path: Path) -> Path:
    """Where to write before `commit`; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(path.name + TEMPORARY)


def commit(written: Path, path: Path) -> None:
    """Makes a written temporary file appear under its name, whole, or not at all."""
    flush(written)
    rename(written, path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Forces a file's or a folder's content to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename(written: Path, path: Path) -> None:
    """Replaces `path` in one step."""
    written.replace(path)


def write_text(path: Path, text: str) -> None:
    """Writes a small file durably."""
    written = temporary(path)
    written.write_text(text, encoding="utf-8")
    commit(written, path)


def read_text(path: Path) -> str:
    """A small file's text."""
    return path.read_text(encoding="utf-8")


def exists(path: Path) -> bool:
    """Whether a file or folder is there."""
    return path.exists()


def names(folder: Path) -> list[str]:
    """Names in a folder, sorted; none when there is no such folder."""
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def holding(folder: Path, file: str) -> list[str]:
    """Names of the folders in a folder that hold such a file, sorted. Text, since there are a hundred thousand."""
    return [name for name in names(folder) if os.path.exists(f"{folder}/{name}/{file}")]


def remove(path: Path) -> None:
    """Removes a file or a folder with all in it; nothing happens when it is gone already."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def size(path: Path) -> int:
    """Bytes of a file."""
    return path.stat().st_size


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Reads one delivered file whole, as text or typed columns: CSV, parquet or JSON lines, plain, .gz or .zst.

Belongs here: bytes to a frame, and errors that name the line. Keep out: deliveries (files), contracts."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from pathlib import Path

import polars as pl
import pyarrow

from connectors.base import SourceError
from data_contracts.raw import from_raw

FORMATS = ("csv", "parquet", "jsonl")
PACKED = ("gz", "zst")


def entity_of(file: str) -> str | None:
    """The entity a file name stands for, None when it is no name of a delivery."""
    entity, *ends = file.split(".")
    known = ends[:1] and ends[0] in FORMATS and ends[1:] in ([], ["gz"], ["zst"])
    return entity if known else None


def read(path: Path) -> pl.DataFrame:
    """The file's rows. Raises SourceError with the line or byte that cannot be read."""
    where = f"{path.parent.name}/{path.name}"
    data = _unpacked(path, where)
    if ".parquet" in path.suffixes:
        return _parquet(data, where)
    text = _decoded(data, where)
    return _csv(text, where) if ".csv" in path.suffixes else _lines(text, where)


def read_csv(data: bytes, where: str, encoding: str = "utf-8") -> pl.DataFrame:
    """CSV with a header, every column as text."""
    return _csv(_decoded(data, where, encoding), where)


def _unpacked(path: Path, where: str) -> bytes:
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            return gzip.decompress(data)
        if path.suffix == ".zst":
            return _unzstd(data)
    except FileNotFoundError:
        raise SourceError(f"{where} is named in _READY and is not there: deliver it") from None
    except (EOFError, OSError, zlib.error) as error:
        raise SourceError(f"{where} is cut off or broken ({error}): deliver it again") from error
    return data


def _unzstd(data: bytes) -> bytes:
    with pyarrow.CompressedInputStream(pyarrow.BufferReader(data), "zstd") as stream:
        return bytes(stream.read())


def _decoded(data: bytes, where: str, encoding: str = "utf-8") -> str:
    name = encoding.upper()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(f"{where} is UTF-16: write it in {name}")
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = data[error.start : error.start + 1].hex()
        raise SourceError(f"{where} line {line}: byte 0x{shown} is not {name}: write the file in {name}") from None


def _csv(text: str, where: str) -> pl.DataFrame:
    header = _checked_csv(text, where)
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False, raise_if_empty=False)
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{where} cannot be read as CSV: {error}") from error
    if frame.columns != header:
        raise SourceError(f"{where}: the header reads as {frame.columns}, expected {header}")
    return frame


def _checked_csv(text: str, where: str) -> list[str]:
    """Every record has the header's fields: a short one would otherwise be filled up with NULL."""
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(records, [])
        for record in records:
            if len(record) != len(header):
                raise SourceError(
                    f"{where} line {records.line_num}: {len(record)} fields, the header has {len(header)}"
                )
    except csv.Error as error:
        raise SourceError(f"{where} line {records.line_num}: {error}: quote fields as RFC 4180 says") from error
    if not header or len(set(header)) < len(header):
        raise SourceError(f"{where}: the first line must name each column once, it is {','.join(header)!r}")
    return header


def _lines(text: str, where: str) -> pl.DataFrame:
    lines = [line for line in text.split("\n") if line.strip()]
    names: set[str] = set()
    for number, line in enumerate(lines, 1):
        names |= _object(line, number, where)
    return from_raw(lines, names)


def _object(line: str, number: int, where: str) -> set[str]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise SourceError(f"{where} line {number} is no JSON ({error.msg})") from error
    if not isinstance(value, dict):
        raise SourceError(f"{where} line {number}: expected an object with the entity's columns")
    return set(value)


def _parquet(data: bytes, where: str) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{where} cannot be read as parquet ({error}): deliver it again") from error

"""Opens what offices send: .xlsx, .csv (and .gz), JSON lines. Gives rows, judges nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.templates.cells import CellError

MAX_UNPACKED_BYTES = 1 << 30
"""A file that unpacks to more than 1 GiB is no office spreadsheet."""
MAX_EMPTY_ROWS = 1000
"""A sheet whose formatting runs to its last row is not read to the end."""

SUFFIXES = (".xlsx", ".csv", ".csv.gz", ".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as it stands: its name and its rows with their numbers, counted from 1."""

    name: str
    rows: Iterator[tuple[int, list[object]]]


def suffix_of(path: Path) -> str:
    """
    >>> suffix_of(Path("a.CSV.gz"))
    '.csv.gz'
    """
    name = path.name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            return suffix
    raise CellError("FILE_TYPE")


def decode(raw: bytes) -> str:
    """UTF-8 where it is that, else GB18030 (which holds GBK and GB2312), else refused.

    >>> decode("编号".encode("gbk")), decode("\\ufeff编号".encode())
    ('编号', '编号')
    """
    try:
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        raise CellError("FILE_ENCODING") from None


def _read_bytes(path: Path) -> bytes:
    if path.name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as file:
            raw = file.read(MAX_UNPACKED_BYTES + 1)
    else:
        raw = path.read_bytes()
    if len(raw) > MAX_UNPACKED_BYTES:
        raise CellError("FILE_TOO_LARGE")
    return raw


@contextmanager
def open_sheets(path: Path) -> Iterator[Iterator[RawSheet]]:
    """The sheets of a spreadsheet one after the other; a CSV file is one sheet.

    Raises CellError (FILE_TYPE, FILE_UNREADABLE, FILE_ENCODING, FILE_TOO_LARGE); OSError passes.
    """
    if suffix_of(path) == ".xlsx":
        with _open_workbook(path) as sheets:
            yield sheets
        return
    try:
        text = decode(_read_bytes(path))
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile):
        raise CellError("FILE_UNREADABLE") from None
    yield iter([RawSheet("", _csv_rows(text))])


def _csv_rows(text: str) -> Iterator[tuple[int, list[object]]]:
    csv.field_size_limit(10_000_000)
    first_line = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first_line.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, row in enumerate(reader, 1):
            yield number, list(row)
    except csv.Error:
        raise CellError("FILE_UNREADABLE") from None


@contextmanager
def _open_workbook(path: Path) -> Iterator[Iterator[RawSheet]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise CellError("FILE_TOO_LARGE")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot keep, an import does not need
            workbook = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        if isinstance(error, CellError):
            raise
        raise CellError("FILE_UNREADABLE") from None
    try:
        yield (RawSheet(sheet.title, _sheet_rows(sheet)) for sheet in workbook.worksheets)
    finally:
        workbook.close()


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[object]]]:
    sheet.reset_dimensions()
    empty = 0
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            empty = empty + 1 if all(value is None for value in row) else 0
            if empty > MAX_EMPTY_ROWS:
                return
            yield number, list(row)
    except (zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, ValueError):
        raise CellError("FILE_UNREADABLE") from None


def json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object] | None]]:
    """The objects of a JSON lines file; None where a line is no object."""
    try:
        text = decode(_read_bytes(path))
    except (EOFError, gzip.BadGzipFile):
        raise CellError("FILE_UNREADABLE") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            value = None
        yield number, value if isinstance(value, dict) else None

"""A folder of arrays that a fresh process maps into memory, checked byte for byte.

One file per array, so that nothing is copied on opening. The check reads the mapping itself: what
was checked is what is used, and its pages are at hand for the first search.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder.store import DamagedModelError

FACTS = "index.json"
_BLOCK = 1 << 24
"""Larger files are digested by blocks of this size, several at once."""


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write every array and, last, the facts with their checksums: half a folder is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).unlink(missing_ok=True)
    files = {name: folder / f"{name}.npy" for name in sorted(arrays)}
    for name, path in files.items():
        np.save(path, arrays[name], allow_pickle=False)
    digests = _digests({name: _map(path) for name, path in files.items()})
    content = json.dumps({**facts, "arrays": digests}, ensure_ascii=False, indent=1)
    (folder / FACTS).write_text(content + "\n", encoding="utf-8")


def load_arrays(
    folder: Path, *, check: bool = True
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Map the arrays of a folder; raises `DamagedModelError` when one byte has changed."""
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
        digests: dict[str, str] = dict(facts["arrays"])
        mapped = {name: _map(folder / f"{name}.npy") for name in digests}
        found = _digests(mapped) if check else digests
        if changed := sorted(n for n in digests if found[n] != digests[n]):
            raise DamagedModelError(f"{folder} has changed since it was written: {changed}")
        arrays = {name: _array(content) for name, content in mapped.items()}
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, DamagedModelError):
            raise
        raise DamagedModelError(f"{folder} is not a complete index folder") from error
    return arrays, facts


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def _array(content: mmap.mmap) -> NDArray[Any]:
    """The array of a mapped .npy file, as a plain view: a memmap object costs on every slice."""
    content.seek(0)
    version = np.lib.format.read_magic(content)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else (
        np.lib.format.read_array_header_2_0)  # fmt: skip
    shape, is_fortran, dtype = header(content)
    if dtype.hasobject:
        raise ValueError("an array of objects")
    count = int(np.prod(shape, dtype=np.int64))
    if not count:
        return np.zeros(shape, dtype)
    flat = np.frombuffer(content, dtype, count, content.tell())
    return flat.reshape(shape[::-1]).T if is_fortran else flat.reshape(shape)


def _digests(contents: Mapping[str, mmap.mmap]) -> dict[str, str]:
    """sha256 of each; of more than one block: sha256 of the sha256 of every block."""
    blocks = [(name, start) for name, c in contents.items() for start in range(0, len(c), _BLOCK)]

    def digest(place: tuple[str, int]) -> bytes:
        name, start = place
        with memoryview(contents[name]) as whole, whole[start : start + _BLOCK] as block:
            return hashlib.sha256(block).digest()

    if len(blocks) == len(contents) and sum(map(len, contents.values())) < _BLOCK:
        told: Iterable[bytes] = map(digest, blocks)
    else:
        with ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1)) as pool:
            told = list(pool.map(digest, blocks))
    by_name: dict[str, list[bytes]] = {name: [] for name in contents}
    for (name, _), found in zip(blocks, told, strict=True):
        by_name[name].append(found)
    return {
        name: (parts[0] if len(parts) == 1 else hashlib.sha256(b"".join(parts)).digest()).hex()
        for name, parts in by_name.items()
    }

"""A folder of arrays that a fresh process maps into memory, checked byte for byte.

One file per array, so that nothing is copied on opening: the system reads what is used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder.store import DamagedModelError

FACTS = "index.json"
_BLOCK = 1 << 22


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write every array and, last, the facts with their checksums: half a folder is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).unlink(missing_ok=True)
    digests: dict[str, str] = {}
    for name, value in sorted(arrays.items()):
        path = folder / f"{name}.npy"
        np.save(path, value, allow_pickle=False)
        digests[name] = _digest(path)
    content = json.dumps({**facts, "arrays": digests}, ensure_ascii=False, indent=1)
    (folder / FACTS).write_text(content + "\n", encoding="utf-8")


def load_arrays(
    folder: Path, *, check: bool = True
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Map the arrays of a folder; raises `DamagedModelError` when one byte has changed."""
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
        arrays: dict[str, NDArray[Any]] = {}
        for name, digest in facts["arrays"].items():
            path = folder / f"{name}.npy"
            if check and _digest(path) != digest:
                raise DamagedModelError(f"{path} has changed since it was written")
            # A plain view: thousands of small slices of a memmap object cost milliseconds.
            arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    except (OSError, KeyError, json.JSONDecodeError, AttributeError) as error:
        raise DamagedModelError(f"{folder} is not a complete index folder") from error
    return arrays, facts


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()

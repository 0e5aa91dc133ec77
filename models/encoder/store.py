"""A model folder as sentence-transformers writes it, written byte for byte the same every time.

The table is stored as int8 codes with one scale per row (8 MB instead of 31), in the field names
that sentence-transformers itself unfolds. `checksums.json` lets a reader refuse a folder in which
one byte has changed: a damaged table would not fail, it would rank wrongly.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS_FILE = "0_StaticEmbedding/model.safetensors"
TOKENIZER_FILE = "0_StaticEmbedding/tokenizer.json"
CHECKSUMS_FILE = "checksums.json"
_DTYPES = {"I8": np.int8, "F32": np.float32, "F16": np.float16}


class DamagedModelError(ValueError):
    """A model or index folder is not what was written: a file is missing or has changed."""


def quantise(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Row-scaled codes: (pieces, dimensions) float32 -> int8 codes and (pieces,) scales."""
    scale = np.abs(table).max(axis=1) / 127.0
    scale[scale == 0] = 1.0
    codes = np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8)
    return codes, scale.astype(np.float32)


def save_model(
    folder: Path, tokenizer: Any, table: NDArray[np.float32], *, card: str, facts: dict[str, Any]
) -> None:
    """Write the folder that `SentenceTransformer(folder)` and `LightEncoder.load` both read."""
    inner = folder / "0_StaticEmbedding"
    inner.mkdir(parents=True, exist_ok=True)
    codes, scale = quantise(table)
    (folder / WEIGHTS_FILE).write_bytes(_safetensors({"embeddings": codes, "weights": scale}))
    (folder / TOKENIZER_FILE).write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")),
        encoding="utf-8",
    )
    package = "sentence_transformers"
    _write_json(
        folder / "modules.json",
        [
            {
                "idx": 0,
                "name": "0",
                "path": "0_StaticEmbedding",
                "type": f"{package}.models.StaticEmbedding",
            },
            {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.models.Normalize"},
        ],
    )
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / ".gitkeep").write_bytes(b"")
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "similarity_fn_name": "cosine",
            "prompts": {},
            "default_prompt_name": None,
        },
    )
    _write_json(folder / "training.json", facts)
    (folder / "README.md").write_text(card, encoding="utf-8")
    write_checksums(folder, (WEIGHTS_FILE, TOKENIZER_FILE, "modules.json"))


def write_checksums(folder: Path, names: tuple[str, ...]) -> None:
    _write_json(folder / CHECKSUMS_FILE, {n: _digest(folder / n) for n in names})


def check_folder(folder: Path) -> str:
    """A short name for exactly these bytes; refuses a folder that is not what was written."""
    try:
        expected: dict[str, str] = json.loads((folder / CHECKSUMS_FILE).read_text("utf-8"))
        for name, digest in expected.items():
            if _digest(folder / name) != digest:
                raise DamagedModelError(f"{folder.name}/{name} has changed since it was written")
    except (OSError, json.JSONDecodeError, AttributeError) as error:
        raise DamagedModelError(f"{folder} is not a complete model or index folder") from error
    return hashlib.sha256("".join(expected.values()).encode()).hexdigest()[:8]


def read_table(folder: Path) -> NDArray[np.float32]:
    """The token table, unfolded to float32 (pieces, dimensions)."""
    tensors = _read_safetensors((folder / WEIGHTS_FILE).read_bytes())
    if "embedding.weight" in tensors:
        return tensors["embedding.weight"].astype(np.float32)
    scale = tensors["weights"].astype(np.float32)
    table: NDArray[np.float32] = tensors["embeddings"].astype(np.float32)
    table *= scale[:, None]
    return table


def _safetensors(tensors: dict[str, NDArray[Any]]) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    names = {np.dtype(t).str: n for n, t in _DTYPES.items()}
    offset = 0
    for name, value in tensors.items():
        header[name] = {
            "dtype": names[value.dtype.str], "shape": list(value.shape),
            "data_offsets": [offset, offset + value.nbytes],
        }  # fmt: skip
        offset += value.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join(
        (len(text).to_bytes(8, "little"), text, *(t.tobytes() for t in tensors.values()))
    )


def _read_safetensors(content: bytes) -> dict[str, NDArray[Any]]:
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    found: dict[str, NDArray[Any]] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, stop = entry["data_offsets"]
        flat = np.frombuffer(content[8 + size + start : 8 + size + stop], _DTYPES[entry["dtype"]])
        found[name] = flat.reshape(entry["shape"])
    return found


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""What a run was made of: inputs by hash, versions, seed, the state of the code, the command."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "ir_measures", "tokenizers", "matplotlib")


def make_manifest(
    command: str, *, inputs: Sequence[Path], seed: int, versions: Mapping[str, str]
) -> dict[str, Any]:
    """Everything that somebody needs to get the same figures again. Two runs with equal
    manifests, the time aside, give equal figures."""
    return {
        "command": command,
        "seed": seed,
        "inputs": {p.name: file_digest(p) for p in sorted(_files(inputs))},
        "versions": dict(versions),
        "libraries": {name: _version(name) for name in ("rengang", *_LIBRARIES)},
        "python": platform.python_version(),
        "git": git_state(Path(__file__).resolve().parent),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def file_digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def git_state(folder: Path) -> dict[str, Any] | None:
    """The commit and whether files differ from it; None outside a checkout."""

    def git(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - whichever git is installed
            capture_output=True, text=True, check=True, timeout=20,
        )  # fmt: skip
        return done.stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _files(inputs: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in inputs:
        found += [f for f in path.iterdir() if f.is_file()] if path.is_dir() else [path]
    return found


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

"""A compiled catalogue on disk, so that a fresh process answers without compiling it again.

A snapshot belongs to one content of the store, one vocabulary and one ranker. It is a cache: when
any of the three has changed, or a byte is wrong, it is built anew and never used. It holds no
person and no text of a person.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.vocabulary import Vocabulary
from matching.catalogue import Catalogue
from matching.signals import SkillIndex
from models.columns import catalogue_columns, catalogue_of_columns
from models.encoder.store import DamagedModelError
from models.retrieval.arrays import load_arrays, save_arrays

FORMAT = 2


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """What a snapshot was made of. Equal keys: the snapshot may be used."""

    data: str
    rules: str
    ranker: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    catalogue: Catalogue
    skills: SkillIndex
    ranker_folder: Path


def save_snapshot(
    folder: Path,
    key: SnapshotKey,
    catalogue: Catalogue,
    skills: SkillIndex,
    save_ranker: Callable[[Path], None],
) -> None:
    """Write a snapshot beside the old one and put it in its place as a whole."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    arrays, facts = catalogue_columns(catalogue)
    arrays |= {"skills.starts": skills.starts, "skills.rows": skills.rows}
    facts |= {
        "format": FORMAT, "data": key.data, "rules": key.rules, "ranker": key.ranker,
        "skill_words": list(skills.words),
    }  # fmt: skip
    save_arrays(fresh / "catalogue", arrays, facts)
    save_ranker(fresh / "ranker")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def load_snapshot(folder: Path, key: SnapshotKey, vocabulary: Vocabulary) -> Snapshot | None:
    """The snapshot, or None when there is none for exactly this key or it is damaged."""
    if not (folder / "catalogue").is_dir():
        return None
    try:
        arrays, facts = load_arrays(folder / "catalogue")
        stored = SnapshotKey(facts["data"], facts["rules"], facts["ranker"])
        if facts.get("format") != FORMAT or stored != key:
            return None
        return Snapshot(
            catalogue_of_columns(arrays, facts, vocabulary),
            SkillIndex(
                {w: i for i, w in enumerate(facts["skill_words"])},
                arrays["skills.starts"], arrays["skills.rows"],
            ),
            folder / "ranker",
        )  # fmt: skip
    except (DamagedModelError, KeyError, TypeError, ValueError):
        return None

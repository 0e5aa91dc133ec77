"""A compiled catalogue on disk, so that a fresh process answers without compiling it again.

A snapshot belongs to one content of the store, one vocabulary and one ranker. It is a cache: when
any of the three has changed, or a byte is wrong, it is built anew and never used. It holds no
person and no text of a person.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import PostingId, ProvisionKey, RuleId
from data.vocabulary import Vocabulary
from matching.catalogue import Catalogue
from matching.clause_table import ClauseTable
from matching.signals import SkillIndex
from matching.verdict import Subject
from models.encoder.store import DamagedModelError
from models.retrieval.arrays import load_arrays, save_arrays

FORMAT = 1
_DERIVED = {"vocabulary", "row_of", "clauses"}
_LISTS = {"ids", "eligibility_sets", "provision_row", "version"}


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
    arrays: dict[str, NDArray[Any]] = {
        f"catalogue.{f.name}": getattr(catalogue, f.name)
        for f in fields(Catalogue)
        if f.name not in _DERIVED | _LISTS
    }
    arrays |= {
        f"clauses.{f.name}": getattr(catalogue.clauses, f.name)
        for f in fields(ClauseTable)
        if f.name != "subjects"
    }
    arrays |= {"skills.starts": skills.starts, "skills.rows": skills.rows}
    facts = {
        "format": FORMAT, "data": key.data, "rules": key.rules, "ranker": key.ranker,
        "ids": catalogue.ids, "version": catalogue.version,
        "eligibility_sets": catalogue.eligibility_sets,
        "provision_row": catalogue.provision_row,
        "subjects": catalogue.clauses.subjects, "skill_words": list(skills.words),
    }  # fmt: skip
    save_arrays(fresh / "catalogue", arrays, json.loads(json.dumps(facts)))
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
            _catalogue(arrays, facts, vocabulary),
            SkillIndex(
                {w: i for i, w in enumerate(facts["skill_words"])},
                arrays["skills.starts"], arrays["skills.rows"],
            ),
            folder / "ranker",
        )  # fmt: skip
    except (DamagedModelError, KeyError, TypeError, ValueError):
        return None


def _catalogue(
    arrays: dict[str, NDArray[Any]], facts: dict[str, Any], vocabulary: Vocabulary
) -> Catalogue:
    def of(prefix: str) -> dict[str, NDArray[Any]]:
        start = f"{prefix}."
        return {n.removeprefix(start): np.asarray(a) for n, a in arrays.items()
                if n.startswith(start)}  # fmt: skip

    subjects = tuple((Subject(kind), str(key)) for kind, key in facts["subjects"])
    ids = tuple(PostingId(i) for i in facts["ids"])
    return Catalogue(
        vocabulary=vocabulary,
        ids=ids,
        row_of={posting_id: row for row, posting_id in enumerate(ids)},
        clauses=ClauseTable(**of("clauses"), subjects=subjects),
        eligibility_sets=tuple(tuple(RuleId(r) for r in s) for s in facts["eligibility_sets"]),
        provision_row={ProvisionKey(k): int(v) for k, v in facts["provision_row"].items()},
        version=str(facts["version"]),
        **of("catalogue"),
    )

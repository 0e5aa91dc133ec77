"""A living index on disk: segments that never change, and one small state file that names them.

    state.json            first line: sha256 of the rest; then model, rules, and for every segment
                          its name and the rows that are gone
    segments/<sha256>/    arrays; the name is the digest of its index.json, which holds the digest
                          of every array

So one changed byte anywhere is found on opening, and a change is put in place by replacing the
state file: whoever is killed while saving leaves the old state, and at most an unnamed segment
that the next save removes. What is not exactly what was written, or was made with another model or
other rules, is refused with a sentence that says what to do; it is never searched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from data.vocabulary import Vocabulary
from matching.groups import VerdictGroups
from models.columns import catalogue_columns, catalogue_of_columns
from models.encoder.store import DamagedModelError
from models.retrieval.arrays import FACTS, load_arrays, save_arrays
from models.search.block import Heads, VectorBlock
from models.search.living import LivingIndex, Part, State
from models.search.plan import Plan
from models.search.segment import Segment

FORMAT = 1
_GROUPS = ("group_of_row", "first_row", "terms_of_row", "first_row_of_terms")


class IndexRefusedError(Exception):
    """This folder cannot be used; the message says why and what to do."""


class IndexFolder:
    """Where one index is kept. Saving is done by one process at a time, loading by any number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._named: list[tuple[Segment, str]] = []

    def exists(self) -> bool:
        return self._state_file.is_file()

    def keep(self, index: LivingIndex) -> None:
        """Save an index and, from now on, every change of it before the change is seen: what has
        been erased stays erased, also after a restart."""
        self.save(index)
        index.keeper = self._write

    def save(self, index: LivingIndex) -> None:
        """Put the present state in the place of what the folder holds."""
        self._write(index, index.state)

    def load(self, vocabulary: Vocabulary, model: str) -> LivingIndex:
        """The index as it was saved. Raises IndexRefusedError."""
        content = self._read_state()
        for _ in range(3):
            try:
                return self._load(content, vocabulary, model)
            except IndexRefusedError:
                newer = self._read_state()
                if newer == content:  # else it was replaced while we read
                    raise
                content = newer
        return self._load(content, vocabulary, model)

    @property
    def _state_file(self) -> Path:
        return self.path / "state.json"

    def _read_state(self) -> bytes:
        try:
            return self._state_file.read_bytes()
        except FileNotFoundError:
            raise IndexRefusedError(f"“{self.path}”里没有索引：请先建立") from None
        except OSError as error:
            raise IndexRefusedError(
                f"“{self.path}”里的索引打不开（{type(error).__name__}）"
            ) from error

    def _load(self, content: bytes, vocabulary: Vocabulary, model: str) -> LivingIndex:
        first, _, rest = content.partition(b"\n")
        if hashlib.sha256(rest).hexdigest().encode() != first:
            raise self._damaged("state.json")
        facts: dict[str, Any] = json.loads(rest)
        if facts["format"] != FORMAT:
            raise IndexRefusedError(f"“{self.path}”是别的版本写的索引：请重新建立")
        if facts["model"] != model:
            raise IndexRefusedError(
                f"“{self.path}”里的索引是用模型 {facts['model']} 建的，现在的模型是 {model}："
                "两种模型的向量不能混用，请重新建立"
            )
        if facts["rules"] != vocabulary.version:
            raise IndexRefusedError(
                f"“{self.path}”里的索引是按规则 {facts['rules']} 建的，现在的规则是"
                f" {vocabulary.version}：请重新建立"
            )
        parts: list[Part] = []
        named: list[tuple[Segment, str]] = []
        for told in facts["segments"]:
            segment = self._load_segment(str(told["name"]), vocabulary)
            named.append((segment, str(told["name"])))
            parts.append(Part.whole(segment).without(np.array(told["gone"], np.intp)))
        state = State.of(parts)
        if state.data != facts["data"]:
            raise self._damaged("state.json")
        self._named = named
        plan = Plan(**facts["plan"])
        return LivingIndex(vocabulary, model, int(facts["dimensions"]), plan, state)

    def _load_segment(self, name: str, vocabulary: Vocabulary) -> Segment:
        folder = self._segments / name
        try:
            if hashlib.sha256((folder / FACTS).read_bytes()).hexdigest() != name:
                raise self._damaged(name)
            arrays, facts = load_arrays(folder)
        except (OSError, DamagedModelError) as error:
            raise self._damaged(name) from error
        catalogue = catalogue_of_columns(arrays, facts, vocabulary)
        groups = VerdictGroups.known(catalogue, *(arrays[n] for n in _GROUPS))
        heads = None
        if "directions" in arrays:
            heads = Heads(
                arrays["directions"], arrays["heads"], arrays["rest"], float(facts["share"])
            )
        return Segment(groups, VectorBlock(arrays["vectors"], heads), arrays["digests"])

    def _damaged(self, what: str) -> IndexRefusedError:
        return IndexRefusedError(
            f"“{self.path}”里的索引不完整或已损坏（{what}）：请删去这个文件夹，重新建立"
        )

    @property
    def _segments(self) -> Path:
        return self.path / "segments"

    def _write(self, index: LivingIndex, state: State) -> None:
        self._segments.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path / "lock"):
            names = [self._name_of(part.segment) for part in state.parts]
            facts = {
                "format": FORMAT, "model": index.model, "rules": index.vocabulary.version,
                "dimensions": index.dimensions, "data": state.data, "plan": index.plan.as_facts(),
                "segments": [
                    {"name": name, "rows": len(part.segment), "gone": part.gone.tolist()}
                    for name, part in zip(names, state.parts, strict=True)
                ],
            }  # fmt: skip
            rest = (json.dumps(facts, ensure_ascii=False) + "\n").encode()
            fresh = self._state_file.with_suffix(".new")
            fresh.write_bytes(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
            _flush(fresh)
            fresh.replace(self._state_file)
            _flush(self.path)
            self._named = [
                (part.segment, name) for part, name in zip(state.parts, names, strict=True)
            ]
            for folder in self._segments.iterdir():
                if folder.name not in names:
                    shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _is_sound(folder: Path) -> bool:
        try:
            load_arrays(folder)
        except DamagedModelError:
            return False
        return hashlib.sha256((folder / FACTS).read_bytes()).hexdigest() == folder.name

    def _name_of(self, segment: Segment) -> str:
        """The name of a segment, written now if it is not there yet."""
        for known, name in self._named:
            if known is segment and (self._segments / name).is_dir():
                return name
        arrays, facts = _segment_arrays(segment)
        fresh = self._segments / f"new-{uuid.uuid4().hex}"
        save_arrays(fresh, arrays, facts)
        name = hashlib.sha256((fresh / FACTS).read_bytes()).hexdigest()
        for file in fresh.iterdir():
            _flush(file)
        _flush(fresh)
        target = self._segments / name
        if target.is_dir() and self._is_sound(target):
            shutil.rmtree(fresh)  # the state on disk may name it: it is not touched
        else:
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
        _flush(self._segments)
        return name


def _segment_arrays(segment: Segment) -> tuple[Mapping[str, Any], dict[str, Any]]:
    arrays, facts = catalogue_columns(segment.catalogue)
    arrays |= {name: getattr(segment.groups, name) for name in _GROUPS}
    arrays |= {"vectors": segment.block.vectors, "digests": segment.digests}
    heads = segment.block.heads
    if heads is not None:
        arrays |= {"directions": heads.directions, "heads": heads.heads, "rest": heads.rest}
        facts["share"] = heads.share
    return arrays, facts


def _flush(path: Path) -> None:
    """Wait until it is on the disk. Folders cannot be opened everywhere; then the system's own
    order has to do."""
    with suppress(PermissionError):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

"""A judged collection: postings, invented profiles, graded judgments.

A directory holds corpus.jsonl.gz, queries.<split>.jsonl and qrels.<split>.txt (TREC). Nobody may be
dropped on the way: somebody with a profile and no judgments, or judgments and no profile, is told,
and whoever evaluates decides what it means.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.measures.rankings import Grades
from evaluation.trec import TrecError, read_qrels
from matching.ports import ProfileText
from models.retrieval.documents import PostingDocument, document_of


class CollectionError(ValueError):
    """A folder that is no collection, or one that contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Person:
    """One profile of a collection, with whatever the file says of it (family, hard …)."""

    id: str
    profile: ProfileText
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """Postings, people and judgments: `grades[person][posting]` is 0 to 3. `published`: the day of
    each posting that tells it (YYYY-MM-DD)."""

    documents: tuple[PostingDocument, ...]
    people: tuple[Person, ...]
    grades: Grades
    splits: tuple[str, ...]
    published: Mapping[str, str]

    @property
    def unjudged(self) -> tuple[str, ...]:
        """People with a profile that nobody judged."""
        return tuple(p.id for p in self.people if not self.grades.get(p.id))

    @property
    def strangers(self) -> tuple[str, ...]:
        """People with judgments and no profile."""
        known = {p.id for p in self.people}
        return tuple(sorted(set(self.grades) - known))

    @property
    def judged_elsewhere(self) -> int:
        """Judged pairs whose posting is not in the corpus: nobody can find those."""
        known = {d.id for d in self.documents}
        return sum(d not in known for some in self.grades.values() for d in some)


def read_collection(folder: Path) -> Collection:
    """Read a collection; every split that has both queries and judgments counts."""
    corpus = folder / "corpus.jsonl.gz"
    if not corpus.is_file():
        raise CollectionError(f"{folder}：缺少 corpus.jsonl.gz")
    with gzip.open(corpus, "rt", encoding="utf-8") as stream:
        rows = _json_lines(stream.read(), corpus.name)
    documents = tuple(document_of(row) for row in rows)
    _distinct([d.id for d in documents], corpus.name)
    published = {d.id: str(r["published"]) for d, r in zip(documents, rows, strict=True)
                 if r.get("published")}  # fmt: skip
    people: list[Person] = []
    grades: dict[str, dict[str, int]] = {}
    splits: list[str] = []
    for queries in sorted(folder.glob("queries.*.jsonl")):
        split = queries.name.removeprefix("queries.").removesuffix(".jsonl")
        judged = folder / f"qrels.{split}.txt"
        if not judged.is_file():
            raise CollectionError(f"{folder}：{queries.name} 没有配套的 {judged.name}")
        splits.append(split)
        for row in _json_lines(queries.read_text("utf-8"), queries.name):
            if not row.get("qid"):
                raise CollectionError(f"{queries.name}：有一条没有 qid")
            people.append(Person(str(row["qid"]), profile_of(row), row))
        try:
            for person, some in read_qrels(judged).items():
                grades.setdefault(person, {}).update(some)
        except TrecError as error:
            raise CollectionError(str(error)) from error
    if not people:
        raise CollectionError(f"{folder}：没有 queries.*.jsonl 和配套的 qrels.*.txt")
    _distinct([p.id for p in people], "queries")
    return Collection(documents, tuple(people), grades, tuple(splits), published)


def _json_lines(text: str, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise CollectionError(f"{name}：第 {number} 行：不是 JSON") from error
        if not isinstance(row, dict):
            raise CollectionError(f"{name}：第 {number} 行：应是一个“键: 值”对象")
        rows.append(row)
    return rows


def _distinct(ids: list[str], name: str) -> None:
    twice = [i for i, n in Counter(ids).items() if n > 1]
    if twice:
        raise CollectionError(f"{name}：{len(twice)} 个编号重复，如 {twice[0]}")


def profile_of(row: Mapping[str, Any]) -> ProfileText:
    """The words of a profile of a collection, with its schooling told as a clause of the note."""
    schooling = str(row.get("education") or "")
    note = str(row.get("text") or "")
    return ProfileText(
        wishes=str(row.get("wishes") or ""),
        experience=str(row.get("experience") or ""),
        skills=str(row.get("skills") or ""),
        note=f"{note}\n学历：{schooling}" if schooling else note,
    )

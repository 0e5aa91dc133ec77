"""A city under evaluation: its people and postings, what each person got, and what was possible.

A city is invented from a seed (then the truth behind the records is known) or read from an office's
own database (then wishes stand in for the truth). It is matched by the same `Matcher` as everybody
else; this module only keeps what came out, so that measures, guards and groups can be taken of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.generator import generate_city
from data.generator.truth import true_families, true_profiles
from data.records import (
    Assessment,
    Employer,
    FamilyId,
    Identity,
    JobPosting,
    Jobseeker,
    JobseekerId,
    PostingId,
)
from data.store import Store
from data.templates import write_assessments, write_jobseekers, write_postings
from data.vocabulary import Vocabulary
from evaluation.trec import write_qrels
from matching.catalogue import CONDITIONAL, NEEDS_INFO
from matching.matcher import Matcher
from matching.person import compile_person
from models.compose import build_matcher
from models.settings import Settings

_NO_ROWS = np.zeros(0, np.int64)
Say = Callable[[str], None]


def stepped(say: Say, least: int = 200) -> Callable[[int, int], None]:
    """Progress of a loop in ten lines, where it is long enough to be waited for."""

    def told(done: int, total: int) -> None:
        if total >= least and done * 10 // total > (done - 1) * 10 // total:
            say(f"  {done}/{total}")

    return told


@dataclass(frozen=True, slots=True)
class City:
    """`wanted`: the families that a person looks for; `family_of`: what a posting belongs to."""

    people: tuple[Jobseeker, ...]
    identities: Mapping[JobseekerId, Identity]
    postings: tuple[JobPosting, ...]
    wanted: Mapping[JobseekerId, frozenset[FamilyId]]
    family_of: Mapping[PostingId, FamilyId | None]
    vocabulary: Vocabulary
    on: date
    origin: str
    seed: int | None
    employers: tuple[Employer, ...] = ()
    assessments: tuple[Assessment, ...] = ()

    @property
    def willing(self) -> tuple[Jobseeker, ...]:
        """Everybody who does not refuse to be matched."""
        return tuple(p for p in self.people if p.allows("match") is not False)

    @property
    def open_postings(self) -> tuple[JobPosting, ...]:
        return tuple(p for p in self.postings if p.is_open(self.on))


def invent_city(seed: int, people: int, postings: int, on: date, vocabulary: Vocabulary) -> City:
    """A city whose truth is known."""
    made = generate_city(seed, on=on, jobseekers=people, postings=postings, vocabulary=vocabulary)
    profiles = dict(true_profiles(seed, people, on=on, vocabulary=vocabulary))
    return City(
        made.jobseekers, {i.jobseeker_id: i for i in made.identities}, made.postings,
        {i: frozenset((p.occupation, *p.others)) for i, p in profiles.items()},
        dict(true_families(seed, postings, on=on, vocabulary=vocabulary)),
        vocabulary, on, f"generator seed {seed}", seed, made.employers, made.assessments,
    )  # fmt: skip


def export_city(city: City, folder: Path) -> None:
    """The people and postings of an invented city as JSON lines (one object a line, keyed by the
    headers of the office's sheets, so that `rengang import` takes them back), and as qrels which
    open postings are of a family that the person looks for."""
    folder.mkdir(parents=True, exist_ok=True)
    write_jobseekers(folder / "people.jsonl", city.people, city.identities.values())
    write_postings(folder / "postings.jsonl", city.postings, city.employers)
    write_assessments(folder / "assessments.jsonl", city.assessments)
    families: dict[FamilyId | None, list[str]] = {}
    for posting in city.open_postings:
        families.setdefault(city.family_of.get(posting.id), []).append(str(posting.id))
    grades = {
        str(person.id): {
            posting: 1 for f in sorted(city.wanted[person.id]) for posting in families.get(f, ())
        }
        for person in city.people
    }
    write_qrels(folder / "qrels.wanted.txt", grades)


def stored_city(store: Store, on: date, vocabulary: Vocabulary, matcher: Matcher) -> City:
    """An office's own records. What people look for is what they wished for; who wished for
    nothing that can be named looks for everything."""
    people, postings = store.jobseekers(), store.postings()
    every = frozenset(vocabulary.families)
    return City(
        people, {i.jobseeker_id: i for i in store.identities.all().values()}, postings,
        {p.id: matcher.reader.families_of(p) or every for p in people},
        {p.id: p.family for p in postings}, vocabulary, on, "store", None,
    )  # fmt: skip


def city_matcher(city: City, settings: Settings | None = None) -> Matcher:
    return build_matcher(
        city.postings, city.vocabulary, settings or Settings(), data_version=city.origin
    )


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead as it was shown."""

    posting_id: PostingId
    rank: int
    score_micro: int
    weak: bool


@dataclass(frozen=True, slots=True)
class Got:
    """What one person got: leads, and the outcome of every posting in the matcher's row order."""

    leads: tuple[Lead, ...]
    codes: NDArray[np.uint8]
    counts: Mapping[Any, int]
    held_back: int

    @property
    def ids(self) -> list[str]:
        return [str(lead.posting_id) for lead in self.leads]


@dataclass(frozen=True, slots=True)
class CityRun:
    """Everybody's answers. Rows are those of the matcher's catalogue: `open_rows` (rows,) bool,
    `family_rows` the rows of every family."""

    city: City
    matcher: Matcher
    k: int
    got: Mapping[JobseekerId, Got]
    open_rows: NDArray[np.bool_]
    family_rows: Mapping[FamilyId, NDArray[np.int64]]

    def run(self) -> dict[str, list[str]]:
        """As a run of TREC's shape."""
        return {str(p): got.ids for p, got in self.got.items()}


def match_city(
    city: City, matcher: Matcher, k: int, progress: Callable[[int, int], None] | None = None
) -> CityRun:
    """Match everybody who is willing."""
    got: dict[JobseekerId, Got] = {}
    willing = city.willing
    for done, person in enumerate(willing, 1):
        result = matcher.match(person, on=city.on, limit=k, questions=0)
        verdicts = matcher.catalogue.verdicts(compile_person(person, city.vocabulary, city.on))
        leads = tuple(Lead(m.posting_id, m.rank, m.score_micro, m.weak) for m in result.matches)
        got[person.id] = Got(leads, verdicts.codes, result.counts, result.held_back)
        if progress is not None:
            progress(done, len(willing))
    rows: dict[FamilyId, list[int]] = {}
    for row, posting in enumerate(matcher.catalogue.ids):
        family = city.family_of.get(posting)
        if family is not None:
            rows.setdefault(family, []).append(row)
    return CityRun(
        city, matcher, k, got, matcher.catalogue.open_on(city.on),
        {f: np.array(r, np.int64) for f, r in rows.items()},
    )  # fmt: skip


def relevant_rows(run: CityRun, person: JobseekerId) -> NDArray[np.bool_]:
    """Open rows of the families that a person looks for: (rows,) bool."""
    mask = np.zeros(len(run.open_rows), bool)
    for family in run.city.wanted.get(person, frozenset()):
        mask[run.family_rows.get(family, _NO_ROWS)] = True
    return mask & run.open_rows


def stages(run: CityRun, person: JobseekerId) -> dict[str, float]:
    """How far one person gets, each stage 1 or 0 and never above the one before it: is there such
    a post at all; does no hard constraint forbid one; may one be shown as things are known; was
    one shown."""
    relevant = relevant_rows(run, person)
    codes = run.got[person].codes
    shown = {run.matcher.catalogue.row_of[lead.posting_id] for lead in run.got[person].leads}
    there = float(relevant.any())
    allowed = float((relevant & (codes <= NEEDS_INFO)).any())
    known = float((relevant & (codes <= CONDITIONAL)).any())
    led = float(any(relevant[row] for row in shown))
    return {"supply": there, "constraints": allowed, "information": known, "ranker": led}

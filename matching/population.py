"""All jobseekers as arrays, and the verdicts of one posting on all of them at once.

The other direction of the same rule: few distinct clauses meet many people, so every clause of the
posting is compared with a whole column of people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting, Jobseeker, JobseekerId
from data.vocabulary import Vocabulary
from matching.catalogue import INELIGIBLE, Catalogue, Verdicts, compile_catalogue
from matching.demands import effective_eligibility
from matching.person import CompiledPerson, compile_person
from matching.verdict import Status


@dataclass(frozen=True, slots=True)
class Population:
    """People in the order of their ids.

    Shapes: lo, hi (people, 88) uint8; rule_status (people, rules) uint8; barred (people,) bool.
    """

    vocabulary: Vocabulary
    on: date
    people: tuple[CompiledPerson, ...]
    lo: NDArray[np.uint8]
    hi: NDArray[np.uint8]
    rule_status: NDArray[np.uint8]
    barred: NDArray[np.bool_]
    with_musts: NDArray[np.int64]
    version: str

    def __len__(self) -> int:
        return len(self.people)

    def verdicts(self, posting: JobPosting) -> Verdicts:
        """Judge every person for one posting: the same outcomes as `assess`, person by person.

        `open` tells whether the posting is open on the population's day, the same for all.
        """
        single = compile_catalogue([posting], self.vocabulary, data_version="single")
        worst = self._function(single)
        for i in self.with_musts.tolist():
            worst[i] = max(int(worst[i]), int(single.must_status(self.people[i])[0]))
        law = self._law(posting)
        codes = np.maximum(worst, np.where(law == Status.FAIL, np.uint8(INELIGIBLE), law))
        is_open = np.full(len(self), posting.is_open(self.on), np.bool_)
        return Verdicts(codes.astype(np.uint8, copy=False), is_open)

    def _function(self, single: Catalogue) -> NDArray[np.uint8]:
        table = single.clauses
        atoms = np.zeros((len(self), len(table.atom_facet)), np.uint8)
        for i, facet in enumerate(table.atom_facet.tolist()):
            lo, hi = self.lo[:, facet], self.hi[:, facet]
            unknown = np.where(hi < table.atom_lo[i], np.uint8(Status.FAIL), Status.UNKNOWN)
            atoms[:, i] = np.where(lo >= table.atom_hi[i], np.uint8(Status.OK), unknown)
        branches = np.maximum.reduceat(atoms, table.branch_start, axis=1)
        branches = np.maximum(branches, table.branch_provided)
        instances = np.minimum.reduceat(branches, table.instance_start, axis=1)
        worst: NDArray[np.uint8] = instances[:, table.signature_items].max(axis=1)
        return worst

    def _law(self, posting: JobPosting) -> NDArray[np.uint8]:
        rules = {rule: i for i, rule in enumerate(self.vocabulary.rules)}
        columns = [rules[r] for r in effective_eligibility(posting, self.vocabulary)]
        law = np.zeros(len(self), np.uint8)
        if columns:
            law = self.rule_status[:, columns].max(axis=1)
        if posting.awaits_review:
            law = np.maximum(law, np.uint8(Status.UNKNOWN))
        law[self.barred] = Status.FAIL
        return law


def compile_population(
    jobseekers: Iterable[Jobseeker], vocabulary: Vocabulary, on: date, *, data_version: str = ""
) -> Population:
    """Resolve everybody for one day. Ids must be distinct; people come out in the order of ids."""
    ordered = sorted(jobseekers, key=lambda j: j.id)
    people = tuple(compile_person(j, vocabulary, on) for j in ordered)
    if len({p.id for p in people}) != len(people):
        raise ValueError("jobseeker ids must be distinct")
    if not data_version:
        digest = hashlib.sha256(vocabulary.version.encode())
        for jobseeker in ordered:
            digest.update(repr(jobseeker).encode())
        data_version = digest.hexdigest()[:12]
    width = 2 * len(vocabulary.facets)
    needs = [p.has_musts for p in people]
    return Population(
        vocabulary, on, people,
        np.array([p.lo for p in people], np.uint8).reshape(-1, width),
        np.array([p.hi for p in people], np.uint8).reshape(-1, width),
        np.array([p.rule_status for p in people], np.uint8).reshape(-1, len(vocabulary.rules)),
        np.array([p.barred for p in people], np.bool_),
        np.flatnonzero(needs), data_version,
    )  # fmt: skip


def ids_of(population: Population) -> tuple[JobseekerId, ...]:
    return tuple(p.id for p in population.people)

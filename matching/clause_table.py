"""Every distinct demand clause of a catalogue, evaluated once per person.

Postings share clauses and whole sets of clauses. A *clause instance* is a clause together with the
state of the workplace provisions that it names; a *signature* is the set of instances of a
posting. For one person each distinct instance is evaluated once, each distinct signature once, and
the verdict is spread over the rows by one gather.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.records import Alternative, Clause, JobPosting
from data.vocabulary import Vocabulary
from matching.demands import effective_demands
from matching.feasibility import STATUS_OF_PROVISION, provision_state
from matching.verdict import Status, Subject

Atom = tuple[int, int, int]  # facet column (second half: critical), demand lo, demand hi
BranchKey = tuple[tuple[Atom, ...], int, str]  # atoms, status of provisions, first provision
InstanceKey = tuple[BranchKey, ...]

UNSTATED: InstanceKey = (((), int(Status.UNKNOWN), ""),)
"""The instance of a posting whose demands nobody has stated."""


def split(clause: Clause) -> Iterable[Clause]:
    """A clause with one alternative is a conjunction: its parts are clauses of their own, which
    many more postings share."""
    if len(clause.alternatives) > 1:
        return [clause]
    only = clause.alternatives[0]
    parts = [Alternative(levels=(level,)) for level in only.levels]
    parts += [Alternative(provided=(key,)) for key in only.provided]
    return [Clause((part,), clause.critical) for part in parts]


def instance_key(clause: Clause, posting: JobPosting, vocabulary: Vocabulary) -> InstanceKey:
    columns, facets = vocabulary.facet_index, vocabulary.facets
    branches: list[BranchKey] = []
    for alternative in clause.alternatives:
        atoms = tuple(
            (
                columns[f] + (len(columns) if clause.critical and facets[f].safety else 0),
                need.lo,
                need.hi,
            )
            for f, need in alternative.levels
        )
        states = {k: STATUS_OF_PROVISION[provision_state(posting, k)] for k in alternative.provided}
        provided = max(states.values(), default=Status.OK)
        first = next((str(k) for k, s in states.items() if s is provided), "")
        branches.append((atoms, int(provided), first))
    return tuple(branches)


@dataclass(slots=True)
class ClauseTableBuilder:
    """Interns instances and signatures while the rows of a catalogue are read."""

    vocabulary: Vocabulary
    instances: dict[InstanceKey, int] = field(default_factory=dict)
    signatures: dict[tuple[int, ...], int] = field(default_factory=dict)

    def add(self, posting: JobPosting) -> int:
        """The signature number of a posting."""
        demands = effective_demands(posting, self.vocabulary)
        keys = [
            instance_key(part, posting, self.vocabulary)
            for clause in demands.clauses
            for part in split(clause)
        ]
        if not demands.complete:
            keys.append(UNSTATED)
        numbers = {self.instances.setdefault(key, len(self.instances)) for key in keys}
        signature = tuple(sorted(numbers))
        return self.signatures.setdefault(signature, len(self.signatures))

    def build(self) -> ClauseTable:
        return ClauseTable.from_keys(list(self.instances), list(self.signatures), self.vocabulary)


@dataclass(frozen=True, slots=True)
class ClauseTable:
    """Flat arrays of all distinct instances and signatures.

    Atoms are grouped by branch, branches by instance, instances by signature; `*_start` are the
    offsets for `reduceat`. Every branch and every signature holds at least one entry (an atom that
    always holds, an instance that always holds), so no group is empty.
    """

    atom_facet: NDArray[np.int16]
    atom_lo: NDArray[np.uint8]
    atom_hi: NDArray[np.uint8]
    branch_start: NDArray[np.int64]
    branch_provided: NDArray[np.uint8]
    branch_subject: NDArray[np.int32]
    instance_start: NDArray[np.int64]
    signature_items: NDArray[np.int32]
    signature_start: NDArray[np.int64]
    subjects: tuple[tuple[Subject, str], ...]

    @classmethod
    def from_keys(
        cls,
        instances: list[InstanceKey],
        signatures: list[tuple[int, ...]],
        vocabulary: Vocabulary,
    ) -> ClauseTable:
        facets = list(vocabulary.facets)
        subjects: dict[tuple[Subject, str], int] = {
            (Subject.FACET, str(f)): i for i, f in enumerate(facets)
        }
        always: InstanceKey = (((), int(Status.OK), ""),)
        keys = [*instances, always]
        atoms: list[Atom] = []
        branch_start: list[int] = []
        provided: list[int] = []
        subject: list[int] = []
        instance_start: list[int] = []
        for key in keys:
            instance_start.append(len(branch_start))
            for branch_atoms, status, first in key:
                branch_start.append(len(atoms))
                atoms.extend(branch_atoms or [(0, 0, 0)])
                provided.append(status)
                if key is UNSTATED or key == UNSTATED:
                    about = (Subject.DEMANDS, "demands")
                else:
                    about = (Subject.PROVISION, first)
                subject.append(subjects.setdefault(about, len(subjects)))
        items: list[int] = []
        signature_start: list[int] = []
        for signature in signatures:
            signature_start.append(len(items))
            items.extend(signature or [len(instances)])
        columns = np.array(atoms, np.int16).reshape(-1, 3)
        return cls(
            columns[:, 0].copy(), columns[:, 1].astype(np.uint8), columns[:, 2].astype(np.uint8),
            np.array(branch_start, np.int64), np.array(provided, np.uint8),
            np.array(subject, np.int32), np.array(instance_start, np.int64),
            np.array(items, np.int32), np.array(signature_start, np.int64), tuple(subjects),
        )  # fmt: skip

    def keys(self) -> tuple[list[InstanceKey], list[tuple[int, ...]]]:
        """What `from_keys` was given: instances by number, signatures as their numbers. So two
        tables can be joined without the postings they were made of."""
        columns = zip(self.atom_facet.tolist(), self.atom_lo.tolist(), self.atom_hi.tolist(),
                      strict=True)  # fmt: skip
        atoms = [None if atom == (0, 0, 0) else atom for atom in columns]  # holds always
        branches: list[BranchKey] = []
        ends = [*self.branch_start.tolist(), len(atoms)]
        for i, subject in enumerate(self.branch_subject.tolist()):
            kind, key = self.subjects[subject]
            first = key if kind is Subject.PROVISION else ""
            some = tuple(a for a in atoms[ends[i] : ends[i + 1]] if a is not None)
            branches.append((some, int(self.branch_provided[i]), first))
        ends = [*self.instance_start.tolist(), len(branches)]
        instances = [tuple(branches[ends[i] : ends[i + 1]]) for i in range(self.instance_count)]
        items = self.signature_items.tolist()
        ends = [*self.signature_start.tolist(), len(items)]
        always = self.instance_count
        signatures = [
            tuple(n for n in items[ends[i] : ends[i + 1]] if n != always)
            for i in range(self.signature_count)
        ]
        return instances, signatures

    @property
    def instance_count(self) -> int:
        return len(self.instance_start) - 1

    @property
    def signature_count(self) -> int:
        return len(self.signature_start)

    def atom_status(self, lo: NDArray[np.uint8], hi: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`compare` for every atom: (atoms,) uint8 of `Status`."""
        have_lo, have_hi = lo[self.atom_facet], hi[self.atom_facet]
        status = np.where(have_hi < self.atom_lo, np.uint8(Status.FAIL), np.uint8(Status.UNKNOWN))
        status[have_lo >= self.atom_hi] = Status.OK
        return status

    def branch_status(self, lo: NDArray[np.uint8], hi: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Worst part of every alternative: (branches,) uint8."""
        worst = np.maximum.reduceat(self.atom_status(lo, hi), self.branch_start)
        return np.maximum(worst, self.branch_provided)

    def instance_status(self, lo: NDArray[np.uint8], hi: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Best alternative of every clause instance: (instances + 1,) uint8."""
        best: NDArray[np.uint8] = np.minimum.reduceat(
            self.branch_status(lo, hi), self.instance_start
        )
        return best

    def signature_status(self, instance_status: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Worst clause of every signature: (signatures,) uint8."""
        worst: NDArray[np.uint8] = np.maximum.reduceat(
            instance_status[self.signature_items], self.signature_start
        )
        return worst

    def deciding_subject(
        self, lo: NDArray[np.uint8], hi: NDArray[np.uint8], instance_status: NDArray[np.uint8]
    ) -> NDArray[np.int32]:
        """What each instance is decided by, as an index into `subjects`: its first best
        alternative's first part of that status, as in `assess`. -1 where several parts decide."""
        atoms = self.atom_status(lo, hi)
        branches = np.maximum(np.maximum.reduceat(atoms, self.branch_start), self.branch_provided)
        facet_count = sum(s is Subject.FACET for s, _ in self.subjects)
        decided = np.full(len(instance_status), -1, np.int32)
        branch_end = np.append(self.branch_start[1:], len(atoms))
        instance_end = np.append(self.instance_start[1:], len(branches))
        for i, status in enumerate(instance_status.tolist()):
            if status < Status.UNKNOWN:
                continue
            first, last = int(self.instance_start[i]), int(instance_end[i])
            branch = first + int(np.argmax(branches[first:last] == status))
            span = slice(int(self.branch_start[branch]), int(branch_end[branch]))
            columns = self.atom_facet[span][atoms[span] == status] % facet_count
            names = set(columns.tolist())
            if self.branch_provided[branch] == status:
                names.add(int(self.branch_subject[branch]))
            if len(names) == 1:
                decided[i] = names.pop()
        return decided

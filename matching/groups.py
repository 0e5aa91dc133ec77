"""Rows that every verdict treats alike, judged once for all of them, for one person or for many.

Two postings with the same demand signature, legal conditions, review state and track get the same
outcome from everybody, musts aside: they are one *group*. Two with the same place, pay, hours,
provisions, conditions and duties get the same answer to every must: they share their *terms*. A
million postings have some thousands of groups, so a person is judged some thousands of times and
the answers are spread over the rows by one gather; a crowd is judged as a table of groups x people.
The catalogue's own `verdicts` is the same rule row by row, and a property test holds them equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import MustKind, Track
from matching.catalogue import CONDITIONAL, FEASIBLE, INELIGIBLE, Catalogue, Verdicts
from matching.clause_table import ClauseTable
from matching.person import CompiledPerson
from matching.verdict import OUTCOMES, Status

SHELTERED = list(Track).index(Track.SHELTERED)
OPEN_TRACKS = tuple(list(Track).index(t) for t in (Track.OPEN, Track.SUPPORTED))
_PEOPLE_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class VerdictGroups:
    """The groups and terms of a catalogue.

    Shapes: `group_of_row`, `terms_of_row` (rows,) intp (the index type of numpy, so that a gather
    needs no conversion); `first_row` (groups,) and `first_row_of_terms` (terms,) name one row that
    stands for all of its kind.
    """

    catalogue: Catalogue
    group_of_row: NDArray[np.intp]
    first_row: NDArray[np.intp]
    terms_of_row: NDArray[np.intp]
    first_row_of_terms: NDArray[np.intp]
    _terms: Catalogue

    @classmethod
    def build(cls, catalogue: Catalogue) -> VerdictGroups:
        c = catalogue
        judged: list[NDArray[Any]] = [c.signature, c.eligibility, c.review, c.track]
        agreed: list[NDArray[Any]] = [
            c.district,
            c.monthly_low,
            c.monthly_high,
            c.hours,
            c.eligibility,
            c.duties,
        ]
        group_of_row, first_row = distinct_rows(judged)
        terms_of_row, first_of_terms = distinct_rows([*agreed, *c.provisions])
        return cls.known(c, group_of_row, first_row, terms_of_row, first_of_terms)

    @classmethod
    def known(
        cls,
        catalogue: Catalogue,
        group_of_row: NDArray[np.intp],
        first_row: NDArray[np.intp],
        terms_of_row: NDArray[np.intp],
        first_row_of_terms: NDArray[np.intp],
    ) -> VerdictGroups:
        """Groups and terms that were found before."""
        return cls(
            catalogue, group_of_row, first_row, terms_of_row, first_row_of_terms,
            catalogue.rows_alone(first_row_of_terms),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.first_row)

    def codes(self, person: CompiledPerson) -> NDArray[np.uint8]:
        """The outcome of every group, musts aside: (groups,) uint8, an index into `OUTCOMES`."""
        c = self.catalogue
        instances = c.clauses.instance_status(person.lo, person.hi)
        function = c.clauses.signature_status(instances)[c.signature[self.first_row]]
        law = c.eligibility_status(person)[c.eligibility[self.first_row]]
        return self._worst(function, law)

    def _worst(self, function: NDArray[np.uint8], law: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Function and law together, for one person (groups,) or for many (groups, people)."""
        review = self.catalogue.review[self.first_row]
        law[review] = np.maximum(law[review], np.uint8(Status.UNKNOWN))
        law[law == Status.FAIL] = INELIGIBLE
        worst: NDArray[np.uint8] = np.maximum(function, law)
        return worst

    def must_status(self, person: CompiledPerson) -> NDArray[np.uint8] | None:
        """What the person's musts say of every row, (rows,) uint8, or None: no musts."""
        if not person.has_musts:
            return None
        return np.take(self._terms.must_status(person), self.terms_of_row)

    def verdicts(self, person: CompiledPerson) -> Verdicts:
        """Judge one person against every row, as `Catalogue.verdicts` does."""
        codes = np.take(self.codes(person), self.group_of_row)
        musts = self.must_status(person)
        if musts is not None:
            np.maximum(codes, musts, out=codes)
        return Verdicts(codes, self.catalogue.open_on(person.on))

    def crowd_codes(self, people: Sequence[CompiledPerson]) -> NDArray[np.uint8]:
        """`codes` of many people at once: (groups, people) uint8."""
        c = self.catalogue
        out = np.empty((len(self), len(people)), np.uint8)
        for start in range(0, len(people), _PEOPLE_AT_ONCE):
            some = people[start : start + _PEOPLE_AT_ONCE]
            lo = np.array([p.lo for p in some], np.uint8).T.copy()
            hi = np.array([p.hi for p in some], np.uint8).T.copy()
            function = crowd_signatures(c.clauses, lo, hi)[c.signature[self.first_row]]
            law = np.stack([c.eligibility_status(p) for p in some], axis=1)
            out[:, start : start + len(some)] = self._worst(
                function, law[c.eligibility[self.first_row]]
            )
        return out


@dataclass(frozen=True, slots=True)
class OpenGroups:
    """The groups of one day: how many open rows each has, and where they are.

    `size` (groups,) counts open rows; the open rows of group g are
    `rows[start[g]:start[g + 1]]`, ascending; `is_open` (rows,) bool. After `less`, `rows` still
    names what has gone (`has_gone`), and `rows_of` leaves it out.
    """

    groups: VerdictGroups
    on: date
    is_open: NDArray[np.bool_]
    size: NDArray[np.int64]
    start: NDArray[np.int64]
    rows: NDArray[np.intp]
    has_gone: bool = False

    @classmethod
    def build(
        cls, groups: VerdictGroups, on: date, alive: NDArray[np.bool_] | None = None
    ) -> OpenGroups:
        """`alive` (rows,) bool: rows that have been replaced or erased are not open."""
        is_open = groups.catalogue.open_on(on)
        if alive is not None:
            is_open &= alive
        live = np.flatnonzero(is_open)
        of_row = groups.group_of_row[live]
        size = np.bincount(of_row, minlength=len(groups)).astype(np.int64)
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        if len(groups) <= np.iinfo(np.uint16).max:
            of_row = of_row.astype(np.uint16)  # radix sort
        return cls(groups, on, is_open, size, start, live[np.argsort(of_row, kind="stable")])

    def less(self, rows: NDArray[np.intp]) -> OpenGroups:
        """The same day without some rows, at the cost of the rows that go."""
        gone = rows[self.is_open[rows]]
        if not len(gone):
            return self
        is_open = self.is_open.copy()
        is_open[gone] = False
        left = self.size - np.bincount(self.groups.group_of_row[gone], minlength=len(self.size))
        return replace(self, is_open=is_open, size=left.astype(np.int64), has_gone=True)

    def outcome_counts(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Open rows of each outcome, for people without musts: (outcomes,) for codes (groups,),
        (outcomes, people) for codes (groups, people)."""
        table = codes.reshape(len(codes), -1)
        counts = np.zeros((len(OUTCOMES), table.shape[1]), np.int64)
        for start in range(0, len(table), 256):
            part, size = table[start : start + 256], self.size[start : start + 256]
            weight = size.astype(np.float32)  # exact: a catalogue has fewer than 2**24 rows
            for outcome in range(1, len(OUTCOMES)):
                found = weight @ (part == outcome).astype(np.float32)
                counts[outcome] += np.rint(found).astype(np.int64)
        counts[0] = int(self.size.sum()) - counts[1:].sum(axis=0)
        return counts.reshape(len(OUTCOMES), *codes.shape[1:])

    def has_open_post(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Whether a post in open or supported employment is feasible: (people,) bool for codes
        (groups, people), a single one for codes (groups,)."""
        track = self.groups.catalogue.track[self.groups.first_row]
        normal = np.isin(track, OPEN_TRACKS) & (self.size > 0)
        found: NDArray[np.bool_] = (codes[normal] == FEASIBLE).any(axis=0)
        return found

    def offered(
        self,
        codes: NDArray[np.uint8],
        asked_for_sheltered: NDArray[np.bool_],
        has_open_post: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """Which groups may be recommended: (groups, people) bool for codes (groups, people).

        Admissible, and no sheltered post for somebody who has feasible open posts and did not ask
        for sheltered ones (`Matcher` says why). `has_open_post`: known from elsewhere, where these
        groups are not all there is.
        """
        if has_open_post is None:
            has_open_post = self.has_open_post(codes)
        allowed: NDArray[np.bool_] = codes <= CONDITIONAL
        allowed[self.is_sheltered] &= ~(has_open_post & ~asked_for_sheltered)
        allowed[self.size == 0] = False
        return allowed

    @property
    def is_sheltered(self) -> NDArray[np.bool_]:
        """(groups,) bool."""
        mask: NDArray[np.bool_] = self.groups.catalogue.track[self.groups.first_row] == SHELTERED
        return mask

    def rows_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """All open rows of the chosen groups, group by group: (admissible,) intp."""
        numbers = np.flatnonzero(chosen)
        found = ranges(self.rows, self.start[numbers], np.diff(self.start)[numbers])
        return found[self.is_open[found]] if self.has_gone else found


def ranges(
    values: NDArray[np.intp], start: NDArray[np.int64], size: NDArray[np.int64]
) -> NDArray[np.intp]:
    """The slices `values[start[i]:start[i] + size[i]]` one after the other.

    >>> ranges(np.arange(10), np.array([7, 2]), np.array([2, 3])).tolist()
    [7, 8, 2, 3, 4]
    """
    ends = np.cumsum(size)
    if not len(ends) or not ends[-1]:
        return values[:0]
    place = np.arange(ends[-1]) + np.repeat(start - (ends - size), size)
    chosen: NDArray[np.intp] = values[place]
    return chosen


def must_key(person: CompiledPerson) -> tuple[object, ...] | None:
    """Equal for people to whose musts every posting gives the same answer; None: no musts."""
    if not person.has_musts:
        return None
    wishes = person.jobseeker.wishes
    said: dict[MustKind, object] = {
        MustKind.PAY: wishes.monthly_pay_yuan_min,
        MustKind.HOURS: wishes.hours_per_day_max,
        MustKind.DISTRICTS: frozenset(wishes.districts),
        MustKind.COMMUTE: (wishes.commute_minutes_max, person.jobseeker.residence),
    }
    return (
        frozenset(person.must_provisions), frozenset(person.forbidden_rules),
        frozenset((kind, said[kind]) for kind in person.must_wishes), frozenset(person.refused),
    )  # fmt: skip


def wants_sheltered(person: CompiledPerson) -> bool:
    return Track.SHELTERED in person.jobseeker.wishes.tracks


def crowd_signatures(
    table: ClauseTable, lo: NDArray[np.uint8], hi: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """`signature_status` of many people: lo, hi (88, people) -> (signatures, people) uint8."""
    need_lo, need_hi = table.atom_lo[:, None], table.atom_hi[:, None]
    atoms = np.where(hi[table.atom_facet] < need_lo, np.uint8(Status.FAIL),
                     np.uint8(Status.UNKNOWN))  # fmt: skip
    atoms[lo[table.atom_facet] >= need_hi] = Status.OK
    branches = fold_groups(np.maximum, atoms, table.branch_start, np.arange(len(atoms)))
    np.maximum(branches, table.branch_provided[:, None], out=branches)
    instances = fold_groups(np.minimum, branches, table.instance_start, np.arange(len(branches)))
    return fold_groups(np.maximum, instances, table.signature_start, table.signature_items)


def fold_groups(
    fold: np.ufunc,
    values: NDArray[np.uint8],
    start: NDArray[np.int64],
    items: NDArray[Any],
) -> NDArray[np.uint8]:
    """`fold.reduceat(values[items], start, axis=0)` for values (n, people), whole rows at a time.

    Groups are taken longest first, so that the j-th members of all groups that have one are folded
    in one step over contiguous memory; reduceat along the first axis takes ten times as long.
    """
    size = np.diff(np.append(start, len(items)))
    order = np.argsort(-size, kind="stable")
    first = start[order]
    folded = values[items[first]]
    longest = int(size.max(initial=1))
    having = [int((size > j).sum()) for j in range(longest)]
    for j in range(1, longest):
        n = having[j]
        fold(folded[:n], values[items[first[:n] + j]], out=folded[:n])
    out: NDArray[np.uint8] = np.empty_like(folded)
    out[order] = folded
    return out


def distinct_rows(columns: Sequence[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number the distinct rows of some columns: (number of each row, first row of each number).

    Numbers run in the order of first appearance. NaN equals NaN here: unknown pay is unknown pay.

    >>> [a.tolist() for a in distinct_rows([np.array([3, 1, 3]), np.array([0, 0, 0])])]
    [[0, 1, 0], [0, 1]]
    """
    rows = len(columns[0]) if columns else 0
    if not rows:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    code = np.zeros(rows, np.int64)
    for column in columns:
        values, inverse = np.unique(column, return_inverse=True, equal_nan=True)
        if len(values) > 1:
            code = np.unique(code * len(values) + inverse, return_inverse=True)[1]
    _, first, number = np.unique(code, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[number], np.sort(first)

"""What the filter says of one part of the index for one person: the one source of what is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.catalogue import CONDITIONAL, FEASIBLE
from matching.groups import OPEN_TRACKS, SHELTERED, OpenGroups
from matching.person import CompiledPerson
from matching.verdict import OUTCOMES, Status

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Judged:
    """The open rows of a part and what the filter says of them for one person.

    `codes` (groups,): function and law. `musts` (rows,) `Status`: the person's own conditions, or
    None where they have none.
    """

    day: OpenGroups
    codes: NDArray[np.uint8]
    musts: NDArray[np.uint8] | None

    @classmethod
    def judge(cls, day: OpenGroups, person: CompiledPerson) -> Judged:
        musts = day.groups.must_status(person) if person.has_musts else None
        return cls(day, day.groups.codes(person), musts)

    def row_codes(self, rows: Rows | None = None) -> NDArray[np.uint8]:
        """The outcome of some rows, or of all: what `Catalogue.verdicts` gives."""
        of_row = self.day.groups.group_of_row
        codes = np.take(self.codes, of_row if rows is None else of_row[rows])
        if self.musts is not None:
            np.maximum(codes, self.musts if rows is None else self.musts[rows], out=codes)
        return codes

    def counts(self) -> NDArray[np.int64]:
        """Open rows of each outcome, in the order of `OUTCOMES`: (outcomes,)."""
        if self.musts is None:
            return self.day.outcome_counts(self.codes)
        found = np.bincount(self.row_codes()[self.day.is_open], minlength=len(OUTCOMES))
        return found.astype(np.int64)

    def has_open_post(self) -> bool:
        """Whether a post in open or supported employment is feasible."""
        if self.musts is None:
            return bool(self.day.has_open_post(self.codes))
        track = self.day.groups.catalogue.track
        rows = np.flatnonzero(self.day.is_open & np.isin(track, OPEN_TRACKS))
        return bool((self.row_codes(rows) == FEASIBLE).any())

    def offered_groups(self, keep_sheltered: bool) -> NDArray[np.bool_]:
        """Which groups may be recommended, musts aside: (groups,) bool."""
        allowed: NDArray[np.bool_] = self.codes <= CONDITIONAL
        allowed &= self.day.size > 0
        if not keep_sheltered:
            allowed &= ~self.day.is_sheltered
        return allowed

    def rows(self, allowed: NDArray[np.bool_]) -> Rows:
        """The open rows of the allowed groups that pass the musts, in no order."""
        rows = self.day.rows_of(allowed)
        return rows if self.musts is None else rows[self.musts[rows] <= Status.CONDITION]

    def mask(self, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The same rows as (rows,) bool."""
        mask = np.take(allowed, self.day.groups.group_of_row)
        mask &= self.day.is_open
        if self.musts is not None:
            mask &= self.musts <= Status.CONDITION
        return mask

    def verified(self, rows: Rows, keep_sheltered: bool) -> NDArray[np.bool_]:
        """Which of the rows that a search returned may be shown, asked of the filter anew and row
        by row: (rows,) bool. A search is never the guard."""
        ok: NDArray[np.bool_] = self.day.is_open[rows] & (self.row_codes(rows) <= CONDITIONAL)
        if not keep_sheltered:
            ok &= self.day.groups.catalogue.track[rows] != SHELTERED
        return ok

    def held_back(self) -> int:
        """Sheltered rows that could be recommended."""
        if self.musts is None:
            chosen = self.day.is_sheltered & (self.codes <= CONDITIONAL)
            return int(self.day.size[chosen].sum())
        return int((self.verified(np.flatnonzero(self.day.is_open), True)
                    & ~self.verified(np.flatnonzero(self.day.is_open), False)).sum())  # fmt: skip

"""An index of postings that come, change and go while it is being searched.

What a search reads is one immutable state; a change makes the next state beside it and puts it in
place at once. So no search waits for a change, none sees half of one, and what has been erased is
in no state that begins after. A changed posting is a new row in a small segment, its old row is
marked as gone. Small segments are joined as they grow in number, each about twice the next, so
there are never more than a dozen; the large one is only rewritten by `compacted`, which an office
does overnight.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting, PostingId
from data.vocabulary import Vocabulary
from matching.groups import OpenGroups, wants_sheltered
from matching.person import CompiledPerson
from matching.verdict import OUTCOMES, Outcome
from models.search.block import Floats, Road
from models.search.judged import Judged
from models.search.plan import Plan
from models.search.segment import Rows, Segment

JOINED_ROWS = 65_536
"""Segments up to this size are joined while searches run; larger ones only by `compacted`."""
_DAYS_KEPT = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A segment and which of its rows are still alive. `gone`: the rows that are not, ascending."""

    segment: Segment
    alive: NDArray[np.bool_]
    gone: Rows
    days: dict[date, OpenGroups] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def whole(cls, segment: Segment) -> Part:
        return cls(segment, np.ones(len(segment), np.bool_), np.zeros(0, np.intp))

    @property
    def living_rows(self) -> int:
        return len(self.segment) - len(self.gone)

    def on(self, day: date) -> OpenGroups:
        """The open rows of a day; found once a day, kept for the next search."""
        known = self.days.get(day)
        if known is None:
            known = OpenGroups.build(self.segment.groups, day, self.alive)
            for old in list(self.days)[: 1 - _DAYS_KEPT]:
                self.days.pop(old, None)
            self.days[day] = known
        return known

    def without(self, rows: Rows) -> Part:
        alive = self.alive.copy()
        alive[rows] = False
        kept = {day: known.less(rows) for day, known in list(self.days.items())}
        return Part(self.segment, alive, np.union1d(self.gone, rows), kept)


@dataclass(frozen=True, slots=True)
class State:
    """All parts at one moment. `data`: a digest of every living posting, the same for the same
    postings however they came."""

    parts: tuple[Part, ...]
    data: str

    @classmethod
    def of(cls, parts: Sequence[Part]) -> State:
        total = np.zeros(2, np.uint64)
        for part in parts:
            living = part.segment.digests if not len(part.gone) else (
                part.segment.digests[part.alive])  # fmt: skip
            total += living.sum(axis=0, dtype=np.uint64)
        return cls(tuple(parts), total.astype(">u8").tobytes().hex()[:24])

    @property
    def rows(self) -> int:
        return sum(p.living_rows for p in self.parts)

    def where(self, posting_id: PostingId) -> tuple[int, int] | None:
        """Part and row of a living posting."""
        for number, part in enumerate(self.parts):
            row = part.segment.catalogue.row_of.get(posting_id)
            if row is not None and part.alive[row]:
                return number, row
        return None


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The best postings that one person may be shown, by what they mean.

    `outcomes` (leads,): indices into `OUTCOMES`; every open posting is in `counts`. `held_back`:
    sheltered posts not offered because open ones are feasible.
    """

    ids: tuple[PostingId, ...]
    scores: NDArray[np.float64]
    outcomes: NDArray[np.uint8]
    counts: Mapping[Outcome, int]
    held_back: int
    roads: tuple[Road, ...]
    data: str


class LivingIndex:
    """Postings by verdict and by meaning; every method may be called from any thread."""

    def __init__(
        self, vocabulary: Vocabulary, model: str, dimensions: int, plan: Plan, state: State
    ) -> None:
        self.vocabulary = vocabulary
        self.model = model
        self.dimensions = dimensions
        self.plan = plan
        self.keeper: Keeper | None = None
        self._state = state
        self._writing = threading.Lock()

    @classmethod
    def build(
        cls,
        postings: Sequence[JobPosting],
        vectors: Floats,
        vocabulary: Vocabulary,
        model: str,
        plan: Plan | None = None,
    ) -> LivingIndex:
        """`vectors` (postings, dimensions) float32 made by the encoder version `model`."""
        segment = Segment.compile(postings, vectors, vocabulary)
        return cls.of_segment(segment, vocabulary, model, plan)

    @classmethod
    def of_segment(
        cls, segment: Segment, vocabulary: Vocabulary, model: str, plan: Plan | None = None
    ) -> LivingIndex:
        dimensions = segment.block.vectors.shape[1]
        state = State.of([Part.whole(segment)])
        return cls(vocabulary, model, dimensions, plan or Plan(), state)

    @property
    def state(self) -> State:
        """The state of this moment; it will not change."""
        return self._state

    def __len__(self) -> int:
        return self._state.rows

    def __contains__(self, posting_id: PostingId) -> bool:
        return self._state.where(posting_id) is not None

    def digests(self) -> dict[PostingId, bytes]:
        """What every living posting said when it came, by `posting_digest`."""
        found: dict[PostingId, bytes] = {}
        for part in self._state.parts:
            raw, ids = part.segment.digests.tobytes(), part.segment.catalogue.ids
            found |= {ids[r]: raw[16 * r : 16 * r + 16] for r in np.flatnonzero(part.alive)}
        return found

    def upsert(self, postings: Sequence[JobPosting], vectors: Floats) -> None:
        """Add postings, or put them in the place of those with the same ids. ValueError leaves
        everything as it was."""
        if not len(postings):
            return
        fresh = Segment.compile(postings, vectors, self.vocabulary)
        if fresh.block.vectors.shape[1] != self.dimensions:
            raise ValueError(
                f"vectors of {fresh.block.vectors.shape[1]} dimensions in an index of"
                f" {self.dimensions}"
            )
        with self._writing:
            before = self._state
            parts = self._without(before, [p.id for p in postings])[0]
            parts = _joined([*parts, Part.whole(fresh)])
            self._publish(before, parts)

    def erase(self, ids: Iterable[PostingId]) -> int:
        """Take postings out; tells how many were there. None of them is found any more."""
        with self._writing:
            before = self._state
            parts, count = self._without(before, ids)
            if count:
                self._publish(before, parts)
            return count

    def compacted(self) -> LivingIndex:
        """The same postings in one segment without gaps. Takes seconds and a second copy: for the
        night, or for a process of its own."""
        state = self._state
        kept = [(p.segment, np.flatnonzero(p.alive)) for p in state.parts]
        segment = Segment.merge(kept)
        return LivingIndex.of_segment(segment, self.vocabulary, self.model, self.plan)

    def search(self, person: CompiledPerson, query: Floats, k: int) -> IndexAnswer:
        """The `k` best postings that this person may be shown: exactly those that a scan of every
        admissible posting would give, best first, ties by id."""
        asked = np.ascontiguousarray(query, np.float32)
        if asked.shape != (self.dimensions,) or not np.isfinite(asked).all():
            raise ValueError(f"a query is {self.dimensions} finite numbers, got {asked.shape}")
        state = self._state
        judged = [Judged.judge(part.on(person.on), person) for part in state.parts]
        sheltered = wants_sheltered(person) or not any(j.has_open_post() for j in judged)
        ids: list[PostingId] = []
        scores: list[NDArray[np.float64]] = []
        codes: list[NDArray[np.uint8]] = []
        roads: list[Road] = []
        for part, filtered in zip(state.parts, judged, strict=True):
            rows, found, road = search_part(part, filtered, asked, k, sheltered, self.plan)
            ids += [part.segment.catalogue.ids[r] for r in rows.tolist()]
            scores.append(found)
            codes.append(filtered.row_codes(rows))
            roads.append(road)
        merged = np.concatenate(scores)
        best = sorted(range(len(ids)), key=lambda i: (-merged[i], ids[i]))[:k]
        counts = np.sum([j.counts() for j in judged], axis=0)
        return IndexAnswer(
            tuple(ids[i] for i in best), merged[best],
            np.concatenate(codes)[best],
            {outcome: int(counts[i]) for i, outcome in enumerate(OUTCOMES)},
            0 if sheltered else sum(j.held_back() for j in judged), tuple(roads), state.data,
        )  # fmt: skip

    def _without(self, state: State, ids: Iterable[PostingId]) -> tuple[list[Part], int]:
        """The parts of a state without some postings, and how many there were."""
        wanted = set(ids)
        parts: list[Part] = []
        count = 0
        for part in state.parts:
            row_of = part.segment.catalogue.row_of
            rows = sorted(
                row for i in wanted if (row := row_of.get(i)) is not None and part.alive[row]
            )
            count += len(rows)
            parts.append(part.without(np.array(rows, np.intp)) if rows else part)
        return parts, count

    def _publish(self, before: State, parts: Sequence[Part]) -> None:
        days = {day for part in before.parts for day in list(part.days)}
        for part in parts:
            for day in sorted(days)[-_DAYS_KEPT:]:
                part.on(day)  # the writer waits for this, not the next search
        after = State.of(parts)
        if self.keeper is not None:
            self.keeper(self, after)  # on disk first: what was erased stays so after a crash
        self._state = after


Keeper = Callable[[LivingIndex, State], None]
"""Told of every next state before anybody sees it; what it raises leaves the old one in place."""


def search_part(
    part: Part, judged: Judged, query: Floats, k: int, keep_sheltered: bool, plan: Plan
) -> tuple[Rows, NDArray[np.float64], Road]:
    """The rows of one part, best first, their scores, and the road."""
    block = part.segment.block
    allowed = judged.offered_groups(keep_sheltered)
    count = int(judged.day.size[allowed].sum())
    few = count <= max(k, plan.gather_rows(len(block), block.heads is not None))
    if few:
        found = block.search(query, allowed, judged.rows(allowed), k, plan)
    else:
        found = block.search(query, judged.mask(allowed), None, k, plan)
    ok = judged.verified(found.rows, keep_sheltered)
    return found.rows[ok], found.scores[ok], found.road


def _joined(parts: list[Part]) -> list[Part]:
    """Join small parts from the end, so that each is about twice as large as the next."""
    parts = [parts[0], *(p for p in parts[1:] if p.living_rows)]
    while len(parts) > 2:
        last, before = parts[-1], parts[-2]
        together = last.living_rows + before.living_rows
        if before.living_rows > 2 * last.living_rows or together > JOINED_ROWS:
            break
        kept = [(p.segment, np.flatnonzero(p.alive)) for p in (before, last)]
        parts[-2:] = [Part.whole(Segment.merge(kept))]
    return parts

"""Many people against all parts of an index: the overnight job's inner loop.

People are taken some hundreds at a time, and several such chunks at once, each on one thread with
single-threaded products: so the work around the product is spread over the processors as well.
A chunk is judged as a table of groups x people; musts, which depend on a row's place, pay, hours
and provisions, are found once for everybody who has the same ones. Whoever may be shown few rows
is searched alone, the rest together by tiles. What comes back is asked of the filter once more.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.records import PostingId
from matching.catalogue import CONDITIONAL, FEASIBLE
from matching.groups import OPEN_TRACKS, OpenGroups, must_key, wants_sheltered
from matching.person import CompiledPerson
from matching.verdict import OUTCOMES, Status
from models.search.batch import CrowdFilter, search_crowd
from models.search.block import Floats, Found, Road, Rows, VectorBlock
from models.search.living import State
from models.search.plan import Plan

CHUNK_PEOPLE = 1024
_MUST_CELLS = 1 << 28
"""At most so many (set of musts, row) answers are held at once, a byte each."""
Numbers = NDArray[np.intp]
NOTHING = Found(np.zeros(0, np.intp), np.zeros(0), Road.NOTHING)
ALWAYS_GATHER = Plan(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class CrowdAnswer:
    """The leads of some people, person by person and best first, and their verdicts in numbers.

    `person`, `scores`, `outcomes` (leads,), `ids` as many: who, which posting, how near, and the
    outcome as an index into `OUTCOMES`. `counts` (outcomes, people): every open posting;
    `held_back` (people,): sheltered posts not offered because open ones are feasible.
    """

    person: Numbers
    ids: list[PostingId]
    scores: NDArray[np.float64]
    outcomes: NDArray[np.uint8]
    counts: NDArray[np.int64]
    held_back: NDArray[np.int64]


class MustAnswers:
    """What the musts of people say of the open rows of a day, kept for the next who has the same:
    many people have the same few conditions. Any thread may ask."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, object], tuple[NDArray[np.uint8], NDArray[np.float64]]] = {}
        self._days: dict[int, OpenGroups] = {}
        self._cells = 0

    def of(
        self, day: OpenGroups, key: tuple[object, ...], person: CompiledPerson
    ) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """(rows,) `Status`, and (groups, statuses) how many open rows of a group answer how."""
        place = (id(day), key)
        known = self._known.get(place)
        if known is None:
            known = self._find(day, person)
            cells = len(known[0]) + 8 * known[1].size
            if self._cells + cells <= _MUST_CELLS:
                self._cells += cells
                self._days[place[0]] = day  # held, so that no other gets its number
                self._known[place] = known
        return known

    @staticmethod
    def _find(
        day: OpenGroups, person: CompiledPerson
    ) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        groups = day.groups
        status = groups.must_status(person)
        if status is None:
            raise ValueError("a person without musts")
        answer = groups.group_of_row * len(Status) + status
        if not day.is_open.all():
            answer = answer[day.is_open]
        table = np.bincount(answer, minlength=len(groups) * len(Status))
        return status, table.reshape(len(groups), len(Status)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class JudgedCrowd:
    """What the filter says of one part for some people.

    `codes` (groups, people): function and law. `must_of` (people,): which row of `musts` (sets of
    musts, rows) `Status` is theirs, -1 for none. `counts` (outcomes, people) and `sheltered`
    (people,), the sheltered rows that could be recommended, include musts.
    """

    day: OpenGroups
    codes: NDArray[np.uint8]
    must_of: Numbers
    musts: NDArray[np.uint8]
    counts: NDArray[np.int64]
    sheltered: NDArray[np.int64]
    has_open_post: NDArray[np.bool_]

    @classmethod
    def judge(
        cls, day: OpenGroups, people: Sequence[CompiledPerson], musts: MustAnswers
    ) -> JudgedCrowd:
        keys = [must_key(p) for p in people]
        numbers = {key: i for i, key in enumerate(dict.fromkeys(k for k in keys if k is not None))}
        must_of = np.array([-1 if k is None else numbers[k] for k in keys], np.intp)
        first = {number: int(np.argmax(must_of == number)) for number in numbers.values()}
        told = [musts.of(day, key, people[first[number]]) for key, number in numbers.items()]
        answers = np.stack([t[0] for t in told]) if told else np.zeros((0, 0), np.uint8)
        judged = cls.of_codes(day, day.groups.crowd_codes(people), must_of, answers)
        for number, (_, table) in enumerate(told):
            judged._with_musts(number, table)
        return judged

    @classmethod
    def of_codes(
        cls, day: OpenGroups, codes: NDArray[np.uint8], must_of: Numbers, musts: NDArray[np.uint8]
    ) -> JudgedCrowd:
        """With the numbers of people without musts."""
        could = codes[day.is_sheltered] <= CONDITIONAL
        sheltered: NDArray[np.int64] = day.size[day.is_sheltered] @ could.astype(np.int64)
        return cls(
            day, codes, must_of, musts, day.outcome_counts(codes), sheltered,
            day.has_open_post(codes),
        )  # fmt: skip

    def _with_musts(self, number: int, table: NDArray[np.float64]) -> None:
        """Put right the numbers of those who share a set of musts. `table` (groups, statuses): how
        many open rows of a group answer the musts in which way."""
        people = np.flatnonzero(self.must_of == number)
        day, codes = self.day, self.codes[:, people]
        counts = np.zeros((len(OUTCOMES), len(people)), np.int64)
        for outcome in range(len(OUTCOMES)):
            answers = table.T @ (codes == outcome).astype(np.float64)
            for status in Status:
                counts[max(outcome, status)] += np.rint(answers[status]).astype(np.int64)
        self.counts[:, people] = counts
        normal = np.isin(day.groups.catalogue.track[day.groups.first_row], OPEN_TRACKS)
        normal &= table[:, Status.OK] > 0
        self.has_open_post[people] = (codes[normal] == FEASIBLE).any(axis=0)
        could = table[:, : Status.UNKNOWN].sum(axis=1)[day.is_sheltered]
        some = could @ (codes[day.is_sheltered] <= CONDITIONAL).astype(np.float64)
        self.sheltered[people] = np.rint(some).astype(np.int64)

    def admissible(self, keep_sheltered: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many rows may be recommended: (people,)."""
        shown: NDArray[np.int64] = self.counts[: CONDITIONAL + 1].sum(axis=0)
        return shown - np.where(keep_sheltered, 0, self.sheltered)

    def allowed(self, keep_sheltered: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which groups may be recommended, musts aside: (groups, people)."""
        return self.day.offered(self.codes, keep_sheltered, np.ones_like(keep_sheltered))

    def rows(self, allowed: NDArray[np.bool_], person: int) -> Rows:
        """The rows that one person may be shown, from their column of `allowed`."""
        rows = self.day.rows_of(allowed)
        number = self.must_of[person]
        return rows if number < 0 else rows[self.musts[number, rows] <= Status.CONDITION]

    def pass_musts(self, rows: Rows, person: Numbers) -> NDArray[np.bool_]:
        """Whether pairs pass the person's own conditions: (pairs,)."""
        number = self.must_of[person]
        ok: NDArray[np.bool_] = number < 0
        some = np.flatnonzero(~ok)
        ok[some] = self.musts[number[some], rows[some]] <= Status.CONDITION
        return ok

    def outcomes(self, rows: Rows, person: Numbers) -> NDArray[np.uint8]:
        """The outcome of pairs, asked of the filter anew: (pairs,)."""
        codes = self.codes[self.day.groups.group_of_row[rows], person]
        number = self.must_of[person]
        some = np.flatnonzero(number >= 0)
        codes[some] = np.maximum(codes[some], self.musts[number[some], rows[some]])
        return codes


def search_people(
    state: State,
    plan: Plan,
    people: Sequence[CompiledPerson],
    queries: Floats,
    k: int,
    musts: MustAnswers | None = None,
) -> CrowdAnswer:
    """The `k` best postings of each person, exactly as `LivingIndex.search` finds them.

    `queries` (people, dimensions); everybody on the same day. At most `CHUNK_PEOPLE` people keep
    the tables small; `match_everybody` takes any number.
    """
    if len({p.on for p in people}) > 1:
        raise ValueError("people of different days")
    if not people:
        nothing = np.zeros(0)
        return CrowdAnswer(
            nothing.astype(np.intp), [], nothing, nothing.astype(np.uint8),
            np.zeros((len(OUTCOMES), 0), np.int64), nothing.astype(np.int64),
        )  # fmt: skip
    known = musts or MustAnswers()
    judged = [JudgedCrowd.judge(part.on(people[0].on), people, known) for part in state.parts]
    keep = np.array([wants_sheltered(p) for p in people])
    keep |= ~np.any([j.has_open_post for j in judged], axis=0)
    found = [
        search_judged(crowd, part.segment.block, plan, queries, k, keep)
        for crowd, part in zip(judged, state.parts, strict=True)
    ]
    person = np.concatenate([f[0] for f in found])
    scores = np.concatenate([f[2] for f in found])
    outcomes = np.concatenate([f[3] for f in found])
    ids: list[PostingId] = []
    for (_, rows, _, _), part in zip(found, state.parts, strict=True):
        names = part.segment.catalogue.ids
        ids += [names[r] for r in rows.tolist()]
    if len(found) > 1:
        order = sorted(range(len(ids)), key=lambda i: (person[i], -scores[i], ids[i]))
        best = np.array(order, np.intp)
        start = np.searchsorted(person[best], np.arange(len(people)))
        best = best[np.arange(len(best)) - start[person[best]] < k]
        person, scores, outcomes = person[best], scores[best], outcomes[best]
        ids = [ids[i] for i in best.tolist()]
    counts = np.sum([j.counts for j in judged], axis=0)
    held_back = np.where(keep, 0, np.sum([j.sheltered for j in judged], axis=0))
    return CrowdAnswer(person, ids, scores, outcomes, counts, held_back)


def search_judged(
    crowd: JudgedCrowd, block: VectorBlock, plan: Plan, queries: Floats, k: int,
    keep: NDArray[np.bool_],
) -> tuple[Numbers, Rows, NDArray[np.float64], NDArray[np.uint8]]:  # fmt: skip
    """Person, row, score and outcome of every lead in one part, by person, best first."""
    allowed = crowd.allowed(keep)
    count = crowd.admissible(keep)
    few = count <= max(k, int(plan.alone_in_batch * len(block)))
    answers: list[Found] = [NOTHING] * len(queries)
    for i in np.flatnonzero(few & (count > 0)).tolist():
        rows = crowd.rows(allowed[:, i], i)
        answers[i] = block.search(queries[i], allowed[:, i], rows, k, ALWAYS_GATHER)
    many = np.flatnonzero(~few)

    def also(rows: Rows, person: Numbers) -> NDArray[np.bool_]:
        return crowd.pass_musts(rows, many[person])

    if len(many):
        has_musts = bool((crowd.must_of[many] >= 0).any())
        table = allowed if len(many) == len(queries) else np.ascontiguousarray(allowed[:, many])
        who = CrowdFilter(table, crowd.day.groups.group_of_row, also if has_musts else None)
        open_rows = np.flatnonzero(crowd.day.is_open)
        together = search_crowd(block, np.ascontiguousarray(queries[many]), who, open_rows, k)
        for i, answer in zip(many.tolist(), together, strict=True):
            answers[i] = answer
    person = np.repeat(np.arange(len(queries)), [len(a.rows) for a in answers])
    rows = np.concatenate([a.rows for a in answers])
    scores = np.concatenate([a.scores for a in answers])
    outcomes = crowd.outcomes(rows, person)
    ok = crowd.day.is_open[rows] & (outcomes <= CONDITIONAL)
    ok &= keep[person] | ~crowd.day.is_sheltered[crowd.day.groups.group_of_row[rows]]
    return person[ok], rows[ok], scores[ok], outcomes[ok]


def match_everybody(
    state: State,
    plan: Plan,
    people: Iterable[tuple[Sequence[CompiledPerson], Floats]],
    k: int,
    *,
    threads: int | None = None,
) -> Iterator[CrowdAnswer]:
    """The answers of one chunk of people after the other, in their order.

    `people` gives chunks with their queries and is read only as far as work is under way, so
    memory does not grow with the number of people.
    """
    from threadpoolctl import threadpool_limits

    wide = threads or os.cpu_count() or 1
    musts = MustAnswers()
    waiting: deque[Future[CrowdAnswer]] = deque()
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(wide) as pool:
        try:
            for chunk, queries in people:
                waiting.append(pool.submit(search_people, state, plan, chunk, queries, k, musts))
                if len(waiting) > wide:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def chunk_people(state: State, people: Sequence[CompiledPerson]) -> int:
    """How many people are judged at once: fewer where many rows meet people with musts, because
    the table of their answers has to stay small beside the vectors."""
    if not any(p.has_musts for p in people):
        return CHUNK_PEOPLE
    rows = max(1, *(len(part.segment) for part in state.parts))
    return int(np.clip(_MUST_CELLS // rows, 64, CHUNK_PEOPLE))

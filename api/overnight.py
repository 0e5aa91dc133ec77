"""Everybody against every posting, part by part, to Parquet.

Two rankings: `match` gives the very answers of the match endpoint, person by person, one process
per processor; `meaning` orders by the vectors alone, all people of a part against all postings in
one tiled product, for a province in minutes. The filter is the same in both.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.lead_files import Job, JobFolder, JobFolderError, Lead, PartRows
from api.office import MATCH_PURPOSE, Office
from data.records import Jobseeker, JobseekerId
from data.store import Store
from matching.person import CompiledPerson, compile_person
from matching.verdict import OUTCOMES
from models.search.crowd import CrowdAnswer, match_everybody
from models.settings import Settings

PEOPLE_PER_PART = 1_000
MICRO = 1_000_000
Progress = Callable[[int, int], None]
Ids = Sequence[JobseekerId]


class Ranking(StrEnum):
    """How leads are ordered."""

    MATCH = "match"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Overnight:
    """One job over one office."""

    office: Office
    on: date
    top: int
    ranking: Ranking

    def run(
        self, out: Path, *, fresh: bool = False, progress: Progress | None = None
    ) -> dict[str, int]:
        """Do what is not done yet; the totals of the whole job. Raises JobFolderError."""
        office = self.office
        index = office.meaning_index() if self.ranking is Ranking.MEANING else None
        ids = sorted(office.store.jobseeker_ids())
        model = index.model if index is not None else office.matcher().versions.model
        job = Job(
            on=self.on.isoformat(), top=self.top, ranking=str(self.ranking),
            rules=office.vocabulary.version, model=model, data=office.store.postings_version(),
            people_version=office.store.jobseekers_version(), people=len(ids),
            people_per_part=PEOPLE_PER_PART,
        )  # fmt: skip
        folder = JobFolder(out, job, fresh=fresh)
        parts = [ids[i : i + PEOPLE_PER_PART] for i in range(0, len(ids), PEOPLE_PER_PART)]
        to_do = [n for n in range(len(parts)) if not folder.is_done(n)]
        results = self._by_meaning(parts, to_do) if index is not None else (
            self._by_match(parts, to_do))  # fmt: skip
        if progress is not None:
            progress(_people(folder), len(ids))
        for number, rows in results:
            folder.write(number, rows)
            if progress is not None:
                progress(_people(folder), len(ids))
        store = office.store
        if (store.postings_version(), store.jobseekers_version()) != (job.data, job.people_version):
            raise JobFolderError(
                f"配岗途中求职人员或岗位有改动，“{out}”里的结果前后不一：请加 --fresh 从头做"
            )
        return folder.finish()

    def _by_match(
        self, parts: Sequence[Ids], to_do: Sequence[int]
    ) -> Iterator[tuple[int, PartRows]]:
        workers = min(os.cpu_count() or 1, len(to_do))
        settings = self.office.settings
        if workers < 2 or settings.database == ":memory:":
            for number in to_do:
                yield number, match_people(self.office, parts[number], self.on, self.top)
            return
        import multiprocessing

        spawn = multiprocessing.get_context("spawn")
        waiting: deque[tuple[int, Future[PartRows]]] = deque()
        with ProcessPoolExecutor(
            workers, spawn, initializer=_open_worker, initargs=(settings,)
        ) as pool:
            try:
                for number in to_do:
                    task = pool.submit(_match_in_worker, list(parts[number]), self.on, self.top)
                    waiting.append((number, task))
                    if len(waiting) > 2 * workers:
                        first, done = waiting.popleft()
                        yield first, done.result()
                while waiting:
                    first, done = waiting.popleft()
                    yield first, done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _by_meaning(
        self, parts: Sequence[Ids], to_do: Sequence[int]
    ) -> Iterator[tuple[int, PartRows]]:
        from models.hygiene import CleanProfileReader

        office = self.office
        meaning, index = office.meaning(), office.meaning_index()
        reader = CleanProfileReader(office.vocabulary)
        read: deque[tuple[int, tuple[Jobseeker, ...]]] = deque()

        def chunks() -> Iterator[tuple[list[CompiledPerson], NDArray[np.float32]]]:
            for number in to_do:
                people = office.store.some_jobseekers(parts[number])
                read.append((number, people))
                willing = [p for p in people if is_willing(p)]
                compiled = [compile_person(p, office.vocabulary, self.on) for p in willing]
                yield compiled, meaning.of_people([reader.text_of(p) for p in willing])

        for answer in match_everybody(index.state, index.plan, chunks(), self.top):
            number, people = read.popleft()
            yield number, _rows_of(answer, people)


def _rows_of(answer: CrowdAnswer, people: Sequence[Jobseeker]) -> PartRows:
    ends = np.searchsorted(answer.person, np.arange(answer.counts.shape[1] + 1)).tolist()
    rows, i = PartRows(), 0
    for person in people:
        if not is_willing(person):
            rows.add_refused(person.id)
            continue
        leads: list[Lead] = [
            (str(answer.ids[j]), float(answer.scores[j]), str(OUTCOMES[answer.outcomes[j]]), None)
            for j in range(ends[i], ends[i + 1])
        ]
        counts = tuple(answer.counts[:, i].tolist())
        rows.add(person.id, counts, int(answer.held_back[i]), leads)
        i += 1
    return rows


def match_people(office: Office, ids: Ids, on: date, top: int) -> PartRows:
    """The answers of `match` for some people, as rows."""
    rows = PartRows()
    matcher = office.matcher()
    for person in office.store.some_jobseekers(ids):
        if not is_willing(person):
            rows.add_refused(person.id)
            continue
        result = matcher.match(person, on=on, limit=top, questions=0)
        leads: list[Lead] = [
            (str(m.posting_id), m.score_micro / MICRO, str(m.verdict.outcome), m.weak)
            for m in result.matches
        ]
        counts = tuple(result.counts[o] for o in OUTCOMES)
        rows.add(person.id, counts, result.held_back, leads)
    return rows


def is_willing(person: Jobseeker) -> bool:
    """Whether the person may be matched: they did not refuse."""
    return person.allows(MATCH_PURPOSE) is not False


def _people(folder: JobFolder) -> int:
    return folder.totals()["people"]


_worker_office: list[Office] = []


def _open_worker(settings: Settings) -> None:
    """One office per process. The parent alone answers an interruption."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    threadpool_limits(1)
    _worker_office.append(Office(Store.open(settings.database), settings))


def _match_in_worker(ids: list[JobseekerId], on: date, top: int) -> PartRows:
    return match_people(_worker_office[0], ids, on, top)

"""One office at work: its store, and the snapshots of matcher and people made from it.

Both doors (command line and HTTP) ask this one object. A snapshot is built when first needed and
again when the store's content version has changed; while it is being built, other callers are
answered from the last one, and every answer names the versions it was made with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from api.stored import StoredPostings
from data.records import Jobseeker, JobseekerId, PostingId
from data.store import Store
from data.vocabulary import Vocabulary, load_vocabulary
from matching.matcher import CandidatesResult, Matcher, MatchResult
from matching.population import Population, compile_population
from matching.shortlist import Shortlist, make_shortlist
from models.compose import build_meaning, open_matcher
from models.meaning import Meaning
from models.search.living import LivingIndex
from models.settings import Settings

T = TypeVar("T")

KEPT_DAYS = 4
"""For how many different days the resolved people are kept at once."""
MATCH_PURPOSE = "match"
SHARE_PURPOSE = "share_with_employer"
POOL_PER_PERSON = 40
"""How many of a person's best matches the shortlist may choose from."""


class UnknownIdError(LookupError):
    """No such jobseeker or posting. Carries the kind, and the id as the caller sent it."""

    def __init__(self, kind: str, asked: str) -> None:
        self.kind = kind
        self.asked = asked
        super().__init__(kind)


class RefusedError(Exception):
    """The person does not allow matching."""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody on one day: those who may be matched, and those who refused."""

    population: Population
    by_id: dict[JobseekerId, Jobseeker]
    refused: tuple[JobseekerId, ...]


class _Kept(Generic[T]):
    """One value per content version. While one caller builds the next, the others wait only when
    there is nothing yet; otherwise they go on with the last one, which names its own version."""

    def __init__(self) -> None:
        self._building = threading.Lock()
        self._current: tuple[str, T] | None = None

    def get(self, version: str, build: Callable[[], T]) -> T:
        current = self._current
        if current is not None and current[0] == version:
            return current[1]
        if not self._building.acquire(blocking=current is None):
            return current[1] if current is not None else self.get(version, build)
        try:
            current = self._current
            if current is None or current[0] != version:
                current = (version, build())
                self._current = current
            return current[1]
        finally:
            self._building.release()


class Office:
    """What an office can do with its records. Thread-safe; snapshots are shared and immutable."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        vocabulary: Vocabulary | None = None,
        *,
        reading_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`reading_progress` is told (postings read, postings) while a configured model reads."""
        self._reading_progress = reading_progress
        self.store = store
        self.settings = settings
        self.vocabulary = vocabulary or load_vocabulary()
        self._matcher = _Kept[Matcher]()
        self._people: dict[date, _Kept[People]] = {}
        self._index = _Kept[LivingIndex]()
        self._meaning: Meaning | None = None

    def matcher(self) -> Matcher:
        """The matcher over the postings as they are now."""
        version = self.store.postings_version()
        return self._matcher.get(version, lambda: self._build_matcher(version))

    def _build_matcher(self, version: str) -> Matcher:
        return open_matcher(
            lambda: StoredPostings(self.store),
            self.store.postings,
            self.vocabulary,
            self.settings,
            data_version=version,
            cache=self._cache(),
            progress=self._reading_progress,
        )

    def meaning(self) -> Meaning:
        """What turns postings and people into vectors, loaded once."""
        if self._meaning is None:
            cache = self._cache()
            vectors = None if cache is None else cache.with_name("vectors.sqlite")
            self._meaning = build_meaning(self.vocabulary, self.settings, vectors=vectors)
        return self._meaning

    def meaning_index(self) -> LivingIndex:
        """The postings as they are now, searchable by meaning; kept beside the database."""
        version = self.store.postings_version()
        return self._index.get(version, self._open_index)

    def _open_index(self) -> LivingIndex:
        from models.search.files import IndexFolder
        from models.search.keeping import open_index

        cache = self._cache()
        folder = None if cache is None else IndexFolder(cache.with_name("index"))
        return open_index(
            folder, self.store.postings(), self.vocabulary, self.meaning(), self._reading_progress
        )

    def _cache(self) -> Path | None:
        """The folder of compiled catalogues: as set, else beside the database file."""
        place = self.settings.database
        if self.settings.cache_folder is not None:
            return self.settings.cache_folder / "catalogue"
        if "://" in place or not Path(place).is_file():
            return None
        return Path(f"{place}.cache") / "catalogue"

    def people(self, on: date) -> People:
        """Everybody as they are now, resolved for one day."""
        version = self.store.jobseekers_version()
        while len(self._people) >= KEPT_DAYS and on not in self._people:
            self._people.pop(next(iter(self._people)), None)
        kept = self._people.setdefault(on, _Kept[People]())
        return kept.get(version, lambda: self._resolve_people(on, version))

    def _resolve_people(self, on: date, version: str) -> People:
        everyone = {p.id: p for p in self.store.jobseekers()}
        refused = {i for i, p in everyone.items() if p.allows(MATCH_PURPOSE) is False}
        population = compile_population(
            (p for i, p in everyone.items() if i not in refused),
            self.vocabulary,
            on,
            data_version=version,
        )
        return People(population, everyone, tuple(sorted(refused)))

    def jobseeker(self, jobseeker_id: str) -> Jobseeker:
        """One registered person. Raises UnknownIdError, or RefusedError if they refused."""
        found = self.store.jobseeker(JobseekerId(jobseeker_id))
        if found is None:
            raise UnknownIdError("jobseeker", jobseeker_id)
        if found.allows(MATCH_PURPOSE) is False:
            raise RefusedError
        return found

    def match(
        self, jobseeker: Jobseeker, *, on: date, limit: int = 10, questions: int = 10
    ) -> MatchResult:
        return self.matcher().match(jobseeker, on=on, limit=limit, questions=questions)

    def candidates(
        self, posting_id: str, *, on: date, limit: int = 10, questions: int = 10
    ) -> tuple[CandidatesResult, People]:
        matcher, people = self.matcher(), self.people(on)
        if posting_id not in matcher.postings:
            raise UnknownIdError("posting", posting_id)
        found = matcher.candidates(
            PostingId(posting_id), people.population, limit=limit, questions=questions
        )
        return found, people

    def shortlist(
        self, *, on: date, progress: Callable[[int, int], None] | None = None
    ) -> Shortlist:
        """Match everybody and choose a first shortlist within headcount.

        `progress` is called with (done, total) after every person, if given.
        """
        matcher, people = self.matcher(), self.people(on)
        results = []
        compiled = people.population.people
        for done, person in enumerate(compiled, 1):
            results.append(
                matcher.match(person.jobseeker, on=on, limit=POOL_PER_PERSON, questions=5)
            )
            if progress is not None:
                progress(done, len(compiled))
        return make_shortlist(
            results, matcher.postings, self.vocabulary, on=on, versions=matcher.versions,
            refused=people.refused,
            may_share={i: p.allows(SHARE_PURPOSE) for i, p in people.by_id.items()},
        )  # fmt: skip

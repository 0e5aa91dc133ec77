"""One fixed line: filter everything, rank what is admissible, explain, and check again.

The filter is the guard and nothing else is. A ranker only orders; what it returns is checked
against the filter, and every pair that leaves this module is judged once more by `assess` before
it may become a `Match`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting, Jobseeker, JobseekerId, PostingId, Track
from data.vocabulary import Vocabulary
from matching.assess import assess
from matching.catalogue import CONDITIONAL, FEASIBLE, Catalogue, Verdicts, compile_catalogue
from matching.explanation import Contribution, Match, OpenQuestion, Unlock, Versions
from matching.person import CompiledPerson, compile_person
from matching.population import Population
from matching.ports import ProfileReader, Ranked, TextRanker
from matching.signals import (
    MICRO,
    SIGNALS,
    SkillIndex,
    signal_points,
    signal_values,
    signal_weights,
)
from matching.unlocks import find_unlocks
from matching.verdict import Outcome, Verdict

SHELTERED = list(Track).index(Track.SHELTERED)
OPEN_TRACKS = tuple(list(Track).index(t) for t in (Track.OPEN, Track.SUPPORTED))


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Everything one person gets: leads, questions, and why the rest is not there.

    `held_back`: sheltered posts the person could do but did not ask for while open posts are
    feasible. `counts` covers every open posting, so that nothing is dropped silently.
    """

    jobseeker_id: JobseekerId
    on: date
    matches: tuple[Match, ...]
    questions: tuple[OpenQuestion, ...]
    counts: Mapping[Outcome, int]
    held_back: int
    unlocks: tuple[Unlock, ...]
    versions: Versions


@dataclass(frozen=True, slots=True)
class CandidatesResult:
    """Everything one posting gets, for the organiser: the people who can do it, best first."""

    posting_id: PostingId
    on: date
    is_open: bool
    matches: tuple[Match, ...]
    questions: tuple[OpenQuestion, ...]
    counts: Mapping[Outcome, int]
    versions: Versions


@dataclass(frozen=True, slots=True)
class Signals:
    """The rows that one person may be offered, (rows,) bool, and every signal for every row."""

    offered: NDArray[np.bool_]
    values: Mapping[str, NDArray[np.float64]]

    def best(self, weights: Mapping[str, float], k: int) -> list[int]:
        """The first k rows under these weights: the order of `Matcher.match` when they are its
        own."""
        points = signal_points(self.values, weights)
        return _best_first(np.sum(list(points.values()), axis=0), self.offered)[:k]


@dataclass(frozen=True, slots=True)
class Matcher:
    """Judges, ranks and explains over one frozen snapshot of postings."""

    vocabulary: Vocabulary
    catalogue: Catalogue
    postings: Mapping[PostingId, JobPosting]
    ranker: TextRanker
    reader: ProfileReader
    skills: SkillIndex

    @property
    def versions(self) -> Versions:
        return Versions(self.vocabulary.version, self.ranker.version, self.catalogue.version)

    def assess(self, jobseeker: Jobseeker, posting_id: PostingId, on: date) -> Verdict:
        """Why this posting was, or was not, shown to this person. KeyError: no such posting."""
        return assess(jobseeker, self.postings[posting_id], on=on, vocabulary=self.vocabulary)

    def match(
        self, jobseeker: Jobseeker, *, on: date, limit: int = 10, questions: int = 10
    ) -> MatchResult:
        """Rank exactly the postings this person may be shown, best first, ties by posting id.

        A smaller `limit` is the head of a larger one. An empty list comes with the questions and
        changes that would unlock most, never with the nearest impossible job.
        """
        person = compile_person(jobseeker, self.vocabulary, on)
        verdicts = self.catalogue.verdicts(person)
        admissible, held_back = self._offer(jobseeker, verdicts)
        askable = verdicts.askable
        values = self._values(jobseeker, admissible | askable, verdicts)
        points = signal_points(values, signal_weights(self.vocabulary))
        total = np.sum(list(points.values()), axis=0)
        matches: list[Match] = []
        for row in _best_first(total, admissible):
            if len(matches) >= limit:
                break
            built = self._pair(jobseeker, row, on, len(matches) + 1, points)
            if isinstance(built, Match):
                matches.append(built)
        open_questions: list[OpenQuestion] = []
        for row in _best_first(total, askable):
            if len(open_questions) >= questions:
                break
            built = self._pair(jobseeker, row, on, len(open_questions) + 1, points)
            if isinstance(built, OpenQuestion):
                open_questions.append(built)
        return MatchResult(
            jobseeker.id, on, tuple(matches), tuple(open_questions), verdicts.counts(), held_back,
            find_unlocks(person, self.catalogue, verdicts), self.versions,
        )  # fmt: skip

    def verdicts(self, jobseeker: Jobseeker, on: date) -> tuple[CompiledPerson, Verdicts]:
        """The outcome of every posting for one person, without ranking."""
        person = compile_person(jobseeker, self.vocabulary, on)
        return person, self.catalogue.verdicts(person)

    def signals(self, jobseeker: Jobseeker, on: date) -> Signals:
        """What `match` would weigh for one person on a day: for whoever asks what another
        weighing would show (evaluation), inside the same admissible rows."""
        person = compile_person(jobseeker, self.vocabulary, on)
        verdicts = self.catalogue.verdicts(person)
        offered, _ = self._offer(jobseeker, verdicts)
        return Signals(offered, self._values(jobseeker, offered | verdicts.askable, verdicts))

    def candidates(
        self, posting_id: PostingId, population: Population, *, limit: int = 10, questions: int = 10
    ) -> CandidatesResult:
        """Rank exactly the people who may be proposed for a posting. KeyError: no such posting.

        People who refused to be matched are left out by whoever builds the population and are
        reported there, not here.
        """
        posting = self.postings[posting_id]
        verdicts = population.verdicts(posting)
        single = compile_catalogue([posting], self.vocabulary, data_version="single")
        row = self.catalogue.row_of[posting_id]
        wanted = np.flatnonzero(verdicts.admissible | verdicts.askable).tolist()
        scored: list[tuple[int, int, dict[str, NDArray[np.int64]]]] = []
        for i in wanted:
            points = self._single_points(
                population.people[i].jobseeker, row, int(verdicts.codes[i]), single
            )
            scored.append((-int(sum(int(p[0]) for p in points.values())), i, points))
        scored.sort(key=lambda s: (s[0], s[1]))
        matches: list[Match] = []
        asked: list[OpenQuestion] = []
        for _, i, points in scored:
            into: list[Match] | list[OpenQuestion]
            shown = bool(verdicts.admissible[i])
            into, room = (matches, limit) if shown else (asked, questions)
            if len(into) >= room:
                continue
            person = population.people[i].jobseeker
            built = self._judge(person, posting, population.on, len(into) + 1, points, 0)
            if isinstance(built, Match) and shown:
                matches.append(built)
            elif isinstance(built, OpenQuestion) and not shown:
                asked.append(built)
        return CandidatesResult(
            posting_id, population.on, posting.is_open(population.on), tuple(matches),
            tuple(asked), verdicts.counts(), self.versions,
        )  # fmt: skip

    def _offer(self, jobseeker: Jobseeker, verdicts: Verdicts) -> tuple[NDArray[np.bool_], int]:
        """Sheltered work is not offered to someone for whom open posts are feasible, unless they
        asked for it: it is meant for those who find open employment hard (残联发〔2015〕27号)."""
        admissible = verdicts.admissible
        if Track.SHELTERED in jobseeker.wishes.tracks:
            return admissible, 0
        feasible = verdicts.open & (verdicts.codes == FEASIBLE)
        if not np.isin(self.catalogue.track[feasible], OPEN_TRACKS).any():
            return admissible, 0
        sheltered = admissible & (self.catalogue.track == SHELTERED)
        return admissible & ~sheltered, int(sheltered.sum())

    def _values(
        self, jobseeker: Jobseeker, allowed: NDArray[np.bool_], verdicts: Verdicts
    ) -> dict[str, NDArray[np.float64]]:
        profile = self.reader.text_of(jobseeker)
        relevance = checked_relevance(self.ranker.rank(profile, allowed), allowed)
        return signal_values(
            jobseeker, self.reader.families_of(jobseeker), relevance,
            verdicts.codes == CONDITIONAL, self.catalogue, self.skills,
        )  # fmt: skip

    def _single_points(
        self, jobseeker: Jobseeker, row: int, code: int, single: Catalogue
    ) -> dict[str, NDArray[np.int64]]:
        similarity = self.ranker.similarity(self.reader.text_of(jobseeker), row)
        relevance = np.array([similarity if np.isfinite(similarity) else 0.0])
        tags = self.postings[self.catalogue.ids[row]].tags
        values = signal_values(
            jobseeker, self.reader.families_of(jobseeker), relevance,
            np.array([code == CONDITIONAL]), single, SkillIndex.build([tags]),
        )  # fmt: skip
        return signal_points(values, signal_weights(self.vocabulary))

    def _pair(
        self,
        jobseeker: Jobseeker,
        row: int,
        on: date,
        rank: int,
        points: Mapping[str, NDArray[np.int64]],
    ) -> Match | OpenQuestion | None:
        posting = self.postings[self.catalogue.ids[row]]
        return self._judge(jobseeker, posting, on, rank, points, row)

    def _judge(
        self,
        jobseeker: Jobseeker,
        posting: JobPosting,
        on: date,
        rank: int,
        points: Mapping[str, NDArray[np.int64]],
        row: int,
    ) -> Match | OpenQuestion | None:
        """Judge the pair again, from the records; what the filter let through by mistake, or what
        has closed since, comes out as None."""
        verdict = assess(jobseeker, posting, on=on, vocabulary=self.vocabulary)
        if not posting.is_open(on):
            return None
        contributions = tuple(
            sorted(
                (Contribution(s, int(points[s][row])) for s in SIGNALS if points[s][row]),
                key=lambda c: (-abs(c.points_micro), c.signal),
            )
        )
        score = sum(c.points_micro for c in contributions)
        if verdict.outcome.may_be_shown:
            weak = self._is_weak(jobseeker, contributions)
            return Match(jobseeker.id, posting.id, rank, score, verdict, contributions, weak)
        if verdict.outcome is Outcome.NEEDS_INFO:
            return OpenQuestion(jobseeker.id, posting.id, rank, score, verdict, contributions)
        return None

    def _is_weak(self, jobseeker: Jobseeker, contributions: tuple[Contribution, ...]) -> bool:
        """Whether nothing the person said leads to this posting. Who said nothing has no weak
        leads: silence is no preference."""
        points = {c.signal: c.points_micro for c in contributions}
        number = self.vocabulary.parameters
        floor = number["lead_relevance_floor"].value * number["weight_text"].value * MICRO
        if points.get("occupation", 0) > 0 or points.get("text", 0) >= floor:
            return False
        return bool(self.reader.text_of(jobseeker).whole.strip())


def _best_first(total: NDArray[np.int64], mask: NDArray[np.bool_]) -> list[int]:
    """Rows of the mask by falling score, ties in the order of rows, which is that of ids."""
    rows = np.flatnonzero(mask)
    ordered: list[int] = rows[np.argsort(-total[rows], kind="stable")].tolist()
    return ordered


def checked_relevance(ranked: Ranked, allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What a ranker said, reduced to what it may say: known, allowed, distinct rows, 0..1.

    Search libraries pad with -1, repeat rows or ignore their filter; none of that gets through.
    A row that is named twice counts as first named; a row that is not named counts 0.
    """
    relevance = np.zeros(len(allowed), np.float64)
    rows = np.asarray(ranked.rows, np.int64)
    values = np.asarray(ranked.relevance, np.float64)
    usable = min(len(rows), len(values))
    rows, values = rows[:usable], values[:usable]
    keep = (rows >= 0) & (rows < len(allowed)) & np.isfinite(values)
    rows, values = rows[keep], values[keep]
    keep = allowed[rows]
    rows, first = np.unique(rows[keep], return_index=True)
    relevance[rows] = np.clip(values[keep][first], 0.0, 1.0)
    return relevance

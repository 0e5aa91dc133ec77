"""What stands beside ours in a city: simple orders inside the admissible rows, and others' runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.records import PostingId
from evaluation.city import CityRun, relevant_rows
from evaluation.measures.rankings import PerPerson, Run
from evaluation.measures.shown import Coverage, Feasible, LeakCount, leak
from matching.catalogue import CONDITIONAL
from models.meaning import Meaning
from models.search.living import LivingIndex

OURS = "hybrid"
WANTED = "有想做的推荐"


@dataclass(frozen=True, slots=True)
class SystemScore:
    """How often it shows what must not be shown, and what everybody gets, by measure."""

    leak: LeakCount
    measures: Mapping[str, PerPerson]


def city_runs(
    run: CityRun, index: LivingIndex, meaning: Meaning, seed: int, k: int
) -> dict[str, Run]:
    """Ours and the simple ways of ordering, all inside the admissible rows."""
    from models.documents import posting_text
    from models.lexical import LexicalRanker

    catalogue, city = run.matcher.catalogue, run.city
    ids = [str(i) for i in catalogue.ids]
    newest = np.argsort(-catalogue.opens.astype(np.int64), kind="stable")
    vectors = index.state.parts[0].segment.block.vectors
    by_id = {p.id: p for p in city.postings}
    lexical = LexicalRanker([posting_text(by_id[i]) for i in catalogue.ids])
    draws = np.random.default_rng(seed)
    runs: dict[str, dict[str, list[str]]] = {
        n: {} for n in ("random", "newest", "lexical", "dense", OURS)
    }
    for person in city.willing:
        got = run.got.get(person.id)
        if got is None:
            continue
        mask = run.open_rows & (got.codes <= CONDITIONAL)
        rows = np.flatnonzero(mask)
        name = str(person.id)
        profile = run.matcher.reader.text_of(person)
        ranked = lexical.rank(profile, mask)
        words = np.full(len(ids), -1.0)
        words[ranked.rows] = ranked.relevance
        near = vectors @ meaning.of_people([profile])[0]
        runs["random"][name] = [ids[r] for r in draws.permutation(rows)[:k]]
        runs["newest"][name] = [ids[r] for r in newest if mask[r]][:k]
        runs["lexical"][name] = [ids[r] for r in rows[np.argsort(-words[rows], kind="stable")][:k]]
        runs["dense"][name] = [ids[r] for r in rows[np.argsort(-near[rows], kind="stable")][:k]]
        runs[OURS][name] = got.ids
    return dict(runs)


def measure_systems(run: CityRun, runs: Mapping[str, Run], k: int) -> dict[str, SystemScore]:
    """Every run on everybody who is willing; who has no answer in a run counts 0. What may be shown
    is judged pair by pair by the readable rule, where somebody did show it."""
    people = {str(p.id): p for p in run.city.willing}
    relevant: dict[str, list[str]] = {}
    possible: dict[str, list[str]] = {}
    ids = [str(i) for i in run.matcher.catalogue.ids]
    for name, person in people.items():
        got = run.got.get(person.id)
        mask = run.open_rows & (got.codes <= CONDITIONAL) if got else np.zeros(len(ids), bool)
        possible[name] = [ids[r] for r in np.flatnonzero(mask)]
        relevant[name] = [ids[r] for r in np.flatnonzero(relevant_rows(run, person.id) & mask)]
    names = list(people)
    found: dict[str, SystemScore] = {}
    for system, answers in runs.items():
        found[system] = SystemScore(
            leak(answers, _judged(run, answers, k), k),
            {
                str(Feasible(k)): Feasible(k).per_person(answers, relevant, possible, names),
                WANTED: Coverage(k).per_person(answers, relevant, names),
                str(Coverage(k)): Coverage(k).per_person(answers, possible, names),
                str(Coverage(k, 3)): Coverage(k, 3).per_person(answers, possible, names),
            },
        )
    return found


def _judged(run: CityRun, answers: Run, k: int) -> dict[str, list[str]]:
    """Of the first k of everybody, those that they may be shown; of people who are not in the city
    or refuse to be matched, none."""
    people = {str(p.id): p for p in run.city.willing}
    allowed: dict[str, list[str]] = {}
    for name, postings in answers.items():
        person = people.get(name)
        if person is None:
            continue
        allowed[name] = [
            i for i in postings[:k]
            if (posting := run.matcher.postings.get(PostingId(i))) is not None
            and posting.is_open(run.city.on)
            and run.matcher.assess(person, posting.id, run.city.on).outcome.may_be_shown
        ]  # fmt: skip
    return allowed

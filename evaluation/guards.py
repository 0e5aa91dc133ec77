"""What must hold for a city's run to count, each checked by other means than the ones that made it.

A leak is looked for with the readable rule `assess`, not with the filter; a dropped person by the
register, not by the run; an order by the scores that are written beside it; a label by patterns of
this file, not by those that strip labels.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

import numpy as np

from data.records import JobseekerId
from evaluation.bench_churn import long_way
from evaluation.city import CityRun
from evaluation.fairness.twins import TwinViolation
from evaluation.measures.intervals import exact_upper
from evaluation.measures.shown import leak
from evaluation.report.model import Guard
from matching.person import compile_person
from matching.population import compile_population
from models.meaning import Meaning
from models.search.living import LivingIndex

_LABELS = re.compile(
    r"残疾|残联|残运|助残|残障|自强模范|(视力|听力|言语|肢体|智力|精神)\s*[一二三四1-4]\s*级"
    r"|聋|(?<!\d)\d{2}\s*岁|(?<![\d Xx])\d{17}[\dXx]"
)
SAMPLE = 40
ROUNDING = 2
"""Millionths: the same sum, taken in another order, may round the other way."""


def city_guards(
    run: CityRun, asked_twins: int, violations: Sequence[TwinViolation], recall: float | None
) -> tuple[Guard, ...]:
    """In the order of their weight; the first must be 0 before anything else is read."""
    changed = sorted({v.changed.split(":")[0] for v in violations})
    return (
        leak_guard(run),
        dropped_guard(run),
        Guard(
            "孪生人答案不同", len(violations), "0", not violations,
            f"问了 {asked_twins} 个孪生人"
            + (f"；改了 {'、'.join(changed)} 就变" if changed else ""),
        ),
        label_guard(run),
        order_guard(run),
        direction_guard(run),
        Guard(
            f"FilteredRecall@{run.k}", recall, "1", None if recall is None else recall == 1.0,
            "按意思检索的答案与逐个算过的比",
        ),
    )  # fmt: skip


def leak_guard(run: CityRun) -> Guard:
    """Inadmissible pairs among what was shown: judged pair by pair, by the readable rule."""
    people = {p.id: p for p in run.city.people}
    postings = {str(p.id): p for p in run.city.postings}
    admissible: dict[str, list[str]] = {}
    for person, got in run.got.items():
        admissible[str(person)] = [
            i for i in got.ids
            if i in postings and postings[i].is_open(run.city.on)
            and run.matcher.assess(people[person], postings[i].id, run.city.on).outcome.may_be_shown
        ]  # fmt: skip
    found = leak(run.run(), admissible, run.k)
    most = exact_upper(found.leaks, found.shown)
    told = f"看了 {found.shown} 对" + (f"，单侧 95% 上限 {most:.2%}" if most is not None else "")
    return Guard(f"Leak@{run.k}", found.leaks, "0", found.leaks == 0, told)


def dropped_guard(run: CityRun) -> Guard:
    """Registered people who neither got an answer nor refused."""
    refused = {p.id for p in run.city.people if p.allows("match") is False}
    dropped = sum(p.id not in run.got and p.id not in refused for p in run.city.people)
    against = sum(i in run.got for i in refused)
    return Guard(
        "登记了却没有答案的人", dropped + against, "0", dropped + against == 0,
        f"登记 {len(run.city.people)} 人，未同意 {len(refused)} 人"
        + (f"；未同意却配了岗的 {against} 人" if against else ""),
    )  # fmt: skip


def label_guard(run: CityRun) -> Guard:
    """People whose words for ranking still hold a label."""
    reader = run.matcher.reader
    hit = sum(_LABELS.search(reader.text_of(p).whole) is not None for p in run.city.willing)
    return Guard("排序文字里有残疾、年龄或证件的人", hit, "0", hit == 0)


def order_guard(run: CityRun) -> Guard:
    """People whose leads are not in the order of their scores, ties by id, ranks from 1."""
    wrong = 0
    for got in run.got.values():
        keys = [(-lead.score_micro, str(lead.posting_id)) for lead in got.leads]
        ranks = [lead.rank for lead in got.leads]
        wrong += keys != sorted(set(keys)) or ranks != list(range(1, len(ranks) + 1))
    return Guard("顺序与得分不符的人", wrong, "0", wrong == 0)


def direction_guard(run: CityRun) -> Guard:
    """Pairs that score differently from person to posting and from posting to person."""
    draws = random.Random(run.city.seed or 0)
    postings = [p.id for p in run.city.open_postings]
    chosen = sorted(draws.sample(postings, min(SAMPLE, len(postings))))
    population = compile_population(run.city.willing, run.city.vocabulary, run.city.on)
    scores: dict[JobseekerId, Mapping[str, int]] = {}
    people = {p.id: p for p in run.city.people}
    checked = wrong = 0
    for posting in chosen:
        for match in run.matcher.candidates(posting, population, limit=3, questions=0).matches:
            mine = run.got.get(match.jobseeker_id)
            if mine is None:
                continue
            if match.jobseeker_id not in scores:
                whole = run.matcher.match(
                    people[match.jobseeker_id], on=run.city.on, limit=len(run.city.postings),
                    questions=0,
                )  # fmt: skip
                scores[match.jobseeker_id] = {
                    str(m.posting_id): m.score_micro for m in whole.matches
                }
            there = scores[match.jobseeker_id].get(str(posting))
            checked += there is not None  # sheltered posts may be held back from the person
            wrong += there is not None and abs(there - match.score_micro) > ROUNDING
            shown = {str(lead.posting_id): lead.score_micro for lead in mine.leads}
            wrong += str(posting) in shown and shown[str(posting)] != there
    return Guard(
        "两个方向得分不同的对", wrong, "0", wrong == 0 if checked else None, f"看了 {checked} 对"
    )


def filtered_recall(run: CityRun, index: LivingIndex, meaning: Meaning) -> float | None:
    """The search by meaning against the long way, for everybody: the mean of FilteredRecall@k."""
    found: list[float] = []
    reader = run.matcher.reader
    people = run.city.willing
    queries = meaning.of_people([reader.text_of(p) for p in people])
    for person, query in zip(people, queries, strict=True):
        compiled = compile_person(person, run.city.vocabulary, run.city.on)
        right = long_way(index.state, compiled, query)[: run.k]
        got = index.search(compiled, query, run.k).ids
        if right:
            found.append(len(set(right).intersection(got)) / len(right))
    return float(np.mean(found)) if found else None

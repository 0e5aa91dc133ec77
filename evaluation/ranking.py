"""Rankings of people's profiles over a judged collection: ours, the simple systems, and runs that
others hand in, with intervals, and the comparison that counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.collection import Collection, read_collection
from evaluation.manifest import make_manifest
from evaluation.measures.intervals import (
    RESAMPLES,
    Interval,
    Paired,
    mean_interval,
    paired_difference,
)
from evaluation.measures.rankings import PerPerson, Run, parse_measure
from evaluation.report.model import Guard, Plot, Report, Section, Table
from evaluation.systems import (
    BASELINES,
    Floats,
    Score,
    baseline_scores,
    dense_scores,
    lexical_scores,
    newest_scores,
    random_scores,
    ranker_scores,
)
from matching.ports import TextRanker
from models.encoder.light import LightEncoder
from models.retrieval.hybrid import HybridIndex

MEASURES = (
    "nDCG@10", "R@50", "P@10", "RR", "MAP", "Judged@10", "nDCG@10 condensed",
)  # fmt: skip
FIRST = "nDCG@10"
OURS = "hybrid"
DEPTH = 1000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scores:
    """`values[system][measure][person]`; `missing[system]`: people of the collection without an
    answer (they count 0)."""

    people: tuple[str, ...]
    values: Mapping[str, Mapping[str, PerPerson]]
    missing: Mapping[str, tuple[str, ...]]
    unknown: Mapping[str, int]
    seed: int

    def column(self, system: str, measure: str) -> list[float | None]:
        return [self.values[system][measure][p] for p in self.people]

    def mean(self, system: str, measure: str) -> Interval:
        return mean_interval(self.column(system, measure), self.seed)

    def against(self, ours: str, theirs: str, measure: str) -> Paired:
        return paired_difference(
            self.column(ours, measure), self.column(theirs, measure), self.seed
        )

    def best(self, systems: Sequence[str], measure: str = FIRST) -> str:
        return max(systems, key=lambda s: self.mean(s, measure).mean or 0.0)


def score_runs(collection: Collection, runs: Mapping[str, Run], *, seed: int = 20260) -> Scores:
    """Score runs (system -> person -> postings, best first) on everybody who was judged."""
    unjudged = set(collection.unjudged)
    people = tuple(p.id for p in collection.people if p.id not in unjudged)
    known = {d.id for d in collection.documents}
    measures = [parse_measure(name) for name in MEASURES]
    return Scores(
        people,
        {
            name: {str(m): m.per_person(run, collection.grades, people) for m in measures}
            for name, run in runs.items()
        },
        {name: tuple(p for p in people if not run.get(p)) for name, run in runs.items()},
        {name: sum(d not in known for some in run.values() for d in some)
         for name, run in runs.items()},
        seed,
    )  # fmt: skip


def make_runs(
    collection: Collection,
    *,
    encoder: LightEncoder | None = None,
    ranker: TextRanker | None = None,
    seed: int = 20260,
    say: Say = lambda _: None,
) -> tuple[dict[str, Run], str]:
    """The answers of every system, and the version of ours. `ranker` replaces the hybrid of the
    house; its rows must be the rows of the corpus in file order."""
    documents = collection.documents
    model = encoder or LightEncoder.load()
    say(f"建索引：{len(documents)} 个岗位 …")
    hybrid = ranker or HybridIndex.build(documents, encoder=model)
    systems: dict[str, Score] = {"random": random_scores(documents, seed)}
    newest = newest_scores(documents, collection.published)
    if newest is not None:
        systems["newest"] = newest
    systems |= baseline_scores(documents, model, seed)
    systems["lexical"] = lexical_scores(documents)
    systems["dense"] = dense_scores(documents, model)
    systems[OURS] = ranker_scores(hybrid, len(documents))
    ids = [d.id for d in documents]
    runs: dict[str, Run] = {}
    for name, score in systems.items():
        say(f"{name} …")
        runs[name] = {p.id: _top(score(p.profile), ids) for p in collection.people}
    return runs, hybrid.version


def evaluate_ranking(
    folder: Path,
    *,
    others: Mapping[str, Run] | None = None,
    encoder: LightEncoder | None = None,
    ranker: TextRanker | None = None,
    seed: int = 20260,
    command: str = "",
    say: Say = lambda _: None,
) -> Report:
    """Measure every system on a collection. `others`: runs that were handed in, by name."""
    collection = read_collection(folder)
    runs, version = make_runs(collection, encoder=encoder, ranker=ranker, seed=seed, say=say)
    runs |= dict(others or {})
    say("打分 …")
    scores = score_runs(collection, runs, seed=seed)
    manifest = make_manifest(
        command or f"rengang evaluate ranking --collection {folder.name} --seed {seed}",
        inputs=[folder], seed=seed, versions={"model": version},
    )  # fmt: skip
    return ranking_report(collection, scores, runs, manifest)


def _top(scores: Floats, ids: Sequence[str]) -> list[str]:
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return [ids[i] for i in order if np.isfinite(scores[i])]


def ranking_report(
    collection: Collection, scores: Scores, runs: Mapping[str, Run], manifest: Mapping[str, Any]
) -> Report:
    """The figures as a report; its first screen answers: is anybody missing, and who is best."""
    systems = list(scores.values)
    ours = OURS if OURS in systems else systems[-1]
    rivals = [s for s in systems if s in BASELINES and s != ours] or [
        s for s in systems if s != ours
    ]
    best = scores.best(rivals) if rivals else ours
    means = {s: {m: scores.mean(s, m) for m in MEASURES} for s in systems}
    apart = {s: scores.against(ours, s, FIRST) for s in systems if s != ours}
    return Report(
        kind="ranking",
        title="排序评测：给人找岗位",
        lead=_lead(scores, ours, best, apart),
        guards=_guards(collection, scores),
        main=_main_table(systems, means, ours),
        sections=_sections(collection, scores, means, apart, ours),
        metrics={
            "seed": scores.seed, "resamples": RESAMPLES, "splits": list(collection.splits),
            "systems": {s: {m: i.as_facts() for m, i in some.items()} for s, some in means.items()},
            "ours": ours, "best_baseline": best,
            "comparisons": {s: {FIRST: p.as_facts()} for s, p in apart.items()},
            "per_person": {s: dict(v) for s, v in scores.values.items()},
            "missing": {s: list(m) for s, m in scores.missing.items()},
        },
        manifest=manifest,
        runs=runs,
    )  # fmt: skip


def _lead(scores: Scores, ours: str, best: str, apart: Mapping[str, Paired]) -> str:
    people = f"{len(scores.people)} 人，95% 配对自助区间，种子 {scores.seed}。"
    if ours == best:
        return people
    gap = apart[best]
    return (
        f"{people}{ours} 比最好的简单办法 {best} 的 {FIRST} 高 {gap.difference}；"
        f"{gap.wins} 人更好，{gap.ties} 人持平，{gap.losses} 人更差。"
    )


def _guards(collection: Collection, scores: Scores) -> tuple[Guard, ...]:
    dropped = sum(len(m) for m in scores.missing.values())
    strangers, unjudged = collection.strangers, collection.unjudged
    unknown = sum(scores.unknown.values())
    named = "、".join(f"{s} 少 {len(m)} 人" for s, m in scores.missing.items() if m)
    return (
        Guard("没有答案的人", dropped, "0", dropped == 0,
              f"按 0 分计：{named}" if dropped else ""),
        Guard("有资料没有评判、或有评判没有资料的人", len(unjudged) + len(strangers), "0",
              not unjudged and not strangers,
              f"没有计入：{'、'.join((*unjudged, *strangers)[:5])}" if unjudged or strangers
              else ""),
        Guard("答案里不在岗位集里的岗位", unknown, "0", unknown == 0),
        Guard("Leak@10", None, "0", None,
              "这套数据只有职业一面，没有功能和限制；漏出在 evaluate city 和 constraints 里测"),
    )  # fmt: skip


def _main_table(
    systems: Sequence[str], means: Mapping[str, Mapping[str, Interval]], ours: str
) -> Table:
    return Table(
        "各系统", ("系统", *MEASURES),
        tuple((s, *(str(means[s][m]) for m in MEASURES)) for s in systems),
        note="Judged@10 低于 1 的部分没有人评过，nDCG@10 按 0 计，condensed 一栏先去掉它们。"
        + ("" if "newest" in systems else "岗位集没有发布日期，“最新在前”没有算。"),
        strong=frozenset([list(systems).index(ours)]),
    )  # fmt: skip


def _sections(
    collection: Collection, scores: Scores, means: Mapping[str, Mapping[str, Interval]],
    apart: Mapping[str, Paired], ours: str,
) -> tuple[Section, ...]:  # fmt: skip
    from evaluation.report.plots import interval_plot

    first = {s: some[FIRST] for s, some in means.items()}
    told = "，".join(f"{s} {i.mean:.3f}" for s, i in first.items() if i.mean is not None)
    picture = Plot(f"{FIRST} 与 95% 区间", interval_plot(first, ours=ours, unit=FIRST), told)
    versus = Table(
        f"{ours} 减其他系统，{FIRST}", ("系统", "差", "更好", "持平", "更差"),
        tuple((s, str(p.difference), str(p.wins), str(p.ties), str(p.losses))
              for s, p in apart.items()),
    )  # fmt: skip
    hard = [p.id for p in collection.people if p.facts.get("hard") and p.id in scores.people]
    blocks: list[Table | Plot | str] = [picture, versus]
    if hard:
        rows = tuple(
            (s, f"{np.mean([scores.values[s][FIRST][p] or 0.0 for p in hard]):.3f}")
            for s in scores.values
        )
        blocks.append(Table(f"难例 {len(hard)} 人，{FIRST}", ("系统", "平均"), rows))
    people = Table(
        f"每个人，{FIRST}", ("人", *scores.values),
        tuple(
            (f"{p}*" if p in hard else p, *(f"{v[FIRST][p]:.3f}" for v in scores.values.values()))
            for p in scores.people
        ),
        note="带 * 的是难例。",
    )  # fmt: skip
    note = f"评过而不在岗位集里的对：{collection.judged_elsewhere}。"
    return Section("比较", tuple(blocks)), Section("每个人", (people, note))

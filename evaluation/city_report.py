"""The report on a city: is anything shown that must not be, who gets leads, why others do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from data.records import JobseekerId
from evaluation.city import City, CityRun, city_matcher, match_city, stages, stepped
from evaluation.city_sections import cause_section, exposure_section, group_section, probe_section
from evaluation.city_systems import OURS, SystemScore, city_runs, measure_systems
from evaluation.fairness.decomposition import Decomposition, decompose
from evaluation.fairness.groups import FACTORS, SMALLEST, GroupRow, crossed, group_of, group_rows
from evaluation.fairness.lists import employer_lists
from evaluation.fairness.probe import ProbeResult, probe_category
from evaluation.fairness.twins import twin_violations
from evaluation.guards import city_guards, filtered_recall
from evaluation.manifest import make_manifest
from evaluation.measures.intervals import Interval, mean_interval
from evaluation.measures.rankings import Run
from evaluation.measures.shown import exposure
from evaluation.report.model import Guard, Report, Table
from matching.catalogue import NEEDS_INFO
from matching.matcher import Matcher
from models.compose import build_meaning
from models.search.living import LivingIndex
from models.settings import Settings

K = 10
TWINS = 60
Say = Callable[[str], None]


def evaluate_city(
    city: City, *, matcher: Matcher | None = None, others: Mapping[str, Run] | None = None,
    seed: int = 1, command: str = "", say: Say = lambda _: None,
) -> Report:  # fmt: skip
    """Match everybody, check every guard, measure, compare groups, decompose every gap. `others`:
    runs that were handed in, by name; they are measured beside ours, leaks first."""
    say("建配岗器 …")
    made = matcher or city_matcher(city)
    say(f"逐人配岗：{len(city.willing)} 人 …")
    run = match_city(city, made, K, stepped(say))
    say("孪生人 …")
    draws = np.random.default_rng(seed)
    some = sorted(draws.permutation(len(city.willing))[:TWINS].tolist())
    asked, violations = twin_violations([city.willing[i] for i in some], made, city.on, seed)
    say("按意思检索，与逐个算过的比 …")
    meaning = build_meaning(city.vocabulary, Settings())
    index = LivingIndex.build(
        city.postings, meaning.of_postings(city.postings), city.vocabulary, meaning.version
    )
    recall = filtered_recall(run, index, meaning)
    guards = city_guards(run, asked, violations, recall)
    say("分组、找原因 …")
    people = [p.id for p in city.willing]
    seen = {p.id: p for p in city.willing}
    groups = {
        f: [group_of(seen[i], city.identities.get(i), city.on, f, city.vocabulary) for i in people]
        for f in FACTORS
    }
    systems = measure_systems(run, city_runs(run, index, meaning, seed, K) | dict(others or {}), K)
    probe = probe_category(
        meaning.of_people([made.reader.text_of(p) for p in city.willing]),
        groups["category"], seed,
    )  # fmt: skip
    reached = {i: stages(run, i) for i in people}
    say("单位的名单 …")
    lists = employer_lists(run, K, seed, stepped(say))
    values: dict[str, list[float | None]] = {
        "leads": [float(len(run.got[i].leads)) for i in people],
        "coverage": [float(len(run.got[i].leads) > 0) for i in people],
        "wanted": [reached[i]["ranker"] for i in people],
        "exposure": [lists.exposure[i] for i in people],
        "top_share": [lists.top_share[i] for i in people],
    }
    rows = [r for f, names in groups.items() for r in group_rows(f, names, values, seed)]
    wanted = {"wanted": values["wanted"]}
    pairs = [
        r for factor, names in crossed(groups).items() if " × " in factor
        for r in group_rows(factor, names, wanted, seed)
    ]  # fmt: skip
    causes = _causes(groups, people, reached, seed)
    return _report(run, guards, systems, rows, pairs, causes, probe, seed, command)


def _causes(
    groups: Mapping[str, Sequence[str]], people: Sequence[JobseekerId],
    reached: Mapping[JobseekerId, Mapping[str, float]], seed: int,
) -> list[tuple[str, Decomposition]]:  # fmt: skip
    found: list[tuple[str, Decomposition]] = []
    for factor, names in groups.items():
        for group in sorted(set(names)):
            inside = [reached[p] for p, g in zip(people, names, strict=True) if g == group]
            outside = [reached[p] for p, g in zip(people, names, strict=True) if g != group]
            if min(len(inside), len(outside)) >= SMALLEST:
                found.append((factor, decompose(group, inside, outside, seed)))
    return found


def _report(
    run: CityRun, guards: tuple[Guard, ...], systems: Mapping[str, SystemScore],
    rows: Sequence[GroupRow], pairs: Sequence[GroupRow],
    causes: Sequence[tuple[str, Decomposition]], probe: ProbeResult | None, seed: int,
    command: str,
) -> Report:  # fmt: skip
    city = run.city
    means: dict[str, dict[str, Interval]] = {
        s: {m: mean_interval(list(v.values()), seed) for m, v in one.measures.items()}
        for s, one in systems.items()
    }
    open_pairs = [int(run.open_rows.sum()) or 1] * len(run.got)
    unknown = mean_interval(
        [float((g.codes[run.open_rows] == NEEDS_INFO).sum()) / n
         for g, n in zip(run.got.values(), open_pairs, strict=True)], seed,
    )  # fmt: skip
    spread = exposure(run.run(), {str(p.id): p.headcount for p in city.open_postings}, run.k)
    measures = list(dict.fromkeys(m for some in means.values() for m in some))
    main = Table(
        "各种排法，都在可以推荐的岗位里", ("系统", f"Leak@{K}", *measures),
        tuple(
            (s, f"{systems[s].leak.leaks}/{systems[s].leak.shown}",
             *(str(means[s][m]) for m in measures))
            for s in means
        ),
        note=f"有想做的推荐：前 {K} 个里至少有一个是本人想做的那类岗位。缺信息的岗位平均占在招的"
             f" {unknown}。",
        strong=frozenset([list(means).index(OURS)]),
    )  # fmt: skip
    versions = {"rules": run.matcher.versions.rules, "model": run.matcher.versions.model,
                "data": city.origin}  # fmt: skip
    origin = "样例城市：只说明系统做没做对，不说明真人的情况。" if city.seed is not None else ""
    return Report(
        kind="city",
        title="全城评测：有没有漏出，谁没有推荐，为什么",
        lead=f"{len(city.people)} 人登记，{len(city.willing)} 人可以配岗，"
             f"{len(city.open_postings)} 个岗位在招。{origin}",
        guards=guards,
        main=main,
        sections=(
            group_section(rows, pairs), cause_section(causes, means, f"Feasible@{K}", OURS),
            exposure_section(spread.as_facts()), probe_section(probe),
        ),
        metrics={
            "seed": seed, "k": run.k,
            "systems": {s: {m: i.as_facts() for m, i in some.items()} for s, some in means.items()},
            "leaks": {s: one.leak.as_facts() for s, one in systems.items()},
            "per_person": {s: dict(one.measures) for s, one in systems.items()},
            "unknown_rate": unknown.as_facts(), "exposure": spread.as_facts(),
            "groups": [_row_facts(r) for r in (*rows, *pairs)],
            "gaps": [_gap_facts(f, d) for f, d in causes],
            "probe": None if probe is None else probe.as_facts(),
        },
        manifest=make_manifest(
            command or "rengang evaluate city", inputs=[], seed=seed, versions=versions
        ),
        runs={OURS: run.run()},
    )  # fmt: skip


def _row_facts(row: GroupRow) -> dict[str, Any]:
    if row.measures is None:
        return {"factor": row.factor, "group": None, "people": f"<{SMALLEST}", "measures": None}
    told = {
        n: {"mean": m.mean.as_facts(), "ratio": m.ratio.as_facts()} for n, m in row.measures.items()
    }
    return {"factor": row.factor, "group": row.group, "people": row.people, "measures": told}


def _gap_facts(factor: str, found: Decomposition) -> dict[str, Any]:
    def plain(gap: Any) -> dict[str, float]:
        return {"gap": gap.gap, "low": gap.low, "high": gap.high}

    return {"factor": factor, "group": found.group, "people": found.people,
            "total": plain(found.total),
            "parts": {p: plain(g) for p, g in found.parts.items()}}  # fmt: skip

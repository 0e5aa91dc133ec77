"""How long a verdict and a match take, and how much memory, on an invented catalogue.

The catalogue has a set number of rows and of distinct demand signatures, drawn from the family
templates with the provisions that they name in varied states, because the filter's cost depends on
exactly these two numbers. Texts are drawn from the families' labels and level words.
"""

from __future__ import annotations

import platform
import random
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    Clause,
    DemandSource,
    Education,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
    Pay,
    PayPeriod,
    PostingId,
    ProvisionKey,
    ProvisionState,
    Track,
    Wishes,
)
from data.vocabulary import Vocabulary, load_vocabulary
from matching.matcher import Matcher
from matching.person import compile_person
from models.compose import build_matcher
from models.settings import Settings

DAY = date(2026, 11, 24)


def bench_postings(
    rows: int, signatures: int, seed: int, vocabulary: Vocabulary
) -> list[JobPosting]:
    """Postings with about `signatures` distinct sets of demands and provision states."""
    draw = random.Random(seed)
    families = [f for f in vocabulary.families.values() if f.demands]
    pool = list(dict.fromkeys(c for f in families for c in f.demands or ()))
    named = sorted({k for c in pool for a in c.alternatives for k in a.provided})
    prototypes = []
    for _ in range(signatures):
        clauses: list[Clause] = draw.sample(pool, draw.randint(3, 9))
        states: dict[ProvisionKey, ProvisionState] = {
            k: draw.choice(list(ProvisionState)) for k in named
            if any(k in a.provided for c in clauses for a in c.alternatives)
        }  # fmt: skip
        prototypes.append((tuple(clauses), states))
    words = [p.label.zh for p in vocabulary.provisions.values()]
    words += [level.zh for f in vocabulary.facets.values() for level in f.levels]
    postings = []
    for i in range(rows):
        clauses_of, states = prototypes[i % signatures]
        family = draw.choice(families)
        low = draw.randrange(2300, 9000, 100)
        postings.append(
            JobPosting(
                PostingId(f"B{i:07d}"), f"{family.label.zh}{draw.choice(['', '员', '专员'])}",
                track=Track.OPEN, family=family.id, demands=clauses_of,
                demands_source=DemandSource.CONFIRMED, provisions=states, eligibility=(),
                pay=Pay(PayPeriod.MONTH, low, low + 1500, low, low + 1500),
                district=draw.choice(list(vocabulary.districts)),
                published=DAY - timedelta(days=draw.randint(0, 90)),
                duties="，".join(draw.choices(words, k=40)),
                tags=tuple(draw.sample(words, 4)), education_min=draw.choice(list(Education)),
            )
        )  # fmt: skip
    return postings


def bench_people(count: int, seed: int, vocabulary: Vocabulary) -> list[Jobseeker]:
    draw = random.Random(seed + 1)
    families = list(vocabulary.families.values())
    people = []
    for i in range(count):
        wished = draw.choice(families).label.zh
        facets = draw.sample(list(vocabulary.facets), 30)
        capabilities = tuple(
            Capability(f, Interval.exactly(draw.choice([1, 2, 3, 3, 4, 4, 4])),
                       CapabilitySource.ASSESSED)
            for f in facets
        )  # fmt: skip
        people.append(
            Jobseeker(
                JobseekerId(f"P{i:06d}"), Certificate((draw.choice(list(Category)),)),
                capabilities, education=draw.choice(list(Education)),
                experience=f"做过{draw.randint(1, 9)}年{wished}，" + draw.choice(families).label.zh,
                skills=(wished,), residence=draw.choice(list(vocabulary.districts)),
                wishes=Wishes(occupations=(wished,), monthly_pay_yuan_min=3000),
            )
        )  # fmt: skip
    return people


def _milliseconds(calls: list[Callable[[], object]]) -> dict[str, float]:
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    p50, p95 = np.percentile(taken, [50, 95])
    return {"p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}


def run_match_bench(rows: int, signatures: int, people: int, seed: int) -> dict[str, Any]:
    """Time verdicts for one person against the whole catalogue, and warm match calls."""
    vocabulary = load_vocabulary()
    postings = bench_postings(rows, signatures, seed, vocabulary)
    started = time.perf_counter()
    matcher: Matcher = build_matcher(postings, vocabulary, Settings(), data_version="bench")
    build_s = time.perf_counter() - started
    crowd = bench_people(people, seed, vocabulary)
    compiled = [compile_person(j, vocabulary, DAY) for j in crowd]
    matcher.catalogue.verdicts(compiled[0])
    matcher.match(crowd[0], on=DAY)
    verdict_times = _milliseconds(
        [lambda p=p: matcher.catalogue.verdicts(p) for p in compiled]  # type: ignore[misc]
    )
    match_times = _milliseconds(
        [lambda j=j: matcher.match(j, on=DAY, limit=10) for j in crowd]  # type: ignore[misc]
    )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    shares = [float(matcher.catalogue.verdicts(p).admissible.mean()) for p in compiled]
    return {
        "command": f"rengang bench match --postings {rows} --signatures {signatures} "
                   f"--people {people} --seed {seed}",
        "machine": {"processor": platform.machine(), "python": platform.python_version(),
                    "copy_gb_per_s": round(_copy_speed(), 1)},
        "rows": rows,
        "distinct_signatures": matcher.catalogue.clauses.signature_count,
        "distinct_clause_instances": matcher.catalogue.clauses.instance_count,
        "mean_admissible_share": round(float(np.mean(shares)), 4),
        "build_matcher_s": round(build_s, 2),
        "verdicts": verdict_times,
        "match": match_times,
        "peak_memory_mb": peak_mb,
        "versions": {"rules": vocabulary.version, "model": matcher.ranker.version},
    }  # fmt: skip


def _copy_speed() -> float:
    """Memory bandwidth of one thread as the machine's limit: bytes read and written per second."""
    block = np.ones(32_000_000)
    target = np.empty_like(block)
    best = min(_seconds(lambda: np.copyto(target, block)) for _ in range(5))
    return 2 * block.nbytes / best / 1e9


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def render(figures: dict[str, Any]) -> str:
    """The figures as a small table, with the command that made them."""
    rows = [
        ("岗位数 / 不同要求组合 / 不同条款",
         f"{figures['rows']} / {figures['distinct_signatures']} / "
         f"{figures['distinct_clause_instances']}"),
        ("平均可推荐比例", f"{figures['mean_admissible_share']:.1%}"),
        ("建立配岗器", f"{figures['build_matcher_s']} s"),
        ("一人对全部岗位的判断", f"p50 {figures['verdicts']['p50_ms']} ms，"
                         f"p95 {figures['verdicts']['p95_ms']} ms"),
        ("一次配岗（预热后）", f"p50 {figures['match']['p50_ms']} ms，"
                      f"p95 {figures['match']['p95_ms']} ms"),
        ("内存峰值", f"{figures['peak_memory_mb']} MB"),
        ("单线程内存拷贝", f"{figures['machine']['copy_gb_per_s']} GB/s"),
        ("命令", figures["command"]),
    ]  # fmt: skip
    return "\n".join(f"{name}：{value}" for name, value in rows)

"""Postings come, change, expire and go while people are searching: is every answer right, and does
anybody wait?

Every change is on disk before it is seen. A part of the answers given meanwhile is checked the
long way against the state that gave them; at the end the whole index is compared with one built
afresh from the postings that should be left, and with what a restart finds on disk.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data.records import JobPosting, PostingId
from data.vocabulary import Vocabulary, load_vocabulary
from evaluation.bench_match import bench_people, bench_postings
from evaluation.bench_rows import DAY, TOPICS, bench_vectors
from evaluation.machine import machine_limits, peak_memory_mb, seconds
from matching.catalogue import FEASIBLE
from matching.groups import OPEN_TRACKS, SHELTERED, wants_sheltered
from matching.person import CompiledPerson, compile_person
from models.search.block import Floats, exact_scores
from models.search.files import IndexFolder
from models.search.living import IndexAnswer, LivingIndex, State
from models.search.plan import calibrate

K = 10
THREADS = 2
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One search while postings changed: what it gave, and what had been erased before it."""

    person: int
    state: State
    answer: IndexAnswer
    waited_ms: float
    erased_before: int


class _Churn:
    """The postings that should be there, and the changes one after the other."""

    def __init__(self, rows: int, dimensions: int, signatures: int, seed: int) -> None:
        self.vocabulary: Vocabulary = load_vocabulary()
        made = bench_postings(rows, signatures, seed, self.vocabulary)
        self.draw = random.Random(seed)
        topics = np.random.default_rng(seed).integers(0, TOPICS, rows)
        self.vectors, self.centres = bench_vectors(topics, dimensions, seed)
        self.spare = bench_postings(20_000, signatures, seed + 9, self.vocabulary)
        self.vector_of = {p.id: i for i, p in enumerate(made)}
        self.postings = {p.id: p for p in made}
        self.ids = list(self.postings)
        self.erased: list[PostingId] = []
        self.fresh_ids = 0

    def vectors_of(self, postings: Sequence[JobPosting]) -> Floats:
        return self.vectors[[self.vector_of[p.id] for p in postings]]

    def next_change(self, index: LivingIndex, step: int, turn: int) -> None:
        kind = ("add", "change", "expire", "erase")[turn % 4]
        if kind == "erase":
            gone = [i for i in self.draw.sample(self.ids, step) if i in self.postings]
            for posting_id in gone:
                del self.postings[posting_id]
            index.erase(gone)
            self.erased += gone
            return
        some: list[JobPosting] = []
        for template in self.draw.sample(self.spare, step):
            if kind == "add":
                self.fresh_ids += 1
                posting = replace(template, id=PostingId(f"N{self.fresh_ids:06d}"))
            else:
                known = self.draw.choice(self.ids)
                if known not in self.postings:
                    continue
                posting = replace(template, id=known)
                if kind == "expire":
                    over = DAY - timedelta(days=1)
                    posting = replace(self.postings[known], valid_until=over)
            self.vector_of[posting.id] = self.draw.randrange(len(self.vectors))
            some.append(posting)
        some = list({p.id: p for p in some}.values())
        self.postings |= {p.id: p for p in some}
        index.upsert(some, self.vectors_of(some))


def run_churn_bench(
    rows: int, changes: int, step: int, dimensions: int, signatures: int, seed: int, say: Say
) -> dict[str, Any]:
    say(f"造 {rows} 行并建索引 …")
    churn = _Churn(rows, dimensions, signatures, seed)
    made = list(churn.postings.values())
    index = LivingIndex.build(
        made, churn.vectors_of(made), churn.vocabulary, "bench", calibrate(dimensions)
    )
    people = [
        compile_person(p, churn.vocabulary, DAY)
        for p in bench_people(64, seed, churn.vocabulary)
    ]  # fmt: skip
    queries = np.ascontiguousarray(churn.centres[: len(people)])
    with tempfile.TemporaryDirectory() as place:
        folder = IndexFolder(Path(place))
        save_s = seconds(lambda: folder.keep(index))
        say(f"边改边查：{changes} 处改动 …")
        asked, change_ms = _run(churn, index, people, queries, changes, step, seed)
        peak_mb = peak_memory_mb()
        say("重启 …")
        found: list[LivingIndex] = []
        load_s = seconds(
            lambda: found.append(IndexFolder(Path(place)).load(churn.vocabulary, "bench"))
        )
        say("核对 …")
        report = _verify(churn, index, found[0], asked, people, queries)
    waits = np.array([a.waited_ms for a in asked])
    return {
        "command": f"rengang bench churn --rows {rows} --changes {changes} --step {step}"
                   f" --dimensions {dimensions} --signatures {signatures} --seed {seed}",
        "rows": rows, "changes": changes, "searches": len(asked),
        "wait_ms": {"p50": round(float(np.median(waits)), 2),
                    "p99": round(float(np.percentile(waits, 99)), 2),
                    "max": round(float(waits.max()), 2)},
        "change_ms": {"p50": round(float(np.median(change_ms)), 1),
                      "max": round(max(change_ms), 1)},
        "parts": len(index.state.parts), "save_s": round(save_s, 2), "load_s": round(load_s, 2),
        **report, "peak_memory_mb": peak_mb, "machine": machine_limits(seed),
        "vectors_mb": rows * dimensions * 4 // 1_000_000, "rules": churn.vocabulary.version,
    }  # fmt: skip


def _run(
    churn: _Churn, index: LivingIndex, people: Sequence[CompiledPerson], queries: Floats,
    changes: int, step: int, seed: int,
) -> tuple[list[_Asked], list[float]]:  # fmt: skip
    finished = threading.Event()
    lists: list[list[_Asked]] = [[] for _ in range(THREADS)]
    keep_every = 50

    def ask(number: int) -> None:
        draw = random.Random(seed + number)
        while not finished.is_set():
            person = draw.randrange(len(people))
            before, state = len(churn.erased), index.state
            start = time.perf_counter()
            answer = index.search(people[person], queries[person], K)
            waited = (time.perf_counter() - start) * 1000
            kept = state if len(lists[number]) % keep_every == 0 else NO_STATE
            lists[number].append(_Asked(person, kept, answer, waited, before))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    change_ms = []
    try:
        for turn in range(max(4, changes // step)):
            change_ms.append(1000 * seconds(lambda t=turn: churn.next_change(index, step, t)))  # type: ignore[misc]
    finally:
        finished.set()
        for thread in threads:
            thread.join()
    return [a for some in lists for a in some], change_ms


NO_STATE = State((), "")


def _verify(
    churn: _Churn, index: LivingIndex, restarted: LivingIndex, asked: Sequence[_Asked],
    people: Sequence[CompiledPerson], queries: Floats,
) -> dict[str, Any]:  # fmt: skip
    left = list(churn.postings.values())
    fresh = LivingIndex.build(left, churn.vectors_of(left), churn.vocabulary, "bench", index.plan)
    differ = 0
    for person, query in zip(people, queries, strict=True):
        right = _plain(fresh.search(person, query, K))
        for other in (index, restarted):
            differ += _plain(other.search(person, query, K)) != right
        differ += long_way(fresh.state, person, query) != right[0]
    checked = wrong = 0
    for one in asked:
        if one.state is NO_STATE or one.answer.data != one.state.data:
            continue  # the state changed between our look at it and the search
        checked += 1
        ids = long_way(one.state, people[one.person], queries[one.person])
        wrong += ids != one.answer.ids
    gone = {posting_id: number for number, posting_id in enumerate(churn.erased)}
    back = sum(gone.get(i, len(gone)) < one.erased_before for one in asked for i in one.answer.ids)
    back += sum(i in index or i in restarted for i in churn.erased)
    return {
        "answers_checked": checked, "answers_wrong": wrong, "erased": len(churn.erased),
        "erased_came_back": back, "final_compared": 3 * len(people), "final_different": differ,
    }  # fmt: skip


def _plain(answer: IndexAnswer) -> tuple[tuple[PostingId, ...], list[float], dict[Any, int]]:
    return answer.ids, answer.scores.tolist(), dict(answer.counts)


def long_way(state: State, person: CompiledPerson, query: Floats) -> tuple[PostingId, ...]:
    """The answer by judging every row of the catalogue, scoring every row that may be shown, and
    sorting: no groups, no plan, no bounds."""
    normal_feasible = False
    shown = []
    for part in state.parts:
        catalogue = part.segment.catalogue
        verdicts = catalogue.verdicts(person)
        is_open = verdicts.open & part.alive
        normal = is_open & np.isin(catalogue.track, OPEN_TRACKS)
        normal_feasible |= bool((verdicts.codes[normal] == FEASIBLE).any())
        shown.append(verdicts.admissible & part.alive)
    found: list[tuple[float, PostingId]] = []
    for part, mask in zip(state.parts, shown, strict=True):
        catalogue = part.segment.catalogue
        if normal_feasible and not wants_sheltered(person):
            mask = mask & (catalogue.track != SHELTERED)  # noqa: PLW2901
        rows = np.flatnonzero(mask)
        for start in range(0, len(rows), 16_384):
            some = rows[start : start + 16_384]
            scores = exact_scores(part.segment.block.vectors, query, some)
            best = np.lexsort((some, -scores))[:K]
            found += [(-float(scores[b]), catalogue.ids[some[b]]) for b in best.tolist()]
    return tuple(posting_id for _, posting_id in sorted(found)[:K])


def render(figures: dict[str, Any]) -> str:
    f = figures
    return "\n".join([
        f"{f['rows']} 行，{f['changes']} 处改动（新增、修改、到期、删除各四分之一），每处先落盘",
        f"其间查询 {f['searches']} 次：p50 {f['wait_ms']['p50']} ms，p99 {f['wait_ms']['p99']} ms，"
        f"最长 {f['wait_ms']['max']} ms",
        f"一批改动：p50 {f['change_ms']['p50']} ms，最长 {f['change_ms']['max']} ms；"
        f"末了 {f['parts']} 段",
        f"其间的答案抽查 {f['answers_checked']} 次，不对 {f['answers_wrong']} 次",
        f"末了与重新建立的索引、与重启后的索引比 {f['final_compared']} 次，"
        f"不同 {f['final_different']} 次",
        f"删除 {f['erased']} 个岗位，又出现 {f['erased_came_back']} 次",
        f"存盘 {f['save_s']} s，重启 {f['load_s']} s；内存峰值 {f['peak_memory_mb']} MB"
        f"（向量 {f['vectors_mb']} MB）",
        f["command"],
    ])  # fmt: skip

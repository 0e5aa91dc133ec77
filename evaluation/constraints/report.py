"""The report of the benchmark of constraints; its first line says what synthetic data can show."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from data.vocabulary import Vocabulary
from evaluation.constraints.sentences import load_sentences
from evaluation.constraints.tracks import (
    CONFIRMED,
    PRODUCT,
    SHARES,
    VerdictScore,
    reading_track,
    retrieval_track,
    verdict_track,
)
from evaluation.constraints.world import ConstraintWorld, make_world
from evaluation.labels import KINDS
from evaluation.manifest import make_manifest
from evaluation.measures.intervals import Interval
from evaluation.reading import ReadingReport
from evaluation.report.model import Guard, Plot, Report, Section, Table
from matching.ports import ProfileText
from models.compose import build_meaning
from models.posting_reader import reader_version
from models.settings import Settings

ON = date(2026, 11, 24)
CAN_SHOW = (
    "这是造出来的数据：能证明系统错了（这里漏出就是漏出），能比较几个系统在同一批说法上的高低；"
    "不能说明读真实招聘文字有多准，那要用真实文字的标注（rengang evaluate reading）。"
)
Say = Callable[[str], None]


def evaluate_constraints(
    seed: int, postings: int, people: int, rows: int, vocabulary: Vocabulary, *,
    export: Path | None = None, command: str = "", say: Say = lambda _: None,
) -> Report:  # fmt: skip
    """All three tracks. `rows`: how many postings are searched in the retrieval track. `export`:
    a folder for the world as JSON lines, so that others can be scored on it."""
    world = make_world(seed, postings, people, vocabulary)
    sentences = load_sentences(list(vocabulary.facets))
    if export is not None:
        export_world(world, export)
        lines = [json.dumps(s, ensure_ascii=False) for s in sentences]
        (export / "sentences.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    say("读要求 …")
    read = reading_track([p.as_label() for p in world.postings], "constraints")
    say(f"读句子：{len(sentences)} 句 …")
    told = reading_track(sentences, "sentences")
    say("判断 …")
    verdicts = verdict_track(world, vocabulary, ON)
    say(f"带筛选的检索：{rows} 个岗位 …")
    meaning = build_meaning(vocabulary, Settings())
    wide = make_world(seed + 1, rows, 0, vocabulary)
    vectors = meaning.of_postings([p.as_posting() for p in wide.postings])
    asked = make_world(seed + 2, 40, 0, vocabulary)
    queries = meaning.of_people(
        [ProfileText(experience=p.sentences[0].text, wishes=p.title) for p in asked.postings]
    )
    recall = retrieval_track(vectors, queries, seed)
    manifest = make_manifest(
        command or f"rengang evaluate constraints --seed {seed}", inputs=[], seed=seed,
        versions={"rules": vocabulary.version, "reader": reader_version(),
                  "model": meaning.version},
    )  # fmt: skip
    return constraints_report(world, read, told, verdicts, recall, manifest)


def export_world(world: ConstraintWorld, folder: Path) -> None:
    """postings.jsonl (in the shape of label files), people.jsonl (what is on record) and
    verdicts.txt (TREC qrels: 1 where the truth allows the pair)."""
    folder.mkdir(parents=True, exist_ok=True)
    postings = [json.dumps(p.as_label(), ensure_ascii=False) for p in world.postings]
    (folder / "postings.jsonl").write_text("\n".join(postings) + "\n", "utf-8")
    people = [
        json.dumps({
            "id": p.id,
            "capabilities": {c.facet: [c.interval.lo, c.interval.hi]
                             for c in p.jobseeker.capabilities},
        })
        for p in world.people
    ]  # fmt: skip
    (folder / "people.jsonl").write_text("\n".join(people) + "\n", "utf-8")
    with (folder / "verdicts.txt").open("w", encoding="utf-8") as out:
        for person in world.people:
            for posting in world.postings:
                possible = int(world.is_possible(person, posting))
                out.write(f"{person.id} 0 {posting.id} {possible}\n")


def constraints_report(
    world: ConstraintWorld, read: Mapping[str, ReadingReport],
    told: Mapping[str, ReadingReport],
    verdicts: Mapping[str, VerdictScore],
    recall: Mapping[str, Mapping[tuple[str, float], Interval]], manifest: Mapping[str, Any],
) -> Report:  # fmt: skip
    confirmed, product = verdicts[CONFIRMED], verdicts[PRODUCT]
    lowest = min(i.mean or 0.0 for i in recall["rengang"].values())
    guards = (
        Guard("漏出（单位确认后）", confirmed.leaks, "0", confirmed.leaks == 0,
              f"看了 {confirmed.shown} 对"),
        Guard("漏出（只读了文字）", product.leaks, "0", product.leaks == 0,
              f"看了 {product.shown} 对"),
        Guard("错判不行（单位确认后）", confirmed.ruled_out.mean, "0",
              confirmed.ruled_out.mean == 0.0),
        Guard("FilteredRecall@10 最低", round(lowest, 4), "1", lowest == 1.0),
    )  # fmt: skip
    return Report(
        kind="constraints",
        title="限制的公开基准：读要求、判断、带筛选的检索",
        lead=CAN_SHOW,
        guards=guards,
        main=_verdict_table(verdicts),
        sections=(
            _reading_section("读要求：造出来的岗位", read),
            _reading_section("读要求：句子", told), _retrieval_section(recall),
        ),
        metrics={
            "seed": world.seed, "postings": len(world.postings), "people": len(world.people),
            "systems": {
                **{f"verdict {n}": {"f1": {"mean": v.f1}, "leak": v.leak.as_facts(),
                                    "ruled_out": v.ruled_out.as_facts(),
                                    "found": v.found.as_facts()} for n, v in verdicts.items()},
                **{f"reading {n}": {"f1": {"mean": r.overall.f1.value, "low": r.overall.f1.low,
                                           "high": r.overall.f1.high}} for n, r in read.items()},
            },
            "verdicts": {n: v.as_facts() for n, v in verdicts.items()},
            "reading": {n: _reading_facts(r) for n, r in read.items()},
            "sentences": {n: _reading_facts(r) for n, r in told.items()},
            "retrieval": {
                n: [{"filter": kind, "share": share, **i.as_facts()}
                    for (kind, share), i in some.items()] for n, some in recall.items()
            },
        },
        manifest=manifest,
    )  # fmt: skip


def _verdict_table(verdicts: Mapping[str, VerdictScore]) -> Table:
    rows = tuple(
        (name, f"{v.leaks}/{v.shown}", str(v.leak), str(v.ruled_out), str(v.found), str(v.asks),
         f"{v.f1:.3f}")
        for name, v in verdicts.items()
    )  # fmt: skip
    return Table(
        "判断：一律说行的 F1 也不低，漏出才是要看的",
        ("系统", "漏出", "漏出占展示", "错判不行占可行", "找到占可行", "要问的占全部", "F1"),
        rows,
        note="产品读了文字而不知道岗位类别时，读到的只用来排除，不用来放行，所以先问单位。"
        "读文字的两行里，错判不行是上限：一句话顺带说出、造句时没有记下的要求也算在内。",
        strong=frozenset([0, 1]),
    )


def _reading_facts(report: ReadingReport) -> dict[str, Any]:
    return {
        "precision": report.overall.precision.value, "recall": report.overall.recall.value,
        "f1": report.overall.f1.value, "denied_asserted": report.denied_asserted.value,
        "denials": report.denials,
        "recall_by_kind": {k: e.value for k, e in report.recall_by_kind.items()},
        "gold_by_kind": dict(report.gold_by_kind),
        "by_facet": {f: {"precision": s.precision.value, "recall": s.recall.value,
                         "f1": s.f1.value, "gold": s.gold} for f, s in report.by_facet.items()},
    }  # fmt: skip


def _reading_section(title: str, read: Mapping[str, ReadingReport]) -> Section:
    systems = list(read)
    rows: list[tuple[str, ...]] = [
        ("F1，明说的和有条件的", *(str(read[s].firm.f1) for s in systems)),
        ("准确率", *(str(read[s].overall.precision) for s in systems)),
        ("召回率", *(str(read[s].overall.recall) for s in systems)),
        ("F1", *(str(read[s].overall.f1) for s in systems)),
    ]
    rows += [
        (f"召回 {kind}", *(str(read[s].recall_by_kind.get(kind, "—")) for s in systems))
        for kind in KINDS
    ]
    rows.append(("说了不要却读成要", *(str(read[s].denied_asserted) for s in systems)))
    facets = sorted(read[systems[0]].by_facet)
    by_facet = tuple(
        (f, *(f"{read[s].by_facet[f].f1.value:.3f}" if f in read[s].by_facet else "—"
              for s in systems), str(read[systems[0]].by_facet[f].gold))
        for f in facets
    )  # fmt: skip
    gold = read[systems[0]].gold_by_kind
    note = "标准答案：" + "，".join(f"{k} {gold.get(k, 0)}" for k in KINDS)
    note += f"；否定 {read[systems[0]].denials}。"
    return Section(title, (
        Table(f"{title}，各系统", ("量", *systems), tuple(rows), note=note),
        Table(f"{title}，按能力项的 F1", ("能力项", *systems, "标准答案数"), by_facet),
    ))  # fmt: skip


def _retrieval_section(recall: Mapping[str, Mapping[tuple[str, float], Interval]]) -> Section:
    from evaluation.report.plots import line_plot

    kinds = {"independent": "筛选与方向无关", "against": "筛选与方向相反"}
    rows = tuple(
        (name, label, *(f"{some[kind, s].mean or 0.0:.3f}" for s in SHARES))
        for name, some in recall.items() for kind, label in kinds.items()
    )  # fmt: skip
    lines = {
        name: [(s * 100, some["against", s].mean or 0.0) for s in SHARES]
        for name, some in recall.items()
    }
    told = "；".join(f"{r[0]} {'、'.join(r[2:])}" for r in rows if r[1] == kinds["against"])
    plot = Plot(
        "筛选与方向相反时的 FilteredRecall@10",
        line_plot(lines, across="可推荐的 %", up="FilteredRecall@10", log_x=True), told,
    )  # fmt: skip
    heads = ("系统", "筛选", *(f"{s:.1%}" for s in SHARES))
    return Section("带筛选的检索", (Table("FilteredRecall@10，按可推荐的比例", heads, rows), plot))

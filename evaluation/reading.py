"""How well demands are read from posting texts, against a file of gold labels.

A prediction is right when it names a facet of the gold and the middle of its interval lies inside
the gold's accepted range; there is one prediction per facet and alternative. Precision and recall
are not symmetric here: a missed demand on a safety facet sends someone into danger, an invented
one costs someone a job. So besides F1 the report says how many safety demands were missed and how
many denied facets were asserted, and lists every miss and every invention for reading by eye.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.labels import KINDS, LabelFileError, load_labels
from models.reading import SAFETY_FACETS, Reading, read_posting

FIRM = frozenset({"explicit", "conditional"})
SEED = 20_260_101
RESAMPLES = 1000
Reader = Callable[[str, str], Reading]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with the interval that resampling whole postings gives it (95 %)."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 with the counts they come from."""

    predicted: int
    gold: int
    right: int
    found: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Finding:
    """One miss, invention or wrong level, with the words it rests on."""

    item: str
    what: str
    kind: str
    level: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """All figures of one run over one label file."""

    labels: str
    items: int
    version: str
    seed: int
    firm: Score
    overall: Score
    facets_named: Score
    recall_by_kind: Mapping[str, Estimate]
    gold_by_kind: Mapping[str, int]
    by_facet: Mapping[str, Score]
    safety_recall: Estimate
    safety_gold: int
    denied_asserted: Estimate
    denials: int
    denials_found: Estimate
    quarantine: Score
    workplace: Score
    licences: Score
    spans_exact: float
    evidence_overlap: float
    kinds_agree: float
    missed: tuple[Finding, ...]
    wrong_level: tuple[Finding, ...]
    invented: tuple[Finding, ...]
    denied: tuple[Finding, ...]
    quarantine_differences: tuple[Finding, ...]


@dataclass(slots=True)
class _Tally:
    """Counts of one posting; a report adds them up, a resample adds them up again."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, amount: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount


@dataclass(slots=True)
class _Notes:
    missed: list[Finding] = field(default_factory=list)
    wrong_level: list[Finding] = field(default_factory=list)
    invented: list[Finding] = field(default_factory=list)
    denied: list[Finding] = field(default_factory=list)
    quarantine: list[Finding] = field(default_factory=list)


def evaluate_reading(
    path: Path, *, reader: Reader = read_posting, only: Iterable[str] | None = None
) -> ReadingReport:
    """Read every posting of a label file and compare. `only`: the ids to score, if not all."""
    chosen = None if only is None else set(only)
    items = [i for i in load_labels(path) if chosen is None or i["id"] in chosen]
    return score_reading(items, path.name, reader=reader)


def score_reading(
    items: Sequence[Mapping[str, Any]], name: str, *, reader: Reader = read_posting
) -> ReadingReport:
    """Read every item (title, text, demands … as in a label file) and compare."""
    if not items:
        raise LabelFileError(f"{name}：没有可评测的岗位")
    notes = _Notes()
    readings = [reader(item["title"], item["text"]) for item in items]
    tallies = [_compare(i, r, notes) for i, r in zip(items, readings, strict=True)]
    return _report(name, readings[0].version, tallies, notes)


def _compare(item: Mapping[str, Any], reading: Reading, notes: _Notes) -> _Tally:
    tally = _Tally()
    _compare_demands(item, reading, tally, notes)
    _compare_denials(item, reading, tally, notes)
    _compare_phrases(item, reading, tally, notes)
    for span in reading.spans():
        source = item[span.where.value]
        tally.add("spans")
        tally.add("spans_exact", source[span.start : span.end] == span.text)
    return tally


def _compare_demands(
    item: Mapping[str, Any], reading: Reading, tally: _Tally, notes: _Notes
) -> None:
    gold = list(item["demands"])
    open_gold = list(range(len(gold)))
    pairs: list[tuple[int, int]] = []
    for p, demand in enumerate(reading.demands):
        same = [g for g in open_gold if gold[g]["facet"] == demand.facet]
        fits = [g for g in same if gold[g]["level_lo"] <= demand.level <= gold[g]["level_hi"]]
        if fits or same:
            chosen = (fits or same)[0]
            open_gold.remove(chosen)
            pairs.append((p, chosen))
    matched = dict(pairs)
    found = {g: p for p, g in pairs}
    for p, demand in enumerate(reading.demands):
        g = matched.get(p)
        right = g is not None and gold[g]["level_lo"] <= demand.level <= gold[g]["level_hi"]
        firm = demand.kind.value in FIRM
        tally.add("predicted")
        tally.add("named", g is not None)
        tally.add("right", right)
        tally.add(f"{demand.facet}.predicted")
        tally.add(f"{demand.facet}.right", right)
        tally.add("firm.predicted", firm)
        tally.add("firm.right", firm and right)
        if g is None:
            notes.invented.append(_predicted(item, demand))
        else:
            tally.add("pairs")
            tally.add("kinds_agree", gold[g]["type"] == demand.kind.value)
            ours, theirs = demand.evidence.text, gold[g]["evidence"]
            tally.add("overlaps", ours in theirs or theirs in ours or _touch(ours, theirs))
    for g, entry in enumerate(gold):
        p = found.get(g, -1)
        right = p >= 0 and (entry["level_lo"] <= reading.demands[p].level <= entry["level_hi"])
        for name in ("gold", f"{entry['type']}.gold", f"{entry['facet']}.gold"):
            tally.add(name)
        for name in ("found", f"{entry['type']}.found", f"{entry['facet']}.found"):
            tally.add(name, right)
        tally.add("gold_named", p >= 0)
        tally.add("firm.gold", entry["type"] in FIRM)
        tally.add("firm.found", entry["type"] in FIRM and right)
        safety = entry["facet"] in SAFETY_FACETS
        tally.add("safety.gold", safety)
        tally.add("safety.found", safety and right)
        if p < 0:
            notes.missed.append(_gold(item, entry))
        elif not right:
            read = reading.demands[p]
            notes.wrong_level.append(
                Finding(
                    item["id"],
                    entry["facet"],
                    entry["type"],
                    f"{read.interval} for {entry['level_lo']}-{entry['level_hi']}",
                    f"{read.evidence.text} / {entry['evidence']}",
                )
            )


def _touch(ours: str, theirs: str) -> bool:
    """Whether two spans share a run of at least two characters."""
    return any(ours[i : i + 2] in theirs for i in range(len(ours) - 1))


def _gold(item: Mapping[str, Any], entry: Mapping[str, Any]) -> Finding:
    level = f"{entry['level_lo']}-{entry['level_hi']}"
    return Finding(item["id"], entry["facet"], entry["type"], level, entry["evidence"])


def _predicted(item: Mapping[str, Any], demand: Any) -> Finding:
    return Finding(
        item["id"], demand.facet, demand.kind.value, str(demand.interval), demand.evidence.text
    )


def _compare_denials(
    item: Mapping[str, Any], reading: Reading, tally: _Tally, notes: _Notes
) -> None:
    demanded = {entry["facet"] for entry in item["demands"]}
    read = {demand.facet: demand for demand in reading.demands}
    denied = {denial.facet for denial in reading.not_demanded}
    for facet in {entry["facet"] for entry in item.get("not_demanded", ())}:
        asserted = facet in read and facet not in demanded
        tally.add("denials")
        tally.add("denials_asserted", asserted)
        tally.add("denials_found", facet in denied)
        if asserted:
            notes.denied.append(_predicted(item, read[facet]))


def _compare_phrases(
    item: Mapping[str, Any], reading: Reading, tally: _Tally, notes: _Notes
) -> None:
    ours = [(q.concern.value, q.evidence.text) for q in reading.quarantine]
    theirs = [(q["kind"], q["evidence"]) for q in item.get("quarantine", ())]
    _match_phrases("quarantine", ours, theirs, tally)
    for kind, words in ours:
        if not any(kind == k and _share(words, w) for k, w in theirs):
            notes.quarantine.append(Finding(item["id"], "invented", kind, "", words))
    for kind, words in theirs:
        if not any(kind == k and _share(words, w) for k, w in ours):
            notes.quarantine.append(Finding(item["id"], "missed", kind, "", words))
    licences = [("", span.text) for span in reading.licences]
    _match_phrases("licences", licences, [("", w) for w in item.get("licences", ())], tally)
    stated = {(p.key, p.state.value) for p in reading.workplace}
    gold = {(key, entry["value"]) for key, entry in item.get("workplace", {}).items()}
    tally.add("workplace.predicted", len(stated))
    tally.add("workplace.gold", len(gold))
    tally.add("workplace.right", len(stated & gold))
    tally.add("workplace.found", len(stated & gold))


def _share(ours: str, theirs: str) -> bool:
    return ours in theirs or theirs in ours or _touch(ours, theirs)


def _match_phrases(
    name: str, ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]], tally: _Tally
) -> None:
    def met(phrase: tuple[str, str], others: Sequence[tuple[str, str]]) -> bool:
        return any(phrase[0] == kind and _share(phrase[1], words) for kind, words in others)

    tally.add(f"{name}.predicted", len(ours))
    tally.add(f"{name}.gold", len(theirs))
    tally.add(f"{name}.right", sum(met(phrase, theirs) for phrase in ours))
    tally.add(f"{name}.found", sum(met(phrase, ours) for phrase in theirs))


class _Resampler:
    """Adds the counts of postings up, and of the same postings drawn again with replacement."""

    def __init__(self, tallies: Sequence[_Tally]) -> None:
        draws = np.random.default_rng(SEED).integers(
            0, len(tallies), size=(RESAMPLES, len(tallies))
        )
        self.times = np.stack([np.bincount(d, minlength=len(tallies)) for d in draws])
        self.tallies = tallies

    def counts(self, name: str) -> tuple[int, Any]:
        per_item = np.array([tally.counts.get(name, 0) for tally in self.tallies])
        return int(per_item.sum()), self.times @ per_item

    def share(self, part: str, whole: str) -> Estimate:
        (p, ps), (w, ws) = self.counts(part), self.counts(whole)
        return _estimate(_ratio(p, w), ps / np.maximum(ws, 1))

    def score(self, predicted: str, gold: str, right: str, found: str) -> Score:
        (np_, nps), (ng, ngs) = self.counts(predicted), self.counts(gold)
        (nr, nrs), (nf, nfs) = self.counts(right), self.counts(found)
        precision, recall = _ratio(nr, np_), _ratio(nf, ng)
        precisions, recalls = nrs / np.maximum(nps, 1), nfs / np.maximum(ngs, 1)
        sums = np.maximum(precisions + recalls, 1e-9)
        total = max(precision + recall, 1e-9)
        return Score(
            np_, ng, nr, nf,
            _estimate(precision, precisions),
            _estimate(recall, recalls),
            _estimate(2 * precision * recall / total, 2 * precisions * recalls / sums),
        )  # fmt: skip


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _estimate(value: float, resampled: Any) -> Estimate:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))


def _report(labels: str, version: str, tallies: Sequence[_Tally], notes: _Notes) -> ReadingReport:
    again = _Resampler(tallies)
    facets = sorted(
        {name.removesuffix(".gold") for t in tallies for name in t.counts if name.endswith(".gold")}
        | {n.removesuffix(".predicted") for t in tallies for n in t.counts if "." in n}
    )
    facets = [f for f in facets if "." not in f and f not in _NOT_FACETS]
    plain = {name: again.counts(name)[0] for name in _PLAIN}
    return ReadingReport(
        labels=labels,
        items=len(tallies),
        version=version,
        seed=SEED,
        firm=again.score("firm.predicted", "firm.gold", "firm.right", "firm.found"),
        overall=again.score("predicted", "gold", "right", "found"),
        facets_named=again.score("predicted", "gold", "named", "gold_named"),
        recall_by_kind={k: again.share(f"{k}.found", f"{k}.gold") for k in KINDS},
        gold_by_kind={k: again.counts(f"{k}.gold")[0] for k in KINDS},
        by_facet={
            f: again.score(f"{f}.predicted", f"{f}.gold", f"{f}.right", f"{f}.found")
            for f in facets
        },
        safety_recall=again.share("safety.found", "safety.gold"),
        safety_gold=again.counts("safety.gold")[0],
        denied_asserted=again.share("denials_asserted", "denials"),
        denials=plain["denials"],
        denials_found=again.share("denials_found", "denials"),
        quarantine=_phrase_score(again, "quarantine"),
        workplace=_phrase_score(again, "workplace"),
        licences=_phrase_score(again, "licences"),
        spans_exact=_ratio(plain["spans_exact"], plain["spans"]),
        evidence_overlap=_ratio(plain["overlaps"], plain["pairs"]),
        kinds_agree=_ratio(plain["kinds_agree"], plain["pairs"]),
        missed=tuple(notes.missed),
        wrong_level=tuple(notes.wrong_level),
        invented=tuple(notes.invented),
        denied=tuple(notes.denied),
        quarantine_differences=tuple(notes.quarantine),
    )


_PLAIN = ("denials", "spans", "spans_exact", "pairs", "overlaps", "kinds_agree")
_NOT_FACETS = {*KINDS, "firm", "safety", "quarantine", "workplace", "licences"}


def _phrase_score(again: _Resampler, name: str) -> Score:
    return again.score(f"{name}.predicted", f"{name}.gold", f"{name}.right", f"{name}.found")


def to_json(report: ReadingReport) -> dict[str, Any]:
    """The report as plain values, every figure with its interval."""
    plain: dict[str, Any] = asdict(report)
    return plain


def render(report: ReadingReport) -> str:
    """The report as text: figures with 95 % intervals, then what to read by eye."""
    lines = [
        f"Reading of {report.items} postings in {report.labels} by {report.version}",
        f"95 % intervals from {RESAMPLES} resamples of whole postings, seed {report.seed}",
        "",
        *_score_lines("explicit and conditional", report.firm),
        *_score_lines("all demands", report.overall),
        *_score_lines("facet named, any level", report.facets_named),
        "",
        *(f"recall {k:<12} {v}  of {report.gold_by_kind[k]}" for k, v in _kinds(report)),
        f"recall safety       {report.safety_recall}  of {report.safety_gold}",
        f"denied but asserted {report.denied_asserted}  of {report.denials}",
        f"denials found       {report.denials_found}",
        "",
        *_score_lines("quarantine", report.quarantine),
        *_score_lines("workplace", report.workplace),
        *_score_lines("licences", report.licences),
        f"spans exact {report.spans_exact:.3f}; touching the gold's span "
        f"{report.evidence_overlap:.3f}; kind as in the gold {report.kinds_agree:.3f}",
        "",
        f"{'facet':<14} {'gold':>4} {'read':>4} {'P':>5} {'R':>5} {'F1':>5}",
        *(
            f"{facet:<14} {s.gold:>4} {s.predicted:>4} {s.precision.value:5.2f} "
            f"{s.recall.value:5.2f} {s.f1.value:5.2f}"
            for facet, s in report.by_facet.items()
        ),
    ]
    for heading, findings in (
        ("missed", report.missed),
        ("wrong level", report.wrong_level),
        ("not in the gold", report.invented),
        ("denied but asserted", report.denied),
        ("quarantine", report.quarantine_differences),
    ):
        lines += ["", f"{heading} ({len(findings)})"]
        lines += [f"  {f.item} {f.what} {f.kind} {f.level} {f.evidence}" for f in findings]
    return "\n".join(lines)


def _kinds(report: ReadingReport) -> list[tuple[str, Estimate]]:
    return list(report.recall_by_kind.items())


def _score_lines(name: str, score: Score) -> list[str]:
    return [
        f"{name}: P {score.precision}  R {score.recall}  F1 {score.f1}"
        f"  ({score.right} right of {score.predicted} read, {score.found} of {score.gold} found)"
    ]

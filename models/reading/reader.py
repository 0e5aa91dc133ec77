"""Reads a posting: title and text in, demands with their words out.

The rules speak first (`rules.py`); each facet keeps its strongest candidate. What a posting denies
is not asserted from mere circumstances, because an invented demand costs someone a job; what it
*states* elsewhere the rules keep, because a missed one sends someone where they cannot work. Then
the learned part (`learned.py`), which has heard the rules, adds what they missed and takes back
what it holds for misread or denied, a safety demand only when it is nearly sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor
from typing import TypeVar

from data.records import FacetId, Interval, ProvisionState
from models.reading.cues import CueTables, load_tables
from models.reading.learned import LearnedReader, Opinion, load_learned
from models.reading.nouns import (
    DemandKind,
    Denial,
    Quarantined,
    ReadDemand,
    Reading,
    ReadProvision,
    Span,
    Where,
)
from models.reading.passage import has_words
from models.reading.rules import BODILY, HEDGEABLE, RULES, Candidate, Said, say

T = TypeVar("T")
SAFETY_FACETS = frozenset(
    FacetId(f) for f in ("vis_far", "vis_field", "hear_alert", "balance", "safety")
)
_STRENGTH = {
    DemandKind.CONDITIONAL: 4,
    DemandKind.EXPLICIT: 3,
    DemandKind.HEDGED: 2,
    DemandKind.IMPLICIT: 1,
}
_NEARBY = 40
LEARNED_FROM = 0.4
"""Probability from which a facet that no rule speaks of counts as asked for."""
DOUBTED_BELOW = 0.2
"""Probability below which what a rule reads is taken for a misreading."""
DENIED_FROM = 0.1
"""Probability of a denial from which nothing is asked, if it is not small beside the demand."""
DENIED_SHARE = 0.3
"""So probable, as a share of the demand, must a denial be."""
DENIAL_TOLD_FROM = 0.5
"""Probability from which such a denial is told as what the posting says."""
SAFETY_SHARE = 0.12
"""For safety facets the first two probabilities are so much lower."""
LEVEL_ACCEPTED_FROM = 0.5
"""Probability from which the level that a strong cue gives is left as it is."""
SURE_FROM = 0.7
"""Probability from which a demand is sure: it is believed of desk work too, and only a denial that
is more probable takes it back."""
_COUNTED = {
    FacetId("night"): re.compile(
        "[0-9一二两三四五六七八九十]个?[^,。;]{0,3}(?:夜|晚)班|(?:每月|一个月)[^,。;]{0,4}[0-9一二两三四五六七八九十][次晚]"
    ),
    FacetId("endurance"): re.compile("[0-9一二两三四五六七八九十半]个?(?:小时|钟头)"),
    FacetId("stand"): re.compile("全程|全天|整天"),
}
"""So many nights or hours, or all day: the bands of the vocabulary are counts, and a rule counts
better."""
_PREFERRED = re.compile("优先|为佳|更佳|加分")
# A denial in these words leaves no room for a demand stated elsewhere.
_NOT_REQUIRED = re.compile("不作?要求|没有?要求|无要求|不限|不影响")


def read_posting(
    title: str,
    text: str,
    tables: CueTables | None = None,
    *,
    learned: LearnedReader | None = None,
    rules_only: bool = False,
) -> Reading:
    """What a posting's title and text say or force about demands and the workplace.

    `tables`, `learned`: other cues or models than those that ship; `rules_only` leaves the learned
    part out, to measure what it adds.

    >>> reading = read_posting("", "全程站立，无需夜班")
    >>> [(d.facet, d.level, d.evidence.text) for d in reading.demands]
    [('stand', 4.0, '全程站立')]
    """
    tables = tables or load_tables()
    model = None if rules_only else learned or load_learned()
    title, text = title or "", text or ""
    said = say(title, text, tables)
    settled = _settle(said.candidates, said.denials, said.lifted)
    demands, denials = [c.demand for c in settled], list(said.denials)
    doubted: list[Span] = []
    if model is not None and (has_words(title) or has_words(text)):
        opinions = {o.facet: o for o in model.opinions(title, text, said)}
        demands, more, doubted = weigh(settled, said, opinions)
        denials += more
    return Reading(
        version(tables, model),
        tuple(sorted(demands, key=lambda d: (d.evidence.where != Where.TITLE, d.evidence.start))),
        _first_per(denials, lambda d: d.facet),
        _first_per(
            sorted(said.provisions, key=lambda p: p.state is not ProvisionState.OFFERED),
            lambda p: p.key,
        ),
        _longest(said.licences),
        _longest_quarantine(said.quarantine),
        _longest([*said.ask, *doubted]),
    )


def version(tables: CueTables | None = None, learned: LearnedReader | None = None) -> str:
    """Which rules, which tables and which learned part read a posting, for its provenance."""
    rules = f"rules-{RULES}-{(tables or load_tables()).fingerprint}"
    return rules if learned is None else f"{rules}+{learned.version}"


def weigh(
    candidates: Sequence[Candidate], said: Said, opinions: Mapping[FacetId, Opinion]
) -> tuple[list[ReadDemand], list[Denial], list[Span]]:
    """What the rules read and what the network sees, brought together; what it alone denies; and
    the words of strong cues that it doubts, which the employer may be asked about."""
    read = {c.demand.facet: c for c in candidates}
    denied = {d.facet for d in said.denials}
    kept: list[ReadDemand] = []
    more: list[Denial] = []
    doubted: list[Span] = []
    for facet, opinion in opinions.items():
        rule = read.get(facet)
        if rule is not None and rule.demand.alternative_group is not None:
            # Without its other branches an either-or would ask for more than the posting does.
            kept.append(rule.demand)
        elif rule is not None and rule.insisted and (not rule.weak or _taken_for_denied(opinion)):
            # The somebody who is named does the post's own work, or only helps with it.
            kept.append(_graded(rule, opinion))
        elif _taken_for_denied(opinion):
            if facet not in denied and opinion.denied >= DENIAL_TOLD_FROM:
                more.append(Denial(facet, opinion.denial_evidence, learned=True))
        elif rule is not None:
            if opinion.asked >= _least(facet, DOUBTED_BELOW) or _by_document(rule, said):
                kept.append(_graded(rule, opinion))
            elif not rule.weak:
                doubted.append(rule.demand.evidence)
        elif facet not in denied and opinion.asked >= _least(facet, LEARNED_FROM):
            kept += _added(opinion, said)
    return kept, more, doubted


def _by_document(rule: Candidate, said: Said) -> bool:
    """Whether a safety demand rests on a document that is required: who asks for a driving licence
    has somebody drive, whatever the title sounds like."""
    words = rule.demand.evidence
    return rule.demand.facet in SAFETY_FACETS and any(
        one.where is words.where and one.start < words.end and words.start < one.end
        for one in said.licences
    )


def _added(opinion: Opinion, said: Said) -> Iterator[ReadDemand]:
    """What only the network sees, unless a rule knows the words in another sense, takes them for
    polish, or they only name a skill that is preferred."""
    where, at = opinion.place
    polish = [(span.where, span.start, span.end) for span in said.ask]
    if any(w is where and start <= at < end for w, start, end in (*said.elsewhere, *polish)):
        return
    if said.at_desk and opinion.facet in BODILY and opinion.asked < SURE_FROM:
        return
    kind = opinion.kind
    if _PREFERRED.search(opinion.evidence.text):
        if opinion.facet not in HEDGEABLE:
            return
        kind = DemandKind.HEDGED
    level = Interval.exactly(opinion.level)
    yield ReadDemand(opinion.facet, level, kind, opinion.evidence, learned=True)


def _graded(rule: Candidate, opinion: Opinion) -> ReadDemand:
    """A rule's demand with the network's level where that is right more often: of a strong cue only
    if the network does not accept the rule's. Figures and what a provision replaces stay."""
    demand = rule.demand
    if rule.by_figure or demand.provided:
        return demand
    graded = Interval.exactly(opinion.level)
    vouched = floor(demand.level)
    if rule.weak:
        kind = demand.kind if demand.kind is DemandKind.HEDGED else opinion.kind
        return replace(demand, interval=graded, kind=kind, vouched=vouched)
    if demand.facet in _COUNTED and _COUNTED[demand.facet].search(demand.evidence.text):
        return demand
    accepted = max(opinion.accepted[floor(demand.level)], opinion.accepted[ceil(demand.level)])
    return (
        demand
        if accepted >= LEVEL_ACCEPTED_FROM
        else replace(demand, interval=graded, vouched=vouched)
    )


def _taken_for_denied(opinion: Opinion) -> bool:
    """A share of the demand's probability is enough, but not where the demand is sure
    ("晚班到22点，没有通宵") or a miss sends someone into danger."""
    is_firm = opinion.facet in SAFETY_FACETS or opinion.asked >= SURE_FROM
    share = 1.0 if is_firm else DENIED_SHARE
    return opinion.denied >= DENIED_FROM and opinion.denied >= share * opinion.asked


def _least(facet: FacetId, probability: float) -> float:
    """Safety facets count from a lower probability: there a miss is the worst error."""
    return probability * SAFETY_SHARE if facet in SAFETY_FACETS else probability


def _settle(
    candidates: Sequence[Candidate],
    denials: Sequence[Denial],
    lifted: Sequence[tuple[FacetId, ReadProvision]],
) -> list[Candidate]:
    """One demand per facet: the best-founded kind, then the higher level, then the first words.

    A facet that stands in an either-or is settled by the either-or.
    """
    denied = {d.facet for d in denials}
    best: dict[FacetId, Candidate] = {}
    for candidate in candidates:
        demand = candidate.demand
        if demand.facet in denied and (
            demand.kind is DemandKind.IMPLICIT or candidate.weak or _waived(demand, denials)
        ):
            continue
        held = best.get(demand.facet)
        if held is None or _rank(candidate) > _rank(held):
            best[demand.facet] = candidate
    settled = []
    choices = sorted({c.order for c in best.values() if c.demand.alternative_group is not None})
    for facet, candidate in best.items():
        demand = candidate.demand
        if demand.alternative_group is not None and candidate.order != choices[0]:
            number = choices.index(candidate.order) + 1
            demand = replace(demand, alternative_group=f"{number}{demand.alternative_group}")
        if demand.kind is not DemandKind.CONDITIONAL:
            keys = [p.key for f, p in lifted if f == facet and _near(demand.evidence, p.evidence)]
            if keys:
                kind, provided = DemandKind.CONDITIONAL, (keys[0],)
                demand = replace(demand, kind=kind, provided=provided)
        settled.append(replace(candidate, demand=demand))
    return settled


def _waived(demand: ReadDemand, denials: Sequence[Denial]) -> bool:
    """Whether the demand rests on the very words that deny it, or is waived outright."""
    span = demand.evidence
    return demand.alternative_group is None and any(
        d.facet == demand.facet
        and (
            _NOT_REQUIRED.search(d.evidence.text) is not None
            or (
                d.evidence.where is span.where
                and d.evidence.start <= span.start
                and span.end <= d.evidence.end
            )
        )
        for d in denials
    )


def _near(one: Span, other: Span) -> bool:
    """Whether two spans stand so close together that one speaks of the other."""
    gap = max(one.start, other.start) - min(one.end, other.end)
    return one.where is other.where and gap <= _NEARBY


def _rank(candidate: Candidate) -> tuple[int, int, float]:
    demand = candidate.demand
    return (not candidate.weak, _STRENGTH[demand.kind], demand.level)


def _first_per(entries: Iterable[T], key: Callable[[T], object]) -> tuple[T, ...]:
    kept: dict[object, T] = {}
    for entry in entries:
        kept.setdefault(key(entry), entry)
    return tuple(kept.values())


def _longest(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without those that lie inside another, in reading order."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.where, s.start, -s.end)):
        inside = kept and kept[-1].where is span.where and span.end <= kept[-1].end
        if not inside:
            kept.append(span)
    return tuple(kept)


def _longest_quarantine(phrases: list[Quarantined]) -> tuple[Quarantined, ...]:
    concerns = {phrase.evidence: phrase.concern for phrase in phrases}
    return tuple(Quarantined(concerns[span], span) for span in _longest(concerns))

"""Reads a posting: title and text in, demands with their words out.

Rules first. Every cue that speaks is a candidate; scope (no, occasionally, on request) decides
what it says; then each facet keeps its strongest candidate. A facet that the posting denies is
not asserted from mere circumstances, because an invented demand costs someone a job; a facet
that the posting *states* elsewhere stays, because a missed one sends someone where they cannot
work. Where no rule speaks of a facet, the learned part may (`learned.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from data.records import LEVEL_MAX, FacetId, Interval, ProvisionState
from models.reading.cues import Ask, Cue, CueTables, PhraseCue, load_tables
from models.reading.learned import LearnedReader, load_learned
from models.reading.measures import measured
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
from models.reading.passage import Passage
from models.reading.scope import Scope
from models.reading.units import units_of

T = TypeVar("T")
RULES = "1"
SAFETY_FACETS = frozenset(
    FacetId(f) for f in ("vis_far", "vis_field", "hear_alert", "balance", "safety")
)
# Of these, weak cues say nothing in a posting whose title names desk work.
_BODILY = frozenset(
    FacetId(f)
    for f in (
        "stand", "low_posture", "reach", "lift", "hand_both", "hand_one", "grip", "balance",
        "safety", "hear_alert", "vis_far", "vis_field", "heat_tol", "dust_chem_tol", "noise_tol",
        "mobility", "stairs", "vis_near", "vis_color",
    )
)  # fmt: skip
# A preference for these is a hedge; a preference for a skill ("SQL preferred") asks for nothing.
_HEDGEABLE = frozenset(
    FacetId(f)
    for f in (
        "night", "commute", "endurance", "lift", "stand", "heat_tol", "stairs", "mobility",
        "balance", "noise_tol", "dust_chem_tol", "low_posture", "hear_phone", "speak", "sit",
        "hear_alert", "vis_far", "safety", "content_tol", "stress", "public", "grip", "reach",
    )
)  # fmt: skip
_STRENGTH = {
    DemandKind.CONDITIONAL: 4,
    DemandKind.EXPLICIT: 3,
    DemandKind.HEDGED: 2,
    DemandKind.IMPLICIT: 1,
}
_NEARBY = 40
LEARNED_FROM = 0.25
"""Probability from which a clause that no rule understood counts as speaking of a facet."""
LEARNED_SAFETY_FROM = 0.15
"""The same for safety facets: there a miss is the worst error, and the price is a question."""
LEARNED_DENIAL_FROM = 0.5
SHORTEST_LEARNED = 5
"""Characters below which a clause of the text is a tag: too little to be taken for anything."""
_ROUTINE = 3
_OCCASIONAL_NIGHTS = Interval.exactly(3)
_ASSERTED = {DemandKind.EXPLICIT, DemandKind.HEDGED}
# A denial in these words leaves no room for a demand stated elsewhere.
_NOT_REQUIRED = re.compile("不作?要求|没有?要求|无要求|不限|不影响")
_PREFERRED = re.compile("优先|为佳|更佳|加分")
_PREFERENCE = re.compile(r"^[^,。;!?\n]{0,16}?(?:者?优先|为佳|更佳|加分)")


@dataclass(frozen=True, slots=True)
class _Candidate:
    demand: ReadDemand
    weak: bool
    order: int
    learned: bool = False


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
    passages = [Passage.of(Where.TITLE, title or ""), Passage.of(Where.TEXT, text or "")]
    at_desk = bool(tables.desk_titles and tables.desk_titles.search(passages[0].folded))
    candidates: list[_Candidate] = []
    denials: list[Denial] = []
    provisions: list[ReadProvision] = []
    lifted: list[tuple[FacetId, ReadProvision]] = []
    quarantine: list[Quarantined] = []
    licences: list[Span] = []
    ask: list[Span] = []
    for passage in passages:
        if not passage.source:
            continue
        possible = tables.screen.possible(passage.folded)
        readable = _readable(passage, tables, possible)
        candidates += [
            candidate
            for candidate in _candidates(passage, readable, tables, denials, possible)
            if not (at_desk and candidate.weak and candidate.demand.facet in _BODILY)
        ]
        if model is not None:
            candidates += _learned_candidates(passage, readable, model, denials, at_desk=at_desk)
        for cue in tables.denials:
            for found in cue.pattern.find(readable, possible):
                span = passage.span(*_evidence(found))
                denials.extend(Denial(facet, span) for facet in cue.facets)
        for provision, frees in _provisions(passage, readable, tables, possible):
            provisions.append(provision)
            lifted += [(facet, provision) for facet in frees]
        for phrase, concern_span in _phrases(
            passage, readable, tables, tables.quarantine, possible
        ):
            if phrase.concern is not None:
                quarantine.append(Quarantined(phrase.concern, concern_span))
        licences += [
            span for _, span in _phrases(passage, readable, tables, tables.licences, possible)
        ]
        ask += [span for _, span in _phrases(passage, readable, tables, tables.ask, possible)]
    return Reading(
        version(tables, model),
        _settle(candidates, denials, lifted),
        _first_per(sorted(denials, key=lambda d: d.learned), lambda d: d.facet),
        _first_per(
            sorted(provisions, key=lambda p: p.state is not ProvisionState.OFFERED),
            lambda p: p.key,
        ),
        _longest(licences),
        _longest_quarantine(quarantine),
        _longest(ask),
    )


def version(tables: CueTables | None = None, learned: LearnedReader | None = None) -> str:
    """Which rules, which tables and which learned part read a posting, for its provenance."""
    rules = f"rules-{RULES}-{(tables or load_tables()).fingerprint}"
    return rules if learned is None else f"{rules}+{learned.version}"


def _readable(passage: Passage, tables: CueTables, possible: set[int]) -> str:
    masks = [
        _evidence(found)
        for sense in tables.senses
        for found in sense.find(passage.folded, possible)
    ]
    return passage.masked(masks) if masks else passage.folded


def _evidence(found: re.Match[str]) -> tuple[int, int]:
    if "span" in found.re.groupindex and found.group("span") is not None:
        return found.span("span")
    return found.span()


def _candidates(
    passage: Passage, text: str, tables: CueTables, denials: list[Denial], possible: set[int]
) -> Iterator[_Candidate]:
    for order, cue in enumerate(tables.cues):
        if id(cue.pattern) not in possible or cue.where not in {None, passage.where}:
            continue
        for found in cue.pattern.find(text, possible):
            start, end = _evidence(found)
            if start == end or not _applies(cue, passage, text, start, end):
                continue
            span = passage.span(start, end)
            if not cue.own_scope and tables.scope.denied(passage, text, start, end):
                denials.extend(
                    Denial(ask.facet, _denial_span(passage, span))
                    for ask in cue.asks
                    if ask.kind in _ASSERTED and not ask.weak
                )
                continue
            for ask in cue.asks:
                demand = _demand(ask, span, passage, text, None if cue.own_scope else tables.scope)
                if demand is not None:
                    yield _Candidate(demand, ask.weak, order)
    for figure in measured(passage, text):
        if tables.scope.denied(passage, text, figure.start, figure.end):
            continue
        span = passage.span(figure.start, figure.end)
        kind = (
            DemandKind.HEDGED
            if tables.scope.hedged(passage, text, figure.start, figure.end)
            else figure.kind
        )
        yield _Candidate(ReadDemand(figure.facet, figure.interval, kind, span), False, -1)


def _learned_candidates(
    passage: Passage,
    text: str,
    model: LearnedReader,
    denials: list[Denial],
    *,
    at_desk: bool,
) -> Iterator[_Candidate]:
    """What the learned part sees, clause by clause; a clause that it takes for a denial denies."""
    shortest = SHORTEST_LEARNED if passage.where is Where.TEXT else 1
    units = [u for u in units_of(passage, text) if len(u.clause) >= shortest]
    for unit, opinion in zip(units, model.opinions(units), strict=True):
        for number in (opinion.topics >= LEARNED_SAFETY_FROM).nonzero()[0].tolist():
            facet, span = model.facets[number], passage.span(unit.start, unit.end)
            if opinion.topics[number] < LEARNED_FROM and facet not in SAFETY_FACETS:
                continue
            if opinion.denial >= LEARNED_DENIAL_FROM:
                denials.append(Denial(facet, span, learned=True))
            elif not (at_desk and facet in _BODILY):
                kind = opinion.kind(number)
                if _PREFERRED.search(unit.clause):
                    if facet not in _HEDGEABLE:
                        continue
                    kind = DemandKind.HEDGED
                interval = _learned_level(float(opinion.levels[number]))
                demand = ReadDemand(facet, interval, kind, span, learned=True)
                yield _Candidate(demand, True, len(model.facets), learned=True)


def _learned_level(level: float) -> Interval:
    """A whole level, halves towards "routine" (3): most ranges that people accept hold it."""
    whole = int(level + 0.5) if level < _ROUTINE else int(level + 0.3)
    return Interval.exactly(min(whole, LEVEL_MAX))


def _applies(cue: Cue, passage: Passage, text: str, start: int, end: int) -> bool:
    if cue.unless is not None:
        begin, stop = passage.clause(start, end)
        if cue.unless.search(text[begin:stop]):
            return False
    if cue.near is not None:
        begin, stop = passage.sentence(start, end)
        if not cue.near.search(text[begin:stop]):
            return False
    return True


def _denial_span(passage: Passage, span: Span) -> Span:
    """The denied words together with the "no" before them in the same clause."""
    begin, stop = passage.clause(span.start, span.end)
    return passage.span(begin, stop) if stop - begin <= 24 else span


def _demand(
    ask: Ask, span: Span, passage: Passage, text: str, scope: Scope | None
) -> ReadDemand | None:
    kind = ask.kind
    if scope is not None and kind is not DemandKind.CONDITIONAL:
        _, stop = passage.clause(span.start, span.end)
        if ask.facet not in _HEDGEABLE:
            if _PREFERENCE.match(text[span.end : stop]):
                return None
        elif scope.hedged(passage, text, span.start, span.end):
            kind = DemandKind.HEDGED
    interval = ask.interval
    if kind is DemandKind.HEDGED and ask.facet == "night" and interval.lo == LEVEL_MAX:
        interval = _OCCASIONAL_NIGHTS
    return ReadDemand(ask.facet, interval, kind, span, ask.group, ask.provided)


def _provisions(
    passage: Passage, text: str, tables: CueTables, possible: set[int]
) -> Iterator[tuple[ReadProvision, tuple[FacetId, ...]]]:
    for cue in tables.provisions:
        for found in cue.pattern.find(text, possible):
            start, end = _evidence(found)
            begin, stop = passage.clause(start, end)
            if cue.unless is not None and cue.unless.search(text[begin:stop]):
                continue
            state = cue.state
            if not cue.own_scope and tables.scope.denied(passage, text, start, end):
                state = ProvisionState.NO
            elif state is None:
                is_offer = tables.scope.offered(passage, text, start, end)
                state = ProvisionState.OFFERED if is_offer else ProvisionState.YES
            frees = cue.frees if state is not ProvisionState.NO else ()
            yield ReadProvision(cue.key, state, passage.span(start, end)), frees


def _phrases(
    passage: Passage,
    text: str,
    tables: CueTables,
    cues: Iterable[PhraseCue],
    possible: set[int],
) -> Iterator[tuple[PhraseCue, Span]]:
    for cue in cues:
        for found in cue.pattern.find(text, possible):
            start, end = _evidence(found)
            begin, stop = passage.clause(start, end)
            if cue.unless is not None and cue.unless.search(text[begin:stop]):
                continue
            if cue.own_scope or not tables.scope.denied(passage, text, start, end):
                yield cue, passage.span(start, end)


def _settle(
    candidates: list[_Candidate],
    denials: list[Denial],
    lifted: list[tuple[FacetId, ReadProvision]],
) -> tuple[ReadDemand, ...]:
    """One demand per facet: the best-founded kind, then the higher level, then the first words.

    A facet that stands in an either-or is settled by the either-or.
    """
    by_rules = [d for d in denials if not d.learned]
    denied, denied_by_rules = {d.facet for d in denials}, {d.facet for d in by_rules}
    best: dict[FacetId, _Candidate] = {}
    for candidate in candidates:
        demand = candidate.demand
        if candidate.learned and demand.facet in denied:
            continue
        if demand.facet in denied_by_rules and (
            demand.kind is DemandKind.IMPLICIT or candidate.weak or _waived(demand, by_rules)
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
        settled.append(demand)
    return tuple(sorted(settled, key=lambda d: (d.evidence.where != Where.TITLE, d.evidence.start)))


def _waived(demand: ReadDemand, denials: list[Denial]) -> bool:
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


def _rank(candidate: _Candidate) -> tuple[int, int, int, float]:
    demand = candidate.demand
    return (not candidate.learned, not candidate.weak, _STRENGTH[demand.kind], demand.level)


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

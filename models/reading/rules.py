"""What the rules say of a posting, before anything is settled.

Every cue that speaks is a candidate; scope (no, occasionally, on request) decides what it says.
Several candidates may speak of one facet and a denial may stand beside a demand: `reader.py`
settles that, with what the learned part makes of the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data.records import LEVEL_MAX, FacetId, Interval, ProvisionState
from models.reading.cues import Ask, Cue, CueTables, PhraseCue
from models.reading.measures import measured
from models.reading.nouns import (
    DemandKind,
    Denial,
    Quarantined,
    ReadDemand,
    ReadProvision,
    Span,
    Where,
)
from models.reading.passage import Passage
from models.reading.scope import Scope

RULES = "4"
BY_FIGURE = -1
"""The order of a demand that no cue but a figure decides."""
# Of these, weak cues say nothing in a posting whose title names desk work.
BODILY = frozenset(
    FacetId(f)
    for f in (
        "stand", "low_posture", "reach", "lift", "hand_both", "hand_one", "grip", "balance",
        "safety", "hear_alert", "vis_far", "vis_field", "heat_tol", "dust_chem_tol", "noise_tol",
        "mobility", "stairs", "vis_near", "vis_color",
    )
)  # fmt: skip
# A preference for these is a hedge; a preference for a skill ("SQL preferred") asks for nothing.
HEDGEABLE = frozenset(
    FacetId(f)
    for f in (
        "night", "commute", "endurance", "lift", "stand", "heat_tol", "stairs", "mobility",
        "balance", "noise_tol", "dust_chem_tol", "low_posture", "hear_phone", "speak", "sit",
        "hear_alert", "vis_far", "safety", "content_tol", "stress", "public", "grip", "reach",
    )
)  # fmt: skip
_OCCASIONAL_NIGHTS = Interval.exactly(3)
_ASSERTED = {DemandKind.EXPLICIT, DemandKind.HEDGED}
_PREFERENCE = re.compile(r"^[^,。;!?\n]{0,16}?(?:者?优先|为佳|更佳|加分)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A demand that one cue asks for. `weak`: the words alone are thin evidence; `order`: the
    cue's place in the tables, by which the branches of one either-or are told from another's;
    `insisted`: a "no" stands beside it and does not speak of it, or the somebody who is named takes
    nothing off the post."""

    demand: ReadDemand
    weak: bool
    order: int
    insisted: bool = False

    @property
    def by_figure(self) -> bool:
        """Whether a figure decides it: kilograms, characters a minute, hours."""
        return self.order == BY_FIGURE


@dataclass(slots=True)
class Said:
    """Everything that the rules say of one posting."""

    candidates: list[Candidate] = field(default_factory=list)
    denials: list[Denial] = field(default_factory=list)
    provisions: list[ReadProvision] = field(default_factory=list)
    lifted: list[tuple[FacetId, ReadProvision]] = field(default_factory=list)
    """Demands that a provision makes conditional."""
    quarantine: list[Quarantined] = field(default_factory=list)
    licences: list[Span] = field(default_factory=list)
    ask: list[Span] = field(default_factory=list)
    elsewhere: list[tuple[Where, int, int]] = field(default_factory=list)
    """Stretches of words in another sense ("爬虫", "夜班补贴"): nobody may read a demand there."""
    at_desk: bool = False
    """The title names desk work: a stray word of the body says nothing."""


def say(title: str, text: str, tables: CueTables) -> Said:
    """Compare every cue of the tables with title and text."""
    passages = [Passage.of(Where.TITLE, title), Passage.of(Where.TEXT, text)]
    at_desk = bool(tables.desk_titles and tables.desk_titles.search(passages[0].folded))
    said = Said(at_desk=at_desk)
    name = passages[0].folded
    by_holder = tables.scope.names_holder(passages[1].folded, name)
    for passage in passages:
        if not passage.source:
            continue
        possible = tables.screen.possible(passage.folded)
        masks = _other_senses(passage, tables, possible)
        said.elsewhere += [(passage.where, *mask) for mask in masks]
        readable = passage.masked(masks) if masks else passage.folded
        said.candidates += [
            candidate
            for candidate in _candidates(
                passage, readable, tables, said.denials, possible, name, by_holder
            )
            if not (at_desk and candidate.weak and candidate.demand.facet in BODILY)
        ]
        for cue in tables.denials:
            for found in cue.pattern.find(readable, possible):
                start, end = _evidence(found)
                begin, stop = passage.clause(start, end)
                if tables.scope.still_asked(readable[begin:stop], name):
                    continue
                if tables.scope.holds_all_the_same(passage, start, end):
                    continue
                if tables.scope.tells_of_a_lack(passage.folded[start : min(stop, end + 2)]):
                    continue
                span = passage.span(start, end)
                said.denials.extend(Denial(facet, span) for facet in cue.facets)
        for provision, frees in _provisions(passage, readable, tables, possible):
            said.provisions.append(provision)
            said.lifted += [(facet, provision) for facet in frees]

        def phrases(
            cues: Iterable[PhraseCue],
            passage: Passage = passage,
            readable: str = readable,
            possible: set[int] = possible,
        ) -> Iterator[tuple[PhraseCue, Span]]:
            return _phrases(passage, readable, tables, cues, possible)

        said.quarantine += [
            Quarantined(cue.concern, span)
            for cue, span in phrases(tables.quarantine)
            if cue.concern is not None
        ]
        said.licences += [span for _, span in phrases(tables.licences)]
        said.ask += [span for _, span in phrases(tables.ask)]
    return said


def _other_senses(passage: Passage, tables: CueTables, possible: set[int]) -> list[tuple[int, int]]:
    return [
        _evidence(found)
        for sense in tables.senses
        for found in sense.find(passage.folded, possible)
    ]


def _evidence(found: re.Match[str]) -> tuple[int, int]:
    if "span" in found.re.groupindex and found.group("span") is not None:
        return found.span("span")
    return found.span()


def _candidates(
    passage: Passage,
    text: str,
    tables: CueTables,
    denials: list[Denial],
    possible: set[int],
    title: str,
    by_holder: bool,
) -> Iterator[Candidate]:
    for order, cue in enumerate(tables.cues):
        if id(cue.pattern) not in possible or cue.where not in {None, passage.where}:
            continue
        for found in cue.pattern.find(text, possible):
            start, end = _evidence(found)
            if start == end or not _applies(cue, passage, text, start, end):
                continue
            span = passage.span(start, end)
            begin, stop = passage.clause(start, end)
            is_denied = not cue.own_scope and tables.scope.denied(passage, text, start, end, title)
            holds = is_denied and tables.scope.holds_all_the_same(passage, start, end)
            if is_denied and not holds:
                denials.extend(
                    Denial(ask.facet, _denial_span(passage, span))
                    for ask in cue.asks
                    if ask.kind in _ASSERTED and not ask.weak
                )
                continue
            insisted = (
                holds
                or tables.scope.insists(passage, start, end)
                or tables.scope.still_asked(text[begin:stop], title)
                or (by_holder and passage.where is Where.TITLE)
            )
            for ask in cue.asks:
                demand = _demand(ask, span, passage, text, None if cue.own_scope else tables.scope)
                if demand is not None:
                    yield Candidate(demand, ask.weak, order, insisted)
    for figure in measured(passage, text):
        if tables.scope.denied(
            passage, text, figure.start, figure.end, title
        ) and not tables.scope.holds_all_the_same(passage, figure.start, figure.end):
            continue
        span = passage.span(figure.start, figure.end)
        kind = (
            DemandKind.HEDGED
            if tables.scope.hedged(passage, text, figure.start, figure.end)
            else figure.kind
        )
        yield Candidate(ReadDemand(figure.facet, figure.interval, kind, span), False, BY_FIGURE)


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
        if ask.facet not in HEDGEABLE:
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

"""Invented postings and people with their latent facts: gold comes from these, never from a text.

Synthetic data can show that a system is wrong (a leak here is a leak), and how systems compare on
the same kinds of sentences. It cannot show how well anybody reads real postings: those are messier,
and `evaluate reading` with labels of real texts is for that.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from data.records import (
    Alternative,
    Capability,
    CapabilitySource,
    Clause,
    DemandSource,
    FacetId,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
    PostingId,
)
from data.strict_yaml import parse_yaml
from data.vocabulary import Vocabulary

SAID = (FacetId("noise_tol"), FacetId("heat_tol"), FacetId("dust_chem_tol"))
"""No certificate bears on these, so being unaffected is presumed of everybody who does not say
otherwise (DOMAIN.md B.3): whoever is affected has said so here."""
KINDS = ("explicit", "implicit", "hedged")
Need = tuple[FacetId, int, int]
"""Facet, and the levels that a reader may name; the true need is the lower one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and what it demands: alternatives, one of which suffices; none for a denial or
    a filler. `kind`: explicit, implicit, hedged, conditional, negated, absent."""

    text: str
    kind: str
    alternatives: tuple[Need, ...] = ()
    denies: FacetId | None = None


@dataclass(frozen=True, slots=True)
class TruePosting:
    """What a posting really asks, and the text that says so."""

    id: PostingId
    title: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return "；".join(s.text for s in self.sentences) + "。"

    def asks(self) -> list[tuple[Need, ...]]:
        """One entry per demand: its alternatives."""
        return [s.alternatives for s in self.sentences if s.alternatives]

    def as_posting(self) -> JobPosting:
        """As an employer publishes it: words alone."""
        return JobPosting(self.id, self.title, duties=self.text)

    def as_confirmed(self) -> JobPosting:
        """As if the employer had confirmed every demand in fields."""
        clauses = tuple(
            Clause(tuple(Alternative(((f, Interval.exactly(lo)),)) for f, lo, _ in some))
            for some in self.asks()
        )
        return JobPosting(
            self.id, self.title, demands=clauses, demands_source=DemandSource.CONFIRMED,
            eligibility=(), duties=self.text,
        )  # fmt: skip

    def as_label(self) -> dict[str, Any]:
        """In the shape of the label files that `evaluate reading` takes."""
        demands, denied = [], []
        for number, s in enumerate(self.sentences):
            for facet, lo, hi in s.alternatives:
                group = number if len(s.alternatives) > 1 else None
                demands.append({
                    "facet": facet, "level_lo": lo, "level_hi": hi, "type": s.kind,
                    "evidence": s.text, "alternative_group": group, "provided": [],
                })  # fmt: skip
            if s.denies is not None:
                denied.append({"facet": s.denies, "evidence": s.text})
        return {"id": self.id, "source": "generated", "title": self.title, "text": self.text,
                "family": None, "demands": demands, "not_demanded": denied, "workplace": {},
                "licences": [], "quarantine": [], "ask": []}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TruePerson:
    """What a person really can do on every facet, and what is on record."""

    id: JobseekerId
    levels: Mapping[FacetId, int]
    jobseeker: Jobseeker


@dataclass(frozen=True, slots=True)
class ConstraintWorld:
    postings: tuple[TruePosting, ...]
    people: tuple[TruePerson, ...]
    seed: int

    def is_possible(self, person: TruePerson, posting: TruePosting) -> bool:
        """The gold verdict: for every demand one alternative within the person's true levels."""
        return all(
            any(person.levels[facet] >= lo for facet, lo, _ in some) for some in posting.asks()
        )


@lru_cache(maxsize=1)
def _phrases() -> Any:
    text = (resources.files("evaluation.constraints") / "phrases.yaml").read_text("utf-8")
    return parse_yaml(text)


def make_world(seed: int, postings: int, people: int, vocabulary: Vocabulary) -> ConstraintWorld:
    """Everything from one seed."""
    return ConstraintWorld(
        tuple(_posting(seed, i) for i in range(postings)),
        tuple(_person(seed, i, vocabulary) for i in range(people)), seed,
    )  # fmt: skip


def _posting(seed: int, number: int) -> TruePosting:
    draw = random.Random(f"posting {seed} {number}")
    bank = _phrases()
    facets = draw.sample(sorted(bank["facets"]), draw.randint(3, 5))
    asked = draw.randint(1, len(facets) - 1)
    sentences: list[Sentence] = []
    for place, facet in enumerate(facets):
        entry = bank["facets"][facet]
        if place >= asked:
            sentences.append(
                Sentence(draw.choice(entry["negated"]), "negated", denies=FacetId(facet))
            )
            continue
        kind = draw.choice(KINDS)
        told = entry[kind]
        need = (FacetId(facet), int(told["lo"]), int(told["hi"]))
        sentences.append(Sentence(draw.choice(told["texts"]), kind, (need,)))
    free = [c for c in bank["conditional"]
            if not set(facets) & {f for one in c["either"] for f in one}]  # fmt: skip
    if free and draw.random() < 0.4:
        chosen = draw.choice(free)
        needs = tuple(
            (FacetId(f), int(levels[0]), int(levels[1]))
            for one in chosen["either"] for f, levels in one.items()
        )  # fmt: skip
        sentences.append(Sentence(draw.choice(chosen["texts"]), "conditional", needs))
    sentences += [Sentence(t, "absent") for t in draw.sample(bank["fillers"], draw.randint(1, 3))]
    draw.shuffle(sentences)
    return TruePosting(PostingId(f"K{number:05d}"), draw.choice(bank["titles"]), tuple(sentences))


def _person(seed: int, number: int, vocabulary: Vocabulary) -> TruePerson:
    """Mostly able, limited on some facets; on record exactly, as an interval, or not at all."""
    draw = random.Random(f"person {seed} {number}")
    limited = set(draw.sample(list(vocabulary.facets), draw.randint(2, 12)))
    levels: dict[FacetId, int] = {}
    stated: list[Capability] = []
    for facet in vocabulary.facets:
        level = draw.randint(0, 3) if facet in limited else 4
        levels[facet] = level
        point = 0.0 if facet in SAID and level < 4 else draw.random()
        if point < 0.7:
            interval = Interval.exactly(level)
        elif point < 0.9:
            interval = Interval(max(0, level - 1), min(4, level + draw.randint(0, 1)))
        else:
            continue
        stated.append(Capability(facet, interval, CapabilitySource.ASSESSED))
    identifier = JobseekerId(f"L{number:05d}")
    # No certificate on record: what is silent is a question, not a presumption.
    return TruePerson(identifier, levels, Jobseeker(identifier, None, tuple(stated)))

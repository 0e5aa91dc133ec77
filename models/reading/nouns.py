"""What reading a posting yields: demands, denials, provisions and phrases, each with its span.

Nothing here is a fact about the job yet. Everything was read from text, so every entry carries
the exact words it rests on, for the employer to confirm or strike out in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.records import FacetId, Interval, ProvisionKey, ProvisionState


class Where(StrEnum):
    """Which part of the posting a span lies in."""

    TITLE = "title"
    TEXT = "text"


class DemandKind(StrEnum):
    """How the posting carries a demand.

    `explicit`: the function or activity is named. `implicit`: it follows from a circumstance.
    `conditional`: it holds in one alternative only, or falls away under an arrangement that the
    posting names. `hedged`: occasional, preferred, or of unclear amount.
    """

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    CONDITIONAL = "conditional"
    HEDGED = "hedged"


class Concern(StrEnum):
    """Why a phrase must not be published before a person has looked at it."""

    DISCRIMINATION = "discrimination"
    FRAUD = "fraud"


@dataclass(frozen=True, slots=True)
class Span:
    """The words of the posting that something rests on: `text` is `source[start:end]`, always."""

    where: Where
    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text) or self.start < 0 or not self.text:
            raise ValueError("a span is as long as its words, and never empty")


@dataclass(frozen=True, slots=True)
class ReadDemand:
    """One facet that the posting asks for.

    `alternative_group` letters name the branches of one either-or: meeting one branch is enough.
    `provided` are the provisions that satisfy the demand instead of the level. `learned`: no rule
    foresaw these words; the network takes them for a demand. That is a question to the employer,
    never a ground to exclude anybody. `vouched`: the level that the rule gave, where the network
    grades otherwise; what lies above it is a question too.
    """

    facet: FacetId
    interval: Interval
    kind: DemandKind
    evidence: Span
    alternative_group: str | None = None
    provided: tuple[ProvisionKey, ...] = ()
    learned: bool = False
    vouched: int | None = None

    @property
    def level(self) -> float:
        """The middle of the interval: the one number a reader would write down."""
        return (self.interval.lo + self.interval.hi) / 2


@dataclass(frozen=True, slots=True)
class Denial:
    """A facet that the posting says it does not ask for. `learned`: as for a demand; such a denial
    lifts nothing that a template asks for."""

    facet: FacetId
    evidence: Span
    learned: bool = False


@dataclass(frozen=True, slots=True)
class ReadProvision:
    """What the posting says of one provision of the workplace."""

    key: ProvisionKey
    state: ProvisionState
    evidence: Span


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A phrase that a person must judge before the posting may be shown."""

    concern: Concern
    evidence: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one posting, and the version of the reader that read it."""

    version: str
    demands: tuple[ReadDemand, ...] = ()
    not_demanded: tuple[Denial, ...] = ()
    workplace: tuple[ReadProvision, ...] = ()
    licences: tuple[Span, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    ask: tuple[Span, ...] = ()

    def spans(self) -> tuple[Span, ...]:
        """Every span of the reading, for highlighting."""
        named = (self.demands, self.not_demanded, self.workplace, self.quarantine)
        return (
            *(entry.evidence for group in named for entry in group),
            *self.licences,
            *self.ask,
        )

"""What the rules said, character by character: how the learned part hears them.

The network does not stand beside the rules, it listens to them: each character of title and text
carries which facets a cue asks for there, which it denies, of which kind and how high, and whether
the words are known in another sense, as polish or as a provision. So it can learn where a cue is to
be trusted and where it is not, and stays useful where no cue speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from data.records import LEVEL_MAX, FacetId
from models.reading.nouns import DemandKind, Span, Where
from models.reading.rules import Said

KINDS = tuple(DemandKind)
WEAK = 0.5
"""How loud a weak cue is beside a strong one."""


REMARKS = ("other sense", "polish", "provision", "desk title")
"""What the rules know of words besides demands: a channel each, the last ones."""


def channels(facets: int) -> int:
    """Asked and denied per facet, one per kind, the level, and the remarks."""
    return 2 * facets + len(KINDS) + 1 + len(REMARKS)


def signals_of(
    title: str, text: str, said: Said, number: Mapping[FacetId, int]
) -> NDArray[np.float32]:
    """(characters of `joined(title, text)`, channels) float32."""
    facets, begin = len(number), len(title) + 1
    level = 2 * facets + len(KINDS)
    sense, polish, provision, desk = range(level + 1, level + 1 + len(REMARKS))
    heard = np.zeros((begin + len(text), channels(facets)), np.float32)

    def stretch(span: Span) -> slice:
        shift = begin if span.where is Where.TEXT else 0
        return slice(span.start + shift, span.end + shift)

    for candidate in said.candidates:
        demand = candidate.demand
        where, facet = stretch(demand.evidence), number[demand.facet]
        loud = WEAK if candidate.weak else 1.0
        heard[where, facet] = np.maximum(heard[where, facet], loud)
        heard[where, 2 * facets + KINDS.index(demand.kind)] = 1
        heard[where, level] = np.maximum(heard[where, level], demand.interval.hi / LEVEL_MAX)
    for denial in said.denials:
        heard[stretch(denial.evidence), facets + number[denial.facet]] = 1
    for place, start, end in said.elsewhere:
        shift = begin if place is Where.TEXT else 0
        heard[start + shift : end + shift, sense] = 1
    for span in said.ask:
        heard[stretch(span), polish] = 1
    for offered in said.provisions:
        heard[stretch(offered.evidence), provision] = 1
    heard[:begin, desk] = said.at_desk
    return heard

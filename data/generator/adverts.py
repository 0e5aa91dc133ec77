"""The words of an invented posting: duties, requirements and the circumstances of the work.

Circumstances follow the latent demands and the provisions, so that a reader of the text can find
what the fields say: a post that asks for standing says so unless a seat is provided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from data.generator.banks import Banks, Occupation
from data.generator.draws import Draws
from data.records import Clause, FacetId, ProvisionKey, ProvisionState

BUILT = {"elevator": re.compile("电梯|楼梯"), "step_free_entry": re.compile("台阶")}
"""Wordings of a demand that the building, once it has this, contradicts."""
AT_HOME = re.compile("居家|家里网络|在家")
REMOTE = ProvisionKey("remote")
MENTIONED = 0.55
"""Share of the demands that an advertisement puts into words; the rest goes without saying."""


def asked_levels(
    clauses: tuple[Clause, ...], provisions: Mapping[ProvisionKey, ProvisionState]
) -> dict[FacetId, int]:
    """The levels asked for where no provision in place makes them unnecessary."""
    asked: dict[FacetId, int] = {}
    for clause in clauses:
        eased = [
            a
            for a in clause.alternatives
            if a.provided and all(provisions.get(k) is ProvisionState.YES for k in a.provided)
        ]
        chosen = eased[0] if eased else clause.alternatives[0]
        for facet, need in chosen.levels:
            asked[facet] = max(need.lo, asked.get(facet, 0))
    return asked


def draw_duties(draws: Draws, occupation: Occupation, banks: Banks) -> str:
    duties = draws.some(occupation.duties, draws.between(2, 3))
    if draws.chance(0.35):
        return "".join(f"{i}. {duty}；" for i, duty in enumerate(duties, 1))[:-1] + "。"
    first = draws.pick(banks.duty_openings).format(duty=duties[0])
    return first + "".join(f"{duty}。" for duty in duties[1:])


def _demand_words(draws: Draws, asked: Mapping[FacetId, int], banks: Banks) -> list[str]:
    said: list[str] = []
    for facet, level in asked.items():
        words = banks.demand_words.get(facet)
        if not words or not draws.chance(MENTIONED):
            continue
        fitting = [least for least in words if least <= level]
        if fitting:
            said.append(draws.pick(words[max(fitting)]))
    return said


def _calm_words(draws: Draws, asked: Mapping[FacetId, int], banks: Banks) -> list[str]:
    return [
        draws.pick(words)
        for facet, words in banks.calm_words.items()
        if FacetId(facet) not in asked and draws.chance(0.12)
    ]


def _provision_words(
    draws: Draws, provisions: Mapping[ProvisionKey, ProvisionState], banks: Banks
) -> list[str]:
    said: list[str] = []
    for key, state in provisions.items():
        words = banks.provision_words.get(state, {}).get(key)
        if words and draws.chance(0.4):
            said.append(draws.pick(words))
    return said


def _at_home(
    words: Sequence[str],
    occupation: Occupation,
    provisions: Mapping[ProvisionKey, ProvisionState],
) -> list[str]:
    """Without what speaks of working at home, where the work is not done there."""
    kept = [w for w in words if not occupation.remote or not AT_HOME.search(w)]
    state = provisions.get(REMOTE)
    return list(words) if state in (ProvisionState.YES, ProvisionState.OFFERED) else kept


def _agreeing(parts: list[str], already: str, banks: Banks) -> list[str]:
    """Each part once, without those that contradict an earlier one or the duties."""
    said = already
    kept: list[str] = []
    for part in dict.fromkeys(parts):
        clash = any(
            (a.search(part) and b.search(said)) or (b.search(part) and a.search(said))
            for a, b in banks.conflicts
        )
        if not clash:
            kept.append(part)
            said += part
    return kept


def draw_title(
    draws: Draws, occupation: Occupation, provisions: Mapping[ProvisionKey, ProvisionState]
) -> str:
    return draws.pick(_at_home(occupation.titles, occupation, provisions))


def draw_tags(
    draws: Draws,
    occupation: Occupation,
    work: Occupation,
    provisions: Mapping[ProvisionKey, ProvisionState],
) -> tuple[str, ...]:
    """Tags of the post and skills of the work, each once."""
    tags = draws.some(_at_home(occupation.tags, occupation, provisions), draws.between(1, 3))
    return tuple(dict.fromkeys(tags + draws.some(work.skills, draws.between(0, 2))))


def draw_requirements(
    draws: Draws,
    occupation: Occupation,
    banks: Banks,
    *,
    clauses: tuple[Clause, ...],
    provisions: Mapping[ProvisionKey, ProvisionState],
    duties: str,
) -> str:
    """What the advertisement asks for and what it says of the circumstances."""
    asked = asked_levels(clauses, provisions)
    asks = _at_home(occupation.asks, occupation, provisions)
    facts = _provision_words(draws, provisions, banks)
    calm = _calm_words(draws, asked, banks)
    if provisions.get(ProvisionKey("elevator")) is not ProvisionState.YES:
        calm = [w for w in calm if w not in banks.calm_words.get("stairs", ())]
    demanded = _demand_words(draws, asked, banks)
    for key, words in BUILT.items():
        if provisions.get(ProvisionKey(key)) is ProvisionState.YES:
            demanded = [w for w in demanded if not words.search(w)]
    parts = [*draws.some(asks, draws.between(1, 3)), *demanded, *calm, *facts]
    parts = _agreeing(parts, duties, banks)[:9]
    if draws.chance(0.3):
        return "".join(f"{i}、{part}；" for i, part in enumerate(parts, 1))[:-1] + "。"
    return "；".join(parts) + "。"

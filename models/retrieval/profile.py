"""A person's words made ready for searching: what they want and did, apart from what they shun."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.duties import fold
from matching.ports import ProfileText
from models.retrieval.levels import PersonLevel, person_level
from models.retrieval.task_words import TaskWords

_CLAUSE = re.compile(r"[^,，。;；!！?？\n]+")
_SHUNNED = re.compile(
    "不想|不愿|不要|不做|不喜欢|不用|讨厌|不爱|不跑|不背|不出去|害怕|不接受|不推销|别让|不能|不方便|不考虑|不再"
)
_BEFORE = re.compile("^(我)?(以前|之前|原来|原先|过去|曾经?)")
_TURNING = re.compile("转行|改行|换行|转岗|转型")
_CONDITIONS = re.compile(
    "(早|晚|中|夜|白|日|大夜|行政)班|倒班|轮班|双休|单休|周末|社保|五险一金"
    "|公积金|包吃|包住|食宿|离家近|离家不远"
)
"""What a person asks of any job: titles are full of these words, and they name no occupation."""
_LABELS = re.compile(r"学历[:：]?\s*[^,，。;；\n]*")
SHORT = 24
"""A wish of at most so many characters is a few words."""
PARTS = ("wishes", "story", "skills")
"""The note joins the experience: both tell in sentences what somebody did and hopes for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a profile asks of the catalogue.

    `parts`: the words of each part, shunned clauses taken out. `told`: occupations with a weight
    0..1. `named`: whether the person calls the foremost of them by a name that postings use.
    `shuns`, `seeks`: numbers of the aversions and attractions that apply.
    """

    parts: dict[str, str]
    told: dict[str, float]
    named: bool
    shuns: tuple[int, ...]
    seeks: tuple[int, ...]
    level: PersonLevel

    @property
    def is_short(self) -> bool:
        """Whether a wish of a few words is all that searches: a title, an occupation. What a
        person tells of their work is a story however short it is."""
        others = (part for name, part in self.parts.items() if name != "wishes")
        return len(self.parts["wishes"].strip()) <= SHORT and not "".join(others).strip()


def read_profile(profile: ProfileText, words: TaskWords) -> Question:
    """Take a profile apart. What is shunned must not search: 不做销售 would find sales posts."""
    whole = words.mend(profile.whole)
    turning = _TURNING.search(whole) is not None
    told_in = {
        "wishes": profile.wishes,
        "story": "\n".join(p for p in (profile.experience, profile.note) if p),
        "skills": profile.skills,
    }
    parts = {n: _positive(words.mend(t), turning=turning) for n, t in told_in.items()}
    told, named = _occupations(parts, words)
    folded = fold(whole)
    return Question(
        parts=parts,
        told=told,
        named=named,
        shuns=tuple(i for i, a in enumerate(words.aversions) if a.said.search(folded)),
        seeks=tuple(i for i, a in enumerate(words.attractions) if a.said.search(folded)),
        level=person_level(words.mend(profile.experience), whole),
    )


def _positive(text: str, *, turning: bool) -> str:
    """The clauses that say what a person wants, did or can; without the schooling label."""
    kept = [
        clause
        for clause in _CLAUSE.findall(_LABELS.sub("", text))
        if not _SHUNNED.search(clause) and not (turning and _BEFORE.search(clause))
    ]
    return _CONDITIONS.sub("", ",".join(kept))


def _occupations(parts: dict[str, str], words: TaskWords) -> tuple[dict[str, float], bool]:
    """Occupations that a profile points to. A wish that names one says most, then the work done;
    tasks told in own words count by how many of them agree."""
    evidence: dict[str, float] = {}
    wished = words.occupations_of_title(parts["wishes"])
    for name in wished:
        evidence[name] = evidence.get(name, 0.0) + 3.0
    in_story = words.occupations_of_title(parts["story"])
    for name in in_story:
        evidence[name] = evidence.get(name, 0.0) + 0.8
    told = words.occupations_told("\n".join(parts.values()))
    for name, count in told.items():
        evidence[name] = evidence.get(name, 0.0) + min(count, 4) * 0.6
    if not evidence:
        return {}, False
    most = max(evidence.values())
    told_most = {n: w / most for n, w in evidence.items() if w >= 0.25 * most}
    return told_most, bool({*wished, *in_story} & {n for n, w in told_most.items() if w == 1.0})

"""What is embedded, and what never is: the one place where a person becomes words that may rank.

Ranking on a disability label would undo what the filter guarantees, so the words that reach any
ranker hold no category, grade, diagnosis, certificate number, name, sex or age. They are stripped
here, from the occupational fields alone; identity and capabilities are never read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from data.records import FamilyId, Jobseeker
from data.strict_yaml import parse_yaml
from data.vocabulary import Vocabulary
from matching.ports import ProfileText
from models.families import recognise_text

MOST_FAMILIES = 50_000
_SPACE = re.compile(r"[ \t\u3000]+")
_EDGES = " ，,、；;。"
_LEFTOVER = re.compile(r"[，,、；;。]\s*(?=[，,、；;。])")


@lru_cache(maxsize=1)
def _redactions() -> tuple[re.Pattern[str], ...]:
    text = (resources.files("data.vocabulary") / "hygiene.yaml").read_text(encoding="utf-8")
    return tuple(re.compile(p) for p in parse_yaml(text)["redactions"].values())


@lru_cache(maxsize=50_000)
def strip_personal(text: str) -> str:
    """Take out everything that says who a person is or which disability they have.

    >>> strip_personal("听力残疾二级，28岁，做过三年在线客服")
    '做过三年在线客服'
    >>> strip_personal("普通话二级甲等")
    '普通话二级甲等'
    """
    for pattern in _redactions():
        text = pattern.sub("", text)
    text = _LEFTOVER.sub("", _SPACE.sub(" ", text))
    lines = (line.strip(_EDGES) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class CleanProfileReader:
    """Turns a person into ranking words and wished job families, stripped of every label."""

    vocabulary: Vocabulary
    _families: dict[str, FamilyId | None] = field(default_factory=dict, compare=False, repr=False)

    def text_of(self, jobseeker: Jobseeker) -> ProfileText:
        """The occupational words of a person, part by part."""
        told = [jobseeker.experience, jobseeker.major]
        if jobseeker.education is not None:
            # The ranker reads the level from words, as it does from a person's own description.
            told.append(f"学历：{self.vocabulary.education[jobseeker.education].label.zh}")
        if jobseeker.experience_years is not None:
            told.append(f"工作{jobseeker.experience_years:g}年")
        return ProfileText(
            wishes=strip_personal("、".join(jobseeker.wishes.occupations)),
            experience=strip_personal("\n".join(t for t in told if t)),
            skills=strip_personal("、".join(jobseeker.skills)),
            note=strip_personal(jobseeker.wishes.note),
        )

    def families_of(self, jobseeker: Jobseeker) -> frozenset[FamilyId]:
        """The job families that the wished occupations name."""
        found = (self._family_of(o) for o in jobseeker.wishes.occupations)
        return frozenset(f for f in found if f is not None)

    def _family_of(self, occupation: str) -> FamilyId | None:
        if occupation not in self._families:
            if len(self._families) >= MOST_FAMILIES:
                self._families.clear()
            self._families[occupation] = recognise_text(occupation, "", self.vocabulary)
        return self._families[occupation]

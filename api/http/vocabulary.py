"""The vocabulary as a portal needs it to build a form: every name with its words, one language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import Field

from api.schemas import Shape
from data.vocabulary import Language, Vocabulary


class NamedOut(Shape):
    id: str
    label: str


class LevelOut(Shape):
    level: int
    text: str


class FacetOut(NamedOut):
    """One axis of function, with the words of its five levels and the question to ask."""

    kind: str = Field(description="F 功能，T 耐受，S 技能；技能从不推定")
    safety: bool = Field(description="安全相关：关键要求不能只靠推定")
    question: str
    levels: list[LevelOut]


class ProvisionEntryOut(NamedOut):
    group: str
    question: str


class RuleOut(NamedOut):
    """A named legal condition: `licence` goes into `licences`, all else into `facts`."""

    kind: str
    question: str


class FamilyOut(NamedOut):
    tracks: list[str]


class VocabularyResponse(Shape):
    version: str = Field(description="与每个回答中的 versions.rules 相同")
    as_of: date
    language: str
    facets: list[FacetOut]
    provisions: list[ProvisionEntryOut]
    rules: list[RuleOut]
    aids: list[NamedOut]
    restrictions: list[NamedOut]
    duties: list[NamedOut] = Field(description="可以写进 musts.refused 的事")
    certificate_categories: list[NamedOut]
    tracks: list[NamedOut]
    districts: list[NamedOut]
    families: list[FamilyOut]
    education: list[NamedOut]


def present_vocabulary(tables: Vocabulary, language: Language) -> VocabularyResponse:
    def named(entries: Iterable[tuple[object, Any]]) -> list[NamedOut]:
        return [NamedOut(id=str(k), label=e.label.text(language)) for k, e in entries]

    return VocabularyResponse(
        version=tables.version,
        as_of=tables.as_of,
        language=language,
        facets=[
            FacetOut(
                id=f.id, label=f.label.text(language), kind=f.kind, safety=f.safety,
                question=f.question.text(language),
                levels=[LevelOut(level=i, text=w.text(language)) for i, w in enumerate(f.levels)],
            )
            for f in tables.facets.values()
        ],
        provisions=[
            ProvisionEntryOut(
                id=p.key, label=p.label.text(language), group=p.group,
                question=p.question.text(language),
            )
            for p in tables.provisions.values()
        ],
        rules=[
            RuleOut(
                id=r.id, label=r.label.text(language), kind=r.kind,
                question=r.question.text(language),
            )
            for r in tables.rules.values()
        ],
        aids=named(tables.aids.items()),
        restrictions=named(tables.restrictions.items()),
        duties=named(tables.duties.items()),
        certificate_categories=named(tables.categories.items()),
        tracks=named(tables.tracks.items()),
        districts=named(tables.districts.items()),
        families=[
            FamilyOut(id=f.id, label=f.label.text(language), tracks=[str(t) for t in f.tracks])
            for f in tables.families.values()
        ],
        education=named((level.name, e) for level, e in tables.education.items()),
    )  # fmt: skip


def entity_tag(tables: Vocabulary, language: Language) -> str:
    """The version, and the language: two languages are two texts at one address."""
    return f'"{tables.version}-{language}"'


def is_current(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller already has this text (RFC 9110, weak comparison).

    >>> is_current('W/"a-zh", "b-zh"', '"b-zh"')
    True
    """
    held = [t.strip().removeprefix("W/") for t in (if_none_match or "").split(",")]
    return "*" in held or tag in held

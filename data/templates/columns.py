"""The office's own four sheets, as one table of columns.

Everything else is derived from it: the empty templates, the explanation sheet, the drop-downs,
the writer, and the importer's idea of which header means which field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from typing import Any

from data.records import Category, Education, FacetId, MustKind, ProvisionKey, Track
from data.strict_yaml import parse_yaml
from data.templates.cells import normal
from data.templates.demands import short_label
from data.templates.pay import PERIOD_WORDS
from data.templates.statements import short_category
from data.vocabulary.tables import Label, Vocabulary

EXAMPLE_PREFIX = "示例"
"""A row whose 编号 begins so is an example and is never imported."""

FACET_PREFIX, PROVISION_PREFIX = "facet:", "provision:"
STATES = ("有", "可提供", "无")
LEVELS = ("0", "1", "2", "3", "4")
MUST_WORDS: Mapping[MustKind, str] = {
    MustKind.DISTRICTS: "地区",
    MustKind.COMMUTE: "通勤",
    MustKind.PAY: "月薪",
    MustKind.HOURS: "工时",
}
NO_SCHOOLING_ASKED = "不限"


class SheetKind(StrEnum):
    JOBSEEKERS = "jobseekers"
    POSTINGS = "postings"
    ASSESSMENTS = "assessments"
    OUTCOMES = "outcomes"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, its headers, and what a clerk should write there."""

    field: str
    zh: str
    en: str
    note: str
    example: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    several: bool = False
    aliases: tuple[str, ...] = ()
    long: bool = False

    @property
    def header(self) -> str:
        return f"{self.zh}*" if self.required else self.zh


@dataclass(frozen=True)
class Sheet:
    kind: SheetKind
    title: Label
    columns: tuple[Column, ...]
    example_row: Mapping[str, str]

    @cached_property
    def headers(self) -> Mapping[str, Column]:
        """Every header by which a column is recognised, in comparable form."""
        known: dict[str, Column] = {}
        for column in self.columns:
            for name in (column.zh, column.field, column.en):
                known.setdefault(header_key(name), column)
        for column in self.columns:
            for name in column.aliases:
                known.setdefault(header_key(name), column)
        return known


def header_key(text: str) -> str:
    """A header without star, colon, blanks and what stands in brackets.

    >>> header_key(" 期望月薪（元） *")
    '期望月薪'
    """
    return short_label(normal(text).rstrip("*:")).rstrip("*:")


def sheets(vocabulary: Vocabulary) -> Mapping[SheetKind, Sheet]:
    """The four sheets in the words of a vocabulary.

    >>> from data.vocabulary import load_vocabulary
    >>> sheets(load_vocabulary())[SheetKind.POSTINGS].columns[0].header
    '岗位编号*'
    """
    choices = _choices(vocabulary)
    return {kind: _sheet(kind, vocabulary, choices) for kind in SheetKind}


@cache
def _table() -> Any:
    text = (resources.files("data.templates") / "columns.yaml").read_text(encoding="utf-8")
    return parse_yaml(text)


def _sheet(
    kind: SheetKind, vocabulary: Vocabulary, choices: Mapping[str, tuple[str, ...]]
) -> Sheet:
    raw = _table()[kind.value]
    examples: Mapping[str, str] = raw["examples"]
    columns = [_column(field, entry, choices) for field, entry in raw["columns"].items()]
    if kind is SheetKind.POSTINGS:
        columns += _provision_columns(vocabulary, examples)
    elif kind is not SheetKind.OUTCOMES:
        columns += _facet_columns(vocabulary, examples)
    title = Label(raw["title"]["zh"], raw["title"]["en"])
    return Sheet(kind, title, tuple(columns), {c.field: c.example for c in columns})


def _column(field: str, raw: Mapping[str, Any], choices: Mapping[str, tuple[str, ...]]) -> Column:
    return Column(
        field,
        raw["label"]["zh"],
        raw["label"]["en"],
        raw.get("note", ""),
        raw.get("example", ""),
        raw.get("required", False),
        choices[raw["choices"]] if "choices" in raw else (),
        raw.get("several", False),
        tuple(raw.get("aliases", ())),
        raw.get("long", False),
    )


def _facet_columns(vocabulary: Vocabulary, examples: Mapping[str, str]) -> list[Column]:
    columns: list[Column] = []
    for facet in vocabulary.facets.values():
        field = f"{FACET_PREFIX}{facet.id}"
        levels = "；".join(f"{n}＝{text.zh}" for n, text in enumerate(facet.levels))
        columns.append(
            Column(
                field,
                short_label(facet.label.zh),
                facet.label.en,
                f"{facet.question.zh}　{levels}",
                examples.get(field, ""),
                choices=LEVELS,
                several=True,
                aliases=(facet.id,),
            )
        )
    return columns


def _provision_columns(vocabulary: Vocabulary, examples: Mapping[str, str]) -> list[Column]:
    columns: list[Column] = []
    for provision in vocabulary.provisions.values():
        field = f"{PROVISION_PREFIX}{provision.key}"
        columns.append(
            Column(
                field,
                provision.label.zh,
                provision.label.en,
                f"{provision.question.zh}　有、可提供或无；不清楚就留空，留空不等于没有",
                examples.get(field, ""),
                choices=STATES,
                aliases=(provision.key,),
            )
        )
    return columns


def _choices(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """The lists that columns.yaml names."""
    education = tuple(vocabulary.education[e].label.zh for e in Education)
    provisions = tuple(p.label.zh for p in vocabulary.provisions.values())
    by_kind: dict[str, list[str]] = {"status": [], "licence": []}
    for rule in vocabulary.rules.values():
        by_kind[rule.kind].append(rule.label.zh)
    categories = (short_category(vocabulary.categories[c].label.zh) for c in Category)
    return {
        "yes_no": ("是", "否"),
        "lead_steps": tuple(w.label.zh for w in vocabulary.lead_steps.values()),
        "decline_reasons": tuple(w.label.zh for w in vocabulary.decline_reasons.values()),
        "sexes": ("男", "女"),
        "grades": ("一级", "二级", "三级", "四级"),
        "hukou_kinds": ("农业", "非农业"),
        "categories": (*categories, "无"),
        "districts": tuple(d.label.zh for d in vocabulary.districts.values()),
        "education": education,
        "education_asked": (NO_SCHOOLING_ASKED, *education[1:]),
        "tracks": tuple(vocabulary.tracks[t].label.zh for t in Track),
        "licences": tuple(by_kind["licence"]),
        "statuses": tuple(by_kind["status"]),
        "aids": tuple(a.label.zh for a in vocabulary.aids.values()),
        "restrictions": tuple(r.label.zh for r in vocabulary.restrictions.values()),
        "families": tuple(f.label.zh for f in vocabulary.families.values()),
        "employer_kinds": tuple(k.label.zh for k in vocabulary.employer_kinds.values()),
        "pay_periods": tuple(PERIOD_WORDS.values()),
        "musts": (
            *MUST_WORDS.values(),
            *provisions,
            *(d.refusal.zh for d in vocabulary.duties.values()),
        ),
    }


def facet_of(field: str) -> FacetId | None:
    """The facet that a column carries, if it carries one."""
    if not field.startswith(FACET_PREFIX):
        return None
    return FacetId(field.removeprefix(FACET_PREFIX))


def provision_of(field: str) -> ProvisionKey | None:
    """The workplace provision that a column carries, if it carries one."""
    if not field.startswith(PROVISION_PREFIX):
        return None
    return ProvisionKey(field.removeprefix(PROVISION_PREFIX))

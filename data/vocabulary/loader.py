"""Reads the tables, checks every reference between them, and returns one immutable value.

All mistakes of all files are reported together, each with its file and its place: whoever edits
a table sees the whole list at once, not one error per run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeVar

from data.clauses import WrittenClauseError, parse_clauses
from data.leads import LeadStep
from data.records import (
    AidId,
    Category,
    Clause,
    DistrictCode,
    DutyId,
    Education,
    FacetId,
    FamilyId,
    ProvisionKey,
    RestrictionId,
    RuleId,
    Track,
)
from data.strict_yaml import parse_yaml
from data.vocabulary.tables import (
    Accommodation,
    Aid,
    CategoryEntry,
    Cues,
    District,
    Duty,
    EducationEntry,
    EligibilityRule,
    EmployerKind,
    Facet,
    FacetKind,
    JobFamily,
    Label,
    LeadWord,
    Parameter,
    Presumption,
    Provision,
    Raise,
    Restriction,
    Signs,
    TrackEntry,
    Vocabulary,
)

FILES = (
    "facets", "presumptions", "provisions", "aids", "eligibility", "restrictions", "duties",
    "families", "places", "employers", "education", "outcomes", "messages",
    "parameters",
)  # fmt: skip
FACET_COUNT = 44
MOST_DUTIES = 31
"""Two bits each have to fit into a column of 64."""

_SIGNS = ("said", "title", "text", "spared")

T = TypeVar("T")
K = TypeVar("K")


class VocabularyError(ValueError):
    """One or more tables are wrong; `problems` lists every place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class _Reader:
    """Collects the problems of one load, so that none hides another."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self.tables = tables
        self.problems: list[str] = []

    def entries(
        self,
        file: str,
        name: str,
        key: Callable[[str], K],
        build: Callable[[Any, str], T],
        *,
        cited: bool = True,
    ) -> Mapping[K, T]:
        """Build every entry of one mapping; an entry that fails is reported and left out."""
        built: dict[K, T] = {}
        section = self.tables[file].get(name)
        if not isinstance(section, Mapping):
            self.problems.append(f"{file}.yaml: needs a mapping named {name}")
            return MappingProxyType(built)
        for raw_key, raw in section.items():
            where = f"{file}.yaml: {name}.{raw_key}"
            try:
                if cited and not raw.get("reference"):
                    raise ValueError("needs a reference, or `proposal`")
                built[key(str(raw_key))] = build(raw, str(raw_key))
            except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
                self.problems.append(f"{where}: {_explain(error)}")
        return MappingProxyType(built)

    def as_of(self, file: str) -> date | None:
        """The day on which a table was last true."""
        value = self.tables[file].get("as_of")
        if isinstance(value, date):
            return value
        self.problems.append(f"{file}.yaml: needs as_of: a date")
        return None

    def known(self, where: str, names: Iterable[Any], table: Mapping[Any, object]) -> None:
        self.problems.extend(f"{where}: nothing is called {n!r}" for n in names if n not in table)


def _explain(error: Exception) -> str:
    return f"the key {error} is missing" if isinstance(error, KeyError) else str(error)


def _label(raw: Any) -> Label:
    return Label(str(raw["zh"]), str(raw["en"]))


def _strings(raw: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in raw or ())


def _keys(raw: Any, cls: Callable[[str], K]) -> tuple[K, ...]:
    return tuple(cls(str(v)) for v in raw or ())


def _levels(raw: Any) -> Mapping[FacetId, int]:
    levels = {FacetId(str(f)): int(v) for f, v in (raw or {}).items()}
    for facet, level in levels.items():
        if not 0 <= level <= 4:
            raise ValueError(f"{facet}: levels run from 0 to 4")
    return MappingProxyType(levels)


def _facet(raw: Any, key: str) -> Facet:
    levels = tuple(
        Label(str(zh), str(en))
        for zh, en in zip(raw["levels"]["zh"], raw["levels"]["en"], strict=True)
    )
    if len(levels) != 5:
        raise ValueError("needs five level texts")
    return Facet(
        FacetId(key), _label(raw["label"]), FacetKind(raw["kind"]), bool(raw["safety"]),
        _strings(raw["icf"]), levels, _label(raw["question"]), str(raw["reference"]),
    )  # fmt: skip


def _category(raw: Any, key: str) -> CategoryEntry:
    suspended: dict[FacetId, Presumption] = {}
    if isinstance(raw["suspends"], Mapping):
        for facet, entry in raw["suspends"].items():
            bounds = tuple(entry["bounds"]) if entry["bounds"] else (None,) * 4
            suspended[FacetId(str(facet))] = Presumption(
                FacetId(str(facet)), bounds, str(entry["type"]), str(entry.get("note") or "")
            )
    elif raw["suspends"] != "all_of_the_above":
        raise ValueError("suspends is a mapping of facets, or all_of_the_above")
    return CategoryEntry(
        Category(key), int(raw["code"]), _label(raw["label"]), _strings(raw["aliases"]),
        MappingProxyType(suspended), str(raw["reference"]),
    )  # fmt: skip


def _provision(raw: Any, key: str) -> Provision:
    return Provision(
        ProvisionKey(key), _label(raw["label"]), _label(raw["question"]),
        _strings(raw["aliases"]), str(raw["group"]), str(raw["reference"]),
    )  # fmt: skip


def _aid(raw: Any, key: str) -> Aid:
    raises = tuple(
        Raise(FacetId(str(f)), None if r["by"] is None else int(r["by"]), int(r["to_at_most"]))
        for f, r in (raw.get("raises") or {}).items()
    )
    return Aid(
        AidId(key), _label(raw["label"]), _strings(raw["aliases"]), raises,
        _keys(raw.get("needs"), ProvisionKey), str(raw["reference"]),
    )  # fmt: skip


def _accommodation(raw: Any, key: str) -> Accommodation:
    return Accommodation(
        key, _label(raw["label"]), ProvisionKey(str(raw["provision"])), _levels(raw.get("lowers")),
        _label(raw["condition"]), str(raw["reference"]),
    )  # fmt: skip


def _rule(raw: Any, key: str) -> EligibilityRule:
    return EligibilityRule(
        RuleId(key), _label(raw["label"]), str(raw["kind"]), _label(raw["question"]),
        _label(raw["remedy"]), _strings(raw["aliases"]), str(raw["reference"]),
    )  # fmt: skip


def _track(raw: Any, key: str) -> TrackEntry:
    return TrackEntry(
        Track(key), _label(raw["label"]), _strings(raw["aliases"]),
        _keys(raw.get("eligibility"), RuleId), str(raw["reference"]),
    )  # fmt: skip


def _restriction(raw: Any, key: str) -> Restriction:
    return Restriction(
        RestrictionId(key), _label(raw["label"]), _strings(raw["aliases"]),
        _levels(raw.get("caps")), _keys(raw.get("forbids"), RuleId),
        _keys(raw.get("needs"), ProvisionKey), str(raw["reference"]),
    )  # fmt: skip


def _duty(raw: Any, key: str) -> Duty:
    facets = _levels(raw.get("facet"))
    if len(facets) > 1:
        raise ValueError("facet: one facet and its level")
    refusal = _label(raw["refusal"])
    signs = Signs(*(re.compile(str(raw[k])) for k in _SIGNS))
    return Duty(
        DutyId(key), _label(raw["label"]), refusal,
        (refusal.zh, refusal.en, *_strings(raw["aliases"])),
        next(iter(facets.items()), None), signs, str(raw["reference"]),
    )  # fmt: skip


def _patterns(raw: Any) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(str(p), re.IGNORECASE) for p in raw or ())


def _family(raw: Any, key: str) -> JobFamily:
    try:
        demands: tuple[Clause, ...] | None = (
            None if raw["demands"] is None else parse_clauses(raw["demands"])
        )
    except WrittenClauseError as error:
        raise ValueError(str(error)) from error
    cues = raw["cues"]
    return JobFamily(
        FamilyId(key), _label(raw["label"]), _keys(raw["tracks"], Track), demands,
        _keys(raw.get("usual"), ProvisionKey), _keys(raw.get("eligibility"), RuleId),
        _keys(raw.get("licences"), RuleId),
        Cues(_patterns(cues.get("title")), _patterns(cues.get("text")), _patterns(cues.get("not"))),
        _label(raw["trap"]) if raw.get("trap") else None, str(raw["reference"]),
    )  # fmt: skip


def _district(raw: Any, key: str) -> District:
    return District(
        DistrictCode(key), _label(raw["label"]), _strings(raw["aliases"]),
        float(raw["lon_gcj02"]), float(raw["lat_gcj02"]), bool(raw["rural"]),
        str(raw["reference"]),
    )  # fmt: skip


def _employer_kind(raw: Any, key: str) -> EmployerKind:
    return EmployerKind(key, _label(raw["label"]), _strings(raw["aliases"]), str(raw["reference"]))


def _education(raw: Any, key: str) -> EducationEntry:
    return EducationEntry(
        Education[key], _label(raw["label"]), _strings(raw["aliases"]),
        _levels(raw.get("shows")), str(raw["reference"]),
    )  # fmt: skip


def _lead_word(cls: Callable[[str], K]) -> Callable[[Any, str], LeadWord[K]]:
    def build(raw: Any, key: str) -> LeadWord[K]:
        return LeadWord(
            cls(key), _label(raw["label"]), _strings(raw["aliases"]), str(raw["reference"])
        )

    return build


def _parameter(raw: Any, _: str) -> Parameter:
    return Parameter(
        float(raw["value"]), str(raw["unit"]), _label(raw["meaning"]), str(raw["reference"])
    )


def _with_multiple(
    categories: Mapping[Category, CategoryEntry],
) -> Mapping[Category, CategoryEntry]:
    """A multiple certificate without its detail line suspends what any component might."""
    if Category.MULTIPLE not in categories:
        return categories
    union: dict[FacetId, Presumption] = {}
    for entry in categories.values():
        for facet, presumption in entry.suspends.items():
            kind = "S" if presumption.kind == "S" else "?"
            if facet not in union or kind == "?":
                union[facet] = Presumption(facet, (None,) * 4, kind, "")
    multiple = categories[Category.MULTIPLE]
    filled = CategoryEntry(
        multiple.category, multiple.code, multiple.label, multiple.aliases,
        MappingProxyType(union), multiple.reference,
    )  # fmt: skip
    return MappingProxyType({**categories, Category.MULTIPLE: filled})


def _check_references(vocabulary: Vocabulary, reader: _Reader) -> None:
    facets, provisions, rules = vocabulary.facets, vocabulary.provisions, vocabulary.rules
    if len(facets) != FACET_COUNT:
        reader.problems.append(f"facets.yaml: holds {len(facets)} facets, not {FACET_COUNT}")
    for name, table in (
        ("presumptions.yaml: category", (Category, vocabulary.categories)),
        ("eligibility.yaml: track", (Track, vocabulary.tracks)),
        ("education.yaml: level", (Education, vocabulary.education)),
        ("outcomes.yaml: step", (LeadStep, vocabulary.lead_steps)),
    ):
        enum, entries = table
        reader.problems.extend(f"{name} {m.name} is missing" for m in enum if m not in entries)
    for category in vocabulary.categories.values():
        reader.known(f"presumptions.yaml: {category.category}", category.suspends, facets)
    for aid in vocabulary.aids.values():
        reader.known(f"aids.yaml: {aid.id}", [r.facet for r in aid.raises], facets)
        reader.known(f"aids.yaml: {aid.id}", aid.needs, provisions)
    for accommodation in vocabulary.accommodations.values():
        where = f"aids.yaml: {accommodation.id}"
        reader.known(where, accommodation.lowers, facets)
        reader.known(where, [accommodation.provision], provisions)
    for track in vocabulary.tracks.values():
        reader.known(f"eligibility.yaml: {track.track}", track.eligibility, rules)
    for restriction in vocabulary.restrictions.values():
        where = f"restrictions.yaml: {restriction.id}"
        reader.known(where, restriction.caps, facets)
        reader.known(where, restriction.forbids, rules)
        reader.known(where, restriction.needs, provisions)
    if len(vocabulary.duties) > MOST_DUTIES:
        reader.problems.append(f"duties.yaml: holds more than {MOST_DUTIES} duties")
    for duty in vocabulary.duties.values():
        reader.known(f"duties.yaml: {duty.id}", [duty.facet[0]] if duty.facet else [], facets)
    for level in vocabulary.education.values():
        reader.known(f"education.yaml: {level.level.name}", level.shows, facets)
    for family in vocabulary.families.values():
        where = f"families.yaml: {family.id}"
        reader.known(where, (*family.eligibility, *family.licences), rules)
        reader.known(where, family.usual, provisions)
        for clause in family.demands or ():
            for alternative in clause.alternatives:
                reader.known(where, [f for f, _ in alternative.levels], facets)
                reader.known(where, alternative.provided, provisions)


def load_vocabulary_from(folder: Traversable) -> Vocabulary:
    """Load and check the tables of one folder.

    Raises VocabularyError with every problem found in any file.
    """
    digest = hashlib.sha256()
    tables: dict[str, Mapping[str, Any]] = {}
    problems: list[str] = []
    for file in FILES:
        text = (folder / f"{file}.yaml").read_text(encoding="utf-8")
        digest.update(file.encode() + b"\0" + text.encode() + b"\0")
        try:
            tables[file] = parse_yaml(text)
        except Exception as error:
            problems.append(f"{file}.yaml: {error}")
    if problems:
        raise VocabularyError(problems)
    reader = _Reader(tables)
    vocabulary = Vocabulary(
        version=digest.hexdigest()[:12],
        as_of=max((d for f in FILES if (d := reader.as_of(f))), default=date.min),
        facets=reader.entries("facets", "facets", FacetId, _facet),
        categories=_with_multiple(
            reader.entries("presumptions", "categories", Category, _category)
        ),
        provisions=reader.entries("provisions", "provisions", ProvisionKey, _provision),
        aids=reader.entries("aids", "aids", AidId, _aid),
        accommodations=reader.entries("aids", "accommodations", str, _accommodation),
        rules=reader.entries("eligibility", "rules", RuleId, _rule),
        tracks=reader.entries("eligibility", "tracks", Track, _track),
        restrictions=reader.entries("restrictions", "restrictions", RestrictionId, _restriction),
        duties=reader.entries("duties", "duties", DutyId, _duty),
        families=reader.entries("families", "families", FamilyId, _family),
        districts=reader.entries("places", "districts", DistrictCode, _district),
        employer_kinds=reader.entries("employers", "kinds", str, _employer_kind),
        education=reader.entries("education", "levels", lambda name: Education[name], _education),
        lead_steps=reader.entries("outcomes", "steps", LeadStep, _lead_word(LeadStep)),
        decline_reasons=reader.entries("outcomes", "decline_reasons", str, _lead_word(str)),
        messages=reader.entries(
            "messages", "messages", str, lambda raw, _: _label(raw), cited=False
        ),
        parameters=reader.entries("parameters", "parameters", str, _parameter),
    )
    _check_references(vocabulary, reader)
    if reader.problems:
        raise VocabularyError(reader.problems)
    return vocabulary


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The tables that ship with the project, loaded once.

    >>> load_vocabulary().facets[FacetId("stairs")].label.en
    'Steps and stairs'
    """
    return load_vocabulary_from(resources.files("data.vocabulary"))

"""What the vocabulary tables hold once loaded: typed, immutable, with a version.

The YAML files beside this module are the only place where a rule parameter or a Chinese label is
written down; everything else refers to them by id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

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

K = TypeVar("K")


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages that people are shown."""

    zh: str
    en: str

    def text(self, language: Language = Language.ZH) -> str:
        return self.zh if language is Language.ZH else self.en


class FacetKind(StrEnum):
    """F function and T tolerance are presumed full until something suspends the presumption;
    S skill is never presumed."""

    FUNCTION = "F"
    TOLERANCE = "T"
    SKILL = "S"


@dataclass(frozen=True, slots=True)
class Facet:
    id: FacetId
    label: Label
    kind: FacetKind
    safety: bool
    icf: tuple[str, ...]
    levels: tuple[Label, ...]
    question: Label
    reference: str


@dataclass(frozen=True, slots=True)
class Presumption:
    """What a certificate category says of one facet: the presumption "unaffected" is suspended.

    `bounds` by grade only order a counsellor's questions; they never narrow a capability.
    """

    facet: FacetId
    bounds: tuple[int | None, ...]
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    category: Category
    code: int
    label: Label
    aliases: tuple[str, ...]
    suspends: Mapping[FacetId, Presumption]
    reference: str


@dataclass(frozen=True, slots=True)
class Provision:
    key: ProvisionKey
    label: Label
    question: Label
    aliases: tuple[str, ...]
    group: str
    reference: str


@dataclass(frozen=True, slots=True)
class Raise:
    """An aid raises a facet by steps (None: as measured) and to no more than a ceiling."""

    facet: FacetId
    by: int | None
    to_at_most: int


@dataclass(frozen=True, slots=True)
class Aid:
    id: AidId
    label: Label
    aliases: tuple[str, ...]
    raises: tuple[Raise, ...]
    needs: tuple[ProvisionKey, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Accommodation:
    """A change at the workplace that lowers what the job demands, and the provision that it is."""

    id: str
    label: Label
    provision: ProvisionKey
    lowers: Mapping[FacetId, int]
    condition: Label
    reference: str


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """A named legal condition: the only place where a label or a status may decide."""

    id: RuleId
    label: Label
    kind: str
    question: Label
    remedy: Label
    aliases: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class TrackEntry:
    track: Track
    label: Label
    aliases: tuple[str, ...]
    eligibility: tuple[RuleId, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a doctor or the person ruled out: it may only exclude, never admit."""

    id: RestrictionId
    label: Label
    aliases: tuple[str, ...]
    caps: Mapping[FacetId, int]
    forbids: tuple[RuleId, ...]
    needs: tuple[ProvisionKey, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Signs:
    """How something shows itself in folded text (`data.duties`): `said` in what a person shuns or
    seeks, `title` and `text` in a posting; `spared` are titles that say the opposite (呼入 for
    someone who will take calls but make none)."""

    said: re.Pattern[str]
    title: re.Pattern[str]
    text: re.Pattern[str]
    spared: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a job may consist of and a person may refuse. `refusal` is how people say so;
    `aliases` begin with it. `facet`: a demand of this level or more means the duty, whatever the
    words."""

    id: DutyId
    label: Label
    refusal: Label
    aliases: tuple[str, ...]
    facet: tuple[FacetId, int] | None
    signs: Signs
    reference: str


@dataclass(frozen=True, slots=True)
class Cues:
    """How a family shows itself in a posting: in the title, in the text, and what vetoes it."""

    title: tuple[re.Pattern[str], ...]
    text: tuple[re.Pattern[str], ...]
    veto: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class JobFamily:
    """A kind of job with the demands it usually makes. A template is a proposal that every
    employer must confirm; None: the family's posts differ too much to have one."""

    id: FamilyId
    label: Label
    tracks: tuple[Track, ...]
    demands: tuple[Clause, ...] | None
    usual: tuple[ProvisionKey, ...]
    eligibility: tuple[RuleId, ...]
    licences: tuple[RuleId, ...]
    cues: Cues
    trap: Label | None
    reference: str


@dataclass(frozen=True, slots=True)
class District:
    """A district of Guangzhou with its centroid in GCJ-02 degrees (never mixed with WGS-84)."""

    code: DistrictCode
    label: Label
    aliases: tuple[str, ...]
    lon_gcj02: float
    lat_gcj02: float
    rural: bool
    reference: str


@dataclass(frozen=True, slots=True)
class EmployerKind:
    id: str
    label: Label
    aliases: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class EducationEntry:
    """A step of schooling and the least level that it proves on skill facets."""

    level: Education
    label: Label
    aliases: tuple[str, ...]
    shows: Mapping[FacetId, int]
    reference: str


@dataclass(frozen=True, slots=True)
class LeadWord(Generic[K]):
    """A step of a lead, or a reason for declining one, with its words in cells."""

    id: K
    label: Label
    aliases: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a rule or of the ranking, with its unit and where it comes from."""

    value: float
    unit: str
    meaning: Label
    reference: str


@dataclass(frozen=True)
class Vocabulary:
    """Every table together. `version` is a hash of the files' content and travels in answers."""

    version: str
    as_of: date
    facets: Mapping[FacetId, Facet]
    categories: Mapping[Category, CategoryEntry]
    provisions: Mapping[ProvisionKey, Provision]
    aids: Mapping[AidId, Aid]
    accommodations: Mapping[str, Accommodation]
    rules: Mapping[RuleId, EligibilityRule]
    tracks: Mapping[Track, TrackEntry]
    restrictions: Mapping[RestrictionId, Restriction]
    duties: Mapping[DutyId, Duty]
    families: Mapping[FamilyId, JobFamily]
    districts: Mapping[DistrictCode, District]
    employer_kinds: Mapping[str, EmployerKind]
    education: Mapping[Education, EducationEntry]
    lead_steps: Mapping[LeadStep, LeadWord[LeadStep]]
    decline_reasons: Mapping[str, LeadWord[str]]
    messages: Mapping[str, Label]
    parameters: Mapping[str, Parameter]

    @cached_property
    def facet_index(self) -> Mapping[FacetId, int]:
        """Column of each facet in the arrays of `matching`, in the order of facets.yaml."""
        return {facet: i for i, facet in enumerate(self.facets)}

    @cached_property
    def duty_index(self) -> Mapping[DutyId, int]:
        """Place of each duty in the packed columns of `matching`, in the order of duties.yaml."""
        return {duty: i for i, duty in enumerate(self.duties)}

    @cached_property
    def accommodations_by_provision(self) -> Mapping[ProvisionKey, tuple[Accommodation, ...]]:
        found: dict[ProvisionKey, list[Accommodation]] = {}
        for accommodation in self.accommodations.values():
            found.setdefault(accommodation.provision, []).append(accommodation)
        return {key: tuple(values) for key, values in found.items()}

    def message(self, key: str, language: Language, **values: object) -> str:
        """A sentence of messages.yaml with its blanks filled."""
        return self.messages[key].text(language).format(**values)

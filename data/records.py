"""The nouns of the house: who looks for work, what is offered, and what is known of either.

Every record is a frozen value. Nothing here decides anything: a record only refuses to be built
when it contradicts itself (an interval whose ends are swapped, a pay range upside down). What a
record does not know it says so: a missing provision is *unknown*, never *no*; a missing capability
is resolved by the presumption rules in `matching`, never by a default in here.

Names, telephone and certificate numbers, sex and date of birth are not part of a `Jobseeker`.
They live in `Identity`, which no code that filters or ranks may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import NewType

JobseekerId = NewType("JobseekerId", str)
PostingId = NewType("PostingId", str)
EmployerId = NewType("EmployerId", str)
FairId = NewType("FairId", str)
FacetId = NewType("FacetId", str)
ProvisionKey = NewType("ProvisionKey", str)
RuleId = NewType("RuleId", str)
AidId = NewType("AidId", str)
RestrictionId = NewType("RestrictionId", str)
DutyId = NewType("DutyId", str)
FamilyId = NewType("FamilyId", str)
DistrictCode = NewType("DistrictCode", str)

LEVEL_MIN, LEVEL_MAX = 0, 4


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """What is known of a level on the scale 0 (none) to 4 (full): somewhere from `lo` to `hi`.

    The scale is the reverse of the ICF qualifier: ``capability = 4 - qualifier`` (WHO ICF 2001).

    >>> Interval(2, 3)
    Interval(lo=2, hi=3)
    >>> Interval.exactly(3).is_exact
    True
    """

    lo: int
    hi: int

    def __post_init__(self) -> None:
        if not (LEVEL_MIN <= self.lo <= self.hi <= LEVEL_MAX):
            raise ValueError(f"levels run from 0 to 4 and lo <= hi, not {self.lo}..{self.hi}")

    @classmethod
    def exactly(cls, level: int) -> Interval:
        return cls(level, level)

    @classmethod
    def unknown(cls) -> Interval:
        return cls(LEVEL_MIN, LEVEL_MAX)

    @property
    def is_exact(self) -> bool:
        return self.lo == self.hi

    def __str__(self) -> str:
        return str(self.lo) if self.is_exact else f"{self.lo}-{self.hi}"


class Category(StrEnum):
    """Certificate categories of GB/T 26341-2010. Used by named legal rules and to suspend
    presumptions; never to filter or to rank."""

    VISION = "vision"
    HEARING = "hearing"
    SPEECH = "speech"
    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"
    MULTIPLE = "multiple"


class CapabilitySource(StrEnum):
    """Where a capability comes from; ranked in the order in which one replaces another."""

    OBSERVED = "observed"
    ASSESSED = "assessed"
    SELF_REPORTED = "self_reported"
    EDUCATION = "education"
    PRESUMED = "presumed"
    UNKNOWN = "unknown"


class DemandSource(StrEnum):
    """Where a demand comes from. All but `CONFIRMED` are provisional and say so in every answer."""

    CONFIRMED = "confirmed"
    READ = "read"
    TEMPLATE = "template"
    MISSING = "missing"


class FamilySource(StrEnum):
    STATED = "stated"
    RECOGNISED = "recognised"


class ProvisionState(StrEnum):
    """What a workplace says of one provision. `unknown` is what a blank cell means."""

    YES = "yes"
    OFFERED = "offered"
    NO = "no"
    UNKNOWN = "unknown"


class FactState(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Track(StrEnum):
    """The kind of employment a posting leads to."""

    OPEN = "open"
    SUPPORTED = "supported"
    SHELTERED = "sheltered"
    PUBLIC_WELFARE = "public_welfare"
    OWN_ACCOUNT = "own_account"


class Education(IntEnum):
    """Schooling in steps, so that `>=` is meaningful. Labels live in education.yaml."""

    NONE = 0
    PRIMARY = 1
    JUNIOR = 2
    SENIOR = 3
    COLLEGE = 4
    BACHELOR = 5
    MASTER = 6
    DOCTOR = 7


class PayPeriod(StrEnum):
    MONTH = "month"
    YEAR = "year"
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the disability certificate says. `components` are the categories of a multiple
    certificate when its detail line is known; a lone `MULTIPLE` means the detail is unknown."""

    categories: tuple[Category, ...]
    grade: int | None = None

    def __post_init__(self) -> None:
        if self.grade is not None and not 1 <= self.grade <= 4:
            raise ValueError(f"certificate grades run from 1 to 4, not {self.grade}")


@dataclass(frozen=True, slots=True)
class Capability:
    """What a person does on one facet with the aids they really use (ICF performance)."""

    facet: FacetId
    interval: Interval
    source: CapabilitySource
    dated: date | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated statement on a licence or a certified status (hukou, hardship, working age …).

    Outside its dates it says nothing, and a rule that asks gets *unknown*: an expired
    certification is a question, not a refusal.
    """

    rule: RuleId
    state: FactState
    valid_from: date | None = None
    valid_until: date | None = None

    def covers(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person allowed, and when. `purpose`: "match", "share_with_employer"."""

    purpose: str
    granted: bool
    dated: date | None = None


class MustKind(StrEnum):
    """Wishes that a person may raise to a must."""

    DISTRICTS = "districts"
    COMMUTE = "commute"
    PAY = "pay"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person would like. A wish moves the ranking; only `Jobseeker.musts` exclude."""

    occupations: tuple[str, ...] = ()
    districts: tuple[DistrictCode, ...] = ()
    commute_minutes_max: int | None = None
    monthly_pay_yuan_min: int | None = None
    hours_per_day_max: float | None = None
    remote: bool = False
    tracks: tuple[Track, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Musts:
    """What the person will not do without: wishes raised to conditions, and provisions; and the
    duties that they refuse."""

    wishes: tuple[MustKind, ...] = ()
    provisions: tuple[ProvisionKey, ...] = ()
    refused: tuple[DutyId, ...] = ()


@dataclass(frozen=True, slots=True)
class Jobseeker:
    """A registered person as the matcher may know them: function, facts and wishes, no identity.

    `certificate` None means that nobody recorded it: every presumption is then suspended, exactly
    as for a multiple certificate without detail. A person known to hold none has an empty tuple
    of categories.
    """

    id: JobseekerId
    certificate: Certificate | None = None
    capabilities: tuple[Capability, ...] = ()
    aids: tuple[AidId, ...] = ()
    restrictions: tuple[RestrictionId, ...] = ()
    skills: tuple[str, ...] = ()
    education: Education | None = None
    major: str = ""
    experience: str = ""
    experience_years: float | None = None
    facts: tuple[Fact, ...] = ()
    residence: DistrictCode | None = None
    wishes: Wishes = field(default_factory=Wishes)
    musts: Musts = field(default_factory=Musts)
    consents: tuple[Consent, ...] = ()

    def allows(self, purpose: str) -> bool | None:
        """True or False as the person last decided, None when they were never asked."""
        answers = [c for c in self.consents if c.purpose == purpose]
        return max(answers, key=lambda c: c.dated or date.min).granted if answers else None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the person is. Kept apart: read by the staff workbook, by nothing that judges."""

    jobseeker_id: JobseekerId
    name: str = ""
    id_number: str = ""
    certificate_number: str = ""
    phone: str = ""
    sex: str = ""
    birth: date | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """One vocational assessment: an instrument, a day, the levels it found, with aids in use."""

    jobseeker_id: JobseekerId
    instrument: str
    dated: date
    findings: tuple[Capability, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet a clause: all its levels and all its workplace provisions."""

    levels: tuple[tuple[FacetId, Interval], ...] = ()
    provided: tuple[ProvisionKey, ...] = ()

    def __post_init__(self) -> None:
        if not self.levels and not self.provided:
            raise ValueError("an alternative needs a level or a provision")


@dataclass(frozen=True, slots=True)
class Clause:
    """A demand: at least one alternative must hold. `critical` means that on safety facets a
    presumption is not enough; `evidence` is the exact span of the posting that carries it."""

    alternatives: tuple[Alternative, ...]
    critical: bool = False
    evidence: str = ""

    def __post_init__(self) -> None:
        if not self.alternatives:
            raise ValueError("a clause needs at least one alternative")


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay as the posting states it, with the monthly range it comes to where that is known.

    Piece and hourly rates have no monthly range unless the posting's hours allow one: the range
    is then None, which a pay condition treats as a question.
    """

    period: PayPeriod
    low: float | None = None
    high: float | None = None
    monthly_yuan_low: int | None = None
    monthly_yuan_high: int | None = None

    def __post_init__(self) -> None:
        for low, high in ((self.low, self.high), (self.monthly_yuan_low, self.monthly_yuan_high)):
            if low is not None and high is not None and low > high:
                raise ValueError("a pay range runs from low to high")


@dataclass(frozen=True, slots=True)
class Employer:
    """`kind` is an id of employers.yaml: public_body, institution, state_owned, private …"""

    id: EmployerId
    name: str
    kind: str | None = None
    credit_code: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True)
class JobPosting:
    """A posting as it was published. `demands` None: the employer has stated none, so the family
    template speaks provisionally. `eligibility` None: not stated, so track and family speak.

    `demands_complete` False: what was read is only part of what the job asks; it may exclude, but
    it cannot admit. `quarantine`: phrases that a person must judge before the posting may be shown
    (discrimination, fraud); `reviewed`: a person has.
    """

    id: PostingId
    title: str
    employer_id: EmployerId | None = None
    employer_name: str = ""
    employer_kind: str | None = None
    track: Track = Track.OPEN
    family: FamilyId | None = None
    family_source: FamilySource | None = None
    demands: tuple[Clause, ...] | None = None
    demands_source: DemandSource = DemandSource.MISSING
    demands_complete: bool = True
    provisions: Mapping[ProvisionKey, ProvisionState] = field(default_factory=dict)
    eligibility: tuple[RuleId, ...] | None = None
    licences: tuple[RuleId, ...] = ()
    pay: Pay | None = None
    district: DistrictCode | None = None
    address: str = ""
    headcount: int = 1
    published: date | None = None
    valid_until: date | None = None
    duties: str = ""
    requirements: str = ""
    tags: tuple[str, ...] = ()
    education_min: Education | None = None
    experience_years_min: float | None = None
    hours_per_day: float | None = None
    industry: str = ""
    source: str = ""
    quarantine: tuple[str, ...] = ()
    reviewed: bool = False

    def __post_init__(self) -> None:
        if self.headcount < 0:
            raise ValueError("headcount cannot be negative")
        if (self.demands is None) != (self.demands_source is DemandSource.MISSING):
            raise ValueError("stated demands name their source, missing demands have none")

    @property
    def awaits_review(self) -> bool:
        """Whether phrases of the text wait for a person (广东省人力资源市场条例 第33、35条)."""
        return bool(self.quarantine) and not self.reviewed

    def is_open(self, on: date) -> bool:
        """Whether a person may still be sent there on that day."""
        return (
            self.headcount > 0
            and (self.published is None or self.published <= on)
            and (self.valid_until is None or on <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class RecruitmentFair:
    """One fair: where, when, and which postings have a booth. Planning it comes later."""

    id: FairId
    name: str
    held_on: date
    district: DistrictCode | None = None
    postings: tuple[PostingId, ...] = ()

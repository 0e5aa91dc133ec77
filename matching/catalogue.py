"""The whole catalogue as arrays, and the verdicts of one person on all of it at once.

The readable rule is `assess`; this is the same rule for every posting together, and a property
test holds the two equal. Rows are in the order of the posting ids, so ties broken by row are
broken by id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.records import (
    DemandSource,
    DutyId,
    JobPosting,
    MustKind,
    PostingId,
    ProvisionKey,
    RuleId,
    Track,
)
from data.vocabulary import Vocabulary
from matching.clause_table import ClauseTable, ClauseTableBuilder
from matching.commute import commute_minutes
from matching.demands import effective_demands, effective_eligibility
from matching.duties import duty_statuses, pack_statuses, unpack_status
from matching.feasibility import STATUS_OF_PROVISION, provision_state
from matching.musts import REMOTE, REMOTE_RESCUE
from matching.person import CompiledPerson
from matching.verdict import OUTCOMES, Outcome, Status

FEASIBLE, CONDITIONAL, NEEDS_INFO, INFEASIBLE, INELIGIBLE = range(len(OUTCOMES))
LEVEL_UNKNOWN = -1
NO_DAY_BEFORE, NO_DAY_AFTER = 0, np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One outcome per row of the catalogue, as an index into `OUTCOMES`, and which rows are open.

    Shapes: codes (rows,) uint8, open (rows,) bool.
    """

    codes: NDArray[np.uint8]
    open: NDArray[np.bool_]

    @property
    def admissible(self) -> NDArray[np.bool_]:
        """Open rows that may be shown as recommendations."""
        mask: NDArray[np.bool_] = self.open & (self.codes <= CONDITIONAL)
        return mask

    @property
    def askable(self) -> NDArray[np.bool_]:
        """Open rows that a question stands before."""
        mask: NDArray[np.bool_] = self.open & (self.codes == NEEDS_INFO)
        return mask

    def counts(self) -> dict[Outcome, int]:
        found = np.bincount(self.codes[self.open], minlength=len(OUTCOMES))
        return {outcome: int(found[i]) for i, outcome in enumerate(OUTCOMES)}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All postings in columns. Shapes: (rows,) unless said otherwise; unknown is -1 or NaN.

    `provisions` (keys, rows) holds `Status` values, `duties` those of all duties packed; `version`
    is a hash of everything that a verdict or a signal reads.
    """

    vocabulary: Vocabulary
    ids: tuple[PostingId, ...]
    row_of: dict[PostingId, int]
    clauses: ClauseTable
    signature: NDArray[np.int32]
    eligibility_sets: tuple[tuple[RuleId, ...], ...]
    eligibility: NDArray[np.int32]
    provisions: NDArray[np.uint8]
    provision_row: dict[ProvisionKey, int]
    district: NDArray[np.int8]
    monthly_low: NDArray[np.float64]
    monthly_high: NDArray[np.float64]
    hours: NDArray[np.float64]
    opens: NDArray[np.int32]
    closes: NDArray[np.int32]
    headcount: NDArray[np.int32]
    review: NDArray[np.bool_]
    family: NDArray[np.int16]
    track: NDArray[np.int8]
    education_min: NDArray[np.int8]
    experience_min: NDArray[np.float64]
    provisional: NDArray[np.bool_]
    duties: NDArray[np.int64]
    version: str

    def __len__(self) -> int:
        return len(self.ids)

    def rows_alone(self, rows: NDArray[np.intp]) -> Catalogue:
        """A catalogue of some of the rows only, in the given order; clauses are shared."""
        ids = tuple(self.ids[i] for i in rows.tolist())
        columns = {
            name: getattr(self, name)[rows]
            for name in (
                "signature", "eligibility", "district", "monthly_low", "monthly_high", "hours",
                "opens", "closes", "headcount", "review", "family", "track", "education_min",
                "experience_min", "provisional", "duties",
            )
        }  # fmt: skip
        return replace(
            self, ids=ids, row_of={posting_id: row for row, posting_id in enumerate(ids)},
            provisions=self.provisions[:, rows], **columns,
        )  # fmt: skip

    def open_on(self, on: date) -> NDArray[np.bool_]:
        day = on.toordinal()
        mask: NDArray[np.bool_] = (self.opens <= day) & (day <= self.closes) & (self.headcount > 0)
        return mask

    def verdicts(self, person: CompiledPerson) -> Verdicts:
        """Judge one person against every row: the same outcomes as `assess`, row by row."""
        instances = self.clauses.instance_status(person.lo, person.hi)
        function = self.clauses.signature_status(instances)[self.signature]
        worst = np.maximum(function, self.must_status(person))
        law = self.law_status(person)
        codes = np.maximum(worst, np.where(law == Status.FAIL, np.uint8(INELIGIBLE), law))
        return Verdicts(codes.astype(np.uint8, copy=False), self.open_on(person.on))

    def law_status(self, person: CompiledPerson) -> NDArray[np.uint8]:
        """Layer 1 for every row: the legal conditions, and texts that await a person's review."""
        law = self.eligibility_status(person)[self.eligibility]
        law[self.review] = np.maximum(law[self.review], np.uint8(Status.UNKNOWN))
        return law

    def eligibility_status(self, person: CompiledPerson) -> NDArray[np.uint8]:
        """Worst legal condition of each distinct set of them: (sets,) uint8."""
        rules = {rule: i for i, rule in enumerate(self.vocabulary.rules)}
        if person.barred:
            return np.full(len(self.eligibility_sets), Status.FAIL, np.uint8)
        return np.array(
            [
                max((int(person.rule_status[rules[r]]) for r in members), default=int(Status.OK))
                for members in self.eligibility_sets
            ],
            np.uint8,
        )

    def must_status(self, person: CompiledPerson) -> NDArray[np.uint8]:
        worst = np.zeros(len(self), np.uint8)
        for key in person.must_provisions:
            np.maximum(worst, self.provision_status(key), out=worst)
        for kind in person.must_wishes:
            np.maximum(worst, self.wish_status(kind, person), out=worst)
        for duty in person.refused:
            np.maximum(worst, self.refused_status(duty), out=worst)
        if person.forbidden_rules:
            hit = np.array(
                [bool(person.forbidden_rules.intersection(m)) for m in self.eligibility_sets]
            )
            if hit.any():
                worst[hit[self.eligibility]] = Status.FAIL
        return worst

    def refused_status(self, duty: DutyId) -> NDArray[np.uint8]:
        """How every row stands to someone who refuses a duty."""
        return unpack_status(self.duties, duty, self.vocabulary)

    def provision_status(self, key: ProvisionKey) -> NDArray[np.uint8]:
        row = self.provision_row.get(key)
        if row is None:
            return np.full(len(self), Status.UNKNOWN, np.uint8)
        states: NDArray[np.uint8] = self.provisions[row]
        return states

    def wish_status(self, kind: MustKind, person: CompiledPerson) -> NDArray[np.uint8]:
        wishes = person.jobseeker.wishes
        unknown, fail = np.uint8(Status.UNKNOWN), np.uint8(Status.FAIL)
        if kind is MustKind.PAY and wishes.monthly_pay_yuan_min is not None:
            floor = wishes.monthly_pay_yuan_min
            status = np.where(self.monthly_high < floor, fail, unknown)
            status[self.monthly_low >= floor] = Status.OK
            return status
        if kind is MustKind.HOURS and wishes.hours_per_day_max is not None:
            status = np.where(self.hours > wishes.hours_per_day_max, fail, unknown)
            status[self.hours <= wishes.hours_per_day_max] = Status.OK
            return status
        if kind is MustKind.DISTRICTS and wishes.districts:
            wished = [d in wishes.districts for d in self.vocabulary.districts]
            by_district = np.array([*np.where(wished, 0, fail), unknown], np.uint8)
            return np.minimum(by_district[self.district], self._rescued_by_remote())
        if kind is MustKind.COMMUTE and wishes.commute_minutes_max is not None:
            by_district = np.array([*self._commute_by_district(person), unknown], np.uint8)
            return np.minimum(by_district[self.district], self._rescued_by_remote())
        return np.zeros(len(self), np.uint8)

    def _rescued_by_remote(self) -> NDArray[np.uint8]:
        rescued: NDArray[np.uint8] = np.array(REMOTE_RESCUE, np.uint8)[
            self.provision_status(REMOTE)
        ]
        return rescued

    def _commute_by_district(self, person: CompiledPerson) -> list[int]:
        limit = person.jobseeker.wishes.commute_minutes_max or 0
        statuses = []
        for district in self.vocabulary.districts:
            estimate = commute_minutes(person.jobseeker.residence, district, self.vocabulary)
            if estimate is None:
                statuses.append(int(Status.UNKNOWN))
            elif estimate[1] <= limit:
                statuses.append(int(Status.OK))
            else:
                statuses.append(int(Status.FAIL if estimate[0] > limit else Status.UNKNOWN))
        return statuses


def compile_catalogue(
    postings: Iterable[JobPosting], vocabulary: Vocabulary, *, data_version: str = ""
) -> Catalogue:
    """Turn postings into columns. Ids must be distinct; rows come out in the order of ids."""
    rows = sorted(postings, key=lambda p: p.id)
    ids = tuple(p.id for p in rows)
    if len(set(ids)) != len(ids):
        raise ValueError("posting ids must be distinct")
    builder = ClauseTableBuilder(vocabulary)
    districts = {code: i for i, code in enumerate(vocabulary.districts)}
    families = {family: i for i, family in enumerate(vocabulary.families)}
    tracks = {track: i for i, track in enumerate(Track)}
    sets: dict[tuple[RuleId, ...], int] = {}
    keys: dict[ProvisionKey, int] = {}
    for posting in rows:
        for key in posting.provisions:
            keys.setdefault(key, len(keys))
    keys.setdefault(REMOTE, len(keys))
    provisions = np.full((len(keys), len(rows)), Status.UNKNOWN, np.uint8)
    digest = hashlib.sha256(vocabulary.version.encode())
    signature, eligibility = [], []
    for row, posting in enumerate(rows):
        signature.append(builder.add(posting))
        rules = effective_eligibility(posting, vocabulary)
        eligibility.append(sets.setdefault(rules, len(sets)))
        for key in posting.provisions:
            provisions[keys[key], row] = STATUS_OF_PROVISION[provision_state(posting, key)]
        if not data_version:
            digest.update(repr(posting).encode())
    pay = [p.pay for p in rows]
    return Catalogue(
        vocabulary=vocabulary,
        ids=ids,
        row_of={posting_id: row for row, posting_id in enumerate(ids)},
        clauses=builder.build(),
        signature=np.array(signature, np.int32),
        eligibility_sets=tuple(sets),
        eligibility=np.array(eligibility, np.int32),
        provisions=provisions,
        provision_row=keys,
        district=np.array([districts.get(p.district, -1) if p.district else -1 for p in rows],
                          np.int8),
        monthly_low=_floats(p.monthly_yuan_low if p else None for p in pay),
        monthly_high=_floats(p.monthly_yuan_high if p else None for p in pay),
        hours=_floats(p.hours_per_day for p in rows),
        opens=np.array([p.published.toordinal() if p.published else NO_DAY_BEFORE for p in rows],
                       np.int32),
        closes=np.array(
            [p.valid_until.toordinal() if p.valid_until else NO_DAY_AFTER for p in rows], np.int32
        ),
        review=np.array([p.awaits_review for p in rows], np.bool_),
        headcount=np.array([p.headcount for p in rows], np.int32),
        family=np.array([families.get(p.family, -1) if p.family else -1 for p in rows], np.int16),
        track=np.array([tracks[p.track] for p in rows], np.int8),
        education_min=np.array(
            [LEVEL_UNKNOWN if p.education_min is None else int(p.education_min) for p in rows],
            np.int8,
        ),
        experience_min=_floats(p.experience_years_min for p in rows),
        provisional=np.array(
            [effective_demands(p, vocabulary).source is not DemandSource.CONFIRMED for p in rows],
            np.bool_,
        ),
        duties=np.array([pack_statuses(duty_statuses(p, vocabulary)) for p in rows], np.int64),
        version=data_version or digest.hexdigest()[:12],
    )  # fmt: skip


def _floats(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([float("nan") if v is None else v for v in values], np.float64)

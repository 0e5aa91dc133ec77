"""Layer 3, the person's own conditions: what they will not do without, and what was ruled out.

Wishes only move the ranking; here stand those that the person raised to a must, the duties that
they refuse, and restrictions set by a doctor or the person. What a posting does not say is a
question to the employer.
"""

from __future__ import annotations

from data.records import (
    DistrictCode,
    JobPosting,
    Jobseeker,
    MustKind,
    ProvisionKey,
    ProvisionState,
)
from data.vocabulary import Vocabulary
from matching.commute import commute_minutes
from matching.demands import effective_eligibility
from matching.duties import duty_statuses
from matching.feasibility import STATUS_OF_PROVISION, provision_state
from matching.verdict import Barrier, Layer, Status, Subject

REMOTE = ProvisionKey("remote")
REMOTE_RESCUE = (Status.OK, Status.CONDITION, Status.FAIL, Status.FAIL)
"""What work from home leaves of a distance, by the status of the provision."""


def must_provisions(jobseeker: Jobseeker, vocabulary: Vocabulary) -> tuple[ProvisionKey, ...]:
    """Provisions the person needs: named as musts, or needed by a restriction."""
    needed = [*jobseeker.musts.provisions]
    for restriction in jobseeker.restrictions:
        needed.extend(vocabulary.restrictions[restriction].needs)
    return tuple(dict.fromkeys(needed))


def _unless_remote(status: Status, posting: JobPosting) -> Status:
    """Work from home makes the way to work irrelevant; on offer, it makes it a condition. A
    posting that names a place and is silent on work from home means that place."""
    return min(status, REMOTE_RESCUE[STATUS_OF_PROVISION[provision_state(posting, REMOTE)]])


def district_status(wished: tuple[DistrictCode, ...], posting: JobPosting) -> Status:
    if not wished:
        return Status.OK
    if posting.district is None:
        status = Status.UNKNOWN
    else:
        status = Status.OK if posting.district in wished else Status.FAIL
    return _unless_remote(status, posting)


def commute_status(jobseeker: Jobseeker, posting: JobPosting, vocabulary: Vocabulary) -> Status:
    limit = jobseeker.wishes.commute_minutes_max
    if limit is None:
        return Status.OK
    estimate = commute_minutes(jobseeker.residence, posting.district, vocabulary)
    if estimate is None:
        status = Status.UNKNOWN
    elif estimate[1] <= limit:
        status = Status.OK
    else:
        status = Status.FAIL if estimate[0] > limit else Status.UNKNOWN
    return _unless_remote(status, posting)


def pay_status(floor_yuan: int | None, posting: JobPosting) -> Status:
    """A range that straddles the floor is a question, as is pay without a monthly figure."""
    if floor_yuan is None:
        return Status.OK
    low = posting.pay.monthly_yuan_low if posting.pay else None
    high = posting.pay.monthly_yuan_high if posting.pay else None
    if low is not None and low >= floor_yuan:
        return Status.OK
    return Status.FAIL if high is not None and high < floor_yuan else Status.UNKNOWN


def hours_status(limit: float | None, posting: JobPosting) -> Status:
    if limit is None:
        return Status.OK
    if posting.hours_per_day is None:
        return Status.UNKNOWN
    return Status.OK if posting.hours_per_day <= limit else Status.FAIL


_STATE_WORD = {
    Status.CONDITION: ProvisionState.OFFERED,
    Status.UNKNOWN: ProvisionState.UNKNOWN,
    Status.FAIL: ProvisionState.NO,
}


def assess_musts(
    jobseeker: Jobseeker, posting: JobPosting, vocabulary: Vocabulary
) -> list[Barrier]:
    """The person's own conditions that this posting breaks, or may break."""
    barriers: list[Barrier] = []
    for key in must_provisions(jobseeker, vocabulary):
        state = provision_state(posting, key)
        status = STATUS_OF_PROVISION[state]
        if status is not Status.OK:
            code = f"must.{key}={state}"
            barriers.append(
                Barrier(Layer.MUST, status, code, Subject.MUST_PROVISION, str(key), state=state)
            )
    wishes = jobseeker.wishes
    for kind in jobseeker.musts.wishes:
        if kind is MustKind.DISTRICTS:
            status = district_status(wishes.districts, posting)
        elif kind is MustKind.COMMUTE:
            status = commute_status(jobseeker, posting, vocabulary)
        elif kind is MustKind.PAY:
            status = pay_status(wishes.monthly_pay_yuan_min, posting)
        else:
            status = hours_status(wishes.hours_per_day_max, posting)
        if status is not Status.OK:
            code = f"must.{kind}={_STATE_WORD[status]}"
            barriers.append(Barrier(Layer.MUST, status, code, Subject.MUST, str(kind)))
    if jobseeker.musts.refused:
        statuses = duty_statuses(posting, vocabulary)
        for duty in jobseeker.musts.refused:
            status = statuses[vocabulary.duty_index[duty]]
            if status is not Status.OK:
                code = f"refused.{duty}" + ("" if status is Status.FAIL else "=?")
                barriers.append(Barrier(Layer.MUST, status, code, Subject.REFUSED, str(duty)))
    required = set(effective_eligibility(posting, vocabulary))
    for restriction in jobseeker.restrictions:
        if required.intersection(vocabulary.restrictions[restriction].forbids):
            code = f"restriction.{restriction}"
            barriers.append(
                Barrier(Layer.MUST, Status.FAIL, code, Subject.RESTRICTION, str(restriction))
            )
    return barriers

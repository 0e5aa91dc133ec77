"""From a described person to the record that the matcher judges; nothing is kept of either."""

from __future__ import annotations

from api.http.names import NameBook
from api.http.profile import Profile, WishesIn
from data.records import (
    AidId,
    Capability,
    CapabilitySource,
    Certificate,
    DutyId,
    FacetId,
    Fact,
    FactState,
    Interval,
    Jobseeker,
    JobseekerId,
    Musts,
    ProvisionKey,
    RestrictionId,
    RuleId,
    Wishes,
)

DESCRIBED = JobseekerId("profile")
"""The id in answers about a person who was described and is not registered."""


def read_profile(profile: Profile, book: NameBook) -> Jobseeker:
    """The person of a profile whose names have been checked."""
    categories = profile.certificate_categories
    return Jobseeker(
        id=DESCRIBED,
        certificate=None if categories is None else Certificate(tuple(categories)),
        capabilities=_capabilities(profile),
        aids=tuple(AidId(a) for a in profile.aids),
        restrictions=tuple(RestrictionId(r) for r in profile.restrictions),
        skills=tuple(profile.skills),
        education=None if profile.education is None else book.schooling(profile.education),
        major=profile.major,
        experience=profile.experience,
        experience_years=profile.experience_years,
        facts=_facts(profile),
        residence=None if profile.residence is None else book.district(profile.residence),
        wishes=_wishes(profile.wishes, book),
        musts=Musts(
            wishes=tuple(dict.fromkeys(profile.musts.wishes)),
            provisions=tuple(ProvisionKey(p) for p in profile.musts.provisions),
            refused=tuple(DutyId(d) for d in profile.musts.refused),
        ),
    )


def _capabilities(profile: Profile) -> tuple[Capability, ...]:
    return tuple(
        Capability(
            FacetId(facet), Interval(*stated.ends), CapabilitySource(stated.source),
            stated.dated, stated.instrument,
        )
        for facet, stated in profile.capabilities.items()
    )  # fmt: skip


def _facts(profile: Profile) -> tuple[Fact, ...]:
    """What is said to be so or not to be so; null says nothing, which is what unknown means."""
    said = {**profile.facts, **profile.licences}
    return tuple(
        Fact(RuleId(rule), FactState.TRUE if is_so else FactState.FALSE)
        for rule, is_so in said.items()
        if is_so is not None
    )


def _wishes(wishes: WishesIn, book: NameBook) -> Wishes:
    return Wishes(
        occupations=tuple(wishes.occupations),
        districts=tuple(book.district(d) for d in wishes.districts),
        commute_minutes_max=wishes.commute_minutes_max,
        monthly_pay_yuan_min=wishes.monthly_pay_yuan_min,
        hours_per_day_max=wishes.hours_per_day_max,
        remote=wishes.remote,
        tracks=tuple(dict.fromkeys(wishes.tracks)),
        note=wishes.note,
    )

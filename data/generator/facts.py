"""Certified statuses and licences of an invented person, with the dates for which they hold.

Who has a status is not who has it on record: offices forget to note it and certifications lapse,
so a good part of the facts is missing or out of date, which the matcher must turn into questions.
"""

from __future__ import annotations

from datetime import timedelta

from data.generator.draws import Draws
from data.generator.profiles import Profile
from data.generator.world import World
from data.records import Category, Education, FacetId, Fact, FactState, FamilyId, RuleId

HUKOU_GUANGZHOU, HUKOU_ON_RECORD = 0.8, 0.9
SHELTERED = (Category.INTELLECTUAL, Category.MENTAL)
YEARLY = {"food_health_certificate", "public_place_health_certificate"}
MASSAGE = (FamilyId("JF18"), FamilyId("JF19"))
COOKING = (FamilyId("JF30"), FamilyId("JF26"))


class _Facts:
    """Collects facts, each named only if the vocabulary holds the rule."""

    def __init__(self, draws: Draws, world: World) -> None:
        self._draws, self._on, self._rules = draws, world.on, world.vocabulary.rules
        self.found: list[Fact] = []

    def state(self, rule: str, value: bool, recorded: float = 1.0) -> None:
        if self._draws.chance(recorded) and RuleId(rule) in self._rules:
            truth = FactState.TRUE if value else FactState.FALSE
            self.found.append(Fact(RuleId(rule), truth))

    def certify(self, rule: str, days: int) -> None:
        """A certificate issued some time ago for `days`; one in ten or so has lapsed."""
        if RuleId(rule) not in self._rules:
            return
        since = self._on - timedelta(days=self._draws.between(5, int(days * 1.1)))
        until = since + timedelta(days=days)
        self.found.append(Fact(RuleId(rule), FactState.TRUE, since, until))

    def holds(self, rule: str, share: float) -> None:
        if not self._draws.chance(share):
            return
        if rule in YEARLY:
            self.certify(rule, 365)
        else:
            self.state(rule, True)


def draw_facts(world: World, profile: Profile) -> tuple[Fact, ...]:
    """What the file says of hukou, statuses and licences."""
    draws = world.draws("facts", profile.index)
    facts = _Facts(draws, world)
    local = draws.chance(HUKOU_GUANGZHOU)
    province = local or draws.chance(0.5)
    recorded = draws.chance(HUKOU_ON_RECORD)
    if recorded:
        facts.state("guangzhou_hukou", local)
        facts.state("guangdong_hukou", province)
    rural = world.vocabulary.districts[profile.district].rural and draws.chance(0.35)
    facts.state("rural_resident", rural, 0.85)
    if rural:
        facts.state("local_village_resident", draws.chance(0.5), 0.4)
    facts.state("working_age", 16 <= profile.age < (61 if profile.male else 56), 0.92)
    if province:
        if draws.chance(0.42):
            facts.certify("employment_hardship_certified", 365 * draws.between(1, 3))
        elif draws.chance(0.15):
            facts.state("employment_hardship_certified", False)
    elif recorded:
        facts.state("employment_hardship_certified", False, 0.7)
    heavy = profile.grade <= 2 and profile.certified_category is Category.PHYSICAL
    if profile.certified_category in SHELTERED or heavy:
        facts.state("sheltered_employment_category", True, 0.7 if not heavy else 0.35)
    else:
        facts.state("sheltered_employment_category", False, 0.2)
    _licences(facts, profile)
    return tuple(facts.found)


def _licences(facts: _Facts, profile: Profile) -> None:
    wanted = {profile.occupation, *profile.others}
    levels = profile.levels
    masseur = bool(wanted.intersection(MASSAGE))
    can_drive = levels[FacetId("vis_far")] >= 3 and levels[FacetId("safety")] >= 3
    graduate = profile.age <= 24 and profile.education >= Education.COLLEGE
    facts.holds("health_massage_certificate", 0.55 if masseur else 0.01)
    facts.holds("blind_medical_massage_licence", 0.25 if MASSAGE[1] in wanted else 0.0)
    if MASSAGE[0] in wanted and MASSAGE[1] not in wanted:
        facts.state("blind_medical_massage_licence", False, 0.4)
    facts.holds("food_health_certificate", 0.5 if wanted.intersection(COOKING) else 0.06)
    facts.holds("public_place_health_certificate", 0.3 if masseur else 0.03)
    facts.holds("driving_licence", 0.16 if can_drive and profile.age >= 20 else 0.0)
    facts.holds("graduate_of_the_year", 0.6 if graduate else 0.0)
    facts.holds("putonghua_certificate", 0.08 if profile.education >= Education.COLLEGE else 0.01)
    signs = any(k.id == "hearing_signing" for k in profile.kinds)
    facts.holds("sign_language_skill", 0.7 if signs else 0.005)
    facts.holds("care_worker_certificate", 0.3 if FamilyId("JF29b") in wanted else 0.005)
    network = FamilyId("JF08b") in wanted
    facts.holds("electrician_low_voltage_certificate", 0.5 if network else 0.01)
    own = FamilyId("JF14") in wanted or FamilyId("JF32") in wanted
    facts.holds("business_registration", 0.35 if own else 0.02)
    facts.holds("tobacco_retail_licence", 0.35 if FamilyId("JF14") in wanted else 0.0)

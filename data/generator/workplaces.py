"""Invented employers, where they sit, and what their workplaces provide.

What an employer says of its workplace depends on its kind: public bodies answer the questions,
small shops leave most of them blank, and a blank is unknown.
"""

from __future__ import annotations

from data.generator.banks import Banks, Occupation
from data.generator.draws import Draws
from data.generator.world import World
from data.records import (
    DistrictCode,
    Employer,
    EmployerId,
    FamilyId,
    ProvisionKey,
    ProvisionState,
)
from data.vocabulary import Vocabulary

ANSWERED = {
    "public_body": 0.75, "institution": 0.7, "state_owned": 0.65, "foreign": 0.6,
    "sheltered_institution": 0.8, "social_organisation": 0.65, "platform": 0.55,
    "private": 0.5, "sole_trader": 0.35,
}  # fmt: skip
WILLING = {
    "public_body": 0.25, "institution": 0.25, "state_owned": 0.25, "foreign": 0.25,
    "sheltered_institution": 0.15, "social_organisation": 0.35, "platform": 0.2,
    "private": 0.25, "sole_trader": 0.3,
}  # fmt: skip
EQUIPPED = {
    "public_body": 0.6, "institution": 0.6, "state_owned": 0.5, "foreign": 0.55,
    "sheltered_institution": 0.8, "social_organisation": 0.5, "platform": 0.4,
    "private": 0.35, "sole_trader": 0.25,
}  # fmt: skip
"""Shares by kind: questions answered; of these `offered`; of the rest `yes` rather than `no`."""

BUILDING = ("step_free_entry", "elevator", "accessible_toilet", "wide_doors")
TERMS = ("labour_contract", "social_insurance", "base_pay")
SECURE = frozenset({"public_body", "institution", "state_owned", "foreign", "private"})
COMMON = ("canteen", "dormitory", "shuttle", "near_transit", "work_trial", "fixed_day", "part_time")
REMOTE = ProvisionKey("remote")
EmployerKey = tuple[int, str, str, int]
"""Block of postings, kind, trade, number within."""
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def trade_of(draws: Draws, kind: str, family: FamilyId | None, banks: Banks) -> str:
    """A trade in which employers of that kind offer such work."""
    known = list(banks.names["firms"][kind])
    wanted = banks.names["trades"].get(family, ())
    return str(draws.pick([t for t in wanted if t in known] or known))


def draw_employer(world: World, key: EmployerKey) -> tuple[Employer, DistrictCode]:
    """One employer and its district. The credit code has the shape of one and a filler area."""
    banks, vocabulary = world.banks, world.vocabulary
    block, kind, trade, number = key
    firms = banks.names["firms"]
    kind_place, trade_place = list(firms).index(kind), list(firms[kind]).index(trade)
    identifier = EmployerId(f"D{block + 1:05d}{kind_place}{trade_place:02d}{number}")
    draws = world.draws("employer", identifier)
    district = draws.weighted(banks.districts)
    pattern = draws.pick(firms[kind][trade])
    name = pattern.format(
        head=draws.pick(banks.names["firm_heads"]), place=vocabulary.districts[district].label.zh
    )
    code = _checked("91440199" + "".join(draws.pick(_CREDIT) for _ in range(9)))
    return Employer(identifier, name, kind, code if draws.chance(0.8) else "", trade), district


def _checked(code: str) -> str:
    """The code with its check character (GB 32100-2015, MOD 31)."""
    total = sum(_CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + _CREDIT[(31 - total % 31) % 31]


def draw_address(draws: Draws, rural: bool, district: str, banks: Banks) -> str:
    streets = banks.names["streets"]
    if rural:
        return f"广州市{district}{draws.pick(streets['villages'])}"
    road = f"{draws.pick(streets['heads'])}{draws.pick(streets['tails'])}"
    floor = f"{draws.between(1, 9)}楼" if draws.chance(0.4) else ""
    return f"广州市{district}{road}{draws.between(1, 288)}号{floor}"


def draw_provisions(
    draws: Draws,
    occupation: Occupation,
    kind: str,
    needed: tuple[ProvisionKey, ...],
    vocabulary: Vocabulary,
) -> dict[ProvisionKey, ProvisionState]:
    """What the posting says of its workplace; a key it does not mention stays unknown."""
    answered, willing, equipped = ANSWERED[kind], WILLING[kind], EQUIPPED[kind]
    usual = vocabulary.families[occupation.family].usual
    keys = dict.fromkeys((*needed, *usual, *BUILDING, *draws.some(COMMON, 3)))
    found: dict[ProvisionKey, ProvisionState] = {}
    accessible = draws.chance(equipped)
    for name in keys:
        key = ProvisionKey(name)
        if key == REMOTE or key not in vocabulary.provisions:
            continue
        if not draws.chance(answered + (0.25 if key in needed else 0.0)):
            if draws.chance(0.05):
                found[key] = ProvisionState.UNKNOWN
            continue
        if name in BUILDING:
            have = draws.chance(0.85 if accessible else 0.2)
        else:
            have = draws.chance(equipped)
        if have:
            found[key] = ProvisionState.YES
        else:
            offered = draws.chance(willing + (0.45 if key in needed else 0.0))
            found[key] = ProvisionState.OFFERED if offered else ProvisionState.NO
    found.update(_remote(draws, occupation))
    found.update(_terms(draws, kind))
    return found


def _remote(draws: Draws, occupation: Occupation) -> dict[ProvisionKey, ProvisionState]:
    if draws.chance(occupation.remote):
        offered = draws.chance(0.25)
        return {REMOTE: ProvisionState.OFFERED if offered else ProvisionState.YES}
    said = draws.chance(0.5 if occupation.remote else 0.08)
    return {REMOTE: ProvisionState.NO} if said else {}


def _terms(draws: Draws, kind: str) -> dict[ProvisionKey, ProvisionState]:
    found: dict[ProvisionKey, ProvisionState] = {}
    share = 0.85 if kind in SECURE else 0.35
    for name in TERMS:
        if draws.chance(0.6):
            yes = draws.chance(share)
            found[ProvisionKey(name)] = ProvisionState.YES if yes else ProvisionState.NO
    return found

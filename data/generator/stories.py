"""What an invented person tells of their work, and what they wish for, in everyday Chinese.

Nothing in these texts names an impairment, a grade, a sex or an age: a test that finds one has
found a leak of its own making elsewhere.
"""

from __future__ import annotations

from data.generator.banks import Banks
from data.generator.draws import Draws
from data.generator.profiles import Profile
from data.generator.world import World
from data.records import Education, FacetId, FamilyId, MustKind, Musts, ProvisionKey, Track, Wishes
from data.vocabulary import Vocabulary

MAJORS = {
    "JF01": "电子商务", "JF04": "数字媒体", "JF05": "汉语言文学", "JF08a": "计算机网络",
    "JF08b": "通信技术", "JF09": "电子商务", "JF11": "动漫制作", "JF18": "中医康复保健",
    "JF19": "针灸推拿", "JF26": "中西点制作", "JF27": "行政管理", "JF28a": "图书档案管理",
    "JF30": "烹饪", "JF31": "工艺美术", "JF33": "机电技术", "JF02": "商务英语",
}  # fmt: skip
COMMUTE = FacetId("commute")


def draw_experience(world: World, profile: Profile) -> tuple[str, float | None]:
    """The words on past work, and the years where the person counted them."""
    banks = world.banks
    draws = world.draws("story", profile.index)
    if draws.chance(0.08):
        return "", None
    stories = banks.stories
    occupation = banks.occupations[profile.occupation]
    if profile.years < 0.5:
        parts = [draws.pick(stories["openings"]["first"]) + draws.pick(stories["first_details"])]
        if draws.chance(0.4):
            parts.append(draws.pick(occupation.did))
    else:
        text = draws.pick(stories["openings"]["working"]) + draws.pick(occupation.did)
        if "年" not in text[4:] and draws.chance(0.6):
            text += str(draws.pick(stories["years"])).format(years=f"{profile.years:g}")
        if profile.others and draws.chance(0.45):
            did = draws.pick(banks.occupations[profile.others[0]].did)
            text += str(draws.pick(stories["second"])).format(did=did)
        parts = [text]
        if draws.chance(0.35):
            parts.append(draws.pick(stories["leaving"]))
    parts.extend(draws.some(stories["attitudes"], draws.between(0, 2)))
    if draws.chance(0.15):
        parts.append(draws.pick(stories["first_details"]))
    told = profile.years if draws.chance(0.75) else None
    return "，".join(parts) + "。", told


def draw_skills(world: World, profile: Profile) -> tuple[str, ...]:
    banks = world.banks
    draws = world.draws("skills", profile.index)
    found = draws.some(banks.occupations[profile.occupation].skills, draws.between(0, 3))
    if profile.others:
        found += draws.some(banks.occupations[profile.others[0]].skills, draws.between(0, 1))
    return tuple(dict.fromkeys(found))


def draw_major(world: World, profile: Profile) -> str:
    draws = world.draws("major", profile.index)
    if profile.education < Education.SENIOR or draws.chance(0.35):
        return ""
    return MAJORS.get(str(profile.occupation), draws.pick(sorted(set(MAJORS.values()))))


def draw_wishes(world: World, profile: Profile) -> tuple[Wishes, Musts]:
    """Wishes move the ranking; a few are raised to musts."""
    banks, vocabulary = world.banks, world.vocabulary
    draws = world.draws("wishes", profile.index)
    families = (profile.occupation, *profile.others)
    count = min(draws.between(0, 3) if draws.chance(0.3) else draws.between(1, 2), len(families))
    occupations = tuple(draws.pick(banks.occupations[f].wish) for f in families[:count])
    districts = [profile.district] if draws.chance(0.55) else []
    if districts and draws.chance(0.45):
        neighbours = [d for d in vocabulary.districts if d != profile.district]
        districts += draws.some(neighbours, draws.between(1, 2))
    commute = draws.pick((30, 45, 60, 60, 90)) if draws.chance(0.5) else None
    hours = draws.pick((4.0, 6.0, 8.0, 8.0)) if draws.chance(0.25) else None
    remote = draws.chance(0.6 if profile.levels[COMMUTE] <= 1 else 0.14)
    pay = _pay_floor(draws, profile, banks) if draws.chance(0.6) else None
    tracks = _tracks(draws, profile.occupation, vocabulary)
    place = vocabulary.districts[profile.district].label.zh
    note = _note(
        draws, banks, occupations=occupations, place=place, pay=pay, hours=hours, remote=remote
    )
    wishes = Wishes(occupations, tuple(districts), commute, pay, hours, remote, tracks, note)
    return wishes, _musts(draws, profile, wishes)


def _pay_floor(draws: Draws, profile: Profile, banks: Banks) -> int:
    low, high = banks.occupations[profile.occupation].pay
    floor = low * 0.8 + (high - low) * 0.5 * draws.unit()
    return int(round(floor / 100) * 100)


def _tracks(draws: Draws, family: FamilyId, vocabulary: Vocabulary) -> tuple[Track, ...]:
    if not draws.chance(0.35):
        return ()
    tracks = list(vocabulary.families[family].tracks[:1])
    if draws.chance(0.3) and Track.OPEN not in tracks:
        tracks.append(Track.OPEN)
    return tuple(tracks)


def _note(
    draws: Draws,
    banks: Banks,
    *,
    occupations: tuple[str, ...],
    place: str,
    pay: int | None,
    hours: float | None,
    remote: bool,
) -> str:
    if draws.chance(0.2):
        return ""
    notes = banks.stories["notes"]
    parts: list[str] = []
    if occupations and draws.chance(0.6):
        parts.append(draws.pick(notes["any"]).format(wish=occupations[0]))
    if remote:
        parts.append(draws.pick(notes["remote"]))
    elif draws.chance(0.3):
        parts.append(draws.pick(notes["near"]).format(place=place))
    if draws.chance(0.3):
        chosen = draws.pick(notes["pay"])
        parts.append(chosen.format(pay=pay) if pay or "{" not in chosen else notes["pay"][0])
    if draws.chance(0.3):
        chosen = draws.pick(notes["hours"])
        known = hours is not None or "{" not in chosen
        parts.append(chosen.format(hours=f"{hours or 8:g}") if known else notes["hours"][1])
    if draws.chance(0.3):
        parts.append(draws.pick(notes["calm"]))
    return "，".join(parts) + "。" if parts else ""


def _musts(draws: Draws, profile: Profile, wishes: Wishes) -> Musts:
    kinds: list[MustKind] = []
    if wishes.districts and draws.chance(0.12):
        kinds.append(MustKind.DISTRICTS)
    if wishes.commute_minutes_max is not None and draws.chance(0.1):
        kinds.append(MustKind.COMMUTE)
    if wishes.monthly_pay_yuan_min is not None and draws.chance(0.15):
        kinds.append(MustKind.PAY)
    if wishes.hours_per_day_max is not None and draws.chance(0.3):
        kinds.append(MustKind.HOURS)
    provisions: dict[ProvisionKey, None] = {}
    for kind in profile.kinds:
        for key, share in kind.musts.items():
            if draws.chance(share):
                provisions[ProvisionKey(key)] = None
    return Musts(tuple(kinds), tuple(provisions))

"""Invented vacancies one by one, for every job family, on every track.

Families come in rounds: every round of postings holds each family as often as its share says, in
an order of its own. So the first few hundred postings already show every family, and posting 17
is the same whether 20 or 100,000 are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.generator.adverts import draw_duties, draw_requirements, draw_tags, draw_title
from data.generator.banks import Banks, Occupation
from data.generator.demands import CONFIRMED_SHARE, draw_demands, provisions_of
from data.generator.draws import Draws
from data.generator.workplaces import (
    EmployerKey,
    draw_address,
    draw_employer,
    draw_provisions,
    trade_of,
)
from data.generator.world import World
from data.records import (
    DemandSource,
    DistrictCode,
    Employer,
    FamilyId,
    FamilySource,
    JobPosting,
    Pay,
    PayPeriod,
    PostingId,
    Track,
)
from data.vocabulary import Vocabulary

EMPLOYER_BLOCK = 200
EMPLOYERS_PER_TRADE = 2
UNNAMED_SHARE = 0.07
WORK_DAYS = 22
STRANGE = (
    ("外贸业务跟单", "跟进订单进度，和工厂、货代核对交期", ["外贸", "跟单"]),
    ("宠物美容助理", "给猫狗洗澡吹毛，剪指甲，打扫笼位", ["宠物", "学徒"]),
    ("古琴培训班课程顾问", "介绍课程、安排试听、跟进续课", ["培训", "顾问"]),
    ("无人机飞手", "按任务航线飞行拍摄，整理素材", ["无人机", "外勤"]),
    ("钢琴调律师", "上门为钢琴调律、整音，填写保养卡", ["乐器", "上门"]),
    ("花艺师", "扎花束、布置会场，照料鲜切花", ["花店", "手作"]),
)
"""Posts of no family of the vocabulary: their demands are unknown until somebody asks."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One invented posting and the employer who offers it."""

    posting: JobPosting
    employer: Employer


class Rounds:
    """Which family a posting number has: shuffled rounds, one slot in each for the unknown."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._slots: list[FamilyId | None] = [None, None]
        for family in world.vocabulary.families:
            self._slots.extend([family] * world.banks.occupations[family].share)
        self._number = -1
        self._round: list[FamilyId | None] = []

    def family(self, index: int) -> FamilyId | None:
        number, place = divmod(index, len(self._slots))
        if number != self._number:
            self._round = self._world.draws("round", number).shuffled(self._slots)
            self._number = number
        return self._round[place]


def posting_id(index: int) -> PostingId:
    return PostingId(f"G{index + 1:06d}")


def _dates(draws: Draws, on: date) -> tuple[date, date | None]:
    """Most are open; a few have expired, a few are not open yet, some have no end."""
    point = draws.unit()
    if point < 0.06:
        published = on - timedelta(days=draws.between(60, 150))
        return published, published + timedelta(days=draws.between(20, 55))
    if point < 0.1:
        published = on + timedelta(days=draws.between(1, 20))
        return published, published + timedelta(days=draws.between(30, 90))
    published = on - timedelta(days=draws.between(0, 45))
    if point < 0.2:
        return published, None
    return published, on + timedelta(days=draws.between(5, 90))


def _pay(draws: Draws, occupation: Occupation, hours: float | None) -> Pay | None:
    """Pay as stated, and by the month where the statement allows it."""
    if draws.chance(0.06):
        return None
    least, most = occupation.pay
    low = int(round((least + (most - least) * 0.5 * draws.unit()) / 100) * 100)
    high = int(round((low * (1.1 + 0.35 * draws.unit())) / 100) * 100)
    period = draws.weighted(occupation.periods)
    if period is PayPeriod.MONTH:
        return Pay(period, float(low), float(high), low, high)
    if period is PayPeriod.YEAR:
        return Pay(period, low * 12.0, high * 12.0, low, high)
    if period is PayPeriod.DAY:
        per_day = float(round(low / WORK_DAYS / 5) * 5)
        return Pay(period, per_day, per_day, int(per_day * WORK_DAYS), int(per_day * WORK_DAYS))
    if period is PayPeriod.HOUR:
        per_hour = float(max(24, round(low / WORK_DAYS / 8)))
        monthly = int(per_hour * WORK_DAYS * hours) if hours else None
        return Pay(period, per_hour, per_hour, monthly, monthly)
    return Pay(period)


def _track(draws: Draws, tracks: tuple[Track, ...], kind: str) -> Track:
    """The family's first track mostly; sheltered work only where it is organised."""
    if len(tracks) == 1 or draws.chance(0.75):
        return tracks[0]
    others = [t for t in tracks[1:] if t is not Track.SHELTERED or kind == "sheltered_institution"]
    return draws.pick(others) if others else tracks[0]


def _district(
    draws: Draws, occupation: Occupation, home: DistrictCode, banks: Banks, vocabulary: Vocabulary
) -> DistrictCode:
    district = home if draws.chance(0.7) else draws.weighted(banks.districts)
    if occupation.rural and not vocabulary.districts[district].rural:
        district = draws.pick([d.code for d in vocabulary.districts.values() if d.rural])
    return district


class _Drawer:
    """Draws postings of one seed and day; employers of a block are shared by its postings."""

    def __init__(self, world: World) -> None:
        self.world, self.banks, self.vocabulary = world, world.banks, world.vocabulary
        self._rounds = Rounds(world)
        self._employers: dict[EmployerKey, tuple[Employer, DistrictCode]] = {}

    def _employer(
        self, draws: Draws, index: int, kind: str, family: FamilyId | None
    ) -> tuple[Employer, DistrictCode]:
        trade = trade_of(draws, kind, family, self.banks)
        number = draws.between(0, EMPLOYERS_PER_TRADE - 1)
        key = (index // EMPLOYER_BLOCK, kind, trade, number)
        if key not in self._employers:
            if len(self._employers) > 10_000:
                self._employers.clear()
            self._employers[key] = draw_employer(self.world, key)
        return self._employers[key]

    def vacancy(self, index: int) -> Vacancy:
        family = self._rounds.family(index)
        draws = self.world.draws("posting", index)
        return self._strange(draws, index) if family is None else self._usual(draws, index, family)

    def _usual(self, draws: Draws, index: int, family_id: FamilyId) -> Vacancy:
        family = self.vocabulary.families[family_id]
        occupation = self.banks.occupations[family_id]
        kind = draws.weighted(occupation.kinds)
        employer, home = self._employer(draws, index, kind, family_id)
        track = _track(draws, family.tracks, kind)
        work, template = occupation, family.demands
        if template is None:
            lender = draws.pick(occupation.borrows)
            work = self.banks.occupations[lender]
            template = self.vocabulary.families[lender].demands
        clauses = draw_demands(draws, template or ())
        confirmed = draws.chance(CONFIRMED_SHARE) and bool(clauses)
        provisions = draw_provisions(
            draws, occupation, kind, provisions_of(clauses), self.vocabulary
        )
        district = _district(draws, occupation, home, self.banks, self.vocabulary)
        place = self.vocabulary.districts[district].label.zh
        hours = draws.pick(occupation.hours) if draws.chance(0.85) else None
        published, until = _dates(draws, self.world.on)
        duties = draw_duties(draws, work, self.banks)
        stated = draws.chance(1 - UNNAMED_SHARE)
        posting = JobPosting(
            id=posting_id(index),
            title=draw_title(draws, occupation, provisions),
            employer_id=employer.id,
            employer_name=employer.name,
            employer_kind=kind,
            track=track,
            family=family_id if stated else None,
            family_source=FamilySource.STATED if stated else None,
            demands=clauses if confirmed else None,
            demands_source=DemandSource.CONFIRMED if confirmed else DemandSource.MISSING,
            provisions=provisions,
            pay=_pay(draws, occupation, hours),
            district=district if draws.chance(0.97) else None,
            address=draw_address(draws, occupation.rural, place, self.banks),
            headcount=_headcount(draws),
            published=published,
            valid_until=until,
            duties=duties,
            requirements=draw_requirements(
                draws, occupation, self.banks, clauses=clauses, provisions=provisions, duties=duties
            ),
            tags=draw_tags(draws, occupation, work, provisions),
            education_min=draws.pick(occupation.education),
            experience_years_min=draws.pick(occupation.years) or None,
            hours_per_day=hours,
            industry=employer.industry,
            source="generator",
        )
        return Vacancy(posting, employer)

    def _strange(self, draws: Draws, index: int) -> Vacancy:
        title, duties, tags = draws.pick(STRANGE)
        employer, home = self._employer(draws, index, "private", None)
        place = self.vocabulary.districts[home].label.zh
        published, until = _dates(draws, self.world.on)
        low = draws.between(30, 60) * 100
        posting = JobPosting(
            id=posting_id(index), title=title, employer_id=employer.id,
            employer_name=employer.name, employer_kind="private",
            pay=Pay(PayPeriod.MONTH, float(low), low * 1.3, low, int(low * 1.3)),
            district=home, address=draw_address(draws, False, place, self.banks),
            headcount=_headcount(draws), published=published, valid_until=until,
            duties=f"{duties}。", requirements="有经验优先，也可以从头学。", tags=tuple(tags),
            industry=employer.industry, source="generator",
        )  # fmt: skip
        return Vacancy(posting, employer)


def _headcount(draws: Draws) -> int:
    return 1 + int(9 * draws.unit() ** 2.5 + 0.5)


def generate_vacancies(
    seed: int, n: int, *, on: date, vocabulary: Vocabulary, start: int = 0
) -> Iterator[Vacancy]:
    """The vacancies numbered `start` to `start + n - 1`; each depends on the seed and its number.

    BankError: the phrase banks name what the vocabulary does not hold.
    """
    drawer = _Drawer(World.create(seed, on, vocabulary))
    for index in range(start, start + n):
        yield drawer.vacancy(index)


def generate_postings(
    seed: int, n: int, *, on: date, vocabulary: Vocabulary, start: int = 0
) -> Iterator[JobPosting]:
    """As `generate_vacancies`, for benchmarks that need no employers."""
    for vacancy in generate_vacancies(seed, n, on=on, vocabulary=vocabulary, start=start):
        yield vacancy.posting

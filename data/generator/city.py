"""A whole invented city: people, employers, postings and the fairs at which they meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.generator.draws import Draws
from data.generator.people import generate_people
from data.generator.postings import generate_vacancies
from data.records import (
    Assessment,
    DistrictCode,
    Employer,
    EmployerId,
    FairId,
    Identity,
    JobPosting,
    Jobseeker,
    RecruitmentFair,
)
from data.vocabulary import Vocabulary, load_vocabulary

FAIRS = (("秋季残疾人专场招聘会", 10, 40), ("社区就业援助小集", 17, 15))
"""Name, days from now, and booths wanted."""


@dataclass(frozen=True, slots=True)
class City:
    """Everything that was invented from one seed for one day.

    `jobseekers`, `identities` run in the order of ids, one each; `assessments` hold the findings
    that also stand among the jobseekers' capabilities with source ASSESSED.
    """

    jobseekers: tuple[Jobseeker, ...]
    identities: tuple[Identity, ...]
    assessments: tuple[Assessment, ...]
    employers: tuple[Employer, ...]
    postings: tuple[JobPosting, ...]
    fairs: tuple[RecruitmentFair, ...]
    seed: int
    on: date


def _fairs(
    seed: int, postings: tuple[JobPosting, ...], on: date, vocabulary: Vocabulary
) -> tuple[RecruitmentFair, ...]:
    fairs: list[RecruitmentFair] = []
    for number, (name, days, booths) in enumerate(FAIRS):
        draws = Draws(seed, "fair", number)
        held = on + timedelta(days=days)
        district = draws.pick(list(vocabulary.districts))
        chosen = draws.some([p.id for p in postings if p.is_open(held)], booths)
        place = vocabulary.districts[DistrictCode(district)].label.zh
        fairs.append(
            RecruitmentFair(
                id=FairId(f"Z{number + 1:03d}"),
                name=f"{place}{name}",
                held_on=held,
                district=district,
                postings=tuple(sorted(chosen)),
            )
        )
    return tuple(fairs)


def generate_city(
    seed: int,
    *,
    on: date,
    jobseekers: int = 300,
    postings: int = 400,
    vocabulary: Vocabulary | None = None,
) -> City:
    """Invent a city: the same values for the same seed, day and vocabulary on every machine.

    BankError: the phrase banks name what the vocabulary does not hold.

    >>> city = generate_city(7, jobseekers=3, postings=5, on=date(2026, 11, 24))
    >>> [j.id for j in city.jobseekers], len(city.postings)
    (['R000001', 'R000002', 'R000003'], 5)
    """
    vocabulary = vocabulary or load_vocabulary()
    people = list(generate_people(seed, jobseekers, on=on, vocabulary=vocabulary))
    vacancies = list(generate_vacancies(seed, postings, on=on, vocabulary=vocabulary))
    employers: dict[EmployerId, Employer] = {v.employer.id: v.employer for v in vacancies}
    offered = tuple(v.posting for v in vacancies)
    return City(
        jobseekers=tuple(p.jobseeker for p in people),
        identities=tuple(p.identity for p in people),
        assessments=tuple(p.assessment for p in people if p.assessment is not None),
        employers=tuple(employers[i] for i in sorted(employers)),
        postings=offered,
        fairs=_fairs(seed, offered, on, vocabulary),
        seed=seed,
        on=on,
    )

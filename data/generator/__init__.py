"""Invented jobseekers, employers, postings, assessments and fairs that look like Guangzhou.

Seeded and deterministic; for the demo, the tests and the benchmarks. Nobody here exists: names are
put together at random, certificate numbers lie in an unassigned area, telephone numbers are
fillers, streets are on no map.
"""

from data.generator.banks import BankError
from data.generator.city import City, generate_city
from data.generator.people import Person, generate_jobseekers, generate_people
from data.generator.postings import Vacancy, generate_postings, generate_vacancies

__all__ = [
    "BankError",
    "City",
    "Person",
    "Vacancy",
    "generate_city",
    "generate_jobseekers",
    "generate_people",
    "generate_postings",
    "generate_vacancies",
]

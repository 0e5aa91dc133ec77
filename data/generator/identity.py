"""Names, certificate and telephone numbers that look right and belong to nobody.

The area code 440199 is unassigned, so no certificate number here can be a real one, and the
telephone numbers stand in a block that is visibly a filler.
"""

from __future__ import annotations

from datetime import date

from data.generator.profiles import DAYS, Profile
from data.generator.world import World
from data.records import Category, Identity, JobseekerId

UNASSIGNED_AREA = "440199"
CATEGORY_DIGIT = {category: str(i) for i, category in enumerate(Category, start=1)}
"""Digits 1 to 7 of GB/T 26341-2010, which is the order of `Category`."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def check_character(first_17: str) -> str:
    """The 18th character of a citizen number (ISO 7064 MOD 11-2, GB 11643).

    >>> check_character("44019919900101001")
    '7'
    """
    total = sum(int(c) * w for c, w in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def certificate_number(index: int, birth: date, male: bool, category: Category, grade: int) -> str:
    """Twenty characters, distinct for the first 180,000 indices: the day of the year and the
    sequence number together name the index."""
    sequence = 2 * ((index // DAYS) % 499 + 1) + (1 if male else 0)
    first = f"{UNASSIGNED_AREA}{birth:%Y%m%d}{sequence:03d}"
    return f"{first}{check_character(first)}{CATEGORY_DIGIT[category]}{grade}"


def draw_identity(world: World, profile: Profile, jobseeker_id: JobseekerId) -> Identity:
    banks = world.banks
    draws = world.draws("identity", profile.index)
    given = banks.names["given_male" if profile.male else "given_female"]
    name = draws.weighted(banks.surnames) + "".join(
        draws.some(given, 2 if draws.chance(0.85) else 1)
    )
    number = certificate_number(
        profile.index, profile.birth, profile.male, profile.certified_category, profile.grade
    )
    recorded = profile.certificate is not None
    return Identity(
        jobseeker_id=jobseeker_id,
        name=name,
        id_number=number[:18],
        certificate_number=number if recorded else "",
        phone=f"1990000{(profile.index * 7919 + world.seed) % 10000:04d}",
        sex="男" if profile.male else "女",
        birth=profile.birth,
    )

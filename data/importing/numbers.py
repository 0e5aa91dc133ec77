"""Citizen and disability certificate numbers: format, real date, check character, and what the
digits say (DOMAIN: GB 11643, ISO 7064 MOD 11-2; certificate = citizen number, category, grade).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from data.records import Category
from data.templates.cells import CellError, normal

_BODY = r"([1-9]\d{5})((?:18|19|20)\d{2})(\d{2})(\d{2})(\d{3})([\dX])"
_CITIZEN = re.compile(_BODY)
_CERTIFICATE = re.compile(_BODY + r"([1-7])([1-4])(B[1-9]?)?")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BY_DIGIT = {
    "1": Category.VISION,
    "2": Category.HEARING,
    "3": Category.SPEECH,
    "4": Category.PHYSICAL,
    "5": Category.INTELLECTUAL,
    "6": Category.MENTAL,
    "7": Category.MULTIPLE,
}
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_MAX_EXACT_DIGITS = 15
CERTIFICATE_FORM = re.compile(_BODY + r"[1-7][1-4](B[1-9]?)?$|" + _BODY + "$")


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """What a citizen number tells: the person's birth and sex. Its area is no residence."""

    number: str
    birth: date
    sex: str


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    number: str
    citizen: CitizenNumber
    category: Category
    grade: int


def tidy_number(text: str) -> str:
    """Upper case, without blanks, hyphens and apostrophes, full width folded; O read as 0."""
    tidy = re.sub(r"[-'’‘`·]", "", normal(text)).upper()
    return tidy if _SCIENTIFIC.fullmatch(tidy) else tidy.replace("O", "0")


def _refuse_lost_precision(tidy: str, text: str, *, numeric: bool) -> None:
    """A spreadsheet keeps 15 digits of a number: what comes after them was invented by it."""
    digits = sum(c.isdigit() for c in tidy)
    lost = numeric and digits > _MAX_EXACT_DIGITS
    zeros = len(tidy) == 20 and tidy.isdigit() and tidy.endswith("00000")
    raw = normal(text).upper().replace("-", "")
    scientific = bool(_SCIENTIFIC.fullmatch(tidy) or re.fullmatch(r"\d\.\d+E\+?\d+", raw))
    if lost or zeros or scientific:
        raise CellError("PRECISION_LOST")


def _citizen(parts: tuple[str, ...]) -> CitizenNumber:
    area, year, month, day, sequence, check = parts
    try:
        birth = date(int(year), int(month), int(day))
    except ValueError:
        raise CellError("NUMBER_DATE") from None
    first = f"{area}{year}{month}{day}{sequence}"
    total = sum(int(c) * w for c, w in zip(first, _WEIGHTS, strict=True))
    if _CHECKS[total % 11] != check:
        if f"{sequence}{check}".endswith("000"):
            raise CellError("PRECISION_LOST")
        raise CellError("NUMBER_CHECK")
    return CitizenNumber(first + check, birth, "男" if int(sequence) % 2 else "女")


def read_citizen_number(text: str, *, numeric: bool = False) -> CitizenNumber:
    """
    >>> read_citizen_number("44019919900101001 7").sex
    '男'
    """
    tidy = tidy_number(text)
    _refuse_lost_precision(tidy, text, numeric=numeric)
    found = _CITIZEN.fullmatch(tidy)
    if found is None:
        raise CellError("ID_FORMAT")
    return _citizen(found.groups())


def read_certificate_number(text: str, *, numeric: bool = False) -> CertificateNumber:
    """
    >>> read_certificate_number("44019919900101001742B1").grade
    2
    """
    tidy = tidy_number(text)
    _refuse_lost_precision(tidy, text, numeric=numeric)
    found = _CERTIFICATE.fullmatch(tidy)
    if found is None:
        raise CellError("CERT_FORMAT")
    groups = found.groups()
    return CertificateNumber(tidy, _citizen(groups[:6]), _BY_DIGIT[groups[6]], int(groups[7]))


def looks_personal(text: str) -> bool:
    """Whether a text is a citizen or certificate number, which must not serve as an id."""
    return bool(CERTIFICATE_FORM.match(tidy_number(text)))


_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code_is_valid(code: str) -> bool:
    """The check character of a unified social credit code (GB 32100-2015, MOD 31).

    >>> credit_code_is_valid("91440101MA5AAAAA00")
    False
    """
    if len(code) != 18 or any(c not in _CREDIT for c in code):
        return False
    total = sum(_CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _CREDIT[(31 - total % 31) % 31] == code[17]

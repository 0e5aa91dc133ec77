"""A row of the postings' sheet becomes a posting and, where one is named, its employer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

from data.importing.facts import DistrictCell
from data.importing.people import education_lexicon, read_id, track_lexicon
from data.importing.rows import Row
from data.records import (
    DemandSource,
    Education,
    Employer,
    EmployerId,
    FamilyId,
    FamilySource,
    JobPosting,
    Pay,
    PostingId,
    ProvisionKey,
    ProvisionState,
    RuleId,
    Track,
)
from data.templates.cells import (
    CellError,
    Lexicon,
    many_of,
    means_several,
    normal,
    one_of,
    read_headcount,
    read_hours,
    read_state,
    read_years,
    read_yes_no,
    split_list,
)
from data.templates.columns import PROVISION_PREFIX
from data.templates.dates import is_open_ended, read_date
from data.templates.demands import DemandNotation
from data.templates.pay import PERIOD_LEXICON, read_pay
from data.vocabulary.tables import Vocabulary

Recogniser = Callable[[JobPosting], FamilyId | None]
_NOTHING_ASKED = {"不限", "学历不限", "无要求", "不要求", "无", "无学历要求"}
_TAIL = re.compile(r"(?:及|或)?以上$|^(?:全日制|统招)")


class PostReader:
    """Reads rows of the sheet 招聘岗位 in the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, recognise: Recogniser | None = None) -> None:
        self._recognise = recognise
        self._provisions = tuple(vocabulary.provisions)
        self._demands = DemandNotation(vocabulary)
        self._district = DistrictCell(vocabulary)
        self._education = education_lexicon(vocabulary)
        self._track = one_of(track_lexicon(vocabulary))
        self._family = one_of(
            Lexicon(
                (f.id, [f.id, f.label.zh, f.label.en], ()) for f in vocabulary.families.values()
            )
        )
        self._kind = one_of(
            Lexicon(
                (k.id, [k.id, k.label.zh, k.label.en], k.aliases)
                for k in vocabulary.employer_kinds.values()
            )
        )
        self._rules: Callable[[str], tuple[RuleId, ...]] = many_of(
            Lexicon(
                (r.id, [r.id, r.label.zh, r.label.en], r.aliases) for r in vocabulary.rules.values()
            )
        )

    def read(
        self, row: Row, *, employer_required: bool
    ) -> tuple[JobPosting, Employer | None] | None:
        """The posting and its employer, or None where the row is bad."""
        posting_id = PostingId(read_id(row))
        title = row.required("title")
        name = row.required("employer_name") if employer_required else row.text("employer_name")
        kind = row.read("employer_kind", self._kind)
        employer = self._employer(row, name, kind)
        hours = row.read("hours_per_day", read_hours)
        demands = row.read("demands", self._demands.read)
        family = row.read("family", self._family)
        track = row.read("track", self._track)
        headcount = self._headcount(row)
        published = row.read("published", read_date)
        valid_until = row.read(
            "valid_until", lambda t: None if is_open_ended(t) else read_date(t, end=True)
        )
        if published and valid_until and published > valid_until:
            row.report("RANGE_UPSIDE_DOWN", "valid_until")
        fields = JobPosting(
            id=posting_id,
            title=title,
            employer_id=employer.id if employer else None,
            employer_name=name,
            employer_kind=kind,
            track=track or Track.OPEN,
            family=family,
            family_source=FamilySource.STATED if family else None,
            demands=demands,
            demands_source=DemandSource.MISSING if demands is None else DemandSource.CONFIRMED,
            provisions=self._states(row),
            eligibility=row.read("eligibility", self._rules),
            licences=row.read("licences", self._rules) or (),
            pay=self._pay(row, hours),
            district=row.read("district", self._district.read),
            address=row.text("address"),
            headcount=headcount,
            published=published,
            valid_until=valid_until,
            duties=row.text("duties"),
            requirements=row.text("requirements"),
            tags=row.read("tags", split_list) or (),
            education_min=row.read("education_min", self._least_education),
            experience_years_min=row.read("experience_years_min", read_years),
            hours_per_day=hours,
            industry=row.text("industry"),
            reviewed=row.read("reviewed", read_yes_no) or False,
            source=row.text("source"),
        )
        if row.bad:
            return None
        return self._with_family(fields), employer

    def _with_family(self, posting: JobPosting) -> JobPosting:
        if posting.family is not None or self._recognise is None:
            return posting
        family = self._recognise(posting)
        if family is None:
            return posting
        return replace(posting, family=family, family_source=FamilySource.RECOGNISED)

    def _employer(self, row: Row, name: str, kind: str | None) -> Employer | None:
        code = row.read("credit_code", _read_credit_code) or ""
        stated = row.text("employer_id")
        if not name and not stated:
            return None
        key = stated or code or employer_key(name)
        return Employer(EmployerId(key), name, kind, code, row.text("employer_industry"))

    def _headcount(self, row: Row) -> int:
        text = row.text("headcount")
        if text and means_several(text):
            row.report("HEADCOUNT_SEVERAL", "headcount")
            return 1
        found = row.read("headcount", read_headcount)
        return 1 if found is None else found

    def _states(self, row: Row) -> dict[ProvisionKey, ProvisionState]:
        found: dict[ProvisionKey, ProvisionState] = {}
        for key in self._provisions:
            state = row.read(f"{PROVISION_PREFIX}{key}", read_state)
            if state is not None:
                found[key] = state
        return found

    def _least_education(self, text: str) -> Education:
        word = normal(text)
        if word in _NOTHING_ASKED:
            return Education.NONE
        found = self._education.get(word)
        if found is None:
            found = self._education.get(_TAIL.sub("", _TAIL.sub("", word).removesuffix("学历")))
        if found is None:
            raise CellError("NOT_IN_TABLE")
        return found

    def _pay(self, row: Row, hours: float | None) -> Pay | None:
        period = row.read("pay_period", one_of(PERIOD_LEXICON))
        pay = row.read("pay", lambda t: read_pay(t, period=period, hours_per_day=hours))
        if pay is None and period is not None and not row.text("pay"):
            pay = Pay(period)
        low = row.read("monthly_low", read_yuan)
        high = row.read("monthly_high", read_yuan)
        if pay is None or (low is None and high is None):
            return pay
        if low is not None and high is not None and low > high:
            row.report("RANGE_UPSIDE_DOWN", "monthly_low")
            return pay
        return Pay(pay.period, pay.low, pay.high, low, high)


def read_yuan(text: str) -> int:
    """
    >>> read_yuan("3000元")
    3000
    """
    found = re.fullmatch(r"(\d{1,7})(?:\.0+)?元?", normal(text))
    if found is None:
        raise CellError("NOT_A_NUMBER")
    return int(found[1])


def _read_credit_code(text: str) -> str:
    code = normal(text).upper()
    if not re.fullmatch(r"[0-9A-Z]{18}", code):
        raise CellError("CREDIT_CODE")
    return code


def employer_key(name: str) -> str:
    """An id for an employer known by its name only; the same name gives the same id.

    >>> employer_key("示例公司") == employer_key(" 示例公司 ")
    True
    """
    return "E-" + hashlib.sha256(normal(name).encode()).hexdigest()[:12]

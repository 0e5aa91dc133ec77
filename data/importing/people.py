"""A row of the jobseekers' sheet becomes a person and, apart from it, who they are."""

from __future__ import annotations

import re
from datetime import date

from data.importing.facts import (
    HARDSHIP,
    DistrictCell,
    HukouCell,
    derived_facts,
    merge_facts,
    read_hukou_kind,
)
from data.importing.numbers import (
    CertificateNumber,
    CitizenNumber,
    looks_personal,
    read_certificate_number,
    read_citizen_number,
)
from data.importing.rows import Row
from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    Consent,
    DistrictCode,
    DutyId,
    Education,
    Fact,
    FactState,
    Identity,
    Jobseeker,
    JobseekerId,
    MustKind,
    Musts,
    ProvisionKey,
    Track,
    Wishes,
)
from data.templates.cells import (
    CellError,
    Lexicon,
    many_of,
    normal,
    one_of,
    read_hours,
    read_interval,
    read_minutes,
    read_years,
    read_yes_no,
    split_list,
)
from data.templates.columns import FACET_PREFIX, MUST_WORDS
from data.templates.dates import read_date
from data.templates.pay import read_pay
from data.templates.statements import CategoryCell, StatedCategory, StatementNotation, read_grade
from data.vocabulary.tables import Vocabulary

MAX_ID = 100
MAX_OCCUPATIONS = 3


def education_lexicon(vocabulary: Vocabulary) -> Lexicon[Education]:
    return Lexicon(
        (e.level, [e.level.name, e.label.zh, e.label.en], e.aliases)
        for e in vocabulary.education.values()
    )


def track_lexicon(vocabulary: Vocabulary) -> Lexicon[Track]:
    return Lexicon(
        (t.track, [t.track.value, t.label.zh, t.label.en], t.aliases)
        for t in vocabulary.tracks.values()
    )


def read_id(row: Row) -> str:
    """The office's own number of a person or posting; never a document number."""
    text = row.required("id")
    if len(text) > MAX_ID:
        row.report("ID_TOO_LONG", "id")
    elif text and looks_personal(text):
        row.bad = True
        row.report("ID_LOOKS_PERSONAL", "id")
    return text


class PeopleReader:
    """Reads rows of the sheet 求职人员 in the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._facets = tuple(vocabulary.facets)
        self._category = CategoryCell(vocabulary)
        self._district = DistrictCell(vocabulary)
        self._hukou = HukouCell(vocabulary)
        self._statements = StatementNotation(vocabulary)
        self._education = one_of(education_lexicon(vocabulary))
        self._tracks = many_of(track_lexicon(vocabulary))
        self._aids = many_of(
            Lexicon(
                (a.id, [a.id, a.label.zh, a.label.en], a.aliases) for a in vocabulary.aids.values()
            )
        )
        self._restrictions = many_of(
            Lexicon(
                (r.id, [r.id, r.label.zh, r.label.en], r.aliases)
                for r in vocabulary.restrictions.values()
            )
        )
        musts: list[tuple[MustKind | ProvisionKey | DutyId, list[str], tuple[str, ...]]] = [
            (kind, [kind.value, word], ()) for kind, word in MUST_WORDS.items()
        ]
        musts += [
            (p.key, [p.key, p.label.zh, p.label.en], p.aliases)
            for p in vocabulary.provisions.values()
        ]
        musts += [(d.id, [d.id, d.refusal.zh], d.aliases) for d in vocabulary.duties.values()]
        self._duties = frozenset(vocabulary.duties)
        self._musts = many_of(Lexicon(musts))

    def read(self, row: Row) -> tuple[Jobseeker, Identity] | None:
        """The person and their identity, or None where the row is bad (its problems say why)."""
        jobseeker_id = JobseekerId(read_id(row))
        identity, number = self._identity(row, jobseeker_id)
        certificate = self._certificate(row, number)
        stated = self._stated_facts(row)
        education = row.read("education", self._education)
        residence = row.read("residence", self._district.read)
        years = row.read("experience_years", read_years)
        wishes, musts = self._wishes(row), self._must(row)
        capabilities, consents = self._capabilities(row), self._consents(row)
        aids = row.read("aids", self._aids) or ()
        restrictions = row.read("restrictions", self._restrictions) or ()
        if row.bad:
            return None
        facts = merge_facts(stated, derived_facts(identity, certificate))
        person = Jobseeker(
            id=jobseeker_id,
            certificate=certificate,
            capabilities=capabilities,
            aids=aids,
            restrictions=restrictions,
            skills=row.read("skills", split_list) or (),
            education=education,
            major=row.text("major"),
            experience=row.text("experience"),
            experience_years=years,
            facts=facts,
            residence=residence,
            wishes=wishes,
            musts=musts,
            consents=consents,
        )
        return person, identity

    def _identity(
        self, row: Row, jobseeker_id: JobseekerId
    ) -> tuple[Identity, CertificateNumber | None]:
        citizen: CitizenNumber | None = row.read(
            "id_number", lambda t: read_citizen_number(t, numeric=row.is_number("id_number"))
        )
        certificate: CertificateNumber | None = row.read(
            "certificate_number",
            lambda t: read_certificate_number(t, numeric=row.is_number("certificate_number")),
        )
        if citizen and certificate and certificate.citizen != citizen:
            row.report("CERT_ID_MISMATCH", "certificate_number")
        known = citizen or (certificate.citizen if certificate else None)
        sex, birth = row.read("sex", _read_sex) or "", row.read("birth", read_date)
        if known is not None:
            if sex and sex != known.sex:
                row.report("SEX_MISMATCH", "sex")
            if birth is not None and not _same_birth(row.text("birth"), birth, known.birth):
                row.report("BIRTH_MISMATCH", "birth")
            sex, birth = known.sex, known.birth
        identity = Identity(
            jobseeker_id=jobseeker_id,
            name=row.text("name"),
            id_number=citizen.number if citizen else "",
            certificate_number=certificate.number if certificate else "",
            phone=row.read("phone", _read_phone) or "",
            sex=sex,
            birth=birth,
        )
        return identity, certificate

    def _certificate(self, row: Row, number: CertificateNumber | None) -> Certificate | None:
        cell = row.read("category", self._category.read)
        grade = row.read("grade", read_grade)
        if cell is not None and cell.body_part:
            row.report("BODY_PART_NOT_KEPT", "category")
        if cell is not None and cell.grade is not None:
            if grade is not None and grade != cell.grade:
                row.report("CONTRADICTION")
            grade = grade if grade is not None else cell.grade
        if number is not None:
            return self._agreed(row, number, cell, grade)
        if cell is None:
            if grade is not None and not row.bad:
                row.report("GRADE_WITHOUT_CATEGORY", "grade")
            return None
        return Certificate(cell.categories, grade)

    def _agreed(
        self, row: Row, number: CertificateNumber, cell: StatedCategory | None, grade: int | None
    ) -> Certificate:
        """Number and columns must say the same; on conflict neither is believed."""
        if grade is not None and grade != number.grade:
            row.report("CERT_LABEL_MISMATCH", "grade")
        if cell is None:
            return Certificate((number.category,), number.grade)
        several = len(cell.categories) > 1
        same = cell.categories == (number.category,)
        if not (same or (several and number.category is Category.MULTIPLE)):
            row.report("CERT_LABEL_MISMATCH", "category")
        return Certificate(cell.categories, number.grade)

    def _stated_facts(self, row: Row) -> tuple[Fact, ...]:
        facts: list[Fact] = list(row.read("hukou", self._hukou.read) or ())
        rural = row.read("hukou_kind", read_hukou_kind)
        if rural is not None:
            facts.append(rural)
        certified = row.read("hardship", read_yes_no)
        until = row.read("hardship_until", lambda t: read_date(t, end=True))
        if certified is not None:
            state = FactState.TRUE if certified else FactState.FALSE
            facts.append(Fact(HARDSHIP, state, None, until))
        elif until is not None:
            row.report("HARDSHIP_DATE_ALONE", "hardship_until")
        facts += row.read("licences", self._statements.read) or ()
        facts += row.read("statuses", self._statements.read) or ()
        return tuple(facts)

    def _wishes(self, row: Row) -> Wishes:
        occupations = row.read("wish_occupations", _read_occupations) or ()
        districts = row.read("wish_districts", self._read_districts) or ()
        return Wishes(
            occupations=occupations,
            districts=districts,
            commute_minutes_max=row.read("wish_commute", read_minutes),
            monthly_pay_yuan_min=row.read("wish_pay", _read_least_pay),
            hours_per_day_max=row.read("wish_hours", read_hours),
            remote=row.read("wish_remote", read_yes_no) or False,
            tracks=row.read("wish_tracks", self._tracks) or (),
            note=row.text("wish_note"),
        )

    def _read_districts(self, text: str) -> tuple[DistrictCode, ...]:
        return tuple(dict.fromkeys(self._district.read(part) for part in split_list(text)))

    def _must(self, row: Row) -> Musts:
        found = row.read("musts", self._musts) or ()
        wishes = tuple(m for m in found if isinstance(m, MustKind))
        others = [m for m in found if not isinstance(m, MustKind)]
        provisions = tuple(ProvisionKey(m) for m in others if m not in self._duties)
        return Musts(wishes, provisions, tuple(DutyId(m) for m in others if m in self._duties))

    def _capabilities(self, row: Row) -> tuple[Capability, ...]:
        dated = row.read("reported_on", read_date)
        found: list[Capability] = []
        for facet in self._facets:
            interval = row.read(f"{FACET_PREFIX}{facet}", read_interval)
            if interval is not None:
                source = CapabilitySource.SELF_REPORTED
                found.append(Capability(facet, interval, source, dated))
        return tuple(found)

    def _consents(self, row: Row) -> tuple[Consent, ...]:
        consents: list[Consent] = []
        for field, purpose in (("match", "match"), ("share", "share_with_employer")):
            granted = row.read(f"consent_{field}", read_yes_no)
            dated = row.read(f"consent_{field}_date", read_date)
            if granted is not None:
                consents.append(Consent(purpose, granted, dated))
            elif dated is not None:
                row.report("CONSENT_DATE_ALONE", f"consent_{field}_date")
        return tuple(consents)


def _read_sex(text: str) -> str:
    word = {"男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女"}.get(
        normal(text)
    )
    if word is None:
        raise CellError("SEX_UNCLEAR")
    return word


def _same_birth(text: str, stated: date, known: date) -> bool:
    """A month alone agrees with any of its days."""
    month_only = len(re.findall(r"\d", normal(text))) <= 6
    same_month = (stated.year, stated.month) == (known.year, known.month)
    return same_month if month_only else stated == known


def _read_phone(text: str) -> str:
    phone = normal(text)
    if not re.fullmatch(r"[\d+()/、,;转-]{5,60}", phone) or sum(c.isdigit() for c in phone) < 5:
        raise CellError("PHONE_FORMAT")
    return phone


def _read_occupations(text: str) -> tuple[str, ...]:
    found = split_list(text)
    if len(found) > MAX_OCCUPATIONS:
        raise CellError("TOO_MANY", limit=MAX_OCCUPATIONS)
    return found


def _read_least_pay(text: str) -> int | None:
    """The monthly floor of a wished pay: the lower end of a range, None for 面议."""
    pay = read_pay(text)
    if pay is None:
        return None
    least = pay.monthly_yuan_low
    if least is None:
        raise CellError("NOT_A_PAY")
    return least

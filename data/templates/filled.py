"""Records written back into the rows of the office's sheets; the importer reads them as equal.

What a sheet cannot carry is left out rather than bent: assessed capabilities belong to the
assessments' sheet, and demands that nobody confirmed are not written as if the employer had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from data.importing.facts import (
    GUANGDONG,
    GUANGZHOU,
    HARDSHIP,
    HUKOU_WORDS,
    RURAL,
    derived_facts,
)
from data.leads import LeadEvent
from data.records import (
    Assessment,
    CapabilitySource,
    DemandSource,
    Education,
    Employer,
    EmployerId,
    Fact,
    FactState,
    FamilySource,
    Identity,
    JobPosting,
    Jobseeker,
    RuleId,
)
from data.templates.cells import STATE_WORDS, join_list, write_number
from data.templates.columns import FACET_PREFIX, MUST_WORDS, NO_SCHOOLING_ASKED, PROVISION_PREFIX
from data.templates.demands import DemandNotation
from data.templates.pay import PERIOD_WORDS, with_monthly, write_pay
from data.templates.statements import CategoryCell, StatementNotation, write_grade
from data.vocabulary.tables import Vocabulary

Cells = dict[str, str]


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _number(value: float | None) -> str:
    return "" if value is None else write_number(value)


def _evidence(posting: JobPosting) -> str:
    """The words of the text that each demand was read from, in the order of the demands."""
    if not any(c.evidence for c in posting.demands or ()):
        return ""
    return "；".join(
        f"“{c.evidence}”" if c.evidence else "（同类岗位的一般要求）" for c in posting.demands or ()
    )


def _yes_no(value: bool) -> str:
    return "是" if value else "否"


class FilledRows:
    """Turns records into cells by field, in the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._v = vocabulary
        self._category = CategoryCell(vocabulary)
        self._statements = StatementNotation(vocabulary)
        self._demands = DemandNotation(vocabulary)

    def person(self, person: Jobseeker, identity: Identity | None) -> Cells:
        v, w = self._v, person.wishes
        certificate = person.certificate
        grade = certificate.grade if certificate else None
        cells: Cells = {
            "id": person.id,
            "category": self._category.write(certificate),
            "grade": write_grade(grade) if grade is not None else "",
            "residence": v.districts[person.residence].label.zh if person.residence else "",
            "education": "" if person.education is None else v.education[person.education].label.zh,
            "major": person.major,
            "skills": join_list(person.skills),
            "experience": person.experience,
            "experience_years": _number(person.experience_years),
            "aids": join_list(v.aids[a].label.zh for a in person.aids),
            "restrictions": join_list(v.restrictions[r].label.zh for r in person.restrictions),
            "wish_occupations": join_list(w.occupations),
            "wish_districts": join_list(v.districts[d].label.zh for d in w.districts),
            "wish_commute": _number(w.commute_minutes_max),
            "wish_pay": _number(w.monthly_pay_yuan_min),
            "wish_hours": _number(w.hours_per_day_max),
            "wish_remote": _yes_no(True) if w.remote else "",
            "wish_tracks": join_list(v.tracks[t].label.zh for t in w.tracks),
            "wish_note": w.note,
            "musts": join_list(
                [
                    *(MUST_WORDS[m] for m in person.musts.wishes),
                    *(v.provisions[p].label.zh for p in person.musts.provisions),
                    *(v.duties[d].refusal.zh for d in person.musts.refused),
                ]
            ),
        }
        self._write_facts(cells, person, identity)
        self._write_consents(cells, person)
        said = [c for c in person.capabilities if c.source is CapabilitySource.SELF_REPORTED]
        days = [c.dated for c in said if c.dated is not None]
        cells["reported_on"] = _day(max(days)) if days else ""
        cells.update({f"{FACET_PREFIX}{c.facet}": str(c.interval) for c in said})
        if identity is not None:
            cells.update(_identity_cells(identity))
        return cells

    def _write_facts(self, cells: Cells, person: Jobseeker, identity: Identity | None) -> None:
        """Each rule goes to the narrowest column that can hold all that is known of it."""
        derived = _by_rule(derived_facts(identity, person.certificate))
        left = {
            r: f for r, f in _by_rule(person.facts).items() if set(f) != set(derived.get(r, ()))
        }
        hukou = tuple(_plain(left.get(rule)) for rule in (GUANGZHOU, GUANGDONG))
        if hukou in HUKOU_WORDS and all(
            (state is None) == (rule not in left)
            for state, rule in zip(hukou, (GUANGZHOU, GUANGDONG), strict=True)
        ):
            cells["hukou"] = HUKOU_WORDS[hukou[0], hukou[1]]
            left.pop(GUANGZHOU, None)
            left.pop(GUANGDONG, None)
        rural = _plain(left.get(RURAL))
        if rural is not None and rural is not FactState.UNKNOWN:
            cells["hukou_kind"] = "农业" if rural is FactState.TRUE else "非农业"
            del left[RURAL]
        certified = left.get(HARDSHIP, [])
        if len(certified) == 1 and certified[0].valid_from is None:
            fact = certified[0]
            if fact.state is not FactState.UNKNOWN:
                cells["hardship"] = _yes_no(fact.state is FactState.TRUE)
                cells["hardship_until"] = _day(fact.valid_until)
                del left[HARDSHIP]
        for field, kind in (("licences", "licence"), ("statuses", "status")):
            chosen = [f for r, fs in left.items() if self._v.rules[r].kind == kind for f in fs]
            cells[field] = self._statements.write(chosen)

    def _write_consents(self, cells: Cells, person: Jobseeker) -> None:
        for field, purpose in (("match", "match"), ("share", "share_with_employer")):
            answers = [c for c in person.consents if c.purpose == purpose]
            if answers:
                last = max(answers, key=lambda c: c.dated or date.min)
                cells[f"consent_{field}"] = _yes_no(last.granted)
                cells[f"consent_{field}_date"] = _day(last.dated)

    def posting(self, posting: JobPosting, employer: Employer | None) -> Cells:
        v = self._v
        schooling = posting.education_min
        confirmed = posting.demands_source is DemandSource.CONFIRMED
        stated_family = posting.family_source is not FamilySource.RECOGNISED
        kind = posting.employer_kind
        cells: Cells = {
            "id": posting.id,
            "employer_id": posting.employer_id or "",
            "employer_name": posting.employer_name or (employer.name if employer else ""),
            "employer_kind": v.employer_kinds[kind].label.zh if kind else "",
            "credit_code": employer.credit_code if employer else "",
            "employer_industry": employer.industry if employer else "",
            "title": posting.title,
            "track": v.tracks[posting.track].label.zh,
            "family": v.families[posting.family].label.zh
            if posting.family and stated_family
            else "",
            "headcount": str(posting.headcount),
            "district": v.districts[posting.district].label.zh if posting.district else "",
            "address": posting.address,
            "hours_per_day": _number(posting.hours_per_day),
            "education_min": ""
            if schooling is None
            else NO_SCHOOLING_ASKED
            if schooling is Education.NONE
            else v.education[schooling].label.zh,
            "experience_years_min": _number(posting.experience_years_min),
            "duties": posting.duties,
            "requirements": posting.requirements,
            "tags": join_list(posting.tags),
            "industry": posting.industry,
            "published": _day(posting.published),
            "valid_until": _day(posting.valid_until),
            "reviewed": _yes_no(True) if posting.reviewed else "",
            "licences": self._rules(posting.licences),
            "eligibility": ""
            if posting.eligibility is None
            else self._rules(posting.eligibility) or "无",
            "demands": self._demands.write(posting.demands or ()) if confirmed else "",
            "demands_evidence": _evidence(posting) if confirmed else "",
            "source": posting.source,
        }
        cells.update(
            {f"{PROVISION_PREFIX}{k}": STATE_WORDS[s] for k, s in posting.provisions.items()}
        )
        cells.update(_pay_cells(posting))
        return cells

    def _rules(self, rules: Iterable[RuleId]) -> str:
        return self._statements.write_rules(rules)

    def assessment(self, assessment: Assessment) -> Cells:
        return {
            "id": assessment.jobseeker_id,
            "instrument": assessment.instrument,
            "dated": _day(assessment.dated),
            **{f"{FACET_PREFIX}{f.facet}": str(f.interval) for f in assessment.findings},
        }

    def outcome(self, event: LeadEvent) -> Cells:
        reason = self._v.decline_reasons[event.reason].label.zh if event.reason else ""
        return {
            "id": event.jobseeker_id,
            "posting": event.posting_id,
            "step": self._v.lead_steps[event.step].label.zh,
            "dated": _day(event.dated),
            "reason": reason,
            "place": _number(event.place),
            "propensity": _number(event.propensity),
        }


def _by_rule(facts: Iterable[Fact]) -> dict[RuleId, list[Fact]]:
    found: dict[RuleId, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.rule, []).append(fact)
    return found


def _plain(facts: Sequence[Fact] | None) -> FactState | None:
    """The state of a lone fact without dates."""
    if facts is None or len(facts) != 1:
        return None
    fact = facts[0]
    return fact.state if fact.valid_from is None and fact.valid_until is None else None


def _identity_cells(identity: Identity) -> Cells:
    return {
        "name": identity.name,
        "id_number": identity.id_number,
        "certificate_number": identity.certificate_number,
        "sex": identity.sex,
        "birth": _day(identity.birth),
        "phone": identity.phone,
    }


def _pay_cells(posting: JobPosting) -> Cells:
    pay = posting.pay
    if pay is None:
        return {}
    cells = {"pay": write_pay(pay), "pay_period": PERIOD_WORDS[pay.period]}
    if with_monthly(pay, posting.hours_per_day) != pay:
        cells["monthly_low"] = _number(pay.monthly_yuan_low)
        cells["monthly_high"] = _number(pay.monthly_yuan_high)
    return cells


def employers_by_id(
    employers: Iterable[Employer] | Mapping[EmployerId, Employer],
) -> Mapping[EmployerId, Employer]:
    values = employers.values() if isinstance(employers, Mapping) else employers
    return {e.id: e for e in values}

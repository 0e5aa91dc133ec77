"""Acceptance cases that placement officers write themselves, run against the one judgement.

A case is one person, one posting, the expected outcome and the codes that the explanation must
name. The format is YAML a lawyer can review; every mistake in a file is reported with its case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from data.clauses import WrittenClauseError, parse_clauses, parse_interval
from data.records import (
    AidId,
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    DemandSource,
    DutyId,
    Education,
    FacetId,
    Fact,
    FactState,
    FamilyId,
    JobPosting,
    Jobseeker,
    JobseekerId,
    Musts,
    PostingId,
    ProvisionKey,
    ProvisionState,
    RestrictionId,
    RuleId,
    Track,
)
from data.strict_yaml import parse_yaml
from data.vocabulary import Vocabulary
from matching.assess import assess
from matching.verdict import Outcome, Verdict

_CASE_KEYS = {"id", "person", "job", "jobseeker", "posting", "expected", "binding", "point"}
_JOBSEEKER_KEYS = {
    "certificate", "capabilities", "facts", "musts", "refused", "restrictions", "aids", "education",
}  # fmt: skip
_POSTING_KEYS = {"demands", "workplace", "eligibility", "track", "family", "licences"}


class ScenarioError(ValueError):
    """A scenario file that cannot be run; `problems` lists every place and how to mend it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One acceptance case. `binding` None: the case does not say what must be named.

    `unlisted`: provisions and rules that the tables do not hold. Officers may write of a condition
    before it is in the tables; it is judged as written, and told, because it may be a slip.
    """

    id: str
    title: str
    jobseeker: Jobseeker
    posting: JobPosting
    expected: Outcome
    binding: tuple[str, ...] | None
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    scenario: Scenario
    verdict: Verdict

    @property
    def agrees(self) -> bool:
        """The outcome is the expected one, and exactly the expected codes are binding."""
        expected = self.scenario.binding
        return self.verdict.outcome is self.scenario.expected and (
            expected is None or set(expected) == set(self.verdict.binding)
        )


def load_scenarios(path: Path, vocabulary: Vocabulary) -> list[Scenario]:
    """Read a scenario file. Raises ScenarioError listing every mistake of every case."""
    scenarios, problems = read_scenarios(path, vocabulary)
    if problems:
        raise ScenarioError(problems)
    return scenarios


def read_scenarios(path: Path, vocabulary: Vocabulary) -> tuple[list[Scenario], list[str]]:
    """The cases that can be run, and every mistake of those that cannot, each with its case.

    Raises ScenarioError when the file as a whole is no list of cases.
    """
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{path.name}: 请把文件存成 UTF-8 编码"]) from error
    except yaml.YAMLError as error:
        raise ScenarioError([f"{path.name}: 不是有效的 YAML：{error}"]) from error
    if not isinstance(raw, list) or not raw:
        raise ScenarioError([f"{path.name}: 应是一个用例列表，每条以“- id:”开头"])
    scenarios: list[Scenario] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, case in enumerate(raw, 1):
        where = str(case.get("id", f"第{number}条")) if isinstance(case, Mapping) else str(number)
        if where in seen:
            problems.append(f"{where}: 编号重复")
        seen.add(where)
        try:
            scenarios.append(_parse_case(case, where, vocabulary))
        except (ScenarioError, WrittenClauseError) as error:
            problems.extend(f"{where}: {line}" for line in str(error).splitlines())
    return scenarios, problems


def run_scenarios(
    scenarios: Sequence[Scenario], vocabulary: Vocabulary, on: date
) -> list[ScenarioResult]:
    """Judge every case with the same `assess` that the portal uses."""
    return [
        ScenarioResult(s, assess(s.jobseeker, s.posting, on=on, vocabulary=vocabulary))
        for s in scenarios
    ]


def _parse_case(case: Any, where: str, vocabulary: Vocabulary) -> Scenario:
    _only_keys(case, _CASE_KEYS, "用例")
    for key in ("jobseeker", "posting", "expected"):
        if key not in case:
            raise ScenarioError([f"缺少 {key}"])
    if not isinstance(case["expected"], str) or case["expected"] not in set(Outcome):
        raise ScenarioError([f"expected 应是 {'、'.join(Outcome)} 之一"])
    binding = case.get("binding")
    if binding is not None and (isinstance(binding, str) or not isinstance(binding, list)):
        raise ScenarioError(["binding 应是一个列表"])
    jobseeker = _parse_jobseeker(case["jobseeker"], where, vocabulary)
    posting = _parse_posting(case["posting"], where, vocabulary)
    return Scenario(
        where,
        " × ".join(str(case[k]) for k in ("person", "job") if case.get(k)),
        jobseeker,
        posting,
        Outcome(case["expected"]),
        None if binding is None else tuple(str(b) for b in binding),
        _unlisted(jobseeker, posting, vocabulary),
    )


def _unlisted(jobseeker: Jobseeker, posting: JobPosting, vocabulary: Vocabulary) -> tuple[str, ...]:
    named = [k for c in posting.demands or () for a in c.alternatives for k in a.provided]
    provisions = [*jobseeker.musts.provisions, *named, *posting.provisions]
    rules = [*(f.rule for f in jobseeker.facts), *(posting.eligibility or ()), *posting.licences]
    found = [str(k) for k in provisions if k not in vocabulary.provisions]
    found += [str(r) for r in rules if r not in vocabulary.rules]
    return tuple(dict.fromkeys(found))


def _parse_jobseeker(raw: Any, where: str, vocabulary: Vocabulary) -> Jobseeker:
    _only_keys(raw, _JOBSEEKER_KEYS, "jobseeker")
    certificate = raw.get("certificate") or {}
    _only_keys(certificate, {"categories", "grade"}, "certificate")
    categories = _known(
        _list(certificate.get("categories"), "certificate.categories"),
        Category,
        "certificate.categories",
    )
    capabilities = tuple(
        Capability(
            FacetId(facet),
            parse_interval(level, f"capabilities.{facet}"),
            CapabilitySource.ASSESSED,
        )
        for facet, level in _mapping(raw.get("capabilities"), "capabilities").items()
    )
    _in_table([c.facet for c in capabilities], vocabulary.facets, "capabilities")
    facts = tuple(
        Fact(RuleId(rule), _fact_state(state, rule))
        for rule, state in _mapping(raw.get("facts"), "facts").items()
    )
    musts = tuple(ProvisionKey(k) for k in _list(raw.get("musts"), "musts"))
    refused = tuple(DutyId(d) for d in _list(raw.get("refused"), "refused"))
    _in_table(refused, vocabulary.duties, "refused")
    restrictions = tuple(RestrictionId(r) for r in _list(raw.get("restrictions"), "restrictions"))
    _in_table(restrictions, vocabulary.restrictions, "restrictions")
    aids = tuple(AidId(a) for a in _list(raw.get("aids"), "aids"))
    _in_table(aids, vocabulary.aids, "aids")
    return Jobseeker(
        JobseekerId(where),
        Certificate(tuple(Category(c) for c in categories), _grade(certificate.get("grade"))),
        capabilities,
        aids=aids,
        education=_education(raw.get("education")),
        facts=facts,
        musts=Musts(provisions=musts, refused=refused),
        restrictions=restrictions,
    )


def _parse_posting(raw: Any, where: str, vocabulary: Vocabulary) -> JobPosting:
    _only_keys(raw, _POSTING_KEYS, "posting")
    clauses = None if raw.get("demands") is None else parse_clauses(raw["demands"])
    for clause in clauses or ():
        for alternative in clause.alternatives:
            _in_table([f for f, _ in alternative.levels], vocabulary.facets, "demands")
    workplace: dict[ProvisionKey, ProvisionState] = {}
    for key, state in _mapping(raw.get("workplace"), "workplace").items():
        workplace[ProvisionKey(key)] = _provision_state(state, key)
    stated = raw.get("eligibility")
    eligibility = None if stated is None else tuple(RuleId(r) for r in _list(stated, "eligibility"))
    licences = tuple(RuleId(r) for r in _list(raw.get("licences"), "licences"))
    (track,) = _known([raw.get("track", "open")], Track, "track")
    family = FamilyId(str(raw["family"])) if raw.get("family") else None
    _in_table([family] if family else [], vocabulary.families, "family")
    return JobPosting(
        PostingId(where),
        where,
        track=Track(track),
        family=family,
        demands=clauses,
        demands_source=DemandSource.MISSING if clauses is None else DemandSource.CONFIRMED,
        provisions=workplace,
        eligibility=eligibility,
        licences=licences,
    )


def _list(raw: Any, where: str) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(v, str) for v in raw):
        raise ScenarioError([f"{where}: 应是一个名称列表，如 [a, b]"])
    return raw


def _grade(raw: object) -> int | None:
    if raw is None or (isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 4):
        return raw
    raise ScenarioError(["certificate.grade: 应是 1 到 4"])


def _education(raw: object) -> Education | None:
    if raw is None:
        return None
    if isinstance(raw, str) and raw in Education.__members__:
        return Education[raw]
    raise ScenarioError([f"education: 应是 {'、'.join(Education.__members__)} 之一"])


def _fact_state(raw: object, rule: str) -> FactState:
    if raw is None or isinstance(raw, bool):
        return {True: FactState.TRUE, False: FactState.FALSE, None: FactState.UNKNOWN}[raw]
    raise ScenarioError([f"facts.{rule}: 应是 true、false 或 null"])


def _provision_state(raw: object, key: str) -> ProvisionState:
    if isinstance(raw, bool):  # an unquoted yes or no is a boolean in YAML
        return ProvisionState.YES if raw else ProvisionState.NO
    if raw is None:
        return ProvisionState.UNKNOWN
    if isinstance(raw, str) and raw in set(ProvisionState):
        return ProvisionState(str(raw))
    raise ScenarioError([f"workplace.{key}: 应是 yes、offered、no 或 unknown"])


def _only_keys(raw: Any, allowed: set[str], where: str) -> None:
    if not isinstance(raw, Mapping):
        raise ScenarioError([f"{where}: 应是“键: 值”的形式"])
    extra = sorted(str(k) for k in raw if k not in allowed)
    if extra:
        raise ScenarioError([f"{where}: 不认识 {'、'.join(extra)}；可用的是 {sorted(allowed)}"])


def _mapping(raw: Any, where: str) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise ScenarioError([f"{where}: 应是“键: 值”的形式"])
    return raw


def _known(values: Sequence[Any], enum: type[Category] | type[Track], where: str) -> list[str]:
    unknown = [v for v in values if not isinstance(v, str) or v not in set(enum)]
    if unknown:
        raise ScenarioError([f"{where}: 不认识 {unknown}；可用的是 {[str(m) for m in enum]}"])
    return [str(v) for v in values]


def _in_table(values: Any, table: Mapping[Any, object], where: str) -> None:
    unknown = [str(v) for v in values if v not in table]
    if unknown:
        raise ScenarioError([f"{where}: 词表里没有 {'、'.join(unknown)}"])

"""Acceptance cases: the ones that officers wrote, our own, and what a broken file is told."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from data.vocabulary import load_vocabulary
from evaluation.scenarios import (
    Scenario,
    ScenarioError,
    ScenarioResult,
    load_scenarios,
    run_scenarios,
)
from matching.verdict import Outcome

VOCABULARY = load_vocabulary()
TODAY = date(2026, 11, 24)
OWN = Path(__file__).with_name("scenarios.yaml")
SHARED = Path(__file__).parents[3] / "shared" / "design" / "cases.yaml"


def run(path: Path) -> list[ScenarioResult]:
    return run_scenarios(load_scenarios(path, VOCABULARY), VOCABULARY, TODAY)


def disagreeing(path: Path) -> list[str]:
    return [
        f"{r.scenario.id}: expected {r.scenario.expected} {r.scenario.binding}, "
        f"got {r.verdict.outcome} {r.verdict.binding}"
        for r in run(path)
        if not r.agrees
    ]


def parse_one(
    folder: Path, jobseeker: str = "", posting: str = "", head: str = "expected: FEASIBLE"
) -> Scenario:
    path = folder / "one.yaml"
    path.write_text(
        f"- id: X1\n  {head}\n  jobseeker: {{{jobseeker}}}\n  posting: {{{posting}}}\n", "utf-8"
    )
    (scenario,) = load_scenarios(path, VOCABULARY)
    return scenario


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as caught:
        load_scenarios(path, VOCABULARY)
    return caught.value.problems


def test_every_mistake_of_every_case_is_reported_with_its_case(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(
        "- {id: A1, expected: PERHAPS, jobseeker: {}, posting: {}}\n"
        "- {id: A2, expected: FEASIBLE, jobseeker: {capabilities: {vis_neer: 3}}, posting: {}}\n"
        "- {id: A3, expected: FEASIBLE, jobseeker: {capabilities: {vis_near: 5}}, posting: {}}\n"
        "- {id: A4, expected: FEASIBLE, jobseeker: {}, posting: {workplace: {remote: maybe}}}\n"
        "- {id: A5, expected: FEASIBLE, jobseeker: {}}\n"
        "- {id: A6, expected: FEASIBLE, jobseeker: {musts: ramp}, posting: {}}\n"
        "- {id: A6, expected: FEASIBLE, jobseeker: {}, posting: {}}\n"
        "- {id: A7, expected: FEASIBLE, binding: sit, jobseeker: {}, posting: {}}\n"
        "- {id: A8, expected: FEASIBLE, jobseeker: {}, posting: {demands: [{level: {sit: 1}}]}}\n"
        "- just words\n",
        "utf-8",
    )
    problems = problems_of(path)
    for place, said in (
        ("A1", "NEEDS_INFO"), ("A2", "vis_neer"), ("A3", "capabilities.vis_near"),
        ("A4", "workplace.remote"), ("A5", "posting"), ("A6", "musts"), ("A6", "编号重复"),
        ("A7", "binding"), ("A8", "demands[0]"), ("10", "用例"),
    ):  # fmt: skip
        assert any(p.startswith(f"{place}: ") and said in p for p in problems), (place, problems)
    assert len(problems) == 10


@pytest.mark.parametrize(
    ("jobseeker", "posting"),
    [
        ("musts: 5", ""), ("aids: 3", ""), ("restrictions: 3", ""), ("capabilities: [1]", ""),
        ("certificate: vision", ""), ("certificate: {categories: 3}", ""),
        ("certificate: {categories: [sight]}", ""), ("certificate: {grade: 9}", ""),
        ("certificate: {grade: abc}", ""), ("restrictions: [no_fun]", ""),
        ("facts: {working_age: yes please}", ""),
        ("capabilities: {sit: {between: [3, 1]}}", ""), ("capabilities: {sit: true}", ""),
        ("aids: [magic_wand]", ""), ("education: nonsense", ""), ("grade: 2", ""),
        ("", "eligibility: 3"), ("", "track: [open]"),
        ("", "track: closed"), ("", "family: JF99"), ("", "workplace: {remote: [1]}"),
        ("", "demands: 3"),
        ("", "demands: [{levels: {sitt: 1}}]"),
        ("", "pay: 3000"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_case_is_a_finding_and_no_crash(
    tmp_path: Path, jobseeker: str, posting: str
) -> None:
    with pytest.raises(ScenarioError, match=r"^X1: "):
        parse_one(tmp_path, jobseeker, posting)


def test_a_condition_that_is_not_in_the_tables_yet_is_judged_as_written_and_told(
    tmp_path: Path,
) -> None:
    case = parse_one(
        tmp_path, "facts: {harbour_pass: false}",
        "demands: [], eligibility: [harbour_pass], workplace: {wind_shelter: yes}",
    )  # fmt: skip
    assert set(case.unlisted) == {"harbour_pass", "wind_shelter"}
    (result,) = run_scenarios([case], VOCABULARY, TODAY)
    assert result.verdict.binding == ("harbour_pass",)


@pytest.mark.parametrize(
    "text",
    ["", "a: 1", "[]", "- id: A\n  id: B\n", "- id: [", "words"],
)
def test_a_file_that_is_no_list_of_cases_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(text, "utf-8")
    (problem,) = problems_of(path)
    assert problem.startswith("cases.yaml: ")


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_bytes("- id: 甲".encode("gb18030"))
    assert problems_of(path) == ("cases.yaml: 请把文件存成 UTF-8 编码",)


def test_a_key_that_the_format_takes_is_not_ignored(tmp_path: Path) -> None:
    """Schooling is a key of the format: it must count as it does for a registered person."""
    demands = "demands: [{levels: {read_zh: 3}}]"
    without = parse_one(tmp_path, "", demands)
    schooled = parse_one(tmp_path, "education: COLLEGE", demands)
    (a, b) = run_scenarios([without, schooled], VOCABULARY, TODAY)
    assert a.verdict.outcome is Outcome.NEEDS_INFO
    assert b.verdict.outcome is Outcome.FEASIBLE


def test_unquoted_yes_and_no_mean_what_they_say(tmp_path: Path) -> None:
    for word, outcome in (("yes", Outcome.FEASIBLE), ("no", Outcome.INFEASIBLE)):
        case = parse_one(tmp_path, "", f"demands: [{{provided: [remote]}}], "
                                       f"workplace: {{remote: {word}}}")  # fmt: skip
        (result,) = run_scenarios([case], VOCABULARY, TODAY)
        assert result.verdict.outcome is outcome


@pytest.mark.skipif(not SHARED.exists(), reason=f"{SHARED.name} is not beside this repository")
def test_all_32_shared_cases_agree_binding_included() -> None:
    assert disagreeing(SHARED) == []
    assert len(run(SHARED)) == 32


def test_our_own_cases_agree_and_say_what_binds() -> None:
    assert disagreeing(OWN) == []
    results = run(OWN)
    assert {r.verdict.outcome for r in results} >= set(Outcome) - {Outcome.CONDITIONAL}
    assert sum(r.scenario.binding is not None for r in results) >= len(results) - 1


@pytest.mark.parametrize(
    ("expected", "binding"),
    [("FEASIBLE", None), ("INFEASIBLE", "[]"), ("INFEASIBLE", "['sit:1<4']"),
     ("INFEASIBLE", "['sit:1<3', 'stand:1<3']")],
)  # fmt: skip
def test_a_wrong_outcome_or_a_wrong_binding_disagrees(
    tmp_path: Path, expected: str, binding: str | None
) -> None:
    head = f"expected: {expected}" + (f"\n  binding: {binding}" if binding else "")
    case = parse_one(tmp_path, "capabilities: {sit: 1}", "demands: [{levels: {sit: 3}}]", head)
    (result,) = run_scenarios([case], VOCABULARY, TODAY)
    assert not result.agrees


def cli(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli", "scenarios", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_exits_1_and_prints_expected_got_and_binding(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "- {id: Y1, person: 某人, job: 某岗, expected: FEASIBLE, binding: [],\n"
        "   jobseeker: {capabilities: {sit: 1}}, posting: {demands: [{levels: {sit: 3}}]}}\n"
        "- {id: Y2, expected: FEASIBLE, jobseeker: {}, posting: {demands: []}}\n",
        "utf-8",
    )
    done = cli(path)
    assert done.returncode == 1
    assert "应为：FEASIBLE" in done.stdout
    assert "实为：INFEASIBLE" in done.stdout
    assert "sit:1<3" in done.stdout
    assert "某人 × 某岗" in done.stdout
    assert "1/2" in done.stdout
    assert done.stderr == ""


def test_the_command_exits_3_on_a_broken_file_and_lists_everything(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "- {id: Z1, expected: X, jobseeker: {}, posting: {}}\n- {id: Z2}\n"
        "- {id: Z3, expected: FEASIBLE, jobseeker: {}, posting: {demands: []}}\n",
        "utf-8",
    )
    done = cli(path)
    assert done.returncode == 3
    assert "✓ Z3" in done.stdout and "1/1" in done.stdout
    assert "2 处要改" in done.stderr
    assert "Z1: " in done.stderr
    assert "Z2: " in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_exits_0_with_every_case_and_the_rules_version() -> None:
    done = cli(OWN, "--on", "2026-11-24", "--json")
    assert done.returncode == 0, done.stdout
    answer = json.loads(done.stdout)
    assert answer["agreeing"] == answer["total"] == len(answer["results"]) >= 12
    assert answer["rules"] == VOCABULARY.version


def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    done = cli("没有这个文件.yaml")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr

"""`match`, `assess`, `candidates`, `shortlist` and `demo` on a small invented office."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from api.schemas import AssessResponse, MatchResponse
from data.generator import generate_city
from data.store import Store
from data.vocabulary import load_vocabulary
from tests.api.test_cli import rengang
from tests.matching.builders import TODAY, person, posting

ON = ("--on", TODAY.isoformat(), "--db", "o.db")


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """With the ranker that starts fastest; `demo` below runs with the one that ships."""
    return rengang(*arguments, cwd=cwd, RENGANG_RANKER="lexical")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    city = generate_city(11, on=TODAY, jobseekers=15, postings=25, vocabulary=load_vocabulary())
    climber = person({"stairs": 0, "sit": 4}, id="P-1")
    with Store.open(str(folder / "o.db")) as store:
        store.upsert_jobseekers([*city.jobseekers, climber])
        store.upsert_employers(city.employers)
        store.identities.upsert(city.identities)
        store.upsert_postings([
            *city.postings,
            posting([{"levels": {"stairs": 3}}], id="X-stairs", title="登高工"),
            *(posting([{"levels": {"sit": 1}}], id=f"X-sit{i}", title="文员") for i in range(6)),
        ])  # fmt: skip
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("match", "没有此人"), 3, "没有这个人员编号"),
        (("assess", "P-1", "没有此岗"), 3, "没有这个岗位编号"),
        (("candidates", "没有此岗"), 3, "没有这个岗位编号"),
        (("match",), 2, "三者选一"),
        (("match", "P-1", "--text", "坐轮椅"), 2, "三者选一"),
        (("assess", "P-1", "X-sit1", "X-sit2"), 2, "一次一对"),
        (("assess", "X-sit1"), 2, "三者选一"),
        (("shortlist", "--out", "无此文件夹/名单.xlsx"), 3, "没有“无此文件夹”这个文件夹"),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    office: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*arguments, *ON, cwd=office)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


def test_a_profile_that_cannot_be_read_is_refused_in_words(office: Path) -> None:
    (office / "p.yaml").write_text("capabilities: {stairs: 9}\n", "utf-8")
    done = run("match", "--profile", "p.yaml", *ON, cwd=office)
    assert done.returncode == 3
    assert "stairs" in done.stderr


def test_a_match_as_json_is_the_response_and_a_limit_takes_its_head(office: Path) -> None:
    answers = []
    for limit in (2, 7):
        done = run("match", "P-1", "--limit", limit, "--json", *ON, cwd=office)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        answers.append(MatchResponse.model_validate_json(done.stdout))
        assert json.loads(done.stdout) == json.loads(answers[-1].model_dump_json())
    few, many = answers
    assert few.jobseeker_id == "P-1"
    assert len(few.matches) == 2
    assert len(many.matches) >= 6
    assert few.matches == many.matches[:2]
    assert (few.counts, few.versions) == (many.counts, many.versions)
    assert "X-stairs" not in [m.posting_id for m in many.matches]
    for match in many.matches:
        assert sum(c.points for c in match.contributions) == pytest.approx(match.score, abs=1e-6)


def test_a_match_in_words_names_posts_scores_and_versions(office: Path) -> None:
    done = run("match", "P-1", "--limit", 3, *ON, cwd=office)
    assert done.returncode == 0
    assert "可以推荐（在招" in done.stdout
    assert "得分" in done.stdout
    assert "版本：规则" in done.stdout
    assert "登高工" not in done.stdout


def test_a_described_person_is_matched_shown_what_was_read_and_not_stored(office: Path) -> None:
    text = "坐轮椅，大专，打字65字，想做在线客服"
    done = run("match", "--text", text, *ON, cwd=office)
    assert done.returncode == 0, done.stderr
    assert "从描述里读到" in done.stdout
    assert "大专" in done.stdout
    answer = run("match", "--text", text, "--json", "--limit", 1000, *ON, cwd=office)
    shown = MatchResponse.model_validate_json(answer.stdout)
    assert "X-stairs" not in [m.posting_id for m in shown.matches]
    with Store.open(str(office / "o.db")) as store:
        assert len(store.jobseeker_ids()) == 16


def test_an_infeasible_pair_is_explained(office: Path) -> None:
    done = run("assess", "P-1", "X-stairs", *ON, cwd=office)
    assert done.returncode == 0
    assert "结论：目前不合适" in done.stdout
    assert "× 上下台阶楼梯" in done.stdout
    assert "人工复核" in done.stdout
    answer = run("assess", "P-1", "X-stairs", "--json", *ON, cwd=office).stdout
    response = AssessResponse.model_validate_json(answer)
    assert response.binding == ["stairs:0<3"]
    assert response.outcome == "INFEASIBLE"


def test_candidates_tell_no_disability_and_no_name(office: Path) -> None:
    done = run("candidates", "X-sit1", "--limit", 50, *ON, cwd=office)
    assert done.returncode == 0
    assert "P-1" in done.stdout
    with Store.open(str(office / "o.db")) as store:
        names = [i.name for i in store.identities.all().values()]
    for word in (*names, "残疾", "视力", "听力", "肢体", "智力", "精神"):
        assert word not in done.stdout


def test_english_is_spoken_on_request(office: Path) -> None:
    done = run("assess", "P-1", "X-stairs", "--lang", "en", "--json", *ON, cwd=office)
    response = AssessResponse.model_validate_json(done.stdout)
    assert response.outcome_text == "Not suitable as it stands"
    assert not any("\u4e00" <= c <= "\u9fff" for b in response.barriers for c in b.text)


def test_an_updated_person_is_judged_anew(office: Path, tmp_path: Path) -> None:
    (tmp_path / "o.db").write_bytes((office / "o.db").read_bytes())
    with Store.open(str(tmp_path / "o.db")) as store:
        store.upsert_jobseekers([person({"stairs": 4, "sit": 4}, id="P-1")])
    done = run("assess", "P-1", "X-stairs", "--json", *ON, cwd=tmp_path)
    assert AssessResponse.model_validate_json(done.stdout).outcome == "FEASIBLE"


def column(book: openpyxl.Workbook, sheet: str, label: str) -> list[str]:
    rows = list(book[sheet].iter_rows(values_only=True))
    at = rows[0].index(label)
    return [str(r[at]) for r in rows[1:]]


def test_a_shortlist_places_or_names_everybody_once(office: Path) -> None:
    done = run("shortlist", "--out", "名单.xlsx", "--json", *ON, cwd=office)
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(office / "名单.xlsx")
    assert book.sheetnames == ["说明", "按岗位", "按人员", "未安排"]
    placed = set(column(book, "按人员", "人员编号"))
    unplaced = column(book, "未安排", "人员编号")
    with Store.open(str(office / "o.db")) as store:
        everybody = store.jobseeker_ids()
    assert placed.isdisjoint(unplaced)
    assert placed | set(unplaced) == everybody
    assert len(unplaced) == len(set(unplaced))
    assert set(column(book, "按岗位", "人员编号")) == placed
    summary = json.loads(done.stdout)
    assert (summary["matched"], summary["unplaced"]) == (len(placed), len(unplaced))
    assert [p.name for p in office.iterdir() if "partial" in p.name] == []


def test_the_demo_works_twice_alike_and_spares_other_folders(tmp_path: Path) -> None:
    command = ("demo", "--folder", "d", "--people", 12, "--postings", 40)
    first, second = (rengang(*command, cwd=tmp_path) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout == second.stdout
    for word in ("一个例子", "暂时没有推荐的人", "推荐名单.xlsx", "导入"):
        assert word in first.stdout
    names = {p.name for p in (tmp_path / "d").iterdir()}
    assert names >= {"求职人员.xlsx", "招聘岗位.xlsx", "职业能力评估.xlsx", "推荐名单.xlsx"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "求职人员.xlsx").write_text("mine", "utf-8")
    refused = rengang("demo", "--folder", "other", cwd=tmp_path)
    assert refused.returncode == 3
    assert "请用 --folder 换一个文件夹" in refused.stderr
    assert [(p.name, p.read_text("utf-8")) for p in other.iterdir()] == [("求职人员.xlsx", "mine")]

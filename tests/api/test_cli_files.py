"""`templates` and `import` end to end: what goes out empty comes back filled, or says why not."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.generator import generate_city
from data.records import DemandSource, JobseekerId, PostingId
from data.store import Store
from data.templates import write_jobseekers
from data.vocabulary import load_vocabulary
from tests.api.test_cli import rengang
from tests.matching.builders import TODAY

NAME, PHONE, ID_NUMBER = "欧阳测试", "13800138000", "44019919850615002X"
CERTIFICATE = "44019919850615002923"
Cells = dict[str, str | int]


def fill(path: Path, *rows: Cells) -> None:
    """Type rows under the header of an empty template, as a clerk does."""
    book = openpyxl.load_workbook(path)
    sheet = book[path.stem]
    assert isinstance(sheet, Worksheet)
    columns = {str(c.value).rstrip("*"): at for at, c in enumerate(sheet[1], 1)}
    sheet.delete_rows(2, sheet.max_row)
    for number, cells in enumerate(rows, 2):
        for label, value in cells.items():
            sheet.cell(number, columns[label], value)
    book.save(path)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    done = rengang("templates", "--folder", "forms", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "forms"


@pytest.fixture
def forms(empty: Path, tmp_path: Path) -> Path:
    """A fresh copy of the empty templates."""
    return shutil.copytree(empty, tmp_path / "forms")


def versions(path: Path) -> tuple[str, str]:
    with Store.open(str(path)) as store:
        return store.jobseekers_version(), store.postings_version()


def test_an_empty_template_lands_nothing(forms: Path) -> None:
    done = rengang("import", *sorted(forms.iterdir()), "--json", cwd=forms.parent)
    files = json.loads(done.stdout)["files"]
    assert len(files) == 4
    for file in files:
        assert not any(file["counts"][k] for k in ("jobseekers", "postings", "assessments"))


def test_a_filled_template_comes_back_as_it_was_typed(forms: Path) -> None:
    fill(forms / "求职人员.xlsx", {"编号": "A-1", "姓名": NAME, "手机": PHONE, "残疾类别": "听力",
                               "残疾等级": "二级", "居住区": "天河区", "学历": "大专",
                               "意向岗位": "在线客服、录入员"})  # fmt: skip
    fill(forms / "招聘岗位.xlsx", {"岗位编号": "G-1", "单位名称": "试验公司",
                               "岗位名称": "在线客服",
                               "人数": 3, "工作区": "天河区"})  # fmt: skip
    fill(forms / "职业能力评估.xlsx")
    done = rengang("import", forms / "求职人员.xlsx", forms / "招聘岗位.xlsx", "--db", "o.db",
                   cwd=forms.parent)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with Store.open(str(forms.parent / "o.db")) as store:
        person = store.jobseeker(JobseekerId("A-1"))
        (posting,) = store.postings()
        identity = store.identities.all()[JobseekerId("A-1")]
    assert person is not None
    assert person.certificate is not None
    assert (str(person.certificate.categories[0]), person.certificate.grade) == ("hearing", 2)
    assert person.residence == "440106"
    assert person.wishes.occupations == ("在线客服", "录入员")
    assert (identity.name, identity.phone) == (NAME, PHONE)
    assert posting.id == PostingId("G-1")
    assert (posting.headcount, posting.family) == (3, "JF01")
    assert posting.provisions == {}, "blank is unknown, never no"
    assert posting.demands_source is not DemandSource.CONFIRMED


def broken(forms: Path) -> None:
    fill(
        forms / "求职人员.xlsx",
        {"编号": "B-1", "姓名": NAME, "手机": PHONE, "残疾类别": "看不见的", "身份证号": ID_NUMBER},
        {"编号": "", "姓名": NAME, "残疾人证号": CERTIFICATE},
        {"编号": CERTIFICATE, "姓名": NAME, "残疾人证号": CERTIFICATE},
        {"编号": "B-4", "姓名": NAME, "出生年月": "昨天", "残疾人证号": CERTIFICATE[:-3]},
    )


def test_a_broken_workbook_is_reported_by_place_and_changes_nothing(forms: Path) -> None:
    store = forms.parent / "o.db"
    city = generate_city(3, on=TODAY, jobseekers=3, postings=3, vocabulary=load_vocabulary())
    with Store.open(str(store)) as opened:
        opened.upsert_jobseekers(city.jobseekers)
        opened.upsert_employers(city.employers)
        opened.upsert_postings(city.postings)
    before = versions(store)
    broken(forms)
    done = rengang("import", forms / "求职人员.xlsx", "--db", "o.db", cwd=forms.parent)
    assert done.returncode == 3, done.stdout
    assert versions(store) == before
    for place in (
        "《求职人员》第2行“残疾类别”",
        "《求职人员》第3行“编号",
        "《求职人员》第4行“编号",
    ):
        assert place in done.stdout, done.stdout
    assert "有误未收 4 行" in done.stdout


@pytest.mark.parametrize("flags", [(), ("--json",), ("--lang", "en"), ("--report", "r.csv")])
def test_a_report_holds_nothing_personal(forms: Path, flags: tuple[str, ...]) -> None:
    broken(forms)
    done = rengang("import", forms / "求职人员.xlsx", "--db", "o.db", *flags, cwd=forms.parent)
    said = done.stdout + done.stderr
    if "--report" in flags:
        said += (forms.parent / "r.csv").read_text("utf-8-sig")
    for personal in (NAME, PHONE, ID_NUMBER, CERTIFICATE, CERTIFICATE[:-3], ID_NUMBER[6:14]):
        assert personal not in said


def test_a_report_as_a_table_holds_every_problem_with_its_place(forms: Path) -> None:
    broken(forms)
    done = rengang("import", forms / "求职人员.xlsx", "--db", "o.db", "--report", "r.csv", "--json",
                   cwd=forms.parent)  # fmt: skip
    (file,) = json.loads(done.stdout)["files"]
    with (forms.parent / "r.csv").open(encoding="utf-8-sig", newline="") as report:
        rows = list(csv.DictReader(report))
    assert len(rows) == len(file["problems"]) >= 4
    assert all(r["问题"] and r["怎么改"] and r["文件"] == "求职人员.xlsx" for r in rows)
    assert {(r["行"], r["列"].rstrip("*")) for r in rows} >= {
        ("2", "残疾类别"),
        ("3", "编号"),
        ("4", "编号"),
    }


def test_good_rows_land_beside_bad_ones(forms: Path) -> None:
    fill(forms / "求职人员.xlsx", {"编号": "C-1"}, {"编号": "C-2", "学历": "太空学院"},
         {"编号": "C-3"})  # fmt: skip
    done = rengang("import", forms / "求职人员.xlsx", "--db", "o.db", cwd=forms.parent)
    assert done.returncode == 0, done.stdout
    assert "第3行“学历”" in done.stdout
    with Store.open(str(forms.parent / "o.db")) as store:
        assert store.jobseeker_ids() == {"C-1", "C-3"}


def test_a_check_lands_nothing(forms: Path) -> None:
    fill(forms / "求职人员.xlsx", {"编号": "D-1"})
    done = rengang("import", forms / "求职人员.xlsx", "--db", "o.db", "--check", cwd=forms.parent)
    assert done.returncode == 0
    assert "可以入库：求职人员 1" in done.stdout
    if (forms.parent / "o.db").exists():
        with Store.open(str(forms.parent / "o.db")) as store:
            assert store.jobseeker_ids() == set()


def test_a_check_makes_no_database(forms: Path) -> None:
    fill(forms / "求职人员.xlsx", {"编号": "D-1"})
    rengang("import", forms / "求职人员.xlsx", "--check", cwd=forms.parent)
    assert [p.name for p in forms.parent.iterdir()] == ["forms"]


def test_templates_never_overwrite(forms: Path) -> None:
    before = {p.name: p.read_bytes() for p in forms.iterdir()}
    done = rengang("templates", "--folder", "forms", cwd=forms.parent)
    assert done.returncode == 3
    assert "请换一个文件夹" in done.stderr
    assert {p.name: p.read_bytes() for p in forms.iterdir()} == before


def write_text(path: Path) -> None:
    path.write_text("不是表格", "utf-8")


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("write", [write_text, write_nothing])
@pytest.mark.parametrize("name", ["x.xlsx", "x.csv", "x.pdf"])
def test_a_file_that_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    write(tmp_path / name)
    done = rengang("import", name, cwd=tmp_path)
    assert done.returncode == 3
    assert name in done.stdout
    assert "要改的（1 处）" in done.stdout


@pytest.mark.parametrize("mapping", ["没有这个", "x.yaml"])
def test_an_unknown_mapping_is_refused(tmp_path: Path, mapping: str) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    done = rengang("import", "x.csv", "--mapping", mapping, cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.strip()


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    city = generate_city(5, on=TODAY, jobseekers=4, postings=2, vocabulary=load_vocabulary())
    write_jobseekers(tmp_path / "p.xlsx", city.jobseekers, city.identities)
    rengang("import", "p.xlsx", "--db", "o.db", cwd=tmp_path)
    before = versions(tmp_path / "o.db")
    assert rengang("import", "p.xlsx", "--db", "o.db", cwd=tmp_path).returncode == 0
    assert versions(tmp_path / "o.db") == before

"""The shortlist workbook as a clerk, a screen reader and a spreadsheet meet it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from api.present import Presenter
from api.workbook import REASONS, ShortlistWorkbook
from data.generator import generate_city
from data.records import Category, Identity, JobseekerId
from data.vocabulary import load_vocabulary
from matching.shortlist import Shortlist, make_shortlist
from models.compose import build_matcher
from models.settings import RankerKind, Settings
from tests.matching.builders import TODAY, person, posting

VOCABULARY = load_vocabulary()
REFUSED = JobseekerId("R-no")
EVIL = '=HYPERLINK("http://x","a")'
HEADERS = {
    "说明": "项目", "按岗位": "岗位编号", "按人员": "人员编号", "未安排": "人员编号",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shortlist, Path]:
    city = generate_city(2, on=TODAY, jobseekers=25, postings=30, vocabulary=VOCABULARY)
    people = [
        *city.jobseekers,
        person({"sit": 4}, Category.HEARING, id="P-evil"),
        person({"stairs": 0}, id="P-none"),
    ]
    posts = [
        *city.postings,
        *(posting([{"levels": {"sit": 2}}], id=f"X{i}", title=f"=文员{i}", employer_name="+公司",
                  headcount=2) for i in range(3)),
    ]  # fmt: skip
    matcher = build_matcher(posts, VOCABULARY, Settings(ranker=RankerKind.LEXICAL))
    results = [matcher.match(p, on=TODAY, limit=20, questions=5) for p in people]
    shortlist = make_shortlist(
        results, matcher.postings, VOCABULARY, on=TODAY, versions=matcher.versions,
        refused=(REFUSED,), may_share={},
    )  # fmt: skip
    identities = {i.jobseeker_id: i for i in city.identities}
    identities[JobseekerId("P-evil")] = Identity(JobseekerId("P-evil"), name=EVIL, phone="-1+1")
    path = tmp_path_factory.mktemp("book") / "名单.xlsx"
    ShortlistWorkbook(
        shortlist, matcher.postings, identities, Presenter(VOCABULARY, matcher.postings)
    ).write(path)
    return shortlist, path


@pytest.fixture(scope="module")
def book(made: tuple[Shortlist, Path]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made[1])


def test_no_cell_is_a_formula_even_when_a_name_begins_with_one(book: openpyxl.Workbook) -> None:
    values = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert [c.coordinate for c in values if c.data_type == "f"] == []
    assert any(c.value == EVIL and c.data_type == "s" for c in values)
    assert any(str(c.value).startswith("=文员") for c in values)


def test_every_sheet_is_one_plain_table(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == list(HEADERS)
    for sheet in book:
        assert list(sheet.merged_cells.ranges) == []
        assert sheet.freeze_panes == "A2"
        header = [c.value for c in sheet[1]]
        assert header[0] == HEADERS[sheet.title]
        assert all(isinstance(h, str) and h.strip() for h in header)
        assert len(set(header)) == len(header)
        assert sheet.max_column == len(header)
        assert all(any(c.value not in (None, "") for c in row) for row in sheet.iter_rows())


def test_the_sheet_by_post_tells_no_disability(book: openpyxl.Workbook) -> None:
    labels = {word for c in VOCABULARY.categories.values() for word in (c.label.zh, *c.aliases)}
    levels = {level.zh for f in VOCABULARY.facets.values() for level in f.levels}
    words = (
        {w for w in labels if len(w) > 2}
        | levels
        | {"残疾", "等级", "一级", "二级", "三级", "四级"}
    )
    sheet = book["按岗位"]
    told = [
        (c.coordinate, w)
        for row in sheet.iter_rows(min_row=2)
        for c in row
        if c.column not in (2, 3)  # the employer's own words: name and title
        for w in words
        if w in str(c.value)
    ]
    assert sheet.max_row > 5
    assert told == []


def test_nobody_is_missing_and_nobody_stands_twice(
    made: tuple[Shortlist, Path], book: openpyxl.Workbook
) -> None:
    placed = {r[0] for r in book["按人员"].iter_rows(min_row=2, values_only=True)}
    unplaced = [r[0] for r in book["未安排"].iter_rows(min_row=2, values_only=True)]
    everybody = set(made[0].by_person) | {u.jobseeker_id for u in made[0].unplaced}
    assert len(everybody) == 28
    assert placed | set(unplaced) == everybody
    assert placed.isdisjoint(unplaced)
    assert len(unplaced) == len(set(unplaced))


def test_everyone_unplaced_has_a_reason_and_a_refusal_is_kept(book: openpyxl.Workbook) -> None:
    rows = {r[0]: r for r in book["未安排"].iter_rows(min_row=2, values_only=True)}
    assert {r[3] for r in rows.values()} <= set(REASONS.values())
    assert rows[REFUSED][3] == REASONS["refused"]
    assert rows[REFUSED][7] == "本人同意后再配岗"


def test_the_post_sheet_stays_within_headcount(
    made: tuple[Shortlist, Path], book: openpyxl.Workbook
) -> None:
    seen: dict[str, int] = {}
    for row in book["按岗位"].iter_rows(min_row=2, values_only=True):
        seen[str(row[0])] = seen.get(str(row[0]), 0) + 1
    expected = {str(k): len(v) for k, v in made[0].by_posting.items()}
    assert seen == expected


def test_consent_not_asked_for_is_said(book: openpyxl.Workbook) -> None:
    sheet = book["按岗位"]
    at = next(c.column for c in sheet[1] if c.value == "同意转给单位")
    assert {c.value for c in sheet[openpyxl.utils.get_column_letter(at)][1:]} == {"未问"}


def test_an_empty_shortlist_still_opens(made: tuple[Shortlist, Path], tmp_path: Path) -> None:
    nobody = dataclasses.replace(made[0], by_person={}, by_posting={}, unplaced=(), results={})
    path = tmp_path / "空.xlsx"
    ShortlistWorkbook(nobody, {}, {}, Presenter(VOCABULARY, {})).write(path)
    assert openpyxl.load_workbook(path).sheetnames == list(HEADERS)
    assert [p.name for p in tmp_path.iterdir()] == ["空.xlsx"]

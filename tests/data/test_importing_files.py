"""The import: the traps that real files set, and what lands."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from data.importing import (
    age_facts,
    import_file,
    import_into,
)
from data.importing.problems import catalogue, problem
from data.records import (
    Category,
    Certificate,
    DemandSource,
    Fact,
    FactState,
    FamilyId,
    FamilySource,
    Interval,
    MustKind,
    ProvisionState,
    RuleId,
)
from data.store import Store
from data.templates import SheetKind, sheets, write_templates
from data.templates.demands import facet_names
from data.vocabulary import Language
from tests.data.sheets import CORPUS, Rows, V, book, people, posts


@pytest.mark.parametrize(
    ("text", "certificate"),
    [
        ("44019919900101001742", Certificate((Category.PHYSICAL,), 2)),
        ("44019919850615002923", Certificate((Category.HEARING,), 3)),
        ("４４０１９９２００００２２９００５２１１", Certificate((Category.VISION,), 1)),
        ("'44019919781130003363", Certificate((Category.MENTAL,), 3)),
        ("440199 19920101 002x54", Certificate((Category.INTELLECTUAL,), 4)),
        ("44019919900101001742b1", Certificate((Category.PHYSICAL,), 2)),
        ("44O19919900101001742", Certificate((Category.PHYSICAL,), 2)),
    ],
)
def test_certificate_numbers_fill_blank_labels(
    tmp_path: Path, text: str, certificate: Certificate
) -> None:
    (person,) = people(tmp_path, {"残疾人证号": text}).jobseekers
    assert person.certificate == certificate


@pytest.mark.parametrize(
    ("category", "grade", "expected"),
    [
        ("听力、言语", "贰级", Certificate((Category.HEARING, Category.SPEECH), 2)),
        ("多重(视力一级,肢体三级)", "", Certificate((Category.VISION, Category.PHYSICAL), 1)),
        ("肢体（左下肢）", "2", Certificate((Category.PHYSICAL,), 2)),
        ("多重", "", Certificate((Category.MULTIPLE,))),
        ("无", "", Certificate(())),
        ("", "", None),
    ],
)
def test_category_cells(
    tmp_path: Path, category: str, grade: str, expected: Certificate | None
) -> None:
    (person,) = people(tmp_path, {"残疾类别": category, "残疾等级": grade}).jobseekers
    assert person.certificate == expected


def test_blank_is_unknown_and_never_no(tmp_path: Path) -> None:
    (person,) = people(tmp_path, {}).jobseekers
    assert (person.certificate, person.facts, person.consents) == (None, (), ())
    blank, stated = posts(
        tmp_path, {}, {"功能要求": "无", "资格条件": "无", "有电梯到岗位楼层": "无"}
    ).postings
    assert (blank.demands, blank.eligibility, dict(blank.provisions)) == (None, None, {})
    assert (stated.demands, stated.eligibility) == ((), ())
    assert stated.demands_source is DemandSource.CONFIRMED
    assert list(stated.provisions.values()) == [ProvisionState.NO]


def test_titles_examples_totals_and_notes_are_passed_over(tmp_path: Path) -> None:
    rows: Rows = [
        {"编号": "示例-1", "姓名": "示例"}, {"编号": "1", "姓名": "甲", "学历": "大专"},
        {"编号": None, "姓名": None}, {"编号": "编号", "姓名": "姓名"},
        {"编号": "合计", "姓名": "1"}, {"编号": "注：由街道填写", "姓名": None},
    ]  # fmt: skip
    above: list[list[object]] = [["广州市示例街道登记表"], [None, "2026年"]]
    result = import_file(book(tmp_path / "a.xlsx", rows, above=above), vocabulary=V)
    assert [p.id for p in result.jobseekers] == ["1"]
    assert (result.problems, result.skipped) == ((), 4)


def test_a_header_of_two_lines_and_several_sheets(tmp_path: Path) -> None:
    workbook = Workbook()
    for number, name in enumerate(("天河", "越秀")):
        sheet = workbook.create_sheet(name)
        sheet.append(["编号", "姓名", "意向", None])
        sheet.append([None, None, "意向岗位", "期望月薪（元）"])
        sheet.append([f"B{number}", "甲", "保洁", 3000])
    workbook.save(tmp_path / "a.xlsx")
    result = import_file(tmp_path / "a.xlsx", vocabulary=V)
    assert [p.wishes.monthly_pay_yuan_min for p in result.jobseekers] == [3000, 3000]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("编号,姓名,学历\n1,甲,大专\n".encode(encoding)))
    assert len(import_file(path, vocabulary=V).jobseekers) == 1


def test_json_lines_need_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"编号": "1", "姓名": "甲", "技能": ["打字", "做表"]}), "[1]", "{"]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = import_file(path, vocabulary=V)
    assert result.jobseekers[0].skills == ("打字", "做表")
    assert [(p.code, p.row) for p in result.problems] == [
        ("LINE_NOT_JSON", 2),
        ("LINE_NOT_JSON", 3),
    ]


def test_what_a_person_row_gives(tmp_path: Path) -> None:
    result = people(
        tmp_path,
        {
            "残疾人证号": "44019919900101001742", "户籍": "广东省梅州市", "户籍类型": "非农业",
            "居住区": "广州市天河区车陂街道", "就业困难人员认定": "是", "认定有效期": "2027年3月",
            "持有证照": "机动车驾驶证（~2030-05-01）；健康证（食品）=否",
            "硬性条件": "月薪、居家办公、不打电话、不跑业务",
            "期望月薪": "3千-5千", "授权推荐": "是", "授权日期": date(2026, 11, 1),
            "手机": 19900001234,
        },
    )  # fmt: skip
    assert result.problems == ()
    (person,), (identity,) = result.jobseekers, result.identities
    facts = {f.rule: f for f in person.facts}
    assert facts[RuleId("guangzhou_hukou")].state is FactState.FALSE
    assert facts[RuleId("guangdong_hukou")].state is FactState.TRUE
    assert facts[RuleId("rural_resident")].state is FactState.FALSE
    assert facts[RuleId("employment_hardship_certified")].valid_until == date(2027, 3, 31)
    assert facts[RuleId("driving_licence")].valid_until == date(2030, 5, 1)
    assert facts[RuleId("food_health_certificate")].state is FactState.FALSE
    assert facts[RuleId("sheltered_employment_category")].state is FactState.TRUE
    assert person.residence == "440106"
    assert person.wishes.monthly_pay_yuan_min == 3000
    assert person.musts.wishes == (MustKind.PAY,) and person.musts.provisions == ("remote",)
    assert person.musts.refused == ("phone", "sales")
    assert person.allows("share_with_employer") is True
    assert (identity.birth, identity.sex, identity.phone) == (date(1990, 1, 1), "男", "19900001234")


def _state(facts: tuple[Fact, ...], rule: str, on: date) -> FactState | None:
    found = {f.state for f in facts if f.rule == rule and f.covers(on)}
    assert len(found) <= 1
    return found.pop() if found else None


@pytest.mark.parametrize(
    ("birth", "sex", "post", "age_months"),
    [
        (date(1964, 12, 31), "男", None, 60 * 12),
        (date(1965, 1, 1), "男", None, 60 * 12 + 1),
        (date(1965, 5, 1), "男", None, 60 * 12 + 2),
        (date(1976, 9, 1), "男", None, 63 * 12),
        (date(1976, 8, 31), "男", None, 63 * 12 - 1),
        (date(1970, 1, 1), "女", "cadre", 55 * 12 + 1),
        (date(1981, 9, 1), "女", "cadre", 58 * 12),
        (date(1975, 1, 1), "女", "worker", 50 * 12 + 1),
        (date(1975, 3, 1), "女", "worker", 50 * 12 + 2),
        (date(1984, 11, 1), "女", "worker", 55 * 12),
        (date(1984, 10, 1), "女", "worker", 55 * 12 - 1),
    ],
)
def test_working_age_follows_the_gradual_retirement_table(
    birth: date, sex: str, post: str | None, age_months: int
) -> None:
    from data.templates.dates import add_months

    facts = age_facts(birth, sex, post=post)
    retired = add_months(birth, age_months)
    assert _state(facts, "working_age", retired) is FactState.FALSE
    assert _state(facts, "working_age", retired - timedelta(days=1)) is FactState.TRUE
    sixteenth = add_months(birth, 16 * 12)
    assert _state(facts, "under_16", sixteenth - timedelta(days=1)) is FactState.TRUE
    assert _state(facts, "under_16", sixteenth) is FactState.FALSE


def test_the_years_between_both_ages_of_women_stay_unknown() -> None:
    facts = age_facts(date(1973, 6, 1), "女")
    assert _state(facts, "working_age", date(2020, 1, 1)) is FactState.TRUE
    assert _state(facts, "working_age", date(2026, 11, 24)) is None
    assert _state(facts, "working_age", date(2032, 1, 1)) is FactState.FALSE


def test_recognise_fills_only_what_is_not_stated(tmp_path: Path) -> None:
    rows: Rows = [
        {"岗位编号": "1", "单位名称": "甲", "岗位名称": "客服", "岗位类别": "JF05"},
        {"岗位编号": "2", "单位名称": "甲", "岗位名称": "客服", "岗位类别": None},
    ]
    path = book(tmp_path / "a.xlsx", rows)
    result = import_file(path, vocabulary=V, recognise=lambda _: FamilyId("JF01"))
    assert [(p.family, p.family_source) for p in result.postings] == [
        ("JF05", FamilySource.STATED), ("JF01", FamilySource.RECOGNISED),
    ]  # fmt: skip
    assert len(result.employers) == 1


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_templates_import_as_nothing_and_their_examples_are_right(tmp_path: Path, fmt: str) -> None:
    files = write_templates(tmp_path, fmt)
    for file, kind in zip(files, SheetKind, strict=True):
        result = import_file(file, vocabulary=V)
        assert (result.problems, result.records, result.skipped) == ((), (), 1)
        assert result.kinds == (kind,)
        if fmt == "csv":
            file.write_text(file.read_text("utf-8-sig").replace("示例-", "X-"), "utf-8")
            result = import_file(file, vocabulary=V)
            assert (result.problems, len(result.records)) == ((), 1)


def test_demands_in_the_words_of_an_office(tmp_path: Path) -> None:
    text = "电话听取≥3；打字≥2；台阶楼梯≥2 或 无障碍出入口；看远处≥3（安全）；平衡≥3！"
    (posting,) = posts(tmp_path, {"功能要求": text}).postings
    clauses = posting.demands or ()
    assert [len(c.alternatives) for c in clauses] == [1, 1, 2, 1, 1]
    assert [c.critical for c in clauses] == [False, False, False, True, True]
    assert clauses[2].alternatives[1].provided == ("step_free_entry",)
    assert clauses[0].alternatives[0].levels == (("hear_phone", Interval(3, 3)),)


def test_every_facet_has_other_names_and_none_is_shared() -> None:
    names = facet_names()
    assert set(names) == set(V.facets)
    every = [name for group in names.values() for name in group]
    assert len(every) == len(set(every))


def test_headers_are_unambiguous() -> None:
    from data.templates.columns import header_key

    for sheet in sheets(V).values():
        keys = [header_key(c.zh) for c in sheet.columns]
        assert len(set(keys)) == len(keys)


def test_every_sentence_is_in_both_languages() -> None:
    for code, entry in catalogue().items():
        assert all((entry.message_zh, entry.message_en, entry.mend_zh, entry.mend_en)), code
        filled = problem(code, sheet="", row=3, other=2, limit=3, part=1)
        assert "{" not in filled.text() + filled.text(Language.EN), code


@pytest.mark.skipif(not CORPUS.exists(), reason="the real postings are not here")
def test_the_real_postings_land(tmp_path: Path) -> None:
    seen: list[int] = []
    with Store.open(tmp_path / "a.db") as store:
        result = import_into(store, CORPUS, vocabulary=V, mapping="corpus", progress=seen.append)
        assert result.counts["rows"] == 20_444 == result.counts["landed"] + result.rejected
        assert {p.column for p in result.problems if p.is_error} == {"org_nature"}
        assert result.rejected == 3
        assert len(store.postings()) == result.counts["landed"]
    assert seen == sorted(seen) and seen[-1] == 20_400


def test_the_corpus_mapping_reads_the_words_of_each_site(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    columns = ["job_id", "source", "year", "title", "salary", "tags", "industry", "org_nature"]
    columns += ["org_size", "city", "district", "keyword", "experience", "education", "address"]
    columns += ["text", "lat", "lon"]
    row = dict.fromkeys(columns, "")
    row |= {
        "job_id": "x1", "title": "示例岗位", "salary": "7千-1.2万·13薪", "tags": "五险\n双休",
        "district": "天河区", "org_nature": "外资（欧美）", "education": "招2人",
        "experience": "3-4年经验\u00a0\u00a0|\u00a0\u00a0本科\u00a0\u00a0|\u00a0\u00a0招2人",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerow(row)
    result = import_file(path, vocabulary=V, mapping="corpus")
    assert result.problems == ()
    (posting,) = result.postings
    assert posting.pay is not None
    assert (posting.pay.monthly_yuan_low, posting.pay.monthly_yuan_high) == (7000, 12000)
    assert (posting.experience_years_min, posting.education_min, posting.headcount) == (3.0, 5, 2)
    assert (posting.tags, posting.employer_kind) == (("五险", "双休"), "foreign")

"""The import's refusals: what stays out, and how it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.importing import (
    MappingError,
    import_file,
    import_into,
    load_mapping,
)
from data.records import (
    Interval,
    JobseekerId,
)
from data.store import Store
from data.templates import sheets
from tests.data.sheets import Rows, V, book, codes, people, posts


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"残疾人证号": "44019919900101001842"}, "NUMBER_CHECK"),
        ({"残疾人证号": "44019919900101001785"}, "CERT_FORMAT"),
        ({"残疾人证号": "44019920000230005211"}, "NUMBER_DATE"),
        ({"残疾人证号": "4.40199E+19"}, "PRECISION_LOST"),
        ({"残疾人证号": 44019919900101001742}, "PRECISION_LOST"),
        ({"残疾人证号": "44019919900101000000"}, "PRECISION_LOST"),
        ({"身份证号": 440199199001010017}, "PRECISION_LOST"),
        ({"身份证号": "44019919900101"}, "ID_FORMAT"),
        ({"残疾人证号": "44019919900101001742", "残疾等级": "三级"}, "CERT_LABEL_MISMATCH"),
        ({"残疾人证号": "44019919900101001742", "残疾类别": "听力"}, "CERT_LABEL_MISMATCH"),
        (
            {"残疾人证号": "44019919900101001742", "身份证号": "440199198506150029"},
            "CERT_ID_MISMATCH",
        ),
        ({"残疾人证号": "44019919900101001742", "性别": "女"}, "SEX_MISMATCH"),
        ({"残疾人证号": "44019919900101001742", "出生年月": "1991年1月"}, "BIRTH_MISMATCH"),
        ({"残疾类别": "重度"}, "CATEGORY_UNCLEAR"),
        ({"残疾类别": "肢体", "残疾等级": "重度"}, "GRADE_UNCLEAR"),
        ({"残疾等级": "二级"}, "GRADE_WITHOUT_CATEGORY"),
        ({"希望居家": "也许"}, "NOT_YES_NO"),
        ({"通勤上限": "不太远"}, "NOT_A_NUMBER"),
        ({"期望月薪": "越多越好"}, "NOT_A_PAY"),
        ({"意向地区": "天河、火星"}, "DISTRICT_UNCLEAR"),
        ({"意向岗位": "甲、乙、丙、丁"}, "TOO_MANY"),
        ({"硬性条件": "开心"}, "NOT_IN_TABLE"),
        ({"户籍": "火星"}, "HUKOU_UNCLEAR"),
        ({"打字速度": "5"}, "NOT_A_LEVEL"),
        ({"打字速度": "3-2"}, "NOT_A_LEVEL"),
        ({"出生年月": "很久以前"}, "NOT_A_DATE"),
        ({"学历": "#N/A"}, "FORMULA_ERROR"),
        ({"编号": "440199199001010017"}, "ID_LOOKS_PERSONAL"),
        ({"编号": None}, "REQUIRED"),
    ],
)  # fmt: skip
def test_a_person_who_cannot_be_understood_stays_out(
    tmp_path: Path, cells: dict[str, object], code: str
) -> None:
    result = people(tmp_path, cells)
    assert codes(result) == {code}
    assert result.jobseekers == () == result.identities
    text = " ".join(p.text() + p.message_en + p.mend_en for p in result.problems)
    for value in ("440199", "示例某", "1991年1月", "也许"):
        assert value not in text, "a report never repeats what a personal cell holds"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"薪资": "看表现"}, "NOT_A_PAY"),
        ({"薪资": "3-5"}, "PAY_UNIT_UNCLEAR"),
        ({"薪资": "8000-5000"}, "RANGE_UPSIDE_DOWN"),
        ({"薪资": "20元/时", "计薪方式": "月薪"}, "PAY_PERIOD_MISMATCH"),
        ({"功能要求": "打字速度≥2；飞"}, "DEMAND_UNCLEAR"),
        ({"功能要求": "打字速度"}, "DEMAND_WITHOUT_LEVEL"),
        ({"有电梯到岗位楼层": "大概"}, "NOT_A_PROVISION_STATE"),
        ({"发布日期": "2026-02-30"}, "NOT_A_DATE"),
        ({"人数": "很多很多"}, "NOT_A_NUMBER"),
        ({"发布日期": "2026-05-01", "有效期至": "2026-04-01"}, "RANGE_UPSIDE_DOWN"),
        ({"统一社会信用代码": "123"}, "CREDIT_CODE"),
        ({"单位名称": ""}, "REQUIRED"),
    ],
)
def test_a_posting_that_cannot_be_understood_stays_out(
    tmp_path: Path, cells: dict[str, object], code: str
) -> None:
    result = posts(tmp_path, cells)
    assert codes(result) == {code}
    assert result.postings == ()
    assert all(p.row == 2 and p.sheet == "表1" for p in result.problems)


def test_bad_rows_stay_out_and_good_rows_land_with_all_problems_told(tmp_path: Path) -> None:
    result = people(tmp_path, {"学历": "大专"}, {"学历": "?", "打字速度": "9"}, {"学历": "本科"})
    assert [p.id for p in result.jobseekers] == ["A0", "A2"]
    assert [(p.row, p.column) for p in result.problems] == [(3, "学历"), (3, "打字速度")]


def test_a_repeated_id_names_both_rows(tmp_path: Path) -> None:
    result = people(tmp_path, {"编号": "X"}, {"编号": "X"})
    assert len(result.jobseekers) == 1
    (found,) = result.problems
    assert found.code == "DUPLICATE_ID"
    assert "第2行" in found.message_zh and "第3行" in found.mend_zh


def test_missing_and_unknown_columns_are_told_once(tmp_path: Path) -> None:
    result = import_file(
        book(tmp_path / "a.xlsx", [{"岗位编号": "1", "单位名称": "甲", "心情": "好"}] * 3),
        vocabulary=V,
    )
    assert [(p.code, p.column) for p in result.problems] == [
        ("UNKNOWN_COLUMN", "心情"), ("MISSING_COLUMN", "岗位名称"),
    ]  # fmt: skip
    assert result.records == ()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0", "FILE_TYPE"),
        ("a.xlsx", b"no archive", "FILE_UNREADABLE"),
        ("a.csv.gz", b"no archive", "FILE_UNREADABLE"),
        ("a.csv", b"\xff\x00\x81\x20", "FILE_ENCODING"),
        ("a.csv", "随便,写写\n".encode(), "SHEET_SKIPPED"),
    ],
)
def test_unreadable_files_are_problems_and_no_traces(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = import_file(tmp_path / name, vocabulary=V)
    assert code in codes(result)
    assert result.records == ()


def test_a_wrong_mapping_is_refused(tmp_path: Path) -> None:
    known = sheets(V)
    with pytest.raises(MappingError, match="自带"):
        load_mapping("nonsense", known)
    path = tmp_path / "m.yaml"
    path.write_text("kind: postings\ncolumns: {titel: x}\n", encoding="utf-8")
    with pytest.raises(MappingError, match="titel"):
        load_mapping(path, known)


def test_an_interrupted_import_leaves_the_store_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "a.xlsx", [{"编号": "A", "姓名": "示例某", "学历": "大专"}])
    with Store.open(":memory:") as store:
        before = store.jobseekers_version(), dict(store.counts())

        def cut(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(store.identities, "upsert", cut)
        with pytest.raises(KeyboardInterrupt):
            import_into(store, path, vocabulary=V)
        assert (store.jobseekers_version(), dict(store.counts())) == before
        assert store.imports() == ()


def test_assessments_of_strangers_stay_out(tmp_path: Path) -> None:
    rows: Rows = [
        {"编号": key, "评估工具": "样本", "评估日期": "2026.3.1", "打字速度": "2-3"}
        for key in ("A0", "nobody")
    ]
    path = book(tmp_path / "assessed.xlsx", rows)
    with Store.open(":memory:") as store:
        import_into(store, book(tmp_path / "p.xlsx", [{"编号": "A0", "姓名": "x"}]), vocabulary=V)
        result = import_into(store, path, vocabulary=V)
        assert [(p.code, p.row) for p in result.problems] == [("UNKNOWN_JOBSEEKER", 3)]
        person = store.jobseeker(JobseekerId("A0"))
        assert person is not None
        assert person.capabilities[0].interval == Interval(2, 3)

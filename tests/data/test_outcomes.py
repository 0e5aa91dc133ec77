"""What became of leads: in from a sheet, kept apart from refusals, gone with the person."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from openpyxl import load_workbook

from data.importing import import_into
from data.leads import LeadEvent, LeadStep
from data.records import JobPosting, Jobseeker, JobseekerId, PostingId
from data.store import Store
from data.store.connection import open_engine
from data.templates import write_outcomes, write_templates
from data.vocabulary import load_vocabulary
from tests.data.sheets import book

V = load_vocabulary()
DAY = date(2026, 9, 1)


def event(step: LeadStep, person: str = "A0", posting: str = "P1", **more: object) -> LeadEvent:
    return LeadEvent(JobseekerId(person), PostingId(posting), step, DAY, **more)  # type: ignore[arg-type]


def office() -> Store:
    store = Store.open(":memory:")
    store.upsert_jobseekers([Jobseeker(JobseekerId("A0")), Jobseeker(JobseekerId("A1"))])
    store.upsert_postings([JobPosting(PostingId("P1"), "示例岗位")])
    return store


EVENTS = (
    event(LeadStep.SHOWN, place=2, propensity=0.25),
    event(LeadStep.DECLINED, reason="too_far"),
    event(LeadStep.SHOWN, "A1"),
    event(LeadStep.HIRED, "A1"),
)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_outcomes_come_in_as_they_were_written(tmp_path: Path, suffix: str) -> None:
    file = write_outcomes(tmp_path / f"推荐结果.{suffix}", EVENTS)
    with office() as store:
        result = import_into(store, file, vocabulary=V)
        assert result.problems == ()
        assert set(store.lead_events()) == set(EVENTS)
        assert store.counts()["lead_events"] == 4
        again = import_into(store, file, vocabulary=V)
        assert again.counts["lead_events"] == 4
        assert store.counts()["lead_events"] == 4


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"结果": "不要"}, "DECLINED_WITHOUT_REASON"),
        ({"结果": "有意", "原因": "太远"}, "REASON_NOT_DECLINED"),
        ({"结果": "录用", "名次": "1"}, "ONLY_WHEN_SHOWN"),
        ({"结果": "已推荐", "显示概率": "1.5"}, "OUT_OF_RANGE"),
        ({"结果": "已推荐", "显示概率": "0"}, "OUT_OF_RANGE"),
        ({"结果": "已推荐", "名次": "0"}, "OUT_OF_RANGE"),
        ({"结果": "不知道"}, "NOT_IN_TABLE"),
        ({"结果": "已推荐", "编号": "nobody"}, "UNKNOWN_JOBSEEKER"),
    ],
)
def test_what_is_wrong_is_told_and_stays_out(
    tmp_path: Path, cells: dict[str, object], code: str
) -> None:
    row = {"编号": "A0", "岗位编号": "P1", "日期": "2026.9.1", **cells}
    with office() as store:
        result = import_into(store, book(tmp_path / "o.xlsx", [row]), vocabulary=V)
        assert [p.code for p in result.problems] == [code]
        assert store.lead_events() == ()
        assert all("A0" not in p.text() and "nobody" not in p.text() for p in result.problems)


def test_silence_is_no_refusal(tmp_path: Path) -> None:
    """A row that says shown stays just that, however old; nothing declines for anybody."""
    rows: list[dict[str, object]] = [
        {"编号": "A0", "岗位编号": "P1", "日期": day, "结果": "已推荐"}
        for day in ("2024-01-01", "2025-01-01", "2026-01-01")
    ]
    with office() as store:
        import_into(store, book(tmp_path / "o.xlsx", rows), vocabulary=V)
        assert {e.step for e in store.lead_events()} == {LeadStep.SHOWN}


def test_an_outcome_outlives_its_posting_and_not_its_person(tmp_path: Path) -> None:
    file = write_outcomes(tmp_path / "o.csv", [*EVENTS, event(LeadStep.SHOWN, posting="gone")])
    with office() as store:
        empty = store.jobseekers_version()
        result = import_into(store, file, vocabulary=V)
        assert [(p.code, p.is_error) for p in result.problems] == [("UNKNOWN_POSTING", False)]
        store.delete_postings([PostingId("P1")])
        assert len(store.lead_events()) == 5
        assert store.jobseekers_version() == empty
        store.delete_jobseekers([JobseekerId("A0")])
        assert {e.jobseeker_id for e in store.lead_events()} == {"A1"}


def test_a_record_refuses_what_it_cannot_mean() -> None:
    for step, more in (
        (LeadStep.DECLINED, {}),
        (LeadStep.SHOWN, {"reason": "pay"}),
        (LeadStep.HIRED, {"propensity": 0.5}),
        (LeadStep.SHOWN, {"propensity": 0.0}),
        (LeadStep.SHOWN, {"place": 0}),
    ):
        with pytest.raises(ValueError, match=r"lead|place|shown"):
            event(step, **more)


def test_the_template_has_its_choices(tmp_path: Path) -> None:
    files = {f.stem: f for f in write_templates(tmp_path)}
    sheet = load_workbook(files["推荐结果"])["推荐结果"]
    assert [c.value for c in sheet[1]][:4] == ["编号*", "岗位编号*", "结果*", "日期*"]
    assert len(sheet.data_validations.dataValidation) == 2
    with office() as store:
        assert import_into(store, files["推荐结果"], vocabulary=V).counts["skipped"] == 1


def test_a_database_of_the_first_revision_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = open_engine(path)
    config = Config()
    config.set_main_option("script_location", "data:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with sqlite3.connect(path) as raw:
        names = {r[0] for r in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        assert "lead_events" not in names
        raw.execute("INSERT INTO jobseekers VALUES ('A0', ?, ?)", ('{"id":"A0"}', b"0" * 32))
    raw.close()
    with Store.open(path) as store:
        store.upsert_lead_events([event(LeadStep.SHOWN)])
        assert store.jobseeker_ids() == {"A0"}
        assert len(store.lead_events()) == 1

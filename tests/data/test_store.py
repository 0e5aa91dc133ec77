"""The store: what it refuses, that nothing lands by halves, and that versions follow content."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from data.records import (
    Alternative,
    Assessment,
    Capability,
    CapabilitySource,
    Clause,
    DemandSource,
    Employer,
    EmployerId,
    FacetId,
    FairId,
    Identity,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
    PostingId,
    ProvisionKey,
    ProvisionState,
    RecruitmentFair,
)
from data.store import Store, StoreError, UnknownSchemaError
from data.store.connection import HEAD
from data.store.tables import metadata

PERSON = Jobseeker(JobseekerId("R1"))
DAY = date(2026, 11, 24)


def posting(name: str, **changes: object) -> JobPosting:
    base = JobPosting(
        PostingId(name),
        "录入员",
        demands=(Clause((Alternative(((FacetId("type"), Interval(2, 2)),)),)),),
        demands_source=DemandSource.CONFIRMED,
        provisions={ProvisionKey("remote"): ProvisionState.YES},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def assessment(level: int = 3) -> Assessment:
    found = Capability(
        FacetId("type"), Interval.exactly(level), CapabilitySource.ASSESSED, DAY, "工作样本"
    )
    return Assessment(PERSON.id, "工作样本", DAY, (found,))


@pytest.fixture
def store() -> object:
    with Store.open(":memory:") as opened:
        yield opened


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "not.db"
    path.write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(StoreError, match="数据库"):
        Store.open(path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="文件夹"):
        Store.open(tmp_path / "nowhere" / "a.db")


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store.open(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(UnknownSchemaError, match="9999"):
        Store.open(path)


def test_an_identity_or_posting_of_nobody_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError):
        store.identities.upsert([Identity(JobseekerId("nobody"))])
    with pytest.raises(IntegrityError):
        store.upsert_postings([posting("P1", employer_id=EmployerId("nobody"))])


def test_two_different_records_under_one_key_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="one key"):
        store.upsert_postings([posting("P1"), posting("P1", title="另一个")])


def test_what_is_interrupted_leaves_nothing(store: Store) -> None:
    store.upsert_postings([posting("P0")])
    before = store.postings_version(), store.jobseekers_version(), dict(store.counts())
    with pytest.raises(RuntimeError, match="power"), store.transaction():
        store.upsert_jobseekers([PERSON])
        store.upsert_postings([posting("P0", title="改了"), posting("P1")])
        raise RuntimeError("power cut")
    assert (store.postings_version(), store.jobseekers_version(), dict(store.counts())) == before
    assert store.postings() == (posting("P0"),)


def test_the_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        store.upsert_jobseekers([PERSON])
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert path.exists()


def test_records_come_back_equal_and_in_order(store: Store) -> None:
    postings = [posting("P2"), posting("P1", demands=None, demands_source=DemandSource.MISSING)]
    assert store.upsert_postings(postings).new == 2
    assert store.upsert_postings(postings).unchanged == 2
    assert store.postings() == (postings[1], postings[0])
    assert store.posting(PostingId("P2")) == postings[0]
    assert store.posting(PostingId("P9")) is None
    fair = RecruitmentFair(FairId("F1"), "示例招聘会", DAY, postings=(PostingId("P1"),))
    store.upsert_fairs([fair])
    assert store.fair(FairId("F1")) == fair == store.fairs()[0]
    assert store.postings(open_on=DAY) == store.postings()


def test_postings_share_equal_demands(store: Store) -> None:
    store.upsert_postings([posting("P1"), posting("P2")])
    first, second = store.postings()
    assert first.demands is second.demands


def test_versions_follow_content_and_nothing_else(store: Store) -> None:
    empty = store.postings_version()
    store.upsert_postings([posting("P1"), posting("P2")])
    both = store.postings_version()
    store.upsert_postings([posting("P2", title="改了")])
    assert len({empty, both, store.postings_version()}) == 3
    store.upsert_postings([posting("P2")])
    assert store.postings_version() == both
    with Store.open(":memory:") as other:
        other.upsert_postings([posting("P2")])
        other.upsert_postings([posting("P1")])
        assert other.postings_version() == both
    store.delete_postings([PostingId("P1"), PostingId("P2")])
    assert store.postings_version() == empty


def test_the_order_of_provisions_leaves_no_trace(store: Store) -> None:
    keys = [ProvisionKey("remote"), ProvisionKey("elevator")]
    for order in (keys, keys[::-1]):
        store.upsert_postings([posting("P1", provisions=dict.fromkeys(order, ProvisionState.NO))])
    assert store.upsert_postings(store.postings()).unchanged == 1


def test_assessments_join_the_capabilities_when_read(store: Store) -> None:
    store.upsert_jobseekers([PERSON])
    before = store.jobseekers_version()
    store.upsert_assessments([assessment()])
    assert store.jobseekers_version() != before
    found = store.jobseeker(PERSON.id)
    assert found is not None
    assert found.capabilities == assessment().findings
    assert store.jobseekers() == (found,)
    store.upsert_jobseekers([found])
    assert store.jobseekers() == (found,)


def test_forgetting_a_person_forgets_everything(store: Store) -> None:
    empty = store.jobseekers_version()
    store.upsert_jobseekers([PERSON])
    store.identities.upsert([Identity(PERSON.id, name="示例")])
    store.upsert_assessments([assessment()])
    assert store.delete_jobseekers([PERSON.id]) == 1
    assert set(store.counts().values()) == {0}
    assert store.jobseekers_version() == empty


def test_identities_are_apart_from_what_matching_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        store.upsert_jobseekers([PERSON])
        store.identities.upsert([Identity(PERSON.id, name="示例某", phone="19900001234")])
        assert store.identities.get(PERSON.id) == store.identities.all()[PERSON.id]
    with sqlite3.connect(path) as raw:
        tables = [r[0] for r in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        for table in tables:
            text = str(raw.execute(f"SELECT * FROM {table}").fetchall())
            assert ("19900001234" in text) == (table == "identities"), table
    raw.close()


def test_employers_with_postings_stay(store: Store) -> None:
    store.upsert_employers([Employer(EmployerId("E1"), "示例公司")])
    store.upsert_postings([posting("P1", employer_id=EmployerId("E1"))])
    with pytest.raises(IntegrityError):
        store.delete_employers([EmployerId("E1")])
    store.delete_postings([PostingId("P1")])
    assert store.delete_employers([EmployerId("E1")]) == 1


def test_the_log_names_no_values(store: Store) -> None:
    store.log_import(file_name="a.csv", kind="postings", counts={"rows": 1}, vocabulary_version="v")
    (entry,) = store.imports()
    assert (entry.file_name, entry.counts) == ("a.csv", {"rows": 1})
    assert entry.at.tzinfo is not None


def test_the_revisions_give_the_tables() -> None:
    config = Config()
    config.set_main_option("script_location", "data:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    with Store.open(":memory:") as store, store._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []

"""`match-all`: the same answers as one by one, resumable, nobody dropped, Parquet that reads."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.lead_files import JobFolderError
from api.office import Office
from api.overnight import PEOPLE_PER_PART, Overnight, Ranking
from data.generator import generate_city
from data.records import Consent, JobseekerId
from data.store import Store
from data.vocabulary import load_vocabulary
from matching.person import compile_person
from matching.verdict import OUTCOMES
from models.settings import RankerKind, Settings
from tests.api.test_cli import rengang
from tests.matching.builders import TODAY, posting

PEOPLE = 60
ON = ("--on", TODAY.isoformat(), "--db", "o.db")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overnight")
    city = generate_city(5, on=TODAY, jobseekers=PEOPLE, postings=80, vocabulary=load_vocabulary())
    with Store.open(str(folder / "o.db")) as store:
        no = (Consent("match", False, TODAY),)
        store.upsert_jobseekers(
            replace(p, consents=no) if i % 9 == 4 else p for i, p in enumerate(city.jobseekers)
        )
        store.upsert_employers(city.employers)
        store.upsert_postings(city.postings)
    return folder


def opened(place: Path, ranker: RankerKind = RankerKind.HYBRID) -> Office:
    settings = Settings(database=str(place / "o.db"), ranker=ranker)
    return Office(Store.open(settings.database), settings)


def leads_of(out: Path) -> dict[str, list[tuple[str, float, str]]]:
    found: dict[str, list[tuple[str, float, str]]] = {}
    for row in pq.read_table(out / "leads").to_pylist():
        mine = found.setdefault(row["jobseeker_id"], [])
        mine.append((row["posting_id"], row["score"], row["outcome"]))
        assert row["rank"] == len(mine)
    return found


def people_of(out: Path) -> dict[str, dict[str, object]]:
    rows = pq.read_table(out / "people").to_pylist()
    return {str(r["jobseeker_id"]): r for r in rows}


def test_leads_are_the_answers_of_match_and_nobody_is_dropped(place: Path, tmp_path: Path) -> None:
    office = opened(place)
    Overnight(office, TODAY, 6, Ranking.MATCH).run(tmp_path / "out")
    leads, people = leads_of(tmp_path / "out"), people_of(tmp_path / "out")
    assert list(people) == sorted(office.store.jobseeker_ids())
    refused = 0
    for person in office.store.jobseekers():
        row = people[person.id]
        if person.allows("match") is False:
            refused += 1
            assert row["status"] == "refused"
            assert row["feasible"] is None
            assert person.id not in leads
            continue
        alone = office.match(person, on=TODAY, limit=6)
        told = [
            (str(m.posting_id), m.score_micro / 1_000_000, str(m.verdict.outcome))
            for m in alone.matches
        ]
        assert leads.get(person.id, []) == told
        assert row["status"] == ("matched" if alone.matches else "no_lead")
        assert [row[str(o).lower()] for o in OUTCOMES] == [alone.counts[o] for o in OUTCOMES]
        assert row["held_back"] == alone.held_back
    assert refused


def test_by_meaning_each_gets_what_the_index_gives_them(place: Path, tmp_path: Path) -> None:
    office = opened(place)
    Overnight(office, TODAY, 4, Ranking.MEANING).run(tmp_path / "out")
    leads, people = leads_of(tmp_path / "out"), people_of(tmp_path / "out")
    matcher, index, meaning = office.matcher(), office.meaning_index(), office.meaning()
    for person in office.store.jobseekers():
        if person.allows("match") is False:
            assert people[person.id]["status"] == "refused"
            continue
        query = meaning.of_people([matcher.reader.text_of(person)])[0]
        alone = index.search(compile_person(person, office.vocabulary, TODAY), query, 4)
        assert [i for i, _, _ in leads.get(person.id, [])] == list(alone.ids)
        counts, row = matcher.match(person, on=TODAY).counts, people[person.id]
        assert [row[str(o).lower()] for o in OUTCOMES] == [counts[o] for o in OUTCOMES]
        for posting_id, _, outcome in leads.get(person.id, []):
            verdict = matcher.assess(person, matcher.postings[posting_id].id, TODAY)  # type: ignore[index]
            assert str(verdict.outcome) == outcome
            assert verdict.outcome.may_be_shown


def test_changed_postings_reach_the_kept_index(place: Path, tmp_path: Path) -> None:
    office = opened(place)
    office.meaning_index()
    kept = list((place / "o.db.cache" / "index" / "segments").iterdir())
    gone = office.store.postings()[0]
    office.store.delete_postings([gone.id])
    office.store.upsert_postings([posting([{"levels": {"sit": 1}}], id="X-new", title="文员")])
    again = opened(place)
    index = again.meaning_index()
    assert gone.id not in index
    assert len(index) == len(again.store.postings())
    assert set(kept) < set((place / "o.db.cache" / "index" / "segments").iterdir())
    again.store.delete_postings([posting([], id="X-new").id])
    again.store.upsert_postings([gone])


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several parts of people."""
    folder = tmp_path_factory.mktemp("crowd")
    city = generate_city(6, on=TODAY, jobseekers=100, postings=30, vocabulary=load_vocabulary())
    with Store.open(str(folder / "o.db")) as store:
        for copy in range(3 * PEOPLE_PER_PART // 100 + 1):
            store.upsert_jobseekers(
                replace(p, id=JobseekerId(f"{p.id}-{copy:02d}")) for p in city.jobseekers
            )
        store.upsert_employers(city.employers)
        store.upsert_postings(city.postings)
    return folder


def test_finished_parts_are_kept_damaged_ones_made_again(crowd: Path, tmp_path: Path) -> None:
    job = Overnight(opened(crowd), TODAY, 3, Ranking.MEANING)
    out = tmp_path / "out"
    totals = job.run(out)
    assert totals["people"] == 3 * PEOPLE_PER_PART + 100
    files = sorted(out.rglob("*.parquet"))
    content = {f: f.read_bytes() for f in files}
    assert len(files) == 8
    stamps = {f: f.stat().st_mtime_ns for f in files}
    files[1].write_bytes(content[files[1]][:-1])
    files[6].unlink()
    seen: list[tuple[int, int]] = []
    assert job.run(out, progress=lambda done, total: seen.append((done, total))) == totals
    assert {f: f.read_bytes() for f in files} == content
    kept = [f for f in files if f.stat().st_mtime_ns == stamps[f]]
    assert len(kept) == 4
    assert seen[0][0] == totals["people"] - 2 * PEOPLE_PER_PART
    assert seen[-1] == (totals["people"], totals["people"])
    with pytest.raises(JobFolderError, match="每人几条"):
        replace(job, top=4).run(out)
    with pytest.raises(JobFolderError, match="排序办法"):
        replace(job, ranking=Ranking.MATCH).run(out)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    for fresh in (False, True):
        with pytest.raises(JobFolderError, match="别的文件"):
            job.run(tmp_path / "mine", fresh=fresh)
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep me"


@pytest.mark.slow
def test_an_interrupted_job_goes_on_where_it_stood(crowd: Path) -> None:
    arguments = ("match-all", "--out", "out", "--top", "2", *ON)
    environment = {**os.environ, "RENGANG_RANKER": "lexical"}
    program = "import sys; from api.cli import main; sys.argv[0] = 'rengang'; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=crowd, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    manifest = crowd / "out" / "manifest.json"
    for _ in range(600):
        if manifest.is_file() and json.loads(manifest.read_text("utf-8"))["parts"]:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "已中断" in said
    told = json.loads(manifest.read_text("utf-8"))
    assert not told["finished"]
    assert 0 < len(told["parts"]) < 4
    done = rengang(*arguments, "--json", cwd=crowd, RENGANG_RANKER="lexical")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["people"] == 3 * PEOPLE_PER_PART + 100
    assert json.loads(manifest.read_text("utf-8"))["finished"]
    assert len(people_of(crowd / "out")) == 3 * PEOPLE_PER_PART + 100


def test_the_command_says_what_it_did(place: Path) -> None:
    done = rengang("match-all", "--out", "夜里", "--ranking", "meaning", *ON, cwd=place)
    assert done.returncode == 0, done.stderr
    assert f"共 {PEOPLE} 人" in done.stdout
    again = rengang("match-all", "--out", "夜里", *ON, cwd=place)
    assert again.returncode == 3
    assert "另一次配岗的结果" in again.stderr

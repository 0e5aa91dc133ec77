"""Measuring a collection: nobody looks better by silence, and what is broken turns the run red."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evaluation.collection import CollectionError, profile_of, read_collection
from evaluation.comparison import ComparisonError, compare_runs
from evaluation.ranking import MEASURES, evaluate_ranking, ranking_report, score_runs
from evaluation.report import ReportFolderError, to_markdown, write_report
from evaluation.report.model import Report
from evaluation.thresholds import ThresholdError, check_thresholds, read_thresholds
from evaluation.trec import read_run
from tests.api.test_cli import rengang
from tests.models.test_retrieval import POSTINGS, encoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "collection"
    place.mkdir()
    with gzip.open(place / "corpus.jsonl.gz", "wt", encoding="utf-8") as stream:
        for i, p in enumerate(POSTINGS):
            row = {"id": p.id, "title": p.title, "tags": " ".join(p.tags), "text": p.body,
                   "published": f"2026-11-{i + 1:02d}"}  # fmt: skip
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    for split, people in {"dev": ("A", "B"), "more": ("C",)}.items():
        rows = [{"qid": q, "wishes": "会计", "text": "会做账", "education": "大专",
                 "hard": q == "C"} for q in people]  # fmt: skip
        (place / f"queries.{split}.jsonl").write_text(
            "\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8"
        )
        (place / f"qrels.{split}.txt").write_text(
            "".join(f"{q} 0 p2 3\n{q} 0 p4 2\n{q} 0 p3 1\n{q} 0 p0 0\n" for q in people)
        )
    return place


def test_every_split_is_found_and_every_system_measured(folder: Path, tmp_path: Path) -> None:
    report = evaluate_ranking(folder, encoder=encoder())
    assert not report.is_red
    systems = report.metrics["systems"]
    assert list(systems) == [
        "random", "newest", "BM25", "TF-IDF", "LSA", "RRF", "lexical", "dense", "hybrid",
    ]  # fmt: skip
    assert report.metrics["splits"] == ["dev", "more"]
    assert systems["hybrid"]["nDCG@10"]["mean"] > 0.8
    assert systems["hybrid"].keys() == set(MEASURES)
    assert report.metrics["per_person"]["hybrid"]["nDCG@10"].keys() == {"A", "B", "C"}
    assert set(report.manifest["inputs"]) == {f.name for f in folder.iterdir()}
    out = tmp_path / "out"
    write_report(out, report)
    assert read_run(out / "runs" / "hybrid.run") == {
        p: list(d) for p, d in report.runs["hybrid"].items()
    }
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert metrics["systems"] == json.loads(json.dumps(systems))
    page = (out / "report.html").read_text("utf-8")
    for wanted in ('lang="zh-CN"', "<h1>", 'role="img"', 'scope="row"', "没有答案的人", "hybrid"):
        assert wanted in page
    for unwanted in ("<script", "http://", "https://"):
        assert unwanted not in page.replace("http://www.w3.org", "").replace(
            "https://www.w3.org", ""
        )
    assert "nDCG@10" in (out / "report.md").read_text("utf-8")


def test_the_same_seed_gives_the_same_figures(folder: Path) -> None:
    a, b = (evaluate_ranking(folder, encoder=encoder()) for _ in range(2))
    assert a.metrics == b.metrics
    assert a.sections == b.sections


def made(folder: Path, **runs: dict[str, list[str]]) -> Report:
    collection = read_collection(folder)
    return ranking_report(collection, score_runs(collection, runs), runs, {})


def broken(report: Report) -> list[str]:
    return [g.name for g in report.guards if g.ok is False]


def test_a_dropped_person_turns_the_run_red_and_counts_nothing(folder: Path) -> None:
    full = {p: ["p2", "p4"] for p in "ABC"}
    assert broken(made(folder, hybrid=full)) == []
    report = made(folder, BM25=full, hybrid={"A": ["p2", "p4"]})
    assert broken(report) == ["没有答案的人"]
    assert report.metrics["missing"]["hybrid"] == ["B", "C"]
    means = {s: m["nDCG@10"]["mean"] for s, m in report.metrics["systems"].items()}
    assert means["hybrid"] == pytest.approx(means["BM25"] / 3)
    versus = report.metrics["comparisons"]["BM25"]["nDCG@10"]
    assert (versus["wins"], versus["ties"], versus["losses"]) == (0, 1, 2)


def test_people_without_judgments_and_judgments_without_people_turn_the_run_red(
    folder: Path,
) -> None:
    with (folder / "queries.dev.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('\n{"qid": "D", "wishes": "会计"}')
    with (folder / "qrels.more.txt").open("a", encoding="utf-8") as stream:
        stream.write("E 0 p2 3\n")
    report = made(folder, hybrid={p: ["p2"] for p in "ABCD"})
    guard = next(g for g in report.guards if g.ok is False)
    assert guard.value == 2
    assert "D" in guard.explanation
    assert "E" in guard.explanation


def test_a_posting_that_is_not_in_the_corpus_turns_the_run_red(folder: Path) -> None:
    report = made(folder, hybrid={p: ["p2", "invented"] for p in "ABC"})
    assert broken(report) == ["答案里不在岗位集里的岗位"]


def test_a_folder_that_is_no_collection_says_why(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="corpus"):
        read_collection(tmp_path / "nowhere")
    queries = (folder / "queries.dev.jsonl").read_text("utf-8")
    (folder / "queries.dev.jsonl").write_text(queries + "\n" + queries.splitlines()[0], "utf-8")
    with pytest.raises(CollectionError, match="编号重复"):
        read_collection(folder)
    (folder / "queries.dev.jsonl").write_text(queries + "\n{", "utf-8")
    with pytest.raises(CollectionError, match=r"queries\.dev\.jsonl：第 3 行"):
        read_collection(folder)
    (folder / "queries.dev.jsonl").write_text(queries, "utf-8")
    (folder / "qrels.dev.txt").write_text("A 0 p2 much\n")
    with pytest.raises(CollectionError, match=r"qrels\.dev\.txt：第 1 行"):
        read_collection(folder)
    (folder / "qrels.dev.txt").unlink()
    with pytest.raises(CollectionError, match=r"qrels\.dev"):
        read_collection(folder)


def test_schooling_is_told_in_the_note() -> None:
    row = {"qid": "A", "text": "会做账", "education": "大专"}
    assert profile_of(row).note == "会做账\n学历：大专"


def test_bars_are_cleared_or_missed(folder: Path, tmp_path: Path) -> None:
    report = made(folder, hybrid={p: ["p2", "p4"] for p in "ABC"})
    file = tmp_path / "bars.yaml"
    file.write_text(
        "- {system: hybrid, measure: nDCG@10, at_least: 0.5}\n"
        "- {system: hybrid, measure: nDCG@10, at: low, at_least: 0.99}\n"
        "- {system: hybrid, measure: MRR, at_least: 0}\n"
        "- {guard: 没有答案的人, at_most: 0}\n"
        "- {guard: Leak@10, at_most: 0}\n"
    )
    found = [g.ok for g in check_thresholds(report, read_thresholds(file))]
    assert found == [True, False, False, True, False]
    file.write_text("- {system: hybrid, at_least: 0.5}\n- {guard: Leak@10}\n- {gurad: 1}\n")
    with pytest.raises(ThresholdError, match=r"第 1 个(.|\n)*第 2 个(.|\n)*第 3 个"):
        read_thresholds(file)


def test_two_runs_are_compared_on_the_same_people_or_not_at_all(
    folder: Path, tmp_path: Path
) -> None:
    people = "ABC"
    for name, answer in (("before", ["p0", "p2"]), ("after", ["p2", "p4"])):
        write_report(tmp_path / name, made(folder, hybrid=dict.fromkeys(people, answer)))
    report = compare_runs(tmp_path / "before", tmp_path / "after")
    found = report.metrics["comparisons"]["hybrid"]["nDCG@10"]
    assert found["wins"] == 3
    assert found["low"] > 0
    metrics = json.loads((tmp_path / "after" / "metrics.json").read_text("utf-8"))
    del metrics["per_person"]["hybrid"]["nDCG@10"]["B"]
    (tmp_path / "after" / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    with pytest.raises(ComparisonError, match=r"人不一样.*B"):
        compare_runs(tmp_path / "before", tmp_path / "after")
    with pytest.raises(ComparisonError, match=r"metrics\.json"):
        compare_runs(tmp_path, tmp_path / "after")


def test_a_folder_with_other_files_is_left_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.md").write_text("months of work")
    with pytest.raises(ReportFolderError, match=r"thesis\.md"):
        write_report(out, made(folder, hybrid={p: ["p2"] for p in "ABC"}))
    assert [f.name for f in out.iterdir()] == ["thesis.md"]


def test_markdown_shows_the_guards_first(folder: Path) -> None:
    text = to_markdown(made(folder, hybrid={p: ["p2"] for p in "ABC"}))
    assert text.index("没有答案的人 = 0") < text.index("| 系统 |")


def test_the_command_writes_compares_and_exits_as_ci_needs(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bars.yaml").write_text("- {system: hybrid, measure: nDCG@10, at_least: 1.01}\n")
    (tmp_path / "theirs.run").write_text("".join(f"{p} Q0 p2 1 1 t\n" for p in "ABC"))
    asked = ("evaluate", "ranking", "--collection", "collection", "--run", "theirs.run")
    done = rengang(*asked, "--out", "one", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "写在：one" in done.stdout
    assert (tmp_path / "one" / "report.html").is_file()
    done = rengang(*asked, "--thresholds", "bars.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert "theirs" in json.loads(done.stdout)["systems"]
    done = rengang("evaluate", "compare", "one", "one", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "theirs.run").write_text("A Q0 p2 1 1 t\n")
    assert rengang(*asked, cwd=tmp_path).returncode == 1
    (tmp_path / "theirs.run").write_text("A Q0 p2\n")
    done = rengang(*asked, cwd=tmp_path)
    assert done.returncode == 3
    assert "theirs.run：第 1 行" in done.stderr

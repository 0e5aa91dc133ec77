"""The benchmarks run, on small sizes, and their checks hold."""

import json
from pathlib import Path

import pytest

from evaluation.bench_churn import run_churn_bench
from evaluation.bench_filter import run_filter_bench
from evaluation.bench_import import run_import_bench
from evaluation.bench_match_all import run_match_all_bench
from evaluation.bench_search import SearchBenchOptions, render, run_search_bench
from tests.api.test_cli import rengang

pytestmark = pytest.mark.slow


def quiet(_: str) -> None: ...


def test_search_is_complete_and_tight_in_every_cell() -> None:
    options = SearchBenchOptions((30_000,), 48, 300, 6, (32,), graph=False)
    figures = run_search_bench(options, quiet)
    cells = figures["sizes"][0]["cells"]
    assert len(cells) == 8 * (4 + 2)
    for cell in cells:
        assert cell["leaks"] == 0
        assert cell["recall"] == 1.0
        assert cell["p50_ms"] > 0
    assert {"independent", "against"} == {c["filter"] for c in cells}
    assert figures["command"] in render(figures)


def test_everybody_is_counted_and_answered_as_alone() -> None:
    for musts in (0.0, 0.5):
        figures = run_match_all_bench(1500, 5000, 32, 200, musts, 1, True, quiet)
        assert figures["wrong_people"] == 0
        assert figures["counted_pairs"] == figures["expected_pairs"] == 1500 * 5000


def test_changes_are_found_right_and_erased_stays_erased() -> None:
    figures = run_churn_bench(3000, 400, 10, 32, 200, 1, quiet)
    assert figures["searches"] > 10
    assert figures["answers_wrong"] == figures["final_different"] == 0
    assert figures["erased"] > 50
    assert figures["erased_came_back"] == 0


def test_ways_of_judging_agree(tmp_path: Path) -> None:
    figures = run_filter_bench((5000,), 400, 10, 1, quiet)
    assert figures["sizes"][0]["disagreements"] == 0
    done = rengang("bench", "filter", "--rows", "2000", "--signatures", "50", "--people", "3",
                   "--json", "f.json", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "f.json").read_text("utf-8"))["sizes"][0]["rows"] == 2000


def test_what_is_imported_is_all_there() -> None:
    figures = run_import_bench(60, 1, quiet)
    assert figures["landed"] == 60
    assert sum(figures["demands"].values()) == 60
    assert all(took > 0 for took in figures["ms_per_posting"].values())

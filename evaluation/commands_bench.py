"""`rengang bench search / filter / match-all / import`: seeded, with peers and the machine's limits
in the same run, as a table and as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from evaluation.commands import CONTEXT, EXIT_FINDING, FileProblem, bench

json_file_option = click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), default=None,
    metavar="文件", help="结果写成 JSON 文件",
)  # fmt: skip
seed_option = click.option("--seed", type=int, default=1, show_default=True, help="随机种子")
dimensions_option = click.option("--dimensions", type=click.IntRange(8, 4096), default=256,
                                 show_default=True, help="向量维数")  # fmt: skip
signatures_option = click.option("--signatures", type=click.IntRange(1), default=5_000,
                                 show_default=True, help="不同的要求组合数")  # fmt: skip


def _say(line: str) -> None:
    click.echo(line, err=True)


def _give(text: str, figures: dict[str, Any], json_file: Path | None) -> None:
    click.echo(text)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")


@bench.command("search", context_settings=CONTEXT,
               help="在可推荐的岗位里精确检索：与 numpy、faiss 同场，逐格核对。")  # fmt: skip
@click.option("--rows", type=click.IntRange(1000), multiple=True, default=(100_000, 1_000_000),
              show_default=True, help="岗位数，可写几次")  # fmt: skip
@dimensions_option
@signatures_option
@click.option("--queries", type=click.IntRange(2), default=40, show_default=True,
              help="每格问几次")  # fmt: skip
@click.option("--batch", "batches", type=click.IntRange(2), multiple=True, default=(64, 1_024),
              show_default=True, help="批量大小，可写几次")  # fmt: skip
@click.option("--graph/--no-graph", default=True, show_default=True, help="是否比 HNSW（建图慢）")
@seed_option
@json_file_option
def bench_search(
    rows: tuple[int, ...], dimensions: int, signatures: int, queries: int,
    batches: tuple[int, ...], graph: bool, seed: int, json_file: Path | None,
) -> None:  # fmt: skip
    from evaluation.bench_search import SearchBenchOptions, render, run_search_bench

    options = SearchBenchOptions(rows, dimensions, signatures, queries, batches, graph, seed)
    try:
        figures = run_search_bench(options, _say)
    except ImportError as error:
        raise FileProblem(
            "同场比较要用 faiss：pip install -e '.[bench]'（在项目文件夹里）"
        ) from error
    _give(render(figures), figures, json_file)


@bench.command("match-all", context_settings=CONTEXT,
               help="全员配岗的耗时和内存，与裸矩阵乘同场比较。")  # fmt: skip
@click.option("--people", type=click.IntRange(1), default=50_000, show_default=True, help="人数")
@click.option("--postings", type=click.IntRange(1000), default=100_000, show_default=True,
              help="岗位数")  # fmt: skip
@dimensions_option
@signatures_option
@click.option("--musts", "musts_share", type=click.FloatRange(0, 1), default=0.0,
              show_default=True, help="多大比例的人有自己的必须条件")  # fmt: skip
@click.option("--all-by-tiles", is_flag=True,
              help="可推荐很少的人也和大家一起算（默认单独取出来算）")  # fmt: skip
@seed_option
@json_file_option
def bench_match_all(
    people: int, postings: int, dimensions: int, signatures: int, musts_share: float,
    all_by_tiles: bool, seed: int, json_file: Path | None,
) -> None:  # fmt: skip
    from evaluation.bench_match_all import render, run_match_all_bench

    figures = run_match_all_bench(
        people, postings, dimensions, signatures, musts_share, seed, not all_by_tiles, _say
    )
    _give(render(figures), figures, json_file)


@bench.command("filter", context_settings=CONTEXT,
               help="一人对全部岗位的判断：逐行、按组、成批，同场比较并逐对核对。")  # fmt: skip
@click.option("--rows", type=click.IntRange(1), multiple=True, default=(100_000, 1_000_000),
              show_default=True, help="岗位数，可写几次")  # fmt: skip
@signatures_option
@click.option("--people", type=click.IntRange(1), default=100, show_default=True, help="人数")
@seed_option
@json_file_option
def bench_filter(
    rows: tuple[int, ...], signatures: int, people: int, seed: int, json_file: Path | None
) -> None:
    from evaluation.bench_filter import render, run_filter_bench

    figures = run_filter_bench(rows, signatures, people, seed, _say)
    _give(render(figures), figures, json_file)
    if any(s["disagreements"] for s in figures["sizes"]):
        sys.exit(EXIT_FINDING)


@bench.command("churn", context_settings=CONTEXT,
               help="边改边查：答案对不对、要等多久、删掉的会不会回来，重启后也查。")  # fmt: skip
@click.option("--rows", type=click.IntRange(1000), default=1_000_000, show_default=True,
              help="岗位数")  # fmt: skip
@click.option("--changes", type=click.IntRange(4), default=10_000, show_default=True,
              help="改动几处")  # fmt: skip
@click.option("--step", type=click.IntRange(1), default=25, show_default=True, help="每批几处")
@dimensions_option
@signatures_option
@seed_option
@json_file_option
def bench_churn(
    rows: int, changes: int, step: int, dimensions: int, signatures: int, seed: int,
    json_file: Path | None,
) -> None:  # fmt: skip
    from evaluation.bench_churn import render, run_churn_bench

    figures = run_churn_bench(rows, changes, step, dimensions, signatures, seed, _say)
    _give(render(figures), figures, json_file)
    if figures["answers_wrong"] or figures["final_different"] or figures["erased_came_back"]:
        sys.exit(EXIT_FINDING)


@bench.command("import", context_settings=CONTEXT,
               help="从岗位表到第一次配岗：每一步的耗时，与只读表格同场比较。")  # fmt: skip
@click.option("--postings", type=click.IntRange(10), default=20_000, show_default=True,
              help="岗位数")  # fmt: skip
@seed_option
@json_file_option
def bench_import(postings: int, seed: int, json_file: Path | None) -> None:
    from evaluation.bench_import import render, run_import_bench

    figures = run_import_bench(postings, seed, _say)
    _give(render(figures), figures, json_file)

"""`rengang evaluate ranking / compare`: reports that people look at, and exit codes for CI."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from evaluation.commands import CONTEXT, EXIT_FINDING, FileProblem, evaluate

if TYPE_CHECKING:
    from evaluation.report.model import Report

F = TypeVar("F", bound=Callable[..., Any])
_NEEDED = ("ir_measures", "jinja2", "matplotlib")
"""What the extra `evaluate` brings: asked for before any work is done."""
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
seed_option = click.option("--seed", type=int, default=20260, show_default=True, help="随机种子")


def report_options(function: F) -> F:
    """--out, --thresholds, --json."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="输出 JSON，给程序用"),
        click.option("--thresholds", type=_FILE, default=None, metavar="文件.yaml",
                     help="门槛；有一条不过就以 1 退出"),
        click.option("--out", type=click.Path(path_type=Path), default=None, metavar="文件夹",
                     help="写出 report.html、report.md、metrics.json、manifest.json"),
    ):  # fmt: skip
        function = option(function)
    return function


def say(line: str) -> None:
    click.echo(line, err=True)


def finish(
    make: Callable[[], Report], out: Path | None, thresholds: Path | None, as_json: bool,
    *, afterwards: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Make a report, hold it to its bars, write it, print its first screen; exit 1 when red, else
    do what comes `afterwards`."""
    from evaluation.collection import CollectionError
    from evaluation.comparison import ComparisonError
    from evaluation.measures.rankings import MeasureError
    from evaluation.report import ReportFolderError, to_markdown, write_report
    from evaluation.report.files import check_folder
    from evaluation.thresholds import ThresholdError, check_thresholds, read_thresholds

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise FileProblem(
            f"缺 {'、'.join(missing)}：请在项目文件夹里运行"
            " pip install -c constraints.txt -e '.[evaluate]'"
        )
    try:
        bars = read_thresholds(thresholds) if thresholds else []
        if out is not None:
            check_folder(out)
        report = make()
        report = replace(report, guards=(*report.guards, *check_thresholds(report, bars)))
        if out is not None:
            write_report(out, report)
    except (CollectionError, ComparisonError, MeasureError, ReportFolderError,
            ThresholdError) as error:  # fmt: skip
        raise FileProblem(str(error)) from error
    if as_json:
        facts = {"kind": report.kind, "guards": [g.as_facts() for g in report.guards],
                 **report.metrics, "manifest": report.manifest}  # fmt: skip
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        click.echo(to_markdown(report, short=out is not None))
        if out is not None:
            click.echo(f"写在：{out}（先看 report.html）")
    if report.is_red:
        sys.exit(EXIT_FINDING)
    afterwards()


@evaluate.command("ranking", context_settings=CONTEXT, help="用分级判断评测排序，简单办法同场。")
@click.option("--collection", "folder", required=True, metavar="文件夹", type=_FOLDER,
              help="内有 corpus.jsonl.gz、queries.*.jsonl、qrels.*.txt")  # fmt: skip
@click.option("--run", "runs", type=_FILE, multiple=True, metavar="文件",
              help="别的系统的答案（TREC run），可写几次")  # fmt: skip
@seed_option
@report_options
def ranking_command(
    folder: Path, runs: tuple[Path, ...], seed: int, out: Path | None, thresholds: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    from evaluation.ranking import evaluate_ranking
    from evaluation.trec import TrecError, read_run

    try:
        others = {file.stem: read_run(file) for file in runs}
    except TrecError as error:
        raise FileProblem(str(error)) from error
    finish(
        lambda: evaluate_ranking(folder, others=others, seed=seed, say=say),
        out, thresholds, as_json,
    )  # fmt: skip


@evaluate.command("compare", context_settings=CONTEXT,
                  help="两次评测逐人比较：后一次减前一次。")  # fmt: skip
@click.argument("before", type=click.Path(exists=True, path_type=Path), metavar="前一次")
@click.argument("after", type=click.Path(exists=True, path_type=Path), metavar="后一次")
@seed_option
@report_options
def compare_command(
    before: Path, after: Path, seed: int, out: Path | None, thresholds: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    from evaluation.comparison import compare_runs

    finish(lambda: compare_runs(before, after, seed=seed), out, thresholds, as_json)


@evaluate.command("city", context_settings=CONTEXT,
                  help="全城评测：漏出、覆盖、分组、差距的原因、孪生人、探针。")  # fmt: skip
@click.option("--db", type=_FILE, default=None, metavar="文件",
              help="用这个数据库里的人和岗位（默认造一座样例城市）")  # fmt: skip
@click.option("--people", type=click.IntRange(10), default=400, show_default=True, help="造多少人")
@click.option("--postings", type=click.IntRange(10), default=600, show_default=True,
              help="造多少岗位")  # fmt: skip
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default="2026-11-24", show_default=True,
              help="按哪一天判断")  # fmt: skip
@click.option("--run", "runs", type=_FILE, multiple=True, metavar="文件",
              help="别的系统的答案（TREC run），可写几次")  # fmt: skip
@click.option("--export", type=click.Path(file_okay=False, path_type=Path), default=None,
              metavar="文件夹", help="把造出来的人和岗位写成 JSON 行，给别的系统用")  # fmt: skip
@seed_option
@report_options
def city_command(
    db: Path | None, people: int, postings: int, on: datetime, runs: tuple[Path, ...],
    export: Path | None, seed: int, out: Path | None, thresholds: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from data.store import Store, StoreError
    from data.vocabulary import load_vocabulary
    from evaluation.city import export_city, invent_city, stored_city
    from evaluation.city_report import evaluate_city
    from evaluation.trec import TrecError, read_run
    from models.compose import build_matcher

    if db is not None and export is not None:
        raise click.UsageError("真实数据库里的人不写出来：--export 只用于造出来的城市")
    try:
        others = {file.stem: read_run(file) for file in runs}
    except TrecError as error:
        raise FileProblem(str(error)) from error

    vocabulary, day = load_vocabulary(), on.date()
    told = f"rengang evaluate city --on {day} --seed {seed}"

    def make() -> Report:
        if db is None:
            city = invent_city(seed, people, postings, day, vocabulary)
            if export is not None:
                try:
                    export_city(city, export)
                except OSError as error:
                    raise FileProblem(f"写不了“{export}”：{error.strerror}") from error
            return evaluate_city(
                city, others=others, seed=seed, say=say,
                command=f"{told} --people {people} --postings {postings}",
            )  # fmt: skip
        try:
            with Store.open(str(db)) as store:
                matcher = build_matcher(store.postings(), vocabulary, data_version="city")
                city = stored_city(store, day, vocabulary, matcher)
        except StoreError as error:
            raise FileProblem(str(error)) from error
        return evaluate_city(city, matcher=matcher, others=others, seed=seed, command=told, say=say)

    finish(make, out, thresholds, as_json)


@evaluate.command("constraints", context_settings=CONTEXT,
                  help="限制的公开基准：读要求、判断、带筛选的检索。")  # fmt: skip
@click.option("--postings", type=click.IntRange(20), default=400, show_default=True,
              help="造多少岗位")  # fmt: skip
@click.option("--people", type=click.IntRange(5), default=200, show_default=True, help="造多少人")
@click.option("--rows", type=click.IntRange(1000), default=20_000, show_default=True,
              help="检索一项里有多少岗位")  # fmt: skip
@click.option("--export", type=click.Path(file_okay=False, path_type=Path), default=None,
              metavar="文件夹", help="把岗位、人和标准答案写出来，给别的系统用")  # fmt: skip
@seed_option
@report_options
def constraints_command(
    postings: int, people: int, rows: int, export: Path | None, seed: int, out: Path | None,
    thresholds: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from data.vocabulary import load_vocabulary
    from evaluation.constraints.report import evaluate_constraints

    command = (f"rengang evaluate constraints --postings {postings} --people {people}"
               f" --rows {rows} --seed {seed}")  # fmt: skip
    finish(
        lambda: evaluate_constraints(
            seed, postings, people, rows, load_vocabulary(), export=export, command=command,
            say=say,
        ),
        out, thresholds, as_json,
    )  # fmt: skip

"""Commands of this room on the command line; they join it by entry point."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click

EXIT_FINDING, EXIT_DATA = 1, 3
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class FileProblem(click.ClickException):
    """A file that cannot be used; the message lists every problem in it."""

    exit_code = EXIT_DATA


@click.command("scenarios", context_settings=CONTEXT,
               help="运行验收用例：逐条比对结论和卡点，有一条不符就以 1 退出。")  # fmt: skip
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                metavar="文件.yaml")  # fmt: skip
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="按哪一天判断（默认今天）"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给程序用")
def scenarios(file: Path, on: datetime | None, as_json: bool) -> None:
    from data.vocabulary import load_vocabulary
    from evaluation.scenarios import ScenarioError, read_scenarios, run_scenarios

    vocabulary = load_vocabulary()
    day = on.date() if on else date.today()
    try:
        readable, problems = read_scenarios(file, vocabulary)
    except ScenarioError as error:
        raise FileProblem(str(error)) from error
    results = run_scenarios(readable, vocabulary, day)
    wrong = [r for r in results if not r.agrees]
    if as_json:
        rows = [
            {
                "id": r.scenario.id, "agrees": r.agrees,
                "expected": str(r.scenario.expected), "got": str(r.verdict.outcome),
                "expected_binding": r.scenario.binding, "binding": r.verdict.binding,
                "unlisted": r.scenario.unlisted,
            }
            for r in results
        ]  # fmt: skip
        answer = {"agreeing": len(results) - len(wrong), "total": len(results),
                  "rules": vocabulary.version, "problems": problems,
                  "results": rows}  # fmt: skip
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for r in results:
            click.echo(f"{'✓' if r.agrees else '×'} {r.scenario.id}  {r.verdict.outcome}"
                       f"  {'、'.join(r.verdict.binding)}")  # fmt: skip
            if r.scenario.unlisted:
                click.echo(f"    注意：词表里没有 {'、'.join(r.scenario.unlisted)}，按所写判断；"
                           "如是笔误请改正")  # fmt: skip
            if not r.agrees:
                click.echo(f"    {r.scenario.title}")
                click.echo(f"    应为：{r.scenario.expected}"
                           f"  卡点：{'、'.join(r.scenario.binding or ()) or '无'}")  # fmt: skip
                click.echo(f"    实为：{r.verdict.outcome}"
                           f"  卡点：{'、'.join(r.verdict.binding) or '无'}")  # fmt: skip
        click.echo(
            f"{len(results) - len(wrong)}/{len(results)} 条相符（规则 {vocabulary.version}）"
        )
    if problems:
        lines = "\n".join(f"  · {p}" for p in problems)
        raise FileProblem(f"用例文件有 {len(problems)} 处要改，这些用例没有运行：\n{lines}")
    if wrong:
        sys.exit(EXIT_FINDING)


@click.group("bench", context_settings=CONTEXT, help="测速度和内存，结果连同机器上限一起给出。")
def bench() -> None:
    pass


@bench.command("match", context_settings=CONTEXT, help="判断与配岗的耗时。")
@click.option("--postings", type=click.IntRange(1), default=20_000, show_default=True,
              help="岗位数")  # fmt: skip
@click.option("--signatures", type=click.IntRange(1), default=5_000, show_default=True,
              help="不同的要求组合数")  # fmt: skip
@click.option("--people", type=click.IntRange(1), default=200, show_default=True, help="人数")
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子")
@click.option("--json", "json_file", type=click.Path(path_type=Path), default=None,
              metavar="文件", help="结果写成 JSON 文件")  # fmt: skip
def bench_match(
    postings: int, signatures: int, people: int, seed: int, json_file: Path | None
) -> None:
    from evaluation.bench_match import render, run_match_bench

    figures = run_match_bench(postings, signatures, people, seed)
    click.echo(render(figures))
    if json_file is not None:
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=2), "utf-8")


@bench.command("pairs", context_settings=CONTEXT,
               help="成对核对：筛选与逐对判断是否一致，恶意排序能否漏出岗位。")  # fmt: skip
@click.option("--pairs", type=click.IntRange(1), default=10_000_000, show_default=True,
              help="核对多少对")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子")
def bench_pairs(pairs: int, seed: int) -> None:
    from evaluation.bench_pairs import run_pairs_check

    report = run_pairs_check(pairs, seed, say=lambda line: click.echo(line, err=True))
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    if report["leaked"] or report["disagreements"] or report["search_wrong"]:
        sys.exit(EXIT_FINDING)


@click.group(
    "evaluate",
    context_settings=CONTEXT,
    help="评测：排序、读要求、限制、公平、反馈，与简单办法同场比较。",
)
def evaluate() -> None:
    pass


@evaluate.command("reading", context_settings=CONTEXT, help="用标好的岗位评测读出的要求。")
@click.option("--labels", "file", required=True, metavar="文件.jsonl",
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="每行一个岗位，含标好的要求和原文依据")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给程序用")
def evaluate_reading_command(file: Path, as_json: bool) -> None:
    from evaluation.labels import LabelFileError, load_labels, unmeetable
    from evaluation.reading import render, score_reading, to_json

    try:
        items = load_labels(file)
        report = score_reading(items, file.name)
    except LabelFileError as error:
        raise FileProblem(str(error)) from error
    for told in unmeetable(items):
        click.echo(f"请留意，这条标注谁也读不出，算作漏读：{told}", err=True)
    click.echo(json.dumps(to_json(report), ensure_ascii=False, indent=2) if as_json
               else render(report))  # fmt: skip


@evaluate.command("titles", context_settings=CONTEXT,
                  help="标题找原文：用没有参加训练的来源检验文字编码。")  # fmt: skip
@click.option("--postings", "file", required=True, metavar="文件.csv.gz",
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="有 title、text、source 三列的岗位文件")  # fmt: skip
@click.option("--source", required=True, metavar="来源", help="用哪个来源的岗位检验")
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path),
              default=None, metavar="文件夹",
              help="训练时没有用这个来源的模型（train encoder --without）")  # fmt: skip
@click.option("--titles", type=click.IntRange(10), default=1500, show_default=True,
              help="用多少个标题")  # fmt: skip
@click.option("--seed", type=int, default=20260, show_default=True, help="随机种子")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给程序用")
def evaluate_titles_command(
    file: Path, source: str, model: Path | None, titles: int, seed: int, as_json: bool
) -> None:
    from dataclasses import asdict

    from evaluation.titles import TitlesError, evaluate_titles, render

    try:
        report = evaluate_titles(file, source, model=model, titles=titles, seed=seed)
    except TitlesError as error:
        raise FileProblem(str(error)) from error
    click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2) if as_json
               else render(report))  # fmt: skip


@bench.command("encode", context_settings=CONTEXT,
               help="文字编码的速度：轻便路径与 sentence-transformers 同场比较。")  # fmt: skip
@click.option(
    "--texts", type=click.IntRange(1), default=10_000, show_default=True, help="多少段文字"
)
@click.option(
    "--characters", type=click.IntRange(1), default=200, show_default=True, help="每段字数"
)
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子")
def bench_encode(texts: int, characters: int, seed: int) -> None:
    from evaluation.bench_encode import run_encode_bench

    try:
        figures = run_encode_bench(texts, characters, seed)
    except ImportError as error:
        raise FileProblem(
            "比较要用 sentence-transformers：pip install -e '.[encoder]'（在项目文件夹里）"
        ) from error
    click.echo(json.dumps(figures, ensure_ascii=False, indent=2))


from evaluation import (  # noqa: E402  joins its commands
    commands_bench,  # noqa: F401
    commands_evaluate,  # noqa: F401
    commands_feedback,  # noqa: F401
)

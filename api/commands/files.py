"""`templates` and `import`: what goes out empty and comes back filled."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import db_option, json_option, lang_option, open_office, progress_bar
from api.errors import CommandError
from api.zh_click import command
from data.vocabulary import Language

if TYPE_CHECKING:
    from data.importing import ImportResult, Problem

SHOWN_PROBLEMS = 20


@command("templates", help="写出空白登记表格：求职人员、招聘岗位、职业能力评估。")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("表格"),
              show_default=True, metavar="文件夹", help="写到哪里")  # fmt: skip
@click.option("--format", "fmt", type=click.Choice(["xlsx", "csv"]), default="xlsx",
              show_default=True, help="表格的格式")  # fmt: skip
def templates(folder: Path, fmt: str) -> None:
    from data.templates import write_templates

    taken = list(folder.glob(f"*.{fmt}")) if folder.exists() else []
    if taken:
        raise CommandError(f"“{folder}”里已有表格（{taken[0].name} 等），为免盖掉，请换一个文件夹")
    try:
        files = write_templates(folder, fmt)
    except OSError as error:
        raise CommandError(f"写不了文件夹“{folder}”：{error.strerror}") from error
    for file in files:
        click.echo(f"写好：{file}")
    click.echo("填好后用 rengang import 文件名 导入；每列的意思见各表的“说明”页")


@command("import", help="导入表格。好行入库，有问题的行逐条说明在哪里、怎么改；空白按“不知道”。")
@click.argument("files", nargs=-1, required=True, metavar="文件…",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--kind", type=click.Choice(["jobseekers", "postings", "assessments"]),
              default=None, help="指明是哪种表（默认看表头）")  # fmt: skip
@click.option("--mapping", default=None, metavar="名称或文件",
              help="别处的表：列对照（内置 corpus，或自己写的 YAML）")  # fmt: skip
@click.option("--check", is_flag=True, help="只检查，不入库")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), default=None,
              metavar="文件.csv", help="把全部问题写成表")  # fmt: skip
@db_option
@lang_option
@json_option
def import_(
    files: tuple[Path, ...], kind: str | None, mapping: str | None, check: bool,
    report: Path | None, db: str | None, lang: str, as_json: bool,
) -> None:  # fmt: skip
    from data.importing import MappingError, import_file, land
    from models.families import recognise_family

    results: list[ImportResult] = []
    with open_office(db, lang, create=True) as office:
        vocabulary = office.vocabulary
        for file in files:
            with progress_bar(f"读 {file.name}") as advance:
                try:
                    result = import_file(
                        file, vocabulary=vocabulary, kind=kind, mapping=mapping,
                        recognise=lambda p: recognise_family(p, vocabulary),
                        progress=lambda rows, move=advance: move(rows, 0),  # type: ignore[misc]
                    )  # fmt: skip
                except MappingError as error:
                    raise CommandError(str(error)) from error
                except OSError as error:
                    raise CommandError(f"读不了“{file}”：{error.strerror}") from error
            if not check:
                result = land(office.store, result, vocabulary=vocabulary)
            results.append(result)
    problems = [(r.file_name, p) for r in results for p in r.problems]
    if report is not None:
        _write_report(report, problems, Language(lang))
    if as_json:
        click.echo(json.dumps(_as_json(results, Language(lang)), ensure_ascii=False, indent=2))
    else:
        for result in results:
            print_import(result, Language(lang), landed=not check)
        if report is not None:
            click.echo(f"全部问题已写到：{report}")
    if any(not r.records and r.problems for r in results):
        raise SystemExit(CommandError.exit_code)


def print_import(result: ImportResult, language: Language, *, landed: bool) -> None:
    """What landed, what did not, and how to mend the rest."""
    counts = result.counts
    verb = "入库" if landed else "可以入库"
    names = (("jobseekers", "求职人员"), ("postings", "岗位"), ("employers", "单位"),
             ("assessments", "评估"))  # fmt: skip
    got = "，".join(f"{label} {counts[k]}" for k, label in names if counts[k]) or "没有记录"
    click.echo(f"{result.file_name}：读 {counts['rows']} 行，{verb}：{got}；"
               f"有误未收 {counts['rejected']} 行")  # fmt: skip
    errors = [p for p in result.problems if p.is_error]
    warnings = [p for p in result.problems if not p.is_error]
    for title, found in (("要改的", errors), ("请留意", warnings)):
        if not found:
            continue
        click.echo(f"  {title}（{len(found)} 处）：")
        for problem in found[:SHOWN_PROBLEMS]:
            click.echo(f"    · {problem.text(language)}")
        if len(found) > SHOWN_PROBLEMS:
            click.echo(f"    …… 还有 {len(found) - SHOWN_PROBLEMS} 处，用 --report 写成表来看")


def _write_report(path: Path, problems: Sequence[tuple[str, Problem]], language: Language) -> None:
    zh = language is Language.ZH
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["文件", "表", "行", "列", "程度", "问题", "怎么改", "代码"])
            for name, p in problems:
                writer.writerow([
                    name, p.sheet, p.row or "", p.column, "要改" if p.is_error else "留意",
                    p.message_zh if zh else p.message_en, p.mend_zh if zh else p.mend_en, p.code,
                ])  # fmt: skip
    except OSError as error:
        raise CommandError(f"写不了“{path}”：{error.strerror}") from error


def _as_json(results: Sequence[ImportResult], language: Language) -> dict[str, object]:
    zh = language is Language.ZH
    return {
        "files": [
            {
                "file": r.file_name,
                "counts": dict(r.counts),
                "problems": [
                    {
                        "sheet": p.sheet, "row": p.row, "column": p.column, "code": p.code,
                        "severity": str(p.severity),
                        "message": p.message_zh if zh else p.message_en,
                        "mend": p.mend_zh if zh else p.mend_en,
                    }
                    for p in r.problems
                ],
            }
            for r in results
        ]
    }  # fmt: skip

"""`templates` and `import`: what goes out empty and comes back filled."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import db_option, json_option, lang_option, open_office, progress_bar
from api.commands.printing import Say, frame
from api.errors import CommandError
from api.zh_click import command
from data.records import DemandSource
from data.vocabulary import Language

if TYPE_CHECKING:
    from data.importing import ImportResult, Problem
    from data.records import JobPosting
    from data.vocabulary import Vocabulary

SHOWN_PROBLEMS = 20


@command("templates", help="写出空白登记表格：求职人员、招聘岗位、职业能力评估、推荐结果。")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("表格"),
              show_default=True, metavar="文件夹", help="写到哪里")  # fmt: skip
@click.option("--format", "fmt", type=click.Choice(["xlsx", "csv"]), default="xlsx",
              show_default=True, help="表格的格式")  # fmt: skip
@json_option
def templates(folder: Path, fmt: str, as_json: bool) -> None:
    from data.templates import write_templates

    taken = list(folder.glob(f"*.{fmt}")) if folder.exists() else []
    if taken:
        raise CommandError(f"“{folder}”里已有表格（{taken[0].name} 等），为免盖掉，请换一个文件夹")
    try:
        files = write_templates(folder, fmt)
    except OSError as error:
        raise CommandError(f"写不了文件夹“{folder}”：{error.strerror}") from error
    if as_json:
        click.echo(json.dumps({"files": [str(f) for f in files]}, ensure_ascii=False))
        return
    for file in files:
        click.echo(f"写好：{file}")
    click.echo("填好后用 rengang import 文件名 导入；每列的意思见各表的“说明”页")


@command("import", help="导入表格。好行入库，有问题的行逐条说明在哪里、怎么改；空白按“不知道”。")
@click.argument("files", nargs=-1, required=True, metavar="文件…",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--kind", type=click.Choice(["jobseekers", "postings", "assessments", "outcomes"]),
              default=None, help="指明是哪种表（默认看表头）")  # fmt: skip
@click.option("--mapping", default=None, metavar="名称或文件",
              help="别处的表：列对照（内置 corpus，或自己写的 YAML）")  # fmt: skip
@click.option("--no-read", is_flag=True, help="不从岗位文字里读要求（只按同类岗位判断）")
@click.option("--check", is_flag=True, help="只检查，不入库")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), default=None,
              metavar="文件.csv", help="把全部问题写成表")  # fmt: skip
@db_option
@lang_option
@json_option
def import_(
    files: tuple[Path, ...], kind: str | None, mapping: str | None, no_read: bool, check: bool,
    report: Path | None, db: str | None, lang: str, as_json: bool,
) -> None:  # fmt: skip
    from data.importing import MappingError, import_file, land

    results: list[ImportResult] = []
    say = frame(Language(lang))
    with open_office(":memory:" if check else db, lang, create=True) as office:
        vocabulary = office.vocabulary
        for file in files:
            with progress_bar(say("import_reads_file", file=file.name)) as advance:
                try:
                    result = import_file(
                        file, vocabulary=vocabulary, kind=kind, mapping=mapping,
                        progress=lambda rows, move=advance: move(rows, 0),  # type: ignore[misc]
                    )  # fmt: skip
                except MappingError as error:
                    raise CommandError(str(error)) from error
                except OSError as error:
                    raise CommandError(f"读不了“{file}”：{error.strerror}") from error
            result = understood(result, vocabulary, read=not no_read, language=Language(lang))
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
            click.echo(say("import_reported", file=report))
    if any(not r.records and r.problems for r in results):
        raise SystemExit(CommandError.exit_code)


def understood(
    result: ImportResult,
    vocabulary: Vocabulary,
    *,
    read: bool,
    language: Language = Language.ZH,
) -> ImportResult:
    """The postings with family, demands, provisions and phrases to review, as read from text."""
    if not result.postings:
        return result
    if not read:
        from models.families import with_family

        return replace(result, postings=tuple(with_family(p, vocabulary) for p in result.postings))
    from models.posting_reader import read_all

    with progress_bar(frame(language)("import_reads_texts")) as advance:
        postings = read_all(result.postings, vocabulary, advance)
    return replace(result, postings=postings)


def print_import(result: ImportResult, language: Language, *, landed: bool) -> None:
    """What landed, what did not, and how to mend the rest."""
    say, counts = frame(language), result.counts
    kinds = ("jobseekers", "postings", "employers", "assessments", "lead_events")
    got = [
        say("import_count", label=say(f"import_{k}"), count=counts[k]) for k in kinds if counts[k]
    ]
    click.echo(
        say(
            "import_landed" if landed else "import_checked",
            file=result.file_name,
            rows=counts["rows"],
            got=say("import_separator").join(got) or say("import_nothing"),
            rejected=counts["rejected"],
        )
    )
    if result.postings:
        click.echo(f"  {_demands_line(result.postings, say)}")
    for heading, is_error in (("import_errors", True), ("import_warnings", False)):
        found = [p for p in result.problems if p.is_error is is_error]
        if not found:
            continue
        click.echo(f"  {say(heading, count=len(found))}")
        for problem in found[:SHOWN_PROBLEMS]:
            click.echo(f"    · {problem.text(language)}")
        if len(found) > SHOWN_PROBLEMS:
            click.echo(f"    {say('import_more', count=len(found) - SHOWN_PROBLEMS)}")


def _demands_line(postings: Sequence[JobPosting], say: Say) -> str:
    """Where the demands of the postings come from, and how many wait for review."""
    by_source = Counter(p.demands_source for p in postings)
    template = sum(p.demands is None and p.family is not None for p in postings)
    return say(
        "import_demands",
        confirmed=by_source[DemandSource.CONFIRMED],
        read=by_source[DemandSource.READ],
        part=sum(not p.demands_complete for p in postings),
        template=template,
        missing=by_source[DemandSource.MISSING] - template,
        waiting=sum(p.awaits_review for p in postings),
    )


def _write_report(path: Path, problems: Sequence[tuple[str, Problem]], language: Language) -> None:
    zh, say = language is Language.ZH, frame(language)
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(say("import_report_columns").split(","))
            for name, p in problems:
                writer.writerow([
                    name, p.sheet, p.row or "", p.column,
                    say("import_is_error" if p.is_error else "import_is_warning"),
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

"""`demo`: everything once, on an invented city, from two spreadsheets to a shortlist workbook."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import DayType, json_option, open_office, progress_bar
from api.commands.files import print_import, understood
from api.commands.printing import print_match
from api.errors import CommandError
from api.zh_click import command
from data.vocabulary import Language

if TYPE_CHECKING:
    from api.office import Office
    from api.present import Presenter
    from matching.shortlist import Shortlist

DEMO_DAY = date(2026, 11, 24)
FILES = ("求职人员.xlsx", "招聘岗位.xlsx", "职业能力评估.xlsx", "推荐名单.xlsx", "rengang.db")


@command("demo", help="试一试：造一批样例人员和岗位，写成表格，导入，配岗，写出推荐名单。")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"),
              show_default=True, metavar="文件夹", help="写到哪里")  # fmt: skip
@click.option("--people", type=click.IntRange(1, 100_000), default=300, show_default=True,
              help="造多少人")  # fmt: skip
@click.option("--postings", type=click.IntRange(1, 100_000), default=400, show_default=True,
              help="造多少岗位")  # fmt: skip
@click.option("--seed", type=int, default=7, show_default=True, help="随机种子，相同则结果相同")
@click.option("--on", type=DayType(), default=DEMO_DAY.isoformat(), show_default=True,
              help="样例的日期")  # fmt: skip
@json_option
def demo(folder: Path, people: int, postings: int, seed: int, on: date, as_json: bool) -> None:
    if not as_json:
        run_demo(folder, people, postings, seed, on)
        return
    with contextlib.redirect_stdout(sys.stderr):
        summary = run_demo(folder, people, postings, seed, on)
    click.echo(json.dumps(summary, ensure_ascii=False))


def run_demo(folder: Path, people: int, postings: int, seed: int, on: date) -> dict[str, object]:
    """The whole road once, told step by step. Returns what came out, for programs."""
    from data.generator import generate_city
    from data.importing import import_file, land
    from data.templates import write_assessments, write_jobseekers, write_postings
    from data.vocabulary import load_vocabulary

    vocabulary = load_vocabulary()
    _make_room(folder)
    click.echo(f"1. 造一个样例（{people} 人、{postings} 个岗位，种子 {seed}；全是虚构的）")
    city = generate_city(seed, on=on, jobseekers=people, postings=postings, vocabulary=vocabulary)
    seekers, posts, tests = (folder / name for name in FILES[:3])
    write_jobseekers(seekers, city.jobseekers, city.identities, vocabulary=vocabulary)
    write_postings(posts, city.postings, city.employers, vocabulary=vocabulary)
    write_assessments(tests, city.assessments, vocabulary=vocabulary)
    click.echo(f"   写成表格：{seekers}、{posts}、{tests}")
    click.echo("2. 像街道办一样导入")
    with open_office(str(folder / "rengang.db"), create=True) as office:
        for file in (seekers, posts, tests):
            result = understood(import_file(file, vocabulary=vocabulary), vocabulary, read=True)
            result = land(office.store, result, vocabulary=vocabulary)
            print_import(result, Language.ZH, landed=True)
        office.store.upsert_fairs(city.fairs)
        click.echo("3. 逐人配岗，写推荐名单")
        return _shortlist_and_tell(office, folder, on)


def _program() -> str:
    """How this program was called, so that its advice can be copied as it stands."""
    called = Path(sys.argv[0])
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called.name)


def _make_room(folder: Path) -> None:
    """The demo overwrites only what an earlier demo wrote."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "rengang.db").exists():
        raise CommandError(f"“{folder}”里有别的东西，请用 --folder 换一个文件夹")
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*FILES, "rengang.db-wal", "rengang.db-shm"):
        (folder / name).unlink(missing_ok=True)


def _shortlist_and_tell(office: Office, folder: Path, on: date) -> dict[str, object]:
    from api.present import Presenter
    from api.workbook import ShortlistWorkbook

    with progress_bar("   配岗") as progress:
        made = office.shortlist(on=on, progress=progress)
    presenter = Presenter(office.vocabulary, office.matcher().postings)
    workbook = folder / "推荐名单.xlsx"
    ShortlistWorkbook(made, presenter.postings, office.store.identities.all(), presenter).write(
        workbook
    )
    leads = sum(len(m) for m in made.by_person.values())
    click.echo(
        f"   {len(made.by_person)} 人共得到 {leads} 条推荐，{len(made.unplaced)} 人暂无；"
        f"{len(made.by_posting)} 个岗位有人可推荐"
    )
    if made.by_person:
        example = max(made.by_person, key=lambda i: (made.results[i].matches[0].score_micro, i))
        click.echo(f"\n—— 一个例子：{example} 的前五个岗位 ——")
        person = office.jobseeker(example)
        print_match(presenter.match(office.match(person, on=on, limit=5, questions=2)))
    _tell_unplaced(made, presenter)
    click.echo(f"\n推荐名单：{workbook}（按岗位、按人员、未安排各一页）")
    click.echo(f"接着可以试：{_program()} match --db {folder / 'rengang.db'} --on {on} 人员编号")
    return {
        "matched": len(made.by_person),
        "leads": leads,
        "unplaced": len(made.unplaced),
        "postings": len(made.by_posting),
        "workbook": str(workbook),
        "database": str(folder / "rengang.db"),
    }


def _tell_unplaced(made: Shortlist, presenter: Presenter) -> None:
    from api.workbook import REASONS
    from matching import wording

    click.echo("\n—— 暂时没有推荐的人 ——")
    by_reason: dict[str, int] = {}
    for unplaced in made.unplaced:
        by_reason[unplaced.reason] = by_reason.get(unplaced.reason, 0) + 1
    for reason, count in sorted(by_reason.items(), key=lambda r: -r[1]):
        click.echo(f"  {REASONS[reason]}：{count} 人")
    shown = [u for u in made.unplaced if u.result and u.result.unlocks][:3]
    for unplaced in shown:
        if unplaced.result is not None:
            first = unplaced.result.unlocks[0]
            text = wording.describe_unlock(first, presenter.vocabulary, Language.ZH)
            click.echo(f"  例如 {unplaced.jobseeker_id}：{text}")

"""`match`, `candidates`, `assess`, `shortlist`: the questions an office asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import (
    office_options,
    open_office,
    print_json,
    progress_bar,
    today,
)
from api.commands.printing import frame, print_assess, print_candidates, print_match
from api.errors import CommandError, WrongUsageError
from api.zh_click import command
from data.records import PostingId
from data.vocabulary import Language

if TYPE_CHECKING:
    from datetime import date

    from api.office import Office
    from api.present import Presenter
    from data.records import Jobseeker

profile_option = click.option(
    "--profile", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
    help="一个人的资料（YAML 或 JSON），不入库",
)  # fmt: skip
text_option = click.option("--text", metavar="文字", help="用几句话说这个人的情况，不入库")


def _presenter(office: Office, lang: str) -> Presenter:
    from api.present import Presenter

    return Presenter(office.vocabulary, office.matcher().postings, Language(lang))


def _who(
    office: Office, jobseeker_id: str | None, profile: Path | None, text: str | None, quiet: bool
) -> Jobseeker:
    """The person that is meant: registered, described in a file, or in a few lines."""
    from api.office import RefusedError, UnknownIdError

    given = [x for x in (jobseeker_id, profile, text) if x]
    if len(given) != 1:
        raise WrongUsageError("请给出人员编号，或 --profile 文件，或 --text 文字，三者选一")
    if text:
        from models.self_description import read_description

        read = read_description(text, office.vocabulary)
        if not quiet:
            click.echo("从描述里读到（请核对，没说到的都按“不知道”处理）：")
            for line in read.understood:
                click.echo(f"  · {line}")
            click.echo("")
        return read.jobseeker
    if profile:
        from api.profile import ProfileError, load_profile

        try:
            return load_profile(profile, office.vocabulary)
        except ProfileError as error:
            raise CommandError(str(error)) from error
    try:
        return office.jobseeker(str(jobseeker_id))
    except UnknownIdError as error:
        raise CommandError("没有这个人员编号，请核对登记表里的“编号”") from error
    except RefusedError as error:
        raise CommandError("这个人没有同意推荐；先取得本人同意，再更新登记表") from error


@command("match", help="给一个人找岗位：能做的排在前面，差一句话的另列，并说明理由。")
@click.argument("jobseeker_id", required=False, metavar="[人员编号]")
@profile_option
@text_option
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=5, show_default=True, help="几个岗位"
)
@click.option("--questions", type=click.IntRange(0, 1000), default=5, show_default=True,
              help="列几个待问清的岗位")  # fmt: skip
@office_options
def match(
    jobseeker_id: str | None, profile: Path | None, text: str | None, limit: int, questions: int,
    db: str | None, on: date | None, lang: str, as_json: bool,
) -> None:  # fmt: skip
    with open_office(db, lang) as office:
        person = _who(office, jobseeker_id, profile, text, as_json)
        result = office.match(person, on=today(on), limit=limit, questions=questions)
        answer = _presenter(office, lang).match(result)
    if as_json:
        print_json(answer)
    else:
        print_match(answer, Language(lang))


@command("candidates", help="给一个岗位找人：能做的人按合适程度排列，不显示任何残疾信息。")
@click.argument("posting_id", metavar="岗位编号")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="几个人")
@office_options
def candidates(
    posting_id: str, limit: int, db: str | None, on: date | None, lang: str, as_json: bool
) -> None:
    from api.office import UnknownIdError

    with open_office(db, lang) as office:
        try:
            found, people = office.candidates(posting_id, on=today(on), limit=limit)
        except UnknownIdError as error:
            raise CommandError("没有这个岗位编号，请核对岗位表里的“岗位编号”") from error
        answer = _presenter(office, lang).candidates(found, people.by_id, len(people.refused))
    if as_json:
        print_json(answer)
    else:
        print_candidates(answer, Language(lang))


@command("assess", help="这个人和这个岗位：行不行，卡在哪里，改变什么就可以。")
@click.argument("ids", nargs=-1, required=True, metavar="[人员编号] 岗位编号")
@profile_option
@text_option
@office_options
def assess(
    ids: tuple[str, ...], profile: Path | None, text: str | None,
    db: str | None, on: date | None, lang: str, as_json: bool,
) -> None:  # fmt: skip
    if len(ids) > 2:
        raise WrongUsageError("请给出人员编号和岗位编号，一次一对")
    with open_office(db, lang) as office:
        person = _who(office, ids[0] if len(ids) == 2 else None, profile, text, as_json)
        posting_id = PostingId(ids[-1])
        matcher = office.matcher()
        if posting_id not in matcher.postings:
            raise CommandError("没有这个岗位编号，请核对岗位表里的“岗位编号”")
        verdict = matcher.assess(person, posting_id, today(on))
        posting = matcher.postings[posting_id]
        answer = _presenter(office, lang).assess(verdict, posting, matcher.versions)
    if as_json:
        print_json(answer)
    else:
        print_assess(answer, Language(lang))


@command("shortlist", help="给所有人配岗，写出推荐名单工作簿（按岗位、按人员、未安排）。")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("推荐名单.xlsx"),
    show_default=True,
    metavar="文件",
    help="写到哪里",
)
@office_options
def shortlist(out: Path, db: str | None, on: date | None, lang: str, as_json: bool) -> None:
    import json

    from api.workbook import ShortlistWorkbook

    if not out.parent.exists():
        raise CommandError(f"没有“{out.parent}”这个文件夹")
    with open_office(db, lang) as office:
        with progress_bar("逐人配岗") as progress:
            made = office.shortlist(on=today(on), progress=progress)
        identities = office.store.identities.all()
        presenter = _presenter(office, "zh")
        try:
            ShortlistWorkbook(made, presenter.postings, identities, presenter).write(out)
        except PermissionError as error:
            raise CommandError(f"写不了“{out}”：请先在表格软件里关掉它，再试一次") from error
    summary = {
        "matched": len(made.by_person), "unplaced": len(made.unplaced),
        "postings": len(made.by_posting), "workbook": str(out),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
    else:
        say = frame(Language(lang))
        click.echo(
            say("matched", matched=summary["matched"], unplaced=summary["unplaced"],
                postings=summary["postings"])
        )  # fmt: skip
        click.echo(f"{say('workbook')}：{out}")

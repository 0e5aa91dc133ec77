"""`match`, `candidates`, `assess`, `shortlist`: the questions an office asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import (
    office_options,
    open_office,
    points_line,
    print_json,
    progress_bar,
    today,
)
from api.errors import CommandError, WrongUsageError
from api.zh_click import command
from data.records import PostingId
from data.vocabulary import Language

if TYPE_CHECKING:
    from datetime import date

    from api.office import Office
    from api.present import Presenter
    from api.schemas import (
        AssessResponse,
        CandidatesResponse,
        MatchOut,
        MatchResponse,
        PairOut,
    )
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
        print_match(answer)


def print_match(answer: MatchResponse) -> None:
    """A person's leads as they read best: one block per posting, questions apart."""
    total = sum(answer.counts.values())
    if any(not item.weak for item in answer.matches):
        click.echo(f"可以推荐（在招 {total} 个岗位，已逐个判断）：")
    elif answer.matches:
        click.echo(f"在招 {total} 个岗位已逐个判断，还没有与意愿和经历相近又能直接推荐的")
    else:
        click.echo(answer.note)
    for item in answer.matches:
        if not item.weak:
            _print_lead(item)
    weak = [item for item in answer.matches if item.weak]
    if weak:
        click.echo("\n做得了，但与本人的意愿和经历关系不大，先问本人愿不愿意：")
    for item in weak:
        click.echo(f"{item.rank:>3}. {item.title}  {_place(item)}")
    if answer.questions:
        click.echo("\n问清就能定的岗位：")
    for asked in answer.questions:
        click.echo(f"{asked.rank:>3}. {click.style(asked.title, bold=True)}  {_place(asked)}")
        whom = {"person": "问本人", "employer": "问单位", "office": "自己查"}[asked.question.ask]
        click.echo(f"     {whom}：{asked.question.text}")
    if answer.unlocks:
        click.echo("\n最值得先做的：")
    for unlock in answer.unlocks:
        click.echo(f"  · {unlock.text}")
    if answer.held_back:
        click.echo(
            f"\n另有 {answer.held_back} 个辅助性就业岗位没有列出："
            "已有公开岗位可做，本人也没有提出。"
        )
    click.echo(f"\n版本：规则 {answer.versions.rules} · 排序 {answer.versions.model} · "
               f"数据 {answer.versions.data}")  # fmt: skip


def _print_lead(item: MatchOut) -> None:
    click.echo(f"{item.rank:>3}. {click.style(item.title, bold=True)}  {_place(item)}")
    click.echo(f"     {item.outcome_text}；得分 {item.score:.2f} = "
               f"{points_line(item.contributions)}")  # fmt: skip
    for provision in item.relied_on:
        word = "还要单位落实" if provision.state == "offered" else "靠单位已有的条件"
        click.echo(f"     {word}：{provision.label}")
    if item.provisional:
        click.echo(f"     注意：{item.demands_note}")


def _place(item: PairOut) -> str:
    parts = (item.employer, item.district, item.pay, item.track, item.posting_id)
    return " · ".join(p for p in parts if p)


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
        print_candidates(answer)


def print_candidates(answer: CandidatesResponse) -> None:
    click.echo(f"{answer.title}（{answer.posting_id}）")
    if not answer.is_open:
        click.echo("这个岗位目前不在招")
    for item in answer.matches:
        share = {True: "已同意转给单位", False: "不同意转给单位", None: "转给单位前要先问本人"}
        click.echo(f"{item.rank:>3}. {item.jobseeker_id}  {item.outcome_text}；"
                   f"{item.score:.2f} = {points_line(item.contributions)}；"
                   f"{share[item.may_share_with_employer]}")  # fmt: skip
    for asked in answer.questions:
        click.echo(f"  ?  {asked.jobseeker_id}  {asked.outcome_text}")
    counts = "，".join(f"{k} {v}" for k, v in answer.counts.items() if v)
    click.echo(f"合计：{counts or '没有可判断的人'}；未同意推荐 {answer.refused} 人")


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
        print_assess(answer)


def print_assess(answer: AssessResponse) -> None:
    click.echo(f"结论：{answer.outcome_text}" + ("" if answer.is_open else "（岗位目前不在招）"))
    click.echo(answer.demands_note)
    for barrier in answer.barriers:
        mark = {"FAIL": "×", "UNKNOWN": "?", "CONDITION": "△"}[barrier.status]
        click.echo(f"  {mark} {barrier.text}")
        if barrier.question is not None:
            click.echo(f"      要问：{barrier.question.text}")
    for provision in answer.relied_on:
        click.echo(f"  ✓ 靠工作场所的条件：{provision.label}")
    for remedy in answer.remedies:
        click.echo(f"  → {remedy}")
    if answer.note:
        click.echo(answer.note)


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
        click.echo(f"{summary['matched']} 人有推荐岗位，{summary['unplaced']} 人暂无；"
                   f"{summary['postings']} 个岗位有人可推荐")  # fmt: skip
        click.echo(f"工作簿：{out}")

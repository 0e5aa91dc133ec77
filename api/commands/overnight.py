"""`match-all`: the job that an office runs overnight."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.commands.common import office_options, open_office, progress_bar, today
from api.commands.printing import frame
from api.errors import CommandError
from api.zh_click import command
from data.vocabulary import Language


@command(
    "match-all", help="给所有人配岗，每人前几条和判断的清点写成 Parquet；中断了再运行一次就接着做。"
)
@click.option("--out", required=True, metavar="文件夹",
              type=click.Path(file_okay=False, path_type=Path), help="写到哪里")  # fmt: skip
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="每人几个岗位")  # fmt: skip
@click.option("--ranking", type=click.Choice(["match", "meaning"]), default="match",
              show_default=True,
              help="match 同逐人配岗一样；meaning 只按文字意思排，快得多")  # fmt: skip
@click.option("--fresh", is_flag=True, help="文件夹里已有的结果作废，从头做")
@office_options
def match_all(
    out: Path, top: int, ranking: str, fresh: bool, db: str | None, on: object, lang: str,
    as_json: bool,
) -> None:  # fmt: skip
    from datetime import date

    from api.lead_files import JobFolderError
    from api.overnight import Overnight, Ranking

    day = on if isinstance(on, date) else today(None)
    with open_office(db, lang) as office:
        say = frame(Language(lang))
        try:
            with progress_bar(say("matching_all")) as progress:
                totals = Overnight(office, day, top, Ranking(ranking)).run(
                    out, fresh=fresh, progress=progress
                )
        except JobFolderError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"写不了“{out}”：{error.strerror}") from error
    if as_json:
        click.echo(json.dumps({**totals, "out": str(out)}, ensure_ascii=False))
        return
    click.echo(say("matched_all", **totals))
    click.echo(f"{say('written_to')}：{out}")

"""What every command shares: the options, the office, printing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click
from pydantic import BaseModel, ValidationError

from api import clock
from api.errors import CommandError
from data.vocabulary import Language

if TYPE_CHECKING:
    from api.office import Office

F = TypeVar("F", bound=Callable[..., Any])


class DayType(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail("请写成 2026-11-24 的样子", param, ctx)


db_option = click.option(
    "--db", metavar="文件", help="数据库文件或网址（默认：当前文件夹的 rengang.db）"
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，给程序用")
on_option = click.option("--on", type=DayType(), default=None, help="按哪一天判断（默认今天）")
lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言"
)


def office_options(function: F) -> F:
    """--db, --on, --lang and --json, in that order of help."""
    for option in (json_option, lang_option, on_option, db_option):
        function = option(function)
    return function


def today(on: date | None) -> date:
    return on or clock.today()


@contextmanager
def open_office(db: str | None, lang: str = "zh", *, create: bool = False) -> Iterator[Office]:
    """The office behind a database; a missing file is an error unless it may be created."""
    from pathlib import Path

    from api.office import Office
    from data.store import Store, StoreError
    from models.settings import Settings

    try:
        settings = Settings(language=Language(lang))
    except ValidationError as error:
        names = "、".join("RENGANG_" + "_".join(map(str, e["loc"])).upper() for e in error.errors())
        raise CommandError(f"设置不对：{names}（环境变量或 .env 文件），请改正或删去") from error
    if db:
        settings = settings.model_copy(update={"database": db})
    place = settings.database
    if not create and "://" not in place and place != ":memory:" and not Path(place).exists():
        raise CommandError(
            f"找不到数据库“{place}”。先用 rengang import 导入表格，或用 --db 指明文件"
        )
    try:
        store = Store.open(place)
    except StoreError as error:
        raise CommandError(str(error)) from error
    with store:
        yield Office(store, settings, reading_progress=_say_reading(Language(lang)))


def _say_reading(language: Language) -> Callable[[int, int], None]:
    """A line on standard error per chunk of postings: a large model takes minutes over them."""

    def say(done: int, total: int) -> None:
        from data.vocabulary import load_vocabulary

        click.echo(
            load_vocabulary().message("cli_model_reads", language, done=done, total=total), err=True
        )

    return say


def print_json(answer: BaseModel) -> None:
    click.echo(answer.model_dump_json(indent=2))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, shown only on a terminal; call it with (done, total)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        if not screen.is_terminal:
            click.echo(f"{label} …", err=True)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def points_line(contributions: Sequence[Any]) -> str:
    """ "技能对得上 +0.10、…": the contributions of a score, as a person reads them."""
    return "、".join(f"{c.label} {c.points:+.2f}" for c in contributions)

"""click in Chinese: headings, usage line, the help option, and messages about wrong usage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

import click

HELP_OPTION_TEXT = "显示用法"


class ChineseFormatter(click.HelpFormatter):
    """Writes headings and the usage line in Chinese."""

    HEADINGS: ClassVar = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        del prefix
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 …")
        super().write_usage(prog, args, prefix="用法：")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        said = [(_in_chinese(left), _in_chinese(right)) for left, right in rows]
        super().write_dl(said, col_max, col_spacing)

    def write_heading(self, heading: str) -> None:
        super().write_heading(self.HEADINGS.get(heading, heading))


_WORDS = (
    (re.compile(r"Show this message and exit\."), HELP_OPTION_TEXT),
    (re.compile(r"\[required\]"), "［必填］"),
    (re.compile(r"\[default: ([^\];]*)[^\]]*\]"), r"［默认 \1］"),
    (re.compile(r"\[\d[^\]]*<=x[^\]]*\]|\[x>=[^\]]*\]"), ""),
    (re.compile(r"INTEGER RANGE|INTEGER"), "整数"),
    (re.compile(r"FLOAT RANGE|FLOAT"), "数"),
)


def _in_chinese(text: str) -> str:
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return text


click.Context.formatter_class = ChineseFormatter


class ChineseCommand(click.Command):
    """A command whose help option describes itself in Chinese."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP_OPTION_TEXT
        return option


def command(name: str, **attrs: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Like `click.command`, in Chinese."""
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
    return partial(click.command, cls=ChineseCommand, context_settings=settings)(name, **attrs)


_USAGE_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Got unexpected extra arguments? \((.*)\)"), r"多写了参数：\1"),
    (re.compile(r"Option '([^']+)' requires an argument\."), r"选项 \1 后面要跟一个值"),
    (re.compile(r"Option '([^']+)' requires (\d+) arguments\."), r"选项 \1 后面要跟 \2 个值"),
    (re.compile(r"Option '([^']+)' does not take a value\."), r"选项 \1 后面不跟值"),
    (re.compile(r".* is not in the range x?(.*?)\.?$"), r"不在允许的范围内（\1）"),
    (re.compile(r".* is not a valid (?:integer|float)(?: range)?\.?$"), "应是一个数"),
    (re.compile(r".* is not one of (.*?)\.?$"), r"应是其中之一：\1"),
    (re.compile(r".*'([^']*)' does not exist\.$"), r"没有“\1”这个文件或文件夹"),
    (re.compile(r".*'([^']*)' is a directory\.$"), r"“\1”是文件夹，这里要一个文件"),
    (re.compile(r".*'([^']*)' is a file\.$"), r"“\1”是文件，这里要一个文件夹"),
    (re.compile(r".*'([^']*)' is not (?:readable|writable)\.$"), r"“\1”没有读写权限"),
    (re.compile(r".* does not match the formats? .*"), "请写成 2026-11-24 的样子"),
)


def _usage_in_chinese(message: str) -> str:
    for pattern, words in _USAGE_WORDS:
        if pattern.fullmatch(message):
            return pattern.sub(words, message)
    return message


def explain_usage_error(error: click.UsageError) -> str:
    """click's own messages in Chinese, with what to do instead."""
    if isinstance(error, click.NoSuchOption):
        near = f"，您是不是要 {error.possibilities[0]}？" if error.possibilities else ""
        return f"没有 {error.option_name} 这个选项{near}"
    if isinstance(error, click.MissingParameter):
        parameter = error.param
        name = parameter.make_metavar(error.ctx) if parameter and error.ctx else ""
        return f"还缺少参数：{name}"
    message = _usage_in_chinese(error.message)
    if isinstance(error, click.BadParameter):
        parameter = error.param
        if isinstance(parameter, click.Option):
            return f"选项 {parameter.opts[0]} 的值不对：{message}"
        return message
    return message

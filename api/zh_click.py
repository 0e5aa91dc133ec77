"""click in Chinese: headings, usage line, the help option, and messages about wrong usage."""

from __future__ import annotations

from collections.abc import Callable
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

    def write_heading(self, heading: str) -> None:
        super().write_heading(self.HEADINGS.get(heading, heading))


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


def explain_usage_error(error: click.UsageError) -> str:
    """click's own messages in Chinese, with what to do instead."""
    if isinstance(error, click.NoSuchOption):
        near = f"，您是不是要 {error.possibilities[0]}？" if error.possibilities else ""
        return f"没有 {error.option_name} 这个选项{near}"
    if isinstance(error, click.MissingParameter):
        parameter = error.param
        name = parameter.make_metavar(error.ctx) if parameter and error.ctx else ""
        return f"还缺少参数：{name}"
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param else ""
        return f"参数 {name} 的值不对：{error.message}"
    return error.message

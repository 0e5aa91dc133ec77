"""The command line: one command per job, in Chinese, with errors that a clerk understands.

Commands are imported when they are called, so that `rengang --help` answers at once. Commands of
rooms that this one may not import join by entry point (group `rengang.commands`).
"""

from __future__ import annotations

import importlib
import os
import sys
from importlib.metadata import EntryPoint, entry_points

import click

from api.errors import EXIT_DATA, EXIT_INTERRUPTED, EXIT_USAGE, WrongUsageError
from api.startup import ROOMS
from api.zh_click import HELP_OPTION_TEXT, explain_usage_error

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("api.commands.demo:demo", "试一试：造一批样例，配岗，写出推荐名单"),
    "templates": ("api.commands.files:templates", "写出空白的登记表格（求职人员、岗位、评估）"),
    "import": ("api.commands.files:import_", "导入表格；有问题的行逐条说明，好行入库"),
    "read": ("api.commands.read:read", "读出岗位文字里的要求，标出原文，供单位一次确认"),
    "match": ("api.commands.matching:match", "给一个人找岗位"),
    "candidates": ("api.commands.matching:candidates", "给一个岗位找人"),
    "shortlist": ("api.commands.matching:shortlist", "给所有人配岗，写出推荐名单工作簿"),
    "match-all": ("api.commands.overnight:match_all", "给所有人配岗，结果写成 Parquet，可中断续做"),
    "assess": ("api.commands.matching:assess", "这个人和这个岗位：行不行，为什么"),
    "serve": ("api.commands.serve:serve", "启动接口服务"),
    "train": ("api.commands.train:train", "训练自带的文字编码模型"),
}
EXTRA_HELP = {
    "scenarios": "运行验收用例（YAML）",
    "evaluate": "评测：排序、读岗位要求",
    "bench": "测速度和内存",
}


class _Rooms(click.Group):
    """A group whose commands are imported when called and described without importing."""

    def _extra(self) -> dict[str, EntryPoint]:
        return {e.name: e for e in entry_points(group="rengang.commands")}

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP_OPTION_TEXT
        return option

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*COMMANDS, *sorted(self._extra())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name in COMMANDS:
            module, _, name = COMMANDS[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(module), name)
            return command
        entry = self._extra().get(cmd_name)
        if entry is None:
            return None
        loaded: click.Command = entry.load()
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        rows = [(name, text) for name, (_, text) in COMMANDS.items()]
        rows += [(name, EXTRA_HELP.get(name, "")) for name in sorted(self._extra())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None:
            import difflib

            near = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            hint = f"，您是不是要“{near[0]}”？" if near else "，用 rengang --help 看有哪些命令"
            raise WrongUsageError(f"没有“{name}”这个命令{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Rooms,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="人岗：为残疾人求职者找做得了的岗位。先筛掉做不了的，再排序，并说明理由。",
)
@click.version_option(package_name="rengang", message="rengang %(version)s", help="显示版本")
def rengang() -> None:
    pass


def explain_unexpected(error: Exception) -> str:
    """One line for what no command expected. Errors of our own rooms explain themselves; of any
    other only the kind is told, because its message may hold a value."""
    if type(error).__module__.partition(".")[0] in ROOMS:
        return str(error)
    return (
        f"出了意料之外的错（{type(error).__name__}），没有留下做了一半的东西。"
        "要看详情，请设 RENGANG_DEBUG=1 再运行一次"
    )


def main() -> None:
    """Entry point of the console command. Exit codes: 0 fine, 1 a finding, 2 usage, 3 data."""
    from api.startup import NameClashError, check_installation

    try:
        if len(sys.argv) > 1 and sys.argv[1] not in ("--help", "-h", "--version"):
            check_installation()
        rengang.main(standalone_mode=False)
    except NameClashError as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_DATA)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "rengang"
        click.echo(f"{explain_usage_error(error)}\n用 {where} --help 看用法", err=True)
        sys.exit(EXIT_USAGE)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，没有留下做了一半的东西", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("RENGANG_DEBUG"):
            raise
        click.echo(explain_unexpected(error), err=True)
        sys.exit(EXIT_DATA)


if __name__ == "__main__":
    main()

"""`train`: making the models that ship in the box, each from one command."""

from __future__ import annotations

from pathlib import Path

import click

from api.errors import CommandError
from api.zh_click import HELP_OPTION_TEXT, ChineseCommand

_NEEDS_TORCH = "训练要用 torch 等，请先安装：pip install -e '.[encoder]'（在项目文件夹里）"
_STAGES = {"read": "读岗位", "words": "数词语", "pairs": "学词义",
           "language": "学语言", "labels": "学标注", "labels again": "再学标注"}  # fmt: skip
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _ChineseGroup(click.Group):
    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP_OPTION_TEXT
        return option


@click.group("train", cls=_ChineseGroup, context_settings=CONTEXT, help="训练自带的模型。")
def train() -> None:
    pass


@train.command("encoder", cls=ChineseCommand, context_settings=CONTEXT,
               help="从岗位文件训练文字编码模型（要先装 torch 等）。")  # fmt: skip
@click.argument("corpus", nargs=-1, required=True, metavar="岗位文件.csv.gz…",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              metavar="文件夹", help="写到哪里")  # fmt: skip
@click.option("--seed", type=int, default=20260, show_default=True, help="随机种子")
@click.option("--epochs", type=click.IntRange(1, 20), default=2, show_default=True, help="轮数")
@click.option("--without", "without_sources", multiple=True, metavar="来源",
              help="不用这个来源的岗位（留作检验）")  # fmt: skip
def encoder(
    corpus: tuple[Path, ...], out: Path, seed: int, epochs: int, without_sources: tuple[str, ...]
) -> None:
    try:
        from models.encoder.train import train_encoder

        facts = train_encoder(
            corpus, out, seed=seed, epochs=epochs, without_sources=without_sources,
            progress=_say,
        )  # fmt: skip
    except ImportError as error:
        raise CommandError(_NEEDS_TORCH) from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    click.echo(f"写好：{out}（{facts.get('postings', 0)} 个岗位，{facts.get('pairs', 0)} 对）")


@train.command("reader", cls=ChineseCommand, context_settings=CONTEXT,
               help="训练读岗位要求的模型（要先装 torch 等，约两小时）。")  # fmt: skip
@click.argument("postings", nargs=-1, metavar="[岗位文件.csv.gz…]",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              metavar="文件夹", help="写到哪里")  # fmt: skip
@click.option("--labels", "labels", multiple=True, metavar="文件.jsonl",
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="再加上标好的岗位（形状同 evaluate reading）")  # fmt: skip
@click.option("--known", type=click.Path(exists=True, file_okay=False, path_type=Path),
              metavar="文件夹", help="从以前训练好的接着学（不再学语言，约半小时）")  # fmt: skip
@click.option("--seed", type=int, default=20260, show_default=True, help="随机种子")
@click.option("--language-steps", type=click.IntRange(1), default=None, metavar="N",
              help="学语言的步数（默认按模型卡）")  # fmt: skip
@click.option(
    "--epochs",
    type=click.IntRange(1, 100),
    default=None,
    help="学标注的轮数（从头训练学两回，每回这么多）",
)
def reader(
    postings: tuple[Path, ...],
    out: Path,
    labels: tuple[Path, ...],
    known: Path | None,
    seed: int,
    language_steps: int | None,
    epochs: int | None,
) -> None:
    from data.vocabulary import load_vocabulary
    from models.reading.train import LANGUAGE_STEPS, KnownReaderError, train_reader

    if known is not None and language_steps is not None:
        raise click.UsageError("接着学就不再学语言：--known 和 --language-steps 只用一个")
    if known is not None and known.resolve() == out.resolve():
        raise click.UsageError("--out 和 --known 不能是同一个文件夹：中途停下会毁掉原来的")

    facets = [str(facet) for facet in load_vocabulary().facets]
    try:
        facts = train_reader(
            facets, out, postings=postings, labels=labels, known=known, seed=seed, epochs=epochs,
            language_steps=language_steps or LANGUAGE_STEPS, progress=_say,
        )  # fmt: skip
    except ImportError as error:
        raise CommandError(_NEEDS_TORCH) from error
    except KnownReaderError as error:
        raise CommandError(
            f"“{known}”里的模型不能接着学：文件不全、改动过，或不是给现在这些能力项训练的"
        ) from error
    except (KeyError, ValueError) as error:
        raise CommandError(f"例句、标注或岗位文件不能用：{error}") from error
    begun = f"接着 {facts['known']} 学" if known else f"{facts['postings']} 个岗位的语言"
    click.echo(
        f"写好：{out}（{begun}，{facts['examples']} 段例句和标注；"
        f"真实岗位的标注找到 {facts['standoff_found']}/{facts['standoff']}）"
    )


def _say(stage: str, done: int, total: int) -> None:
    click.echo(f"{_STAGES.get(stage, stage)} {done}/{total}", err=True)

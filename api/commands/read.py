"""`read`: what was read out of posting texts, shown with its words, for the employer to confirm."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import json_option
from api.errors import CommandError
from api.zh_click import command

if TYPE_CHECKING:
    from data.vocabulary import Vocabulary
    from models.posting_reader import ReadPosting
    from models.reading import Reading, Span

KIND_LABELS = {"explicit": "写明", "implicit": "隐含", "conditional": "有条件", "hedged": "不一定"}
STATE_LABELS = {"yes": "有", "offered": "可提供", "no": "无", "unknown": "不知道"}
COLOURS = {"demand": "cyan", "denied": "green", "workplace": "blue", "quarantine": "red",
           "ask": "yellow", "licence": "magenta"}  # fmt: skip


@command("read", help="读出每个岗位的要求：等级、原文依据、可省去的条件、要审核的说法。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                metavar="岗位文件")  # fmt: skip
@click.option(
    "--mapping", default=None, metavar="名称或文件", help="别处的表：列对照（内置 corpus）"
)
@click.option("--limit", type=click.IntRange(1), default=None, help="只看前几个岗位")
@click.option("--form", type=click.Path(dir_okay=False, path_type=Path), default=None,
              metavar="文件.xlsx", help="写成岗位表，要求已填好，请单位核对后再导入")  # fmt: skip
@json_option
def read(
    file: Path, mapping: str | None, limit: int | None, form: Path | None, as_json: bool
) -> None:
    from data.importing import MappingError, import_file
    from data.vocabulary import load_vocabulary
    from models.posting_reader import posting_words, read_into

    vocabulary = load_vocabulary()
    try:
        result = import_file(file, vocabulary=vocabulary, mapping=mapping)
    except MappingError as error:
        raise CommandError(str(error)) from error
    if not result.postings:
        problems = "\n".join(p.text() for p in result.problems[:10])
        raise CommandError(f"没有读到岗位。\n{problems}")
    found = [read_into(p, vocabulary) for p in result.postings[:limit]]
    if as_json:
        rows = [as_row(r) for r in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for item in found:
            print_reading(item, posting_words(item.posting), vocabulary)
    if form is not None:
        _write_form(form, found, vocabulary)
        click.echo(f"请单位核对：{form}（“功能要求”可改；改好后用 rengang import 导入即为已确认）")


def print_reading(item: ReadPosting, text: str, vocabulary: Vocabulary) -> None:
    """One posting: its text with the spans coloured, then every reading with its words."""
    posting, reading = item.posting, item.reading
    family = vocabulary.families[posting.family].label.zh if posting.family else "认不出"
    title = click.style(posting.title, bold=True)
    click.echo(f"\n■ {title}（{posting.id}）  类别：{family}")
    painted = paint(text, [s for s in _painted(reading) if s[0].where == "text"])
    if painted:
        click.echo(f"  {painted.replace(chr(10), chr(10) + '  ')}")
    for demand in reading.demands:
        facet = vocabulary.facets[demand.facet].label.zh
        instead = "、".join(vocabulary.provisions[k].label.zh for k in demand.provided)
        how = KIND_LABELS[demand.kind]
        if demand.learned:
            how += "（推测，要问单位，不据此排除）"
        if demand.alternative_group:
            how += f"，任选其一（{demand.alternative_group}）"
        if instead:
            how += f"，或有：{instead}"
        click.echo(f"  要求 {facet} ≥{demand.interval}  {how}  原文：{_quoted(demand.evidence)}")
    for denial in reading.not_demanded:
        facet = vocabulary.facets[denial.facet].label.zh
        how = "  （推测）" if denial.learned else ""
        click.echo(f"  不要求 {facet}{how}  原文：{_quoted(denial.evidence)}")
    for provision in reading.workplace:
        label = vocabulary.provisions[provision.key].label.zh
        click.echo(f"  工作场所 {label}：{STATE_LABELS[provision.state]}"
                   f"  原文：{_quoted(provision.evidence)}")  # fmt: skip
    for licence in reading.licences:
        click.echo(f"  证照  原文：{_quoted(licence)}")
    for phrase in reading.quarantine:
        word = "歧视性说法" if phrase.concern == "discrimination" else "疑似欺诈"
        click.echo(f"  要人工审核（{word}）  原文：{_quoted(phrase.evidence)}")
    if reading.ask:
        asked = "、".join(dict.fromkeys(_quoted(s) for s in reading.ask))
        click.echo(f"  可以问单位是否真的需要：{asked}")


def paint(text: str, spans: Sequence[tuple[Span, str]]) -> str:
    """The text with its spans coloured; where two overlap, the first keeps its colour."""
    out, at = [], 0
    for span, kind in sorted(spans, key=lambda s: (s[0].start, -s[0].end)):
        if span.start < at:
            continue
        out.append(text[at : span.start])
        out.append(click.style(text[span.start : span.end], fg=COLOURS[kind], underline=True))
        at = span.end
    return "".join([*out, text[at:]])


def as_row(item: ReadPosting) -> dict[str, object]:
    """One reading for programs, in the shape of the labelled data, with offsets."""
    reading = item.reading
    return {
        "id": item.posting.id,
        "title": item.posting.title,
        "family": item.posting.family,
        "version": reading.version,
        "complete": item.posting.demands_complete and item.posting.demands is not None,
        "demands": [
            {
                "facet": d.facet, "level_lo": d.interval.lo, "level_hi": d.interval.hi,
                "type": str(d.kind), "alternative_group": d.alternative_group,
                "provided": list(d.provided), "learned": d.learned, **_span(d.evidence),
            }
            for d in reading.demands
        ],
        "not_demanded": [
            {"facet": d.facet, "learned": d.learned, **_span(d.evidence)}
            for d in reading.not_demanded
        ],
        "workplace": [
            {"key": p.key, "state": str(p.state), **_span(p.evidence)} for p in reading.workplace
        ],
        "licences": [_span(s) for s in reading.licences],
        "quarantine": [
            {"concern": str(q.concern), **_span(q.evidence)} for q in reading.quarantine
        ],
        "ask": [_span(s) for s in reading.ask],
    }  # fmt: skip


def _span(span: Span) -> dict[str, object]:
    return {"evidence": span.text, "in": str(span.where), "start": span.start, "end": span.end}


def _quoted(span: Span) -> str:
    return f"“{span.text}”"


def _painted(reading: Reading) -> list[tuple[Span, str]]:
    return [
        *((q.evidence, "quarantine") for q in reading.quarantine),
        *((d.evidence, "demand") for d in reading.demands),
        *((d.evidence, "denied") for d in reading.not_demanded),
        *((p.evidence, "workplace") for p in reading.workplace),
        *((s, "licence") for s in reading.licences),
        *((s, "ask") for s in reading.ask),
    ]


def _write_form(path: Path, found: Sequence[ReadPosting], vocabulary: Vocabulary) -> None:
    """The postings as the office's own sheet, with what was read filled in for confirmation."""
    from dataclasses import replace

    from data.records import DemandSource
    from data.templates import write_postings

    # Only confirmed demands are written to a sheet; sending the sheet back is the confirmation.
    filled = [
        replace(r.posting, demands_source=DemandSource.CONFIRMED)
        if r.posting.demands is not None
        else r.posting
        for r in found
    ]
    try:
        write_postings(path, filled, vocabulary=vocabulary)
    except OSError as error:
        raise CommandError(f"写不了“{path}”：{error.strerror}") from error

"""`read`: what was read out of posting texts, shown with its words, for the employer to confirm."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import json_option, lang_option
from api.commands.printing import frame
from api.errors import CommandError
from api.zh_click import command
from data.vocabulary import Language

if TYPE_CHECKING:
    from data.vocabulary import Vocabulary
    from models.posting_reader import ReadPosting
    from models.reading import ReadDemand, Reading, Span

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
@lang_option
@json_option
def read(
    file: Path, mapping: str | None, limit: int | None, form: Path | None, lang: str, as_json: bool
) -> None:
    from data.importing import MappingError, import_file
    from data.vocabulary import load_vocabulary
    from models.posting_reader import posting_words, read_into

    language, vocabulary = Language(lang), load_vocabulary()
    say = frame(language)
    try:
        result = import_file(file, vocabulary=vocabulary, mapping=mapping)
    except MappingError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"读不了“{file}”：{error.strerror}") from error
    if not result.postings:
        problems = "\n".join(p.text(language) for p in result.problems[:10])
        raise CommandError(f"{say('read_nothing')}\n{problems}")
    found = [read_into(p, vocabulary) for p in result.postings[:limit]]
    if as_json:
        rows = [as_row(r) for r in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for item in found:
            print_reading(item, posting_words(item.posting), vocabulary, language)
    if form is not None:
        _write_form(form, found, vocabulary)
        click.echo(say("read_form", file=form), err=as_json)


def print_reading(
    item: ReadPosting, text: str, vocabulary: Vocabulary, language: Language = Language.ZH
) -> None:
    """One posting: its text with the spans coloured, then every reading with its words."""
    posting, reading, say = item.posting, item.reading, frame(language)

    def quoted(span: Span) -> str:
        return say("read_quoted", words=span.text)

    def line(name: str, **values: object) -> None:
        click.echo(f"  {say(f'read_{name}', **values)}")

    named = vocabulary.families[posting.family].label.text(language) if posting.family else None
    head = say("read_posting", title=click.style(posting.title, bold=True), id=posting.id,
               family=named or say("read_no_family"))  # fmt: skip
    click.echo(f"\n■ {head}")
    painted = paint(text, [s for s in _painted(reading) if s[0].where == "text"])
    if painted:
        click.echo(f"  {painted.replace(chr(10), chr(10) + '  ')}")
    for demand in reading.demands:
        line("demand", facet=vocabulary.facets[demand.facet].label.text(language),
             level=demand.interval, how=_how(demand, vocabulary, language),
             words=quoted(demand.evidence))  # fmt: skip
    for denial in reading.not_demanded:
        line("denied_learned" if denial.learned else "denied",
             facet=vocabulary.facets[denial.facet].label.text(language),
             words=quoted(denial.evidence))  # fmt: skip
    for provision in reading.workplace:
        label = vocabulary.provisions[provision.key].label.text(language)
        state = say(f"read_state_{provision.state}")
        line("provision", provision=label, state=state, words=quoted(provision.evidence))
    for licence in reading.licences:
        line("licence", words=quoted(licence))
    for phrase in reading.quarantine:
        line(str(phrase.concern), words=quoted(phrase.evidence))
    if reading.ask:
        line("ask", words=say("read_separator").join(dict.fromkeys(map(quoted, reading.ask))))


def _how(demand: ReadDemand, vocabulary: Vocabulary, language: Language) -> str:
    """Stated or implied, inferred or not, and what would do instead."""
    say = frame(language)
    how = say(f"read_{demand.kind}")
    if demand.learned:
        how += say("read_learned")
    if demand.alternative_group:
        how += say("read_choice", group=demand.alternative_group)
    if demand.provided:
        names = (vocabulary.provisions[k].label.text(language) for k in demand.provided)
        how += say("read_instead", provisions=say("read_separator").join(names))
    return how


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

"""Answers as a clerk reads them on a screen, in either language; the words are in the tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from api.commands.common import points_line
from data.vocabulary import Language, load_vocabulary

if TYPE_CHECKING:
    from api.schemas import (
        AssessResponse,
        CandidatesResponse,
        MatchOut,
        MatchResponse,
        PairOut,
    )

Say = Callable[..., str]
SHARE = {True: "share_yes", False: "share_no", None: "share_unknown"}
MARKS = {"FAIL": "×", "UNKNOWN": "?", "CONDITION": "△"}


def frame(language: Language) -> Say:
    """The command line's own sentences, by name, with their blanks filled."""
    vocabulary = load_vocabulary()

    def say(name: str, **values: object) -> str:
        return vocabulary.message(f"cli_{name}", language, **values)

    return say


def print_match(answer: MatchResponse, language: Language = Language.ZH) -> None:
    """A person's leads as they read best: one block per posting, questions apart."""
    say = frame(language)
    total = sum(answer.counts.values())
    if any(not item.weak for item in answer.matches):
        click.echo(say("recommended", total=total))
    elif answer.matches:
        click.echo(say("none_close", total=total))
    else:
        click.echo(answer.note)
    for item in answer.matches:
        if not item.weak:
            _print_lead(item, say)
    weak = [item for item in answer.matches if item.weak]
    if weak:
        click.echo(f"\n{say('weak')}")
    for item in weak:
        click.echo(f"{item.rank:>3}. {item.title}  {_place(item)}")
    if answer.questions:
        click.echo(f"\n{say('questions')}")
    for asked in answer.questions:
        click.echo(f"{asked.rank:>3}. {click.style(asked.title, bold=True)}  {_place(asked)}")
        click.echo(f"     {say('ask_' + asked.question.ask)}：{asked.question.text}")
    if answer.unlocks:
        click.echo(f"\n{say('first')}")
    for unlock in answer.unlocks:
        click.echo(f"  · {unlock.text}")
    if answer.held_back:
        click.echo(f"\n{say('held_back', count=answer.held_back)}")
    made = answer.versions
    click.echo(f"\n{say('versions', rules=made.rules, model=made.model, data=made.data)}")


def _print_lead(item: MatchOut, say: Say) -> None:
    click.echo(f"{item.rank:>3}. {click.style(item.title, bold=True)}  {_place(item)}")
    parts = points_line(item.contributions)
    click.echo(f"     {item.outcome_text}；{say('score')} {item.score:.2f} = {parts}")
    for provision in item.relied_on:
        word = "relied_offered" if provision.state == "offered" else "relied_yes"
        click.echo(f"     {say(word)}：{provision.label}")
    if item.provisional:
        click.echo(f"     {say('note')}：{item.demands_note}")


def _place(item: PairOut) -> str:
    parts = (item.employer, item.district, item.pay, item.track, item.posting_id)
    return " · ".join(p for p in parts if p)


def print_candidates(answer: CandidatesResponse, language: Language = Language.ZH) -> None:
    """The people for a posting, by id, without anything that tells a disability."""
    say = frame(language)
    click.echo(f"{answer.title}（{answer.posting_id}）")
    if not answer.is_open:
        click.echo(say("closed"))
    for item in answer.matches:
        parts = points_line(item.contributions)
        share = say(SHARE[item.may_share_with_employer])
        click.echo(
            f"{item.rank:>3}. {item.jobseeker_id}  {item.outcome_text}；"
            f"{item.score:.2f} = {parts}；{share}"
        )
    for asked in answer.questions:
        click.echo(f"  ?  {asked.jobseeker_id}  {asked.outcome_text}")
    counts = "，".join(f"{k} {v}" for k, v in answer.counts.items() if v)
    refused = say("refused", count=answer.refused)
    click.echo(f"{say('total')}：{counts or say('nobody')}；{refused}")


def print_assess(answer: AssessResponse, language: Language = Language.ZH) -> None:
    """Why, condition by condition, and what would change it."""
    say = frame(language)
    closed = "" if answer.is_open else f"（{say('closed')}）"
    click.echo(f"{say('conclusion')}：{answer.outcome_text}{closed}")
    click.echo(answer.demands_note)
    for barrier in answer.barriers:
        click.echo(f"  {MARKS[barrier.status]} {barrier.text}")
        if barrier.question is not None:
            click.echo(f"      {say('to_ask')}：{barrier.question.text}")
    for provision in answer.relied_on:
        click.echo(f"  ✓ {say('relied_yes')}：{provision.label}")
    for remedy in answer.remedies:
        click.echo(f"  → {remedy}")
    if answer.note:
        click.echo(answer.note)

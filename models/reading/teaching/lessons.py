"""Examples as the network is taught them: characters, what the rules said, and what is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data.records import FacetId
from models.reading.cues import CueTables
from models.reading.examples import Example
from models.reading.passage import fold
from models.reading.rules import say
from models.reading.signals import KINDS, channels, signals_of
from models.reading.teaching.language import HIDDEN, numbers_of
from models.reading.teaching.twin import LEVELS, LONGEST

Row = tuple[int, int, int, int, int, int]
"""Facet, lowest and highest level, kind, start, end."""
_SURE = ("conditional", "explicit")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One stretch: (L,) characters, (L, channels) signals, and its labels by position.

    `deaf`: the rules were written with this very text in view, so what they say here would be
    believed too much; the network is taught it without them.
    """

    characters: NDArray[np.int64]
    heard: NDArray[np.float32]
    asked: tuple[Row, ...]
    denied: tuple[tuple[int, int, int], ...]
    deaf: bool = False


def lessons_of(
    examples: Iterable[Example],
    characters: Mapping[str, int],
    facets: Sequence[str],
    tables: CueTables,
    *,
    deaf: bool = False,
) -> list[Lesson]:
    """One lesson per example; words beyond the longest stretch are cut off."""
    number = {FacetId(f): i for i, f in enumerate(facets)}
    lessons = []
    for example in examples:
        heard = signals_of(
            example.title, example.text, say(example.title, example.text, tables), number
        )
        asked = tuple(
            (number[FacetId(d.facet)], d.low, d.high, KINDS.index(d.kind), d.start, d.end)
            for d in example.demands
            if d.start < LONGEST
        )
        denied = tuple(
            (number[FacetId(d.facet)], d.start, d.end) for d in example.denied if d.start < LONGEST
        )
        lessons.append(
            Lesson(
                numbers_of(fold(example.words), characters)[:LONGEST], heard[:LONGEST],
                asked, denied, deaf,
            )
        )  # fmt: skip
    return lessons


def join(lessons: Sequence[Lesson], mark: int) -> Lesson:
    """Several sentences as one stretch, parted by a mark, so that a clause is met in company."""
    parts, heard = [lessons[0].characters[:1]], [lessons[0].heard[:1]]
    asked: list[Row] = []
    denied: list[tuple[int, int, int]] = []
    length = 1
    for n, lesson in enumerate(lessons):
        if n:
            parts.append(np.array([mark]))
            heard.append(np.zeros((1, lesson.heard.shape[1]), np.float32))
            length += 1
        shift = length - 1
        asked += [
            (f, low, high, kind, start + shift, end + shift)
            for f, low, high, kind, start, end in lesson.asked
            if start + shift < LONGEST
        ]
        denied += [(f, s + shift, e + shift) for f, s, e in lesson.denied if s + shift < LONGEST]
        parts.append(lesson.characters[1:])
        heard.append(lesson.heard[1:])
        length += len(lesson.characters) - 1
    return Lesson(
        np.concatenate(parts)[:LONGEST], np.concatenate(heard)[:LONGEST],
        tuple(asked), tuple(denied),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Lessons side by side. `asked_at`, `denied_at`: (batch, L, F) marks of the words that carry a
    label; `kinds`: (batch, F), -1 where nothing is asked; `levels`: (batch, F, 5) accepted."""

    x: Tensor
    empty: Tensor
    heard: Tensor
    asked: Tensor
    denied: Tensor
    asked_at: Tensor
    denied_at: Tensor
    kinds: Tensor
    levels: Tensor


def batch_of(
    lessons: Sequence[Lesson],
    facets: int,
    rng: np.random.Generator | None,
    *,
    deaf: float,
    blind: float,
) -> Batch:
    """`rng`: while teaching, so many of the lessons are taught without the rules (`deaf`) and so
    many characters are hidden (`blind`); None sees everything."""
    size, length = len(lessons), max(len(one.characters) for one in lessons)
    x, empty = np.zeros((size, length), np.int64), np.ones((size, length), bool)
    heard = np.zeros((size, length, channels(facets)), np.float32)
    asked, denied = np.zeros((2, size, facets), np.float32)
    asked_at, denied_at = np.zeros((2, size, length, facets), np.float32)
    kinds, levels = np.full((size, facets), -1), np.zeros((size, facets, LEVELS), np.float32)
    for i, lesson in enumerate(lessons):
        n = len(lesson.characters)
        x[i, :n], empty[i, :n] = lesson.characters, False
        if rng is None or not (lesson.deaf or rng.random() < deaf):
            heard[i, :n] = lesson.heard
        for facet, low, high, kind, start, end in sorted(lesson.asked, key=_surest):
            asked[i, facet] = 1
            asked_at[i, start:end, facet] = 1
            levels[i, facet, low : high + 1] = 1
            kinds[i, facet] = kind
        for facet, start, end in lesson.denied:
            denied[i, facet] = 1
            denied_at[i, start:end, facet] = 1
    if rng is not None:
        x[(rng.random(x.shape) < blind) & ~empty] = HIDDEN
    return Batch(*(torch.from_numpy(a) for a in (
        x, empty, heard, asked, denied, asked_at, denied_at, kinds, levels
    )))  # fmt: skip


def _surest(row: Row) -> tuple[int, int]:
    """The kind that stays when a facet is asked twice stands last: conditional, then explicit."""
    name = KINDS[row[3]].value
    return (-_SURE.index(name) if name in _SURE else -len(_SURE), row[2])

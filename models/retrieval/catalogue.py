"""What is known of every posting besides its words, worked out once when the index is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.duties import Share, fold, share_of
from models.encoder.corpus import tidy_title
from models.retrieval.documents import PostingDocument
from models.retrieval.levels import rank_in_title
from models.retrieval.task_words import TaskWords

WHOLE, NEAR = 100, 40
"""Per cent: how much of an occupation it itself and a neighbouring one is."""
ENOUGH = 8
"""Postings of an occupation that state their pay, before it is said what the occupation pays."""
_PER_CENT = {Share.NONE: 0, Share.PART: 50, Share.MAIN: 100}
"""How far a posting is what a person shuns or seeks, by its title or by its text."""


def describe_postings(
    documents: Sequence[PostingDocument], words: TaskWords
) -> dict[str, NDArray[Any]]:
    """Arrays by row: occupations (occupation, row), shunned and sought duties (kind, row), all in
    per cent; education, years, pay and rank float32 with NaN for what is not stated."""
    count = len(documents)
    occupations = np.zeros((len(words), count), np.uint8)
    shunned = np.zeros((len(words.aversions), count), np.uint8)
    sought = np.zeros((len(words.attractions), count), np.uint8)
    for row, document in enumerate(documents):
        for name in words.occupations_of_title(tidy_title(document.title)):
            for neighbour in words.near(name):
                place = words.index_of(neighbour)
                occupations[place, row] = max(int(occupations[place, row]), NEAR)
            occupations[words.index_of(name), row] = WHOLE
        title, text = fold(document.title), fold(document.words)
        for table, found in ((words.aversions, shunned), (words.attractions, sought)):
            for kind, duty in enumerate(table):
                found[kind, row] = _PER_CENT[share_of(duty, title, text)]
    pay_low = _column([d.pay_low for d in documents])
    pay_high = _column([d.pay_high for d in documents])
    return {
        "occupations": occupations,
        "occupation_pay": _pay_by_occupation(occupations, pay_low, pay_high),
        "shunned": shunned,
        "sought": sought,
        "education": _column([d.education_step for d in documents]),
        "years": _column([d.years for d in documents]),
        "pay_low": pay_low,
        "pay_high": pay_high,
        "rank": _column([rank_in_title(d.title) for d in documents]),
    }


def _pay_by_occupation(
    occupations: NDArray[np.uint8], low: NDArray[np.float32], high: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Quartiles of the pay of each occupation; NaN where too few postings say what they pay."""
    middle = (low + high) / 2
    quartiles = np.full((len(occupations), 2), np.nan, np.float32)
    for occupation, column in enumerate(occupations):
        paid = middle[column == WHOLE]
        paid = paid[~np.isnan(paid)]
        if len(paid) >= ENOUGH:
            quartiles[occupation] = np.quantile(paid, (0.25, 0.75))
    return quartiles


def _column(values: Sequence[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if v is None else v for v in values], np.float32)

"""A row of the sheet of outcomes becomes one step of one lead."""

from __future__ import annotations

import re

from data.importing.people import read_id
from data.importing.rows import Row
from data.leads import LeadEvent, LeadStep
from data.records import JobseekerId, PostingId
from data.templates.cells import CellError, Lexicon, normal, one_of
from data.templates.dates import read_date
from data.vocabulary.tables import Vocabulary


class OutcomesReader:
    """Reads rows of the sheet 推荐结果 in the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._step = one_of(
            Lexicon((w.id, [str(w.id), w.label.zh, w.label.en], w.aliases)
                    for w in vocabulary.lead_steps.values())
        )  # fmt: skip
        self._reason = one_of(
            Lexicon((w.id, [w.id, w.label.zh, w.label.en], w.aliases)
                    for w in vocabulary.decline_reasons.values())
        )  # fmt: skip

    def read(self, row: Row) -> LeadEvent | None:
        """The step, or None where the row is bad."""
        person = JobseekerId(read_id(row))
        posting = PostingId(row.required("posting"))
        for field in ("dated", "step"):
            if not row.text(field):
                row.report("REQUIRED", field)
        dated = row.read("dated", read_date)
        step = row.read("step", self._step)
        reason = row.read("reason", self._reason)
        place = row.read("place", read_place)
        propensity = row.read("propensity", read_share)
        if step is LeadStep.DECLINED and not row.text("reason"):
            row.report("DECLINED_WITHOUT_REASON", "step")
        if step is not None and step is not LeadStep.DECLINED and row.text("reason"):
            row.report("REASON_NOT_DECLINED", "reason")
        if step is not None and step is not LeadStep.SHOWN:
            for field in ("place", "propensity"):
                if row.text(field):
                    row.report("ONLY_WHEN_SHOWN", field)
        if row.bad or dated is None or step is None:
            return None
        return LeadEvent(person, posting, step, dated, reason, place, propensity)


def read_place(text: str) -> int:
    """
    >>> read_place("第3位"), read_place("1")
    (3, 1)
    """
    found = re.fullmatch(r"第?(\d{1,6})[位名个]?", normal(text))
    if found is None:
        raise CellError("NOT_A_NUMBER")
    if int(found[1]) < 1:
        raise CellError("OUT_OF_RANGE")
    return int(found[1])


def read_share(text: str) -> float:
    """A probability, as a number above 0 and at most 1 or in per cent.

    >>> read_share("0.25"), read_share("25%")
    (0.25, 0.25)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?(?:e-\d+)?)(%?)", normal(text))
    if found is None:
        raise CellError("NOT_A_NUMBER")
    value = float(found[1]) / (100 if found[2] else 1)
    if not 0 < value <= 1:
        raise CellError("OUT_OF_RANGE")
    return value

"""What a posting is to the ranker: its words, and the level it asks for and pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.encoder.corpus import occupational_tags
from models.retrieval.levels import education_step, monthly_pay, years_asked

BODY_CHARACTERS = 1200


@dataclass(frozen=True, slots=True)
class PostingDocument:
    """One posting. `education` is the label as published (大专, 本科及以上 …), "" when not stated.
    `years`: experience asked for. `pay_low`, `pay_high`: yuan a month. None: not stated."""

    id: str
    title: str
    body: str = ""
    tags: tuple[str, ...] = ()
    education: str = ""
    years: float | None = None
    pay_low: float | None = None
    pay_high: float | None = None

    @property
    def education_step(self) -> int | None:
        """The schooling asked for, 0..7, from the label or, failing that, from the text."""
        step = education_step(self.education)
        return education_step(self.body, asked=True) if step is None else step

    @property
    def words(self) -> str:
        """Tags and duties as one text, the title apart; welfare tags left out."""
        tags = " ".join(occupational_tags(self.tags))
        return f"{tags}\n{self.body[:BODY_CHARACTERS]}".strip()


def document_of(row: Mapping[str, Any]) -> PostingDocument:
    """A posting from a row of a collection: id or job_id, title, tags, text, education,
    experience, salary."""
    low, high = monthly_pay(str(row.get("salary") or ""))
    tags = str(row.get("tags") or "").split()
    text = str(row.get("text") or "")
    years = years_asked(str(row.get("experience") or ""))
    return PostingDocument(
        id=str(row.get("id") or row.get("job_id") or ""),
        title=str(row.get("title") or ""),
        body=text,
        tags=tuple(tags),
        education=str(row.get("education") or ""),
        years=years_asked(text, free=True) if years is None else years,
        pay_low=low,
        pay_high=high,
    )

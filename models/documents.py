"""What a posting is to a ranker: its words, with the title apart because it names the job."""

from __future__ import annotations

from dataclasses import dataclass

from data.records import JobPosting, PostingId
from data.vocabulary import Vocabulary
from models.retrieval.documents import PostingDocument


@dataclass(frozen=True, slots=True)
class PostingText:
    """The words of one posting. `body` holds tags, duties and requirements."""

    id: PostingId
    title: str
    body: str


def posting_text(posting: JobPosting) -> PostingText:
    parts = ("、".join(posting.tags), posting.duties, posting.requirements)
    return PostingText(posting.id, posting.title, "\n".join(p for p in parts if p))


def posting_document(posting: JobPosting, vocabulary: Vocabulary) -> PostingDocument:
    """What the hybrid ranker sees of a posting: its words, and the level it asks for and pays."""
    asked = posting.education_min
    return PostingDocument(
        id=posting.id,
        title=posting.title,
        body="\n".join(p for p in (posting.duties, posting.requirements) if p),
        tags=posting.tags,
        education="" if asked is None else vocabulary.education[asked].label.zh,
        years=posting.experience_years_min,
        pay_low=posting.pay.monthly_yuan_low if posting.pay else None,
        pay_high=posting.pay.monthly_yuan_high if posting.pay else None,
    )

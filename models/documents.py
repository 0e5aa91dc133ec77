"""What a posting is to a ranker: its words, with the title apart because it names the job."""

from __future__ import annotations

from dataclasses import dataclass

from data.records import JobPosting, PostingId


@dataclass(frozen=True, slots=True)
class PostingText:
    """The words of one posting. `body` holds tags, duties and requirements."""

    id: PostingId
    title: str
    body: str


def posting_text(posting: JobPosting) -> PostingText:
    parts = ("、".join(posting.tags), posting.duties, posting.requirements)
    return PostingText(posting.id, posting.title, "\n".join(p for p in parts if p))

"""The composition root: the one place where settings become a Matcher."""

from __future__ import annotations

from collections.abc import Iterable

from data.records import JobPosting
from data.vocabulary import Vocabulary
from matching.catalogue import compile_catalogue
from matching.matcher import Matcher
from matching.ports import TextRanker
from matching.signals import SkillIndex
from models.documents import PostingText, posting_text
from models.hygiene import CleanProfileReader
from models.settings import RankerKind, Settings


class SettingsError(ValueError):
    """Settings that contradict each other; the message says which to change."""


def build_ranker(texts: list[PostingText], settings: Settings) -> TextRanker:
    """The ranker that the settings choose, built on the catalogue's texts in row order."""
    if settings.ranker is RankerKind.SENTENCE:
        if not settings.encoder_model:
            raise SettingsError("选了句向量排序，请同时设置 RENGANG_ENCODER_MODEL（名称或文件夹）")
        from models.sentence_encoder import DenseRanker, EncoderSettings, SentenceEncoder

        encoder = SentenceEncoder(
            EncoderSettings(
                settings.encoder_model,
                settings.encoder_query_prefix,
                settings.encoder_document_prefix,
                settings.encoder_batch_size,
                settings.encoder_device,
                settings.encoder_dimensions,
            )
        )
        return DenseRanker(encoder, texts)
    from models.lexical import LexicalRanker

    return LexicalRanker(texts)


def build_matcher(
    postings: Iterable[JobPosting],
    vocabulary: Vocabulary,
    settings: Settings | None = None,
    *,
    data_version: str = "",
) -> Matcher:
    """Freeze postings into a Matcher: filter, ranker, reader, in one snapshot."""
    by_id = {p.id: p for p in postings}
    catalogue = compile_catalogue(by_id.values(), vocabulary, data_version=data_version)
    ordered = [by_id[i] for i in catalogue.ids]
    ranker = build_ranker([posting_text(p) for p in ordered], settings or Settings())
    return Matcher(
        vocabulary, catalogue, by_id, ranker, CleanProfileReader(vocabulary),
        SkillIndex.build([p.tags for p in ordered]),
    )  # fmt: skip

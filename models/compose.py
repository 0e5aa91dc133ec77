"""The composition root: the one place where settings become a Matcher."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

from data.records import JobPosting, PostingId
from data.vocabulary import Vocabulary
from matching.catalogue import compile_catalogue
from matching.matcher import Matcher
from matching.ports import TextRanker
from matching.signals import SkillIndex
from models.documents import posting_text
from models.encoder.light import BOX
from models.hygiene import CleanProfileReader
from models.retrieval.documents import PostingDocument
from models.retrieval.hybrid import HybridIndex
from models.settings import RankerKind, Settings
from models.snapshot import SnapshotKey, load_snapshot, save_snapshot
from models.vector_cache import Progress


class SettingsError(ValueError):
    """Settings that contradict each other; the message says which to change."""


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


def build_ranker(
    postings: Sequence[JobPosting],
    vocabulary: Vocabulary,
    settings: Settings,
    *,
    vectors: Path | None = None,
    progress: Progress | None = None,
) -> TextRanker:
    """The ranker that the settings choose, built on the catalogue's texts in row order.

    `vectors`: the file that keeps what a configured model has read, so that an interrupted reading
    goes on where it stopped; `progress` is told (texts read, texts).
    """
    if settings.ranker is RankerKind.HYBRID:
        return HybridIndex.build([posting_document(p, vocabulary) for p in postings])
    texts = [posting_text(p) for p in postings]
    if settings.ranker is RankerKind.LEXICAL:
        from models.lexical import LexicalRanker

        return LexicalRanker(texts)
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
    return DenseRanker(encoder, texts, cache=vectors, progress=progress)


def build_matcher(
    postings: Iterable[JobPosting],
    vocabulary: Vocabulary,
    settings: Settings | None = None,
    *,
    data_version: str = "",
    vectors: Path | None = None,
    progress: Progress | None = None,
) -> Matcher:
    """Freeze postings into a Matcher: filter, ranker, reader, in one snapshot."""
    by_id = {p.id: p for p in postings}
    catalogue = compile_catalogue(by_id.values(), vocabulary, data_version=data_version)
    ordered = [by_id[i] for i in catalogue.ids]
    ranker = build_ranker(
        ordered, vocabulary, settings or Settings(), vectors=vectors, progress=progress
    )
    skills = SkillIndex.build([p.tags for p in ordered])
    return Matcher(vocabulary, catalogue, by_id, ranker, CleanProfileReader(vocabulary), skills)


def open_matcher(
    stored: Callable[[], Mapping[PostingId, JobPosting]],
    all_postings: Callable[[], Iterable[JobPosting]],
    vocabulary: Vocabulary,
    settings: Settings,
    *,
    data_version: str,
    cache: Path | None,
    progress: Progress | None = None,
) -> Matcher:
    """A Matcher from the snapshot on disk if it is of exactly this content, else built and kept.

    `stored` looks postings up one by one; `all_postings` reads them all and is called only when
    the snapshot has to be built. Of the hybrid ranker the whole is kept on disk, of a configured
    model its vectors. A cache that cannot be written is no error: the next process builds again.
    """
    if cache is None or settings.ranker is not RankerKind.HYBRID:
        return build_matcher(
            all_postings(), vocabulary, settings, data_version=data_version,
            vectors=None if cache is None else cache.with_name("vectors.sqlite"),
            progress=progress,
        )  # fmt: skip
    key = SnapshotKey(data_version, vocabulary.version, _hybrid_key())
    snapshot = load_snapshot(cache, key, vocabulary)
    if snapshot is not None:
        try:
            ranker = HybridIndex.load(snapshot.ranker_folder)
        except ValueError:
            snapshot = None
        else:
            return Matcher(
                vocabulary, snapshot.catalogue, stored(), ranker,
                CleanProfileReader(vocabulary), snapshot.skills,
            )  # fmt: skip
    matcher = build_matcher(all_postings(), vocabulary, settings, data_version=data_version)
    if isinstance(matcher.ranker, HybridIndex):
        try:
            save_snapshot(cache, key, matcher.catalogue, matcher.skills, matcher.ranker.save)
        except OSError:
            return matcher
    return matcher


def _hybrid_key() -> str:
    """Changes with the encoder's files, the table of task words and the code's own format."""
    digest = hashlib.sha256()
    words = resources.files("data.vocabulary") / "task_words.yaml"
    digest.update(words.read_bytes())
    for file in sorted(BOX.rglob("*.json")):
        digest.update(file.read_bytes())
    return f"hybrid-{digest.hexdigest()[:12]}"

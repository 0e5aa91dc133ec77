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
from models.documents import posting_document, posting_text
from models.encoder.light import BOX
from models.hygiene import CleanProfileReader
from models.meaning import BoxMeaning, Meaning, ModelMeaning
from models.retrieval.hybrid import HybridIndex
from models.sentence_encoder import Encoder
from models.settings import RankerKind, Settings
from models.snapshot import SnapshotKey, load_snapshot, save_snapshot
from models.vector_cache import Progress
from models.weights import WeightsError, read_weights, weighed


def chosen_vocabulary(vocabulary: Vocabulary, settings: Settings) -> Vocabulary:
    """The vocabulary with the weights that the settings name, if they name any."""
    if settings.weights is None:
        return vocabulary
    try:
        return weighed(vocabulary, read_weights(settings.weights))
    except WeightsError as error:
        raise SettingsError(str(error)) from error


class SettingsError(ValueError):
    """Settings that contradict each other; the message says which to change."""


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
    from models.sentence_encoder import DenseRanker

    return DenseRanker(sentence_encoder(settings), texts, cache=vectors, progress=progress)


def sentence_encoder(settings: Settings) -> Encoder:
    """The configured model, loaded."""
    if not settings.encoder_model:
        raise SettingsError("选了句向量排序，请同时设置 RENGANG_ENCODER_MODEL（名称或文件夹）")
    from models.sentence_encoder import EncoderSettings, SentenceEncoder

    return SentenceEncoder(
        EncoderSettings(
            settings.encoder_model,
            settings.encoder_query_prefix,
            settings.encoder_document_prefix,
            settings.encoder_batch_size,
            settings.encoder_device,
            settings.encoder_dimensions,
        )
    )


def build_meaning(
    vocabulary: Vocabulary, settings: Settings, *, vectors: Path | None = None
) -> Meaning:
    """What turns postings and people into vectors: the configured model, else the one in the box.
    `vectors`: the file that keeps what a configured model has read."""
    if settings.ranker is RankerKind.SENTENCE:
        return ModelMeaning(sentence_encoder(settings), vectors)
    return BoxMeaning.load(vocabulary)


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
    vocabulary = chosen_vocabulary(vocabulary, settings or Settings())
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
    unweighed, vocabulary = vocabulary, chosen_vocabulary(vocabulary, settings)
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
    matcher = build_matcher(all_postings(), unweighed, settings, data_version=data_version)
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

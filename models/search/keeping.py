"""An index on disk brought up to the postings of now, at the cost of what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from data.records import JobPosting
from data.vocabulary import Vocabulary
from models.search.files import IndexFolder, IndexRefusedError
from models.search.living import LivingIndex
from models.search.plan import calibrate
from models.search.segment import posting_digest
from models.vector_cache import Progress

if TYPE_CHECKING:
    from models.meaning import Meaning

REBUILT_SHARE = 0.3
"""From this share of changed postings on a new index is cheaper than a patched one."""


def open_index(
    folder: IndexFolder | None,
    postings: Sequence[JobPosting],
    vocabulary: Vocabulary,
    meaning: Meaning,
    progress: Progress | None = None,
) -> LivingIndex:
    """The index of exactly these postings: what the folder holds, with whatever came, changed or
    went since; built afresh where the folder holds none that fits. None keeps nothing.

    A folder is a cache here: one that is damaged, of another model or of other rules is replaced,
    and one that cannot be written is no error, the next process builds again.
    """
    index = _known(folder, vocabulary, meaning)
    if index is not None:
        known = index.digests()
        now = {p.id: p for p in postings}
        changed = [p for i, p in now.items() if known.get(i) != posting_digest(p)]
        gone = [i for i in known if i not in now]
        if len(changed) + len(gone) <= REBUILT_SHARE * len(now):
            if changed or gone:
                index.upsert(changed, meaning.of_postings(changed, progress))
                index.erase(gone)
                _keep(folder, index)
            return index
    index = LivingIndex.build(
        postings, meaning.of_postings(postings, progress), vocabulary, meaning.version,
        calibrate(meaning.dimensions),
    )  # fmt: skip
    _keep(folder, index)
    return index


def _known(
    folder: IndexFolder | None, vocabulary: Vocabulary, meaning: Meaning
) -> LivingIndex | None:
    if folder is None or not folder.exists():
        return None
    try:
        return folder.load(vocabulary, meaning.version)
    except IndexRefusedError:
        return None


def _keep(folder: IndexFolder | None, index: LivingIndex) -> None:
    if folder is not None:
        with suppress(OSError):
            folder.save(index)

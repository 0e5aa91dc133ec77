"""The postings of a store, looked up one by one: for whoever needs ten of twenty thousand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from data.records import JobPosting, PostingId
from data.store import Store


class StoredPostings(Mapping[PostingId, JobPosting]):
    """Reads a posting when it is first asked for and keeps it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[PostingId, JobPosting] = {}

    def __getitem__(self, posting_id: PostingId) -> JobPosting:
        found = self._read.get(posting_id)
        if found is None:
            found = self._store.posting(posting_id)
            if found is None:
                raise KeyError(posting_id)
            self._read[posting_id] = found
        return found

    @cached_property
    def _ids(self) -> tuple[PostingId, ...]:
        return tuple(p.id for p in self._store.postings())

    def __iter__(self) -> Iterator[PostingId]:
        return iter(self._ids)

    def __len__(self) -> int:
        return self._store.counts()["postings"]

"""The identity vault: who a person is, read by staff doors only.

This module is the only code that touches the table `identities`. What it stores is one sealed
value per person: encryption replaces `_seal` and `_unseal` and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, insert, select

from data.records import Identity, JobseekerId
from data.store.codec import identity_codec
from data.store.connection import Transactions
from data.store.tables import identities


class IdentityVault:
    """Names, numbers, telephone, sex and birth of jobseekers, by jobseeker id."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def _seal(self, identity: Identity) -> bytes:
        return str(identity_codec().parts(identity)[0]).encode()

    def _unseal(self, sealed: bytes) -> Identity:
        return identity_codec().load((sealed.decode(),))

    def upsert(self, people: Iterable[Identity]) -> int:
        """Store identities of jobseekers that are in the store; returns how many."""
        rows = [{"jobseeker_id": p.jobseeker_id, "sealed": self._seal(p)} for p in people]
        if rows:
            with self._transactions.writing() as connection:
                for start in range(0, len(rows), 500):
                    ids = [r["jobseeker_id"] for r in rows[start : start + 500]]
                    connection.execute(delete(identities).where(identities.c.jobseeker_id.in_(ids)))
                connection.execute(insert(identities), rows)
        return len(rows)

    def get(self, jobseeker_id: JobseekerId) -> Identity | None:
        with self._transactions.reading() as connection:
            sealed = connection.scalar(
                select(identities.c.sealed).where(identities.c.jobseeker_id == jobseeker_id)
            )
        return None if sealed is None else self._unseal(sealed)

    def all(self) -> Mapping[JobseekerId, Identity]:
        with self._transactions.reading() as connection:
            rows = connection.execute(select(identities.c.jobseeker_id, identities.c.sealed)).all()
        return {JobseekerId(key): self._unseal(sealed) for key, sealed in sorted(rows)}

    def count(self) -> int:
        return len(self.all())

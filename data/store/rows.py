"""Rows by key: finding them, and keeping the sum of their digests that is a table's version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, insert, or_, select, update

from data.store import tables

Key = tuple[Any, ...]

CHUNK = 400
_MODULUS = 1 << 256


def is_key(table: Table, key: Key) -> Any:
    return and_(*(c == value for c, value in zip(table.primary_key, key, strict=True)))


def digests(connection: Connection, table: Table, keys: Sequence[Key]) -> dict[Key, bytes]:
    """The digests of those rows that exist; all at once when many are asked for."""
    query = select(*table.primary_key, table.c.digest)
    wanted = set(keys)
    found: dict[Key, bytes] = {}
    if len(keys) > CHUNK:
        for row in connection.execute(query):
            if tuple(row[:-1]) in wanted:
                found[tuple(row[:-1])] = row[-1]
    elif keys:
        some = or_(*(is_key(table, key) for key in keys))
        for row in connection.execute(query.where(some)):
            found[tuple(row[:-1])] = row[-1]
    return found


def shift_version(
    connection: Connection, name: str, *, minus: Sequence[bytes], plus: Sequence[bytes]
) -> None:
    """Keep the sum of all row digests: the order in which rows came leaves no trace."""
    if not minus and not plus:
        return
    t = tables.content_versions
    where = t.c.name == name
    current = connection.scalar(select(t.c.digest_sum).where(where).with_for_update())
    total = int(current or "0", 16)
    total += sum(int.from_bytes(d, "big") for d in plus)
    total -= sum(int.from_bytes(d, "big") for d in minus)
    value = f"{total % _MODULUS:064x}"
    if current is None:
        connection.execute(insert(t).values(name=name, digest_sum=value))
    else:
        connection.execute(update(t).where(where).values(digest_sum=value))

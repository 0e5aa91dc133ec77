"""Alembic's entry: runs the revisions on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from data.store.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("revisions are run by opening a store: Store.open(path)")
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

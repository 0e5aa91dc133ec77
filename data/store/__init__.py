"""Where the office's records live between two sittings: one SQLite file, or any SQL database."""

from data.store.errors import StoreError, UnknownSchemaError
from data.store.repository import ImportEntry, Landed, Store
from data.store.vault import IdentityVault

__all__ = [
    "IdentityVault",
    "ImportEntry",
    "Landed",
    "Store",
    "StoreError",
    "UnknownSchemaError",
]

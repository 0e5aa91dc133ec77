"""StoreError
└── UnknownSchemaError: the file was written by another version of the program
"""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot do what was asked; the message is Chinese, short and for the clerk."""


class UnknownSchemaError(StoreError):
    """The database has a schema revision that this program does not know."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"数据库的结构版本为 {revision}，本程序不认识。"
            "请使用较新的程序打开，或换一个数据库文件。"
        )

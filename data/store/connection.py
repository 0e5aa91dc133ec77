"""Opening a database: where it lies, who may read the file, and how its schema is brought up.

SQLite gets foreign keys, write-ahead logging, overwriting of deleted content, and real
transactions (the driver's own habit of committing behind one's back is switched off).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from data.store.errors import StoreError, UnknownSchemaError

HEAD = "0002"
"""The newest schema revision; a test holds it equal to the newest script in data/migrations."""

_BUSY_SECONDS = 30


def database_url(url_or_path: str | os.PathLike[str]) -> URL:
    """A path means a SQLite file.

    >>> database_url("office.db").drivername
    'sqlite'
    >>> database_url(":memory:").database
    ':memory:'
    """
    if isinstance(url_or_path, str) and "://" in url_or_path:
        return make_url(url_or_path)
    return URL.create("sqlite", database=os.fspath(url_or_path))


def _is_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _create_private_file(path: Path) -> None:
    """Personal data: the file belongs to its owner alone, from its first byte."""
    if not path.parent.is_dir():
        raise StoreError(f"文件夹不存在：{path.parent}。请先建立文件夹。")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(f"无法建立数据库文件：{path}（{error.strerror}）。") from error


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(dbapi_connection: Any, _: object) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_SECONDS * 1000}",
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def open_engine(url_or_path: str | os.PathLike[str]) -> Engine:
    url = database_url(url_or_path)
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False}}
    if _is_memory(url):
        options["poolclass"] = StaticPool
    else:
        _create_private_file(Path(str(url.database)))
    engine = create_engine(url, **options)
    _tune_sqlite(engine)
    return engine


def revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(select(text("version_num")).select_from(text("alembic_version")))
    return None if found is None else str(found)


def migrate(engine: Engine) -> None:
    """Bring the schema to `HEAD`; a database that is there already pays one small query."""
    with engine.connect() as connection, connection.begin():
        if revision_of(connection) == HEAD:
            return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "data:migrations")
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        revision = revision_of(connection)
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise UnknownSchemaError(revision or "?") from error


class Transactions:
    """Hands out connections: inside a `writing()` block everything shares one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All or nothing; a block inside a block joins the outer one."""
        active: Connection | None = getattr(self._local, "connection", None)
        if active is not None:
            yield active
            return
        engine = self._engine.execution_options(writes=True)
        with engine.connect() as connection, connection.begin():
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        active: Connection | None = getattr(self._local, "connection", None)
        if active is not None:
            yield active
            return
        with self._engine.connect() as connection:
            yield connection

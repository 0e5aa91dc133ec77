"""`serve`: the HTTP service, on loopback unless told otherwise."""

from __future__ import annotations

import click

from api.commands.common import db_option, open_office
from api.zh_click import command


@command("serve", help="启动接口服务（默认只听本机）。接口说明在 /openapi.json。")
@click.option("--host", default=None, metavar="地址", help="监听地址（默认 127.0.0.1）")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="端口（默认 8000）")
@db_option
def serve(host: str | None, port: int | None, db: str | None) -> None:
    from api.http import serve as run

    with open_office(db) as office:
        settings = office.settings
        run(office, host or settings.host, settings.port if port is None else port)

"""Runs the service on a port, and says plainly when the port cannot be had."""

from __future__ import annotations

import copy
import errno
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import LOGGING_CONFIG

from api.errors import CommandError
from api.http.app import create_app
from api.office import Office

STOP_WITHIN_SECONDS = 10
_BACKLOG = 2048


def serve(office: Office, host: str, port: int) -> None:
    """Serve until interrupted. Raises CommandError when the address cannot be listened on."""
    with listen(host, port) as listener:
        make_server(create_app(office)).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise CommandError(_cannot_listen(host, port, error)) from error


def make_server(app: FastAPI) -> uvicorn.Server:
    """uvicorn with the service's own access log in place of one that would hold query strings."""
    config = uvicorn.Config(
        app, access_log=False, log_config=log_settings(), server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )  # fmt: skip
    return uvicorn.Server(config)


def log_settings() -> dict[str, Any]:
    """uvicorn's own log with the service's two loggers beside it, all on standard error."""
    settings: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)
    settings["formatters"]["default"]["fmt"] = "%(asctime)s %(levelname)s %(name)s %(message)s"
    settings["formatters"]["default"]["use_colors"] = False
    settings["loggers"]["rengang"] = {"handlers": ["default"], "level": "INFO", "propagate": False}
    return settings


def _cannot_listen(host: str, port: int, error: Exception) -> str:
    reason = error.errno if isinstance(error, OSError) else None
    if reason == errno.EADDRINUSE:
        return f"端口 {port} 已被别的程序占用，请换一个端口，如 --port {port + 1}"
    if reason == errno.EACCES:
        return f"没有权限使用端口 {port}，请用 1024 以上的端口"
    return f"不能在 {host}:{port} 上启动服务，请检查地址和端口"

"""What surrounds every request: its id and language, the size limit, the last net, the log line.

The log says which door was used, with what result and how long it took. It never holds a query
string, a body, an address that is not one of the service's own, or the text of an exception,
because any of them may carry personal data.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
import uuid
from collections.abc import Collection
from http import HTTPStatus
from pathlib import PurePath

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import BODY_LIMIT_BYTES, error_response
from api.http.language import accepted_language
from data.vocabulary import Language

REQUEST_ID_HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FRAMES = 8
HEARD_BYTES = 64 * BODY_LIMIT_BYTES
"""How much of a body over the limit is listened to, and dropped, before the refusal."""

access_log = logging.getLogger("rengang.access")
service_log = logging.getLogger("rengang.service")


def whereabouts(error: BaseException) -> str:
    """The kind of an exception and where it arose, without its text, which may hold values."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    path = " > ".join(f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    return f"{type(error).__name__} at {path}"


class _TooLargeError(Exception):
    """The body goes over the limit."""


class _GoneError(Exception):
    """The caller left before the body was complete."""


class Envelope:
    """The outermost layer of the service, as plain ASGI."""

    def __init__(self, app: ASGIApp, *, language: Language, paths: Collection[str]) -> None:
        self.app = app
        self.language = language
        self.paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers(scope=scope)
        asked_id = headers.get(REQUEST_ID_HEADER, "")
        state = scope["state"] = {
            **scope.get("state", {}),
            "request_id": asked_id if _REQUEST_ID.fullmatch(asked_id) else uuid.uuid4().hex,
            "language": accepted_language(headers.get("Accept-Language", ""), self.language),
        }
        status = 0

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out[REQUEST_ID_HEADER] = state["request_id"]
                out["X-Content-Type-Options"] = "nosniff"
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, await _whole_body(headers, receive), stamped)
        except _TooLargeError:
            too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            refusal = error_response(
                state, too_large, "BODY_TOO_LARGE", headers={"Connection": "close"}
            )
            await refusal(scope, receive, stamped)
        except _GoneError:
            return
        except Exception as error:
            service_log.error("%s %s", state["request_id"], whereabouts(error))
            if not status:
                failed = HTTPStatus.INTERNAL_SERVER_ERROR
                await error_response(state, failed, "INTERNAL_ERROR")(scope, receive, stamped)
        finally:
            path = scope["path"] if scope["path"] in self.paths else "(other)"
            spent_ms = (time.perf_counter() - started) * 1000
            access_log.info(
                "%s %s %d %.1fms %s", _method(scope), path, status, spent_ms, state["request_id"]
            )


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE") else "(other)"


async def _whole_body(headers: Headers, receive: Receive) -> Receive:
    """Take in the body and hand it on in one piece.

    Of one over the limit nothing is kept, but it is listened to for a while: who is cut off while
    still speaking does not hear the refusal.
    """
    declared = headers.get("Content-Length", "0")
    if declared.isdecimal() and int(declared[:20]) > HEARD_BYTES:
        raise _TooLargeError
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size <= BODY_LIMIT_BYTES:
            chunks.append(chunk)
        elif not more or size > HEARD_BYTES:
            raise _TooLargeError
        else:
            chunks.clear()
    whole: list[Message] = [{"type": "http.request", "body": b"".join(chunks), "more_body": False}]

    async def replay() -> Message:
        return whole.pop() if whole else await receive()

    return replay

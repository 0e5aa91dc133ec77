"""Everything that can go wrong at this door, and the one shape in which it is told.

    ServiceError
    ├── InvalidRequestError   422  wrong, with every problem and how to mend it
    ├── NotReadyError         503  the matcher is being built
    └── StoreUnreachableError 503  the records cannot be read

The office's own `UnknownIdError` becomes 404 and its `RefusedError` 409; whatever nobody foresaw
becomes 500, of which only the kind and the place in the code are logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from api.http.checks import check_body
from api.http.language import said_in_body
from api.http.messages import ERRORS
from api.http.names import NameBook
from api.http.problems import Problem, ProblemOut, collect
from api.office import RefusedError, UnknownIdError
from data.store import StoreError
from data.vocabulary import Language

RETRY_AFTER_SECONDS = 5
BODY_LIMIT_BYTES = 256 * 1024
ABOUT_A_PERSON = frozenset({"/v1/match", "/v1/assess"})


class ErrorOut(BaseModel):
    """What went wrong, for a program (`code`) and for a person (`message`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(description="不变的代码，供程序判断")
    message: str
    problems: list[ProblemOut] = Field(description="每一处不对的地方；没有时为空")
    request_id: str = Field(description="报修时请提供；与响应头 X-Request-Id 相同")


class ErrorResponse(BaseModel):
    """The one shape of every answer that is not a success."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    error: ErrorOut


class ServiceError(Exception):
    """The service says no; subclasses know with which status and code."""

    status: HTTPStatus
    code: str

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(self.code)


class InvalidRequestError(ServiceError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "INVALID_REQUEST"


class NotReadyError(ServiceError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "NOT_READY"


class StoreUnreachableError(ServiceError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "STORE_UNREACHABLE"


def error_response(
    state: Mapping[str, Any],
    status: int,
    code: str,
    problems: Sequence[Problem] = (),
    *,
    language: Language | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The one shape, in the caller's language. `state` is the request's: its id and language."""
    language = language or state["language"]
    label = ERRORS.get(code, ERRORS["REQUEST_REFUSED"])
    message = label.text(language).format(count=len(problems), kib=BODY_LIMIT_BYTES // 1024)
    body = ErrorResponse(
        error=ErrorOut(
            code=code,
            message=message,
            problems=[p.text(language) for p in problems],
            request_id=state["request_id"],
        )
    )
    extra = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return JSONResponse(body.model_dump(), status, headers=extra)


_HTTP_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


def install_error_handlers(app: FastAPI, book: NameBook) -> None:
    """Make every refusal speak the one shape."""

    def answer(request: Request, status: int, code: str, **more: Any) -> JSONResponse:
        return error_response(request.scope["state"], status, code, **more)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = error.errors()
        about_person = request.url.path in ABOUT_A_PERSON
        is_json = all(e["type"] != "json_invalid" for e in errors)
        further = check_body(error.body, book, about_person=about_person) if is_json else []
        code = InvalidRequestError.code if is_json else "INVALID_JSON"
        return answer(
            request, InvalidRequestError.status, code,
            problems=collect(errors, further), language=said_in_body(error.body),
        )  # fmt: skip

    @app.exception_handler(ServiceError)
    def refused(request: Request, error: ServiceError) -> JSONResponse:
        return answer(request, error.status, error.code, problems=error.problems)

    @app.exception_handler(UnknownIdError)
    def unknown(request: Request, error: UnknownIdError) -> JSONResponse:
        return answer(request, HTTPStatus.NOT_FOUND, f"{error.kind.upper()}_NOT_FOUND")

    @app.exception_handler(RefusedError)
    def not_allowed(request: Request, _: RefusedError) -> JSONResponse:
        return answer(request, HTTPStatus.CONFLICT, "MATCHING_REFUSED")

    @app.exception_handler(StoreError)
    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    def unreachable(request: Request, _: Exception) -> JSONResponse:
        return answer(request, StoreUnreachableError.status, StoreUnreachableError.code)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.BAD_REQUEST:  # a body that cannot be read at all
            problem = Problem((), "not_json")
            return answer(request, InvalidRequestError.status, "INVALID_JSON", problems=[problem])
        code = _HTTP_CODES.get(error.status_code, "REQUEST_REFUSED")
        return answer(request, error.status_code, code, headers=error.headers)

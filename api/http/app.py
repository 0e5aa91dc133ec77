"""Puts the service together: one office, one application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.http.desk import Service
from api.http.documentation import DESCRIPTION
from api.http.envelope import Envelope
from api.http.errors import install_error_handlers
from api.http.routes import router
from api.office import Office

OPENAPI_PATH = "/openapi.json"


def create_app(office: Office) -> FastAPI:
    """The HTTP service of one office.

    It answers from the first moment on; until the matcher is built, with 503 and Retry-After.
    There are no documentation pages: they would load scripts from a foreign network. The contract
    is at /openapi.json.
    """
    service = Service(office)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await run_in_threadpool(service.stop)

    app = FastAPI(
        title="人岗 rengang",
        description=DESCRIPTION,
        version=version("rengang"),
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.service = service
    app.include_router(router)
    install_error_handlers(app, service.book)
    paths = {r.path for r in router.routes if isinstance(r, APIRoute)}
    app.add_middleware(Envelope, language=office.settings.language, paths=paths | {OPENAPI_PATH})
    return app

"""The service at work: getting ready, failing, logging, and on a real port."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from api.errors import CommandError
from api.http import create_app
from api.http.server import listen, log_settings, make_server
from api.office import Office
from tests.api.test_http.office import (
    DAY,
    at_the_door,
    error_of,
    small_office,
    wait_until_ready,
)

SECRET = "李四光"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Office]:
    with small_office(tmp_path) as opened:
        yield opened


def test_not_ready_until_the_matcher_is_built(
    fresh: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, build = threading.Event(), fresh.matcher

    def slowly() -> Any:
        assert go.wait(30)
        return build()

    monkeypatch.setattr(fresh, "matcher", slowly)
    with TestClient(create_app(fresh)) as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        assert client.get("/v1/vocabulary").status_code == 200
        for response in (
            client.get("/readyz"),
            client.post("/v1/match", json={"profile": {}}),
            client.post("/v1/candidates", json={}),
        ):
            assert response.status_code == 503
            assert error_of(response)["code"] == "NOT_READY"
            assert int(response.headers["Retry-After"]) > 0
        go.set()
        wait_until_ready(client)
        assert client.post("/v1/match", json={"profile": {}}).status_code == 200


def test_a_failed_start_is_tried_again(
    fresh: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    build, tries = fresh.matcher, []

    def second_time() -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError(SECRET)
        return build()

    monkeypatch.setattr(fresh, "matcher", second_time)
    with at_the_door(fresh):
        assert len(tries) == 2
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_a_store_that_has_gone_is_503(fresh: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise OperationalError(SECRET, {"id": SECRET}, Exception(SECRET))

    with at_the_door(fresh) as client:
        monkeypatch.setattr(fresh.store, "postings_version", gone)
        ready, asked = client.get("/readyz"), client.post("/v1/match", json={"profile": {}})
        for response in (ready, asked):
            assert response.status_code == 503
            assert error_of(response)["code"] == "STORE_UNREACHABLE"
            assert "Retry-After" in response.headers
        assert client.get("/healthz").status_code == 200


def test_what_nobody_foresaw_tells_nothing(
    fresh: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> Any:
        raise KeyError(SECRET)

    with at_the_door(fresh) as client:
        monkeypatch.setattr(fresh, "jobseeker", broken)
        response = client.post("/v1/match", json={"jobseeker_id": SECRET, "language": "en"})
    assert response.status_code == 500
    error = error_of(response)
    assert error["code"] == "INTERNAL_ERROR"
    assert error["message"].isascii()
    assert not [w for w in (SECRET, "KeyError", "Traceback", ".py") if w in response.text]
    assert "KeyError at" in caplog.text
    assert error["request_id"] in caplog.text
    assert SECRET not in caplog.text


def test_the_log_says_the_door_and_nothing_personal(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    profile = {"experience": SECRET, "wishes": {"note": SECRET}}
    client.post(f"/v1/match?who={SECRET}", json={"profile": profile})
    client.post("/v1/match", json={"profile": {**profile, "name": SECRET}})
    client.get(f"/people/{SECRET}")
    client.request("LISI", "/healthz")
    lines = [r.getMessage() for r in caplog.records if r.name == "rengang.access"]
    assert [line.split()[:3] for line in lines] == [
        ["POST", "/v1/match", "200"],
        ["POST", "/v1/match", "422"],
        ["GET", "(other)", "404"],
        ["(other)", "/healthz", "405"],
    ]
    ours = [r for r in caplog.records if r.name.startswith(("rengang", "uvicorn"))]
    assert not [r for r in ours if SECRET in r.getMessage() or "who=" in r.getMessage()]


def test_a_described_person_is_not_kept(fresh: Office) -> None:
    with at_the_door(fresh) as client:
        before = fresh.store.counts(), fresh.store.jobseekers_version()
        client.post("/v1/match", json={"profile": {"experience": SECRET}, "on": DAY})
        client.post("/v1/assess", json={"profile": {}, "posting_id": "GW-0012"})
        assert (fresh.store.counts(), fresh.store.jobseekers_version()) == before


def test_new_postings_are_seen(fresh: Office) -> None:
    with at_the_door(fresh) as client:
        body = {"profile": {}, "on": DAY}
        before = client.post("/v1/match", json=body).json()
        fresh.store.delete_postings([next(iter(fresh.store.postings())).id])
        after = client.post("/v1/match", json=body).json()
    assert sum(after["counts"].values()) == sum(before["counts"].values()) - 1
    assert after["versions"]["data"] != before["versions"]["data"]


def test_on_a_real_port(fresh: Office) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        server = make_server(create_app(fresh))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                wait_until_ready(client)
                answer = client.post("/v1/match", json={"jobseeker_id": "P-0001", "on": DAY})
                assert answer.status_code == 200
                assert answer.json()["matches"]
                assert "server" not in answer.headers
                too_large = client.post("/v1/match", content=b" " * 300_000)
                assert error_of(too_large)["code"] == "BODY_TOO_LARGE"
                nothing = client.get("/nothing")
                assert error_of(nothing)["code"] == "NOT_FOUND"
        finally:
            server.should_exit = True
            thread.join(30)
        assert not thread.is_alive()


def test_a_port_that_is_taken_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"端口 {port} 已被") as caught:
            listen("127.0.0.1", port)
        assert "请换" in caught.value.message
    with pytest.raises(CommandError, match="不能在"):
        listen("no.such.host.invalid", 0)


def test_no_log_holds_query_strings() -> None:
    """uvicorn's own access log prints them; ours takes its place."""
    assert make_server(create_app_for_nobody()).config.access_log is False
    assert log_settings()["loggers"]["rengang"]["level"] == "INFO"


def create_app_for_nobody() -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        """Never called."""

    return app

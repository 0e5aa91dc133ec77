"""What the service refuses, and how it says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.errors import BODY_LIMIT_BYTES
from tests.api.test_http.office import DAY, error_of, paths_of

SECRET = "张三丰44010619900101123411"


def refused(client: TestClient, path: str, body: Any, status: int = 422) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == status, response.text
    return error_of(response)


@pytest.mark.parametrize("path", ["/v1/match", "/v1/assess"])
@pytest.mark.parametrize("body", [{}, {"jobseeker_id": "P-0001", "profile": {}}])
def test_it_must_be_about_exactly_one_person(
    client: TestClient, path: str, body: dict[str, Any]
) -> None:
    error = refused(client, path, {**body, "posting_id": "GW-0012"} if "assess" in path else body)
    assert error["code"] == "INVALID_REQUEST"
    assert paths_of(error) == [""]


def test_everything_wrong_is_told_at_once_with_its_place(client: TestClient) -> None:
    body = {
        "profile": {
            "capabilities": {"stair": 2, "lift": 9, "sit": {"between": [3, 1]}, "reach": True},
            "aids": ["轮椅"],
            "restrictions": ["no_heights", "no_heights"],
            "residence": "深圳市",
            "facts": {"driving_licence": True, "working_age": "yes"},
            "wishes": {"districts": ["天河", "440106"], "remote": 1, "occupations": "客服"},
            "musts": {"wishes": ["pay"], "provisions": ["lift_lobby"], "refused": ["不做销售"]},
            "experience_years": "NaN",
            "educaton": "大专",
        },
        "limit": 101,
        "questions": -1,
        "on": "24.11.2026",
        "colour": "red",
    }
    error = refused(client, "/v1/match", body)
    assert paths_of(error) == [
        "colour",
        "limit",
        "on",
        "profile.aids[0]",
        "profile.capabilities.lift",
        "profile.capabilities.reach",
        "profile.capabilities.sit",
        "profile.capabilities.stair",
        "profile.educaton",
        "profile.experience_years",
        "profile.facts.driving_licence",
        "profile.facts.working_age",
        "profile.musts.provisions[0]",
        "profile.musts.refused[0]",
        "profile.musts.wishes[0]",
        "profile.residence",
        "profile.restrictions[1]",
        "profile.wishes.districts[1]",
        "profile.wishes.occupations",
        "profile.wishes.remote",
        "questions",
    ]
    mends = {p["path"]: p["mend"] for p in error["problems"]}
    assert "stairs（" in mends["profile.capabilities.stair"]
    assert "manual_wheelchair（轮椅）" in mends["profile.aids[0]"]
    assert "education" in mends["profile.educaton"]
    assert "profile.licences" in mends["profile.facts.driving_licence"]
    assert "monthly_pay_yuan_min" in mends["profile.musts.wishes[0]"]
    assert "sales（" in mends["profile.musts.refused[0]"]


def test_nothing_that_was_sent_is_repeated(client: TestClient) -> None:
    body = {
        "jobseeker_id": [SECRET],
        "language": SECRET,
        "on": SECRET,
        SECRET: SECRET,
        "profile": {
            "name": SECRET,
            SECRET: 1,
            "capabilities": {SECRET: SECRET, "stairs": SECRET},
            "certificate_categories": [SECRET],
            "aids": [SECRET],
            "education": SECRET,
            "residence": SECRET,
            "experience": [SECRET],
            "licences": {SECRET: SECRET},
            "wishes": {"note": SECRET * 100, "districts": [SECRET], SECRET: SECRET},
            "musts": {"wishes": [SECRET]},
        },
    }
    response = client.post("/v1/match", json=body)
    assert len(error_of(response)["problems"]) > 10
    assert "张三丰" not in response.text
    assert "4401061990" not in response.text


def test_a_field_in_the_wrong_place_is_not_suggested_again(client: TestClient) -> None:
    (problem,) = refused(client, "/v1/match", {"profile": {"on": DAY}})["problems"]
    assert problem["path"] == "profile.on"
    assert "是不是" not in problem["mend"]


@pytest.mark.parametrize(
    "capability",
    [5, -1, "3", 2.5, True, None, [2], {}, {"level": 2, "between": [1, 2]}, {"between": [1]},
     {"between": [0, 5]}, {"level": 2, "source": "presumed"}, {"level": 2, "grade": 1},
     {"level": 2, "dated": "2026"}],
)  # fmt: skip
def test_a_level_is_0_to_4_or_a_range(client: TestClient, capability: object) -> None:
    error = refused(client, "/v1/match", {"profile": {"capabilities": {"stairs": capability}}})
    assert all(p.startswith("profile.capabilities.stairs") for p in paths_of(error))


@pytest.mark.parametrize("field", ["grade", "name", "sex", "age", "id_number", "consents"])
def test_who_the_person_is_cannot_be_said(client: TestClient, field: str) -> None:
    error = refused(client, "/v1/match", {"profile": {field: "2"}})
    assert paths_of(error) == [f"profile.{field}"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/match", {"jobseeker_id": "nobody"}, "JOBSEEKER_NOT_FOUND"),
        ("/v1/assess", {"jobseeker_id": "nobody", "posting_id": "GW-0012"}, "JOBSEEKER_NOT_FOUND"),
        ("/v1/assess", {"profile": {}, "posting_id": "nothing"}, "POSTING_NOT_FOUND"),
        ("/v1/candidates", {"posting_id": "nothing"}, "POSTING_NOT_FOUND"),
    ],
)
def test_an_id_that_does_not_exist(
    client: TestClient, path: str, body: dict[str, Any], code: str
) -> None:
    assert refused(client, path, body, 404)["code"] == code


@pytest.mark.parametrize("path", ["/v1/match", "/v1/assess"])
def test_a_person_who_refused_is_not_judged(client: TestClient, path: str) -> None:
    body = {"jobseeker_id": "P-0002"} | ({"posting_id": "GW-0012"} if "assess" in path else {})
    assert refused(client, path, body, 409)["code"] == "MATCHING_REFUSED"


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    for path in ("/", "/v2/match", "/v1/match/", "/docs"):
        response = client.get(path, follow_redirects=False)
        assert response.status_code == 404
        assert error_of(response)["code"] == "NOT_FOUND"
    response = client.get("/v1/match")
    assert response.status_code == 405
    assert error_of(response)["code"] == "METHOD_NOT_ALLOWED"
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 20_000, b'{"limit": NaN'])
def test_what_is_not_json(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.post("/v1/match", content=content, headers=headers)
    assert response.status_code == 422
    assert error_of(response)["code"] == "INVALID_JSON"


@pytest.mark.parametrize("content", [b"[]", b"null", b"3", b'"zh"', b""])
def test_json_that_is_no_object(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.post("/v1/match", content=content, headers=headers)
    assert response.status_code == 422
    assert error_of(response)["code"] == "INVALID_REQUEST"


def test_a_body_over_the_limit(client: TestClient) -> None:
    whole = json.dumps({"profile": {"experience": "a" * BODY_LIMIT_BYTES}}).encode()
    for content in (whole, iter([whole[:100_000], whole[100_000:]])):
        response = client.post("/v1/match", content=content)
        assert response.status_code == 413
        assert error_of(response)["code"] == "BODY_TOO_LARGE"


def test_a_body_at_the_limit_is_read(client: TestClient) -> None:
    body = json.dumps({"profile": {}, "on": DAY}).encode()
    padded = body + b" " * (BODY_LIMIT_BYTES - len(body))
    headers = {"Content-Type": "application/json"}
    assert client.post("/v1/match", content=padded, headers=headers).status_code == 200


def test_a_thousand_mistakes_are_cut_short(client: TestClient) -> None:
    capabilities = {f"stair_{chr(97 + i % 26)}{i}": 1 for i in range(2000)}
    error = refused(client, "/v1/match", {"profile": {"capabilities": capabilities}})
    assert 0 < len(error["problems"]) <= 100


@pytest.mark.parametrize(
    ("header", "said", "chinese"),
    [
        (None, None, True),
        ("en-GB,en;q=0.9", None, False),
        ("fr, zh-CN;q=0.5, en;q=0.1", None, True),
        ("en", "zh", True),
        ("zh", "en", False),
    ],
)
def test_errors_speak_the_language_asked_for(
    client: TestClient, header: str | None, said: str | None, chinese: bool
) -> None:
    headers = {"Accept-Language": header} if header else {}
    for body in ({"jobseeker_id": "nobody"}, {"limit": 0}, {}):
        asked = body | ({"language": said} if said else {})
        response = client.post("/v1/match", json=asked, headers=headers)
        error = error_of(response)
        assert error["message"].isascii() is not chinese
        assert all(p["mend"].isascii() is not chinese for p in error["problems"])

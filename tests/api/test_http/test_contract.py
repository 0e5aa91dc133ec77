"""The contract at /openapi.json: stable, complete, and true of the service."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

import api.http
from api.http.errors import ErrorResponse
from api.http.examples import ANSWERS, QUESTIONS
from api.http.vocabulary import VocabularyResponse
from api.schemas import AssessResponse, CandidatesResponse, MatchResponse

OPERATIONS = {
    "/v1/match": "match",
    "/v1/candidates": "candidates",
    "/v1/assess": "assess",
    "/v1/vocabulary": "vocabulary",
    "/healthz": "healthz",
    "/readyz": "readyz",
}


@pytest.fixture(scope="module")
def contract(client: TestClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    described: dict[str, Any] = response.json()
    return described


def operations(contract: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in contract["paths"].values() for operation in path.values()]


def test_the_package_offers_two_names() -> None:
    assert sorted(api.http.__all__) == ["create_app", "serve"]


def test_operations_are_stable_and_described(contract: dict[str, Any]) -> None:
    found = {
        path: operation["operationId"]
        for path, methods in contract["paths"].items()
        for operation in methods.values()
    }
    assert found == OPERATIONS
    assert all(o["summary"] and o["description"] for o in operations(contract))


def test_every_refusal_has_the_one_shape_and_an_example(contract: dict[str, Any]) -> None:
    for operation in operations(contract):
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            content = answer["content"]["application/json"]
            assert content["schema"] == {"$ref": "#/components/schemas/ErrorResponse"}
            for example in content["examples"].values():
                ErrorResponse.model_validate(example["value"])
    assert not [n for n in contract["components"]["schemas"] if "ValidationError" in n]


def test_every_question_and_answer_has_an_example(contract: dict[str, Any]) -> None:
    for operation in operations(contract):
        assert operation["responses"]["200"]["content"]["application/json"]["example"]
        if "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]
            assert body["examples"]
            assert body["schema"]["$ref"]


def test_examples_of_answers_have_the_shape() -> None:
    MatchResponse.model_validate(ANSWERS["match"])
    CandidatesResponse.model_validate(ANSWERS["candidates"])
    AssessResponse.model_validate(ANSWERS["assess"])
    VocabularyResponse.model_validate(ANSWERS["vocabulary"])


@pytest.mark.parametrize(
    ("operation", "name"), [(o, name) for o, named in QUESTIONS.items() for name in named]
)
def test_examples_of_questions_are_answered(client: TestClient, operation: str, name: str) -> None:
    _, body = QUESTIONS[operation][name]
    response = client.post(f"/v1/{operation}", json=body)
    assert response.status_code == 200, response.text

"""What the service answers, and what an answer never holds."""

from __future__ import annotations

import copy
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.examples import PROFILE
from api.office import Office
from api.schemas import AssessResponse, CandidatesResponse, MatchResponse
from data.vocabulary import load_vocabulary
from tests.api.test_http.office import DAY

LABELS = load_vocabulary()
PERSONAL = re.compile(
    r"视力|听力|言语|肢体|智力|精神|多重|残疾|盲|聋|[一二三四]级(?!台阶)|证号|\d{15,}"
)


def ask(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    response = client.post(path, json={"on": DAY, **body})
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    answer: dict[str, Any] = response.json()
    return answer


def test_match_for_a_described_person(client: TestClient) -> None:
    profile = copy.deepcopy(PROFILE) | {"musts": {}}
    answer = ask(client, "/v1/match", profile=profile)
    MatchResponse.model_validate(answer)
    assert answer["jobseeker_id"] == "profile"
    assert [m["posting_id"] for m in answer["matches"]] == ["GW-0012"]
    assert [p["provision"] for p in answer["matches"][0]["relied_on"]] == ["chat_cap"]
    assert sum(answer["counts"].values()) == 3
    for match in answer["matches"]:
        assert sum(c["points"] for c in match["contributions"]) == pytest.approx(match["score"])


def test_match_for_a_registered_person_equals_the_office(
    client: TestClient, office: Office
) -> None:
    from datetime import date

    answer = ask(client, "/v1/match", jobseeker_id="P-0001")
    found = office.match(office.jobseeker("P-0001"), on=date.fromisoformat(DAY))
    assert [m["posting_id"] for m in answer["matches"]] == [m.posting_id for m in found.matches]
    assert answer["versions"]["rules"] == office.vocabulary.version


def test_a_smaller_limit_is_the_head_of_a_larger(client: TestClient) -> None:
    profile = {"certificate_categories": [], "capabilities": {"type": 4, "read_zh": 4}}
    long = ask(client, "/v1/match", profile=profile, limit=100)["matches"]
    short = ask(client, "/v1/match", profile=profile, limit=1, questions=0)
    assert len(long) >= 2
    assert short["matches"] == long[:1]
    assert short["questions"] == []


def test_unknown_and_none_are_two_things(client: TestClient) -> None:
    """Nobody recorded a certificate: questions. Known to hold none: functions are presumed."""
    unknown = ask(client, "/v1/match", profile={"certificate_categories": None})
    none = ask(client, "/v1/match", profile={"certificate_categories": []})
    assert not [m for m in unknown["matches"] if m["posting_id"] == "GW-0020"]
    assert [m for m in none["matches"] if m["posting_id"] == "GW-0020"]


def test_a_fact_of_null_says_nothing(client: TestClient) -> None:
    profile: dict[str, Any] = {"certificate_categories": [], "licences": {}}
    said = {**profile, "licences": {"driving_licence": None}}
    assert ask(client, "/v1/match", profile=profile) == ask(client, "/v1/match", profile=said)


def test_a_label_changes_nothing_when_the_capabilities_are_stated(client: TestClient) -> None:
    stated: dict[str, int] = {str(f): 4 for f in LABELS.facets}
    stated |= {"stairs": 1, "multitask": 2, "type": 2}
    answers = [
        ask(
            client, "/v1/match", questions=50, limit=100,
            profile={"certificate_categories": labels, "capabilities": stated, "skills": ["打字"]},
        )
        for labels in (None, [], *[[str(c)] for c in LABELS.categories])
    ]  # fmt: skip
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["matches"]


def test_candidates(client: TestClient) -> None:
    answer = ask(client, "/v1/candidates", posting_id="GW-0012")
    CandidatesResponse.model_validate(answer)
    listed = [c["jobseeker_id"] for c in (*answer["matches"], *answer["questions"])]
    assert "P-0001" in listed
    assert "P-0002" not in listed
    assert answer["refused"] == 1


def test_assess_says_why_it_was_not_shown(client: TestClient) -> None:
    answer = ask(client, "/v1/assess", profile=PROFILE, posting_id="GW-0020")
    AssessResponse.model_validate(answer)
    assert answer["outcome"] == "INFEASIBLE"
    assert "stairs:0<2" in answer["binding"]
    english = ask(client, "/v1/assess", profile=PROFILE, posting_id="GW-0020", language="en")
    assert english["binding"] == answer["binding"]
    assert english["outcome_text"].isascii()


def test_lists_hold_no_label_grade_or_number(client: TestClient) -> None:
    lists = [
        *(ask(client, "/v1/match", jobseeker_id=i, limit=100, questions=50)
          for i in ("P-0001", "P-0003")),
        *(ask(client, "/v1/candidates", posting_id=i, limit=100, questions=50)
          for i in ("GW-0012", "GW-0020", "GW-0031")),
    ]  # fmt: skip
    words = {w for c in LABELS.categories.values() for w in (str(c.category), c.label.zh)}
    for answer in lists:
        text = str(answer)
        assert not PERSONAL.search(text)
        assert not [w for w in words if re.search(rf"\b{w}\b", text)]


def test_candidates_hold_no_capability(client: TestClient) -> None:
    for number in ("GW-0012", "GW-0020", "GW-0031"):
        answer = ask(client, "/v1/candidates", posting_id=number, limit=100, questions=50)
        assert answer["matches"] or answer["questions"]
        words = {"versions": None, "contributions": None}
        people = [
            {k: v for k, v in person.items() if k not in words}
            for person in (*answer["matches"], *answer["questions"])
        ]
        for facet in LABELS.facets.values():
            assert not re.search(rf"\b{facet.id}\b", str(people))
            assert facet.label.zh not in str(people)


def test_the_same_question_at_once_has_the_same_answer(client: TestClient) -> None:
    def one(_: int) -> tuple[dict[str, Any], ...]:
        return (
            ask(client, "/v1/match", profile=PROFILE),
            ask(client, "/v1/match", jobseeker_id="P-0001"),
            ask(client, "/v1/candidates", posting_id="GW-0012"),
            ask(client, "/v1/assess", jobseeker_id="P-0003", posting_id="GW-0031"),
        )

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(one, range(24)))
    assert all(answer == answers[0] for answer in answers)


def test_the_vocabulary_and_its_tag(client: TestClient, office: Office) -> None:
    response = client.get("/v1/vocabulary")
    tables, tag = response.json(), response.headers["ETag"]
    assert tables["version"] == office.vocabulary.version
    assert office.vocabulary.version in tag
    assert "max-age" in response.headers["Cache-Control"]
    assert {f["id"] for f in tables["facets"]} == set(office.vocabulary.facets)
    assert all(len(f["levels"]) == 5 for f in tables["facets"])
    again = client.get("/v1/vocabulary", headers={"If-None-Match": f'W/{tag}, "x"'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    for english in (
        client.get("/v1/vocabulary?language=en"),
        client.get("/v1/vocabulary", headers={"Accept-Language": "en"}),
    ):
        assert english.headers["ETag"] != tag
        assert english.json()["districts"][0]["label"].isascii()
    assert client.get("/v1/vocabulary?language=fr").status_code == 422


def test_the_request_id_comes_back_unless_it_is_odd(client: TestClient) -> None:
    for sent, kept in (("abc-1.2_3", True), ("a b", False), ("x" * 65, False), ("", False)):
        response = client.get("/healthz", headers={"X-Request-Id": sent})
        assert (response.headers["X-Request-Id"] == sent) is kept
        assert response.headers["X-Request-Id"]

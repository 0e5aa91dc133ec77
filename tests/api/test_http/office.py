"""A small invented office for the tests of the HTTP service."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.http import create_app
from api.office import Office
from data.clauses import parse_clauses
from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    Consent,
    DemandSource,
    DistrictCode,
    Education,
    FacetId,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
    Pay,
    PayPeriod,
    PostingId,
    ProvisionKey,
    ProvisionState,
)
from data.store import Store
from models.settings import Settings

DAY = "2026-11-24"
TIANHE = DistrictCode("440106")


def posting(number: str, title: str, demands: list[dict[str, Any]], **more: Any) -> JobPosting:
    return JobPosting(
        PostingId(number),
        title,
        employer_name="示例单位",
        demands=parse_clauses(demands),
        demands_source=DemandSource.CONFIRMED,
        pay=Pay(PayPeriod.MONTH, 4000, 5500, 4000, 5500),
        district=TIANHE,
        **more,
    )


POSTINGS = (
    posting(
        "GW-0012",
        "在线文字客服（可居家）",
        [
            {"levels": {"read_zh": 3, "type": 2, "attention": 3}},
            {
                "any_of": [
                    {"levels": {"multitask": 3}},
                    {"levels": {"multitask": 2}, "provided": ["chat_cap"]},
                ]
            },
        ],
        provisions={ProvisionKey("chat_cap"): ProvisionState.OFFERED},
        tags=("打字", "客服"),
        education_min=Education.SENIOR,
    ),
    posting("GW-0020", "仓库搬运员", [{"levels": {"lift": 3, "stairs": 2}}]),
    posting(
        "GW-0031",
        "数据标注员",
        [
            {"any_of": [{"levels": {"stairs": 2}}, {"provided": ["step_free_entry"]}]},
            {"levels": {"vis_near": 3}},
        ],
    ),
)


def assessed(**levels: int) -> tuple[Capability, ...]:
    return tuple(
        Capability(
            FacetId(f), Interval.exactly(v), CapabilitySource.ASSESSED, date(2026, 6, 1), "测试"
        )
        for f, v in levels.items()
    )


PEOPLE = (
    Jobseeker(
        JobseekerId("P-0001"),
        Certificate((Category.PHYSICAL,), 2),
        assessed(stairs=0, type=3),
        skills=("打字",),
        education=Education.COLLEGE,
        consents=(Consent("share_with_employer", True, date(2026, 10, 8)),),
    ),
    Jobseeker(
        JobseekerId("P-0002"),
        Certificate((Category.HEARING,), 1),
        consents=(Consent("match", False, date(2026, 10, 8)),),
    ),
    Jobseeker(
        JobseekerId("P-0003"),
        Certificate((Category.VISION,), 1),
        assessed(read_zh=4, attention=4),
        experience="视力残疾一级，证号44010619900101123411，做过盲人客服",
    ),
)


@contextmanager
def small_office(folder: Path) -> Iterator[Office]:
    with Store.open(folder / "office.db") as store:
        store.upsert_postings(POSTINGS)
        store.upsert_jobseekers(PEOPLE)
        yield Office(store, Settings())


@contextmanager
def at_the_door(office: Office) -> Iterator[TestClient]:
    """A client of a service that is ready."""
    with TestClient(create_app(office)) as client:
        wait_until_ready(client)
        yield client


def wait_until_ready(client: Any) -> None:
    for _ in range(600):
        if client.get("/readyz").status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError("the service did not get ready")


def error_of(response: Any) -> dict[str, Any]:
    """The error of an answer, which has exactly the one shape."""
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "problems", "request_id"}
    assert all(set(p) == {"path", "message", "mend"} for p in error["problems"])
    assert all(p["message"] and p["mend"] for p in error["problems"])
    assert error["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["Cache-Control"] == "no-store"
    return error


def paths_of(error: Mapping[str, Any]) -> list[str]:
    return [p["path"] for p in error["problems"]]

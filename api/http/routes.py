"""The doors: three questions, one table of words, and two signs of life."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field

from api.http.desk import AnyTime, OpenDesk, Tables, spoken
from api.http.documentation import answers, asks
from api.http.profile import AssessRequest, CandidatesRequest, MatchRequest
from api.http.vocabulary import (
    VocabularyResponse,
    entity_tag,
    is_current,
    present_vocabulary,
)
from api.schemas import AssessResponse, CandidatesResponse, MatchResponse, Shape
from data.vocabulary import Language

VOCABULARY_CACHE = "public, max-age=300"

router = APIRouter()


class SignOfLife(Shape):
    status: str = Field(examples=["ready"])


@router.post(
    "/v1/match",
    operation_id="match",
    summary="给一个人找岗位",
    openapi_extra=asks("match"),
    responses=answers("match", 404, 405, 409, 413, 422, 500, 503),
)
def match(ask: MatchRequest, desk: OpenDesk) -> MatchResponse:
    """先筛掉做不了的，再排序，并说明每一分的来历。

    一个都没有时，给出空的名单、原因和最能打开局面的问题，绝不拿做不了的岗位充数。
    """
    say, jobseeker = desk.presenter(ask), desk.jobseeker(ask)
    found = desk.matcher.match(
        jobseeker, on=desk.day(ask), limit=ask.limit, questions=ask.questions
    )
    return say.match(found)


@router.post(
    "/v1/candidates",
    operation_id="candidates",
    summary="给一个岗位找人",
    openapi_extra=asks("candidates"),
    responses=answers("candidates", 404, 405, 413, 422, 500, 503),
)
def candidates(ask: CandidatesRequest, desk: OpenDesk) -> CandidatesResponse:
    """供组织者使用：只有编号、顺序和要落实的工作条件，没有残疾信息。不得直接转给用人单位。"""
    say, posting = desk.presenter(ask), desk.posting(ask.posting_id)
    found, people = desk.office.candidates(
        posting, on=desk.day(ask), limit=ask.limit, questions=ask.questions
    )
    return say.candidates(found, people.by_id, len(people.refused))


@router.post(
    "/v1/assess",
    operation_id="assess",
    summary="这个人和这个岗位：行不行，为什么",
    openapi_extra=asks("assess"),
    responses=answers("assess", 404, 405, 409, 413, 422, 500, 503),
)
def assess(ask: AssessRequest, desk: OpenDesk) -> AssessResponse:
    """回答“为什么没有推荐这个岗位”：每一处障碍、依靠的条件，以及怎样改变才行得通。"""
    say, jobseeker = desk.presenter(ask), desk.jobseeker(ask)
    posting = desk.posting(ask.posting_id)
    verdict = desk.matcher.assess(jobseeker, posting, desk.day(ask))
    return say.assess(verdict, desk.matcher.postings[posting], desk.matcher.versions)


@router.get(
    "/v1/vocabulary",
    operation_id="vocabulary",
    summary="词表：能力项、工作条件、资格、区、岗位类别",
    response_model=VocabularyResponse,
    responses=answers("vocabulary", 304, 405, 422, 500),
)
def vocabulary(
    tables: Tables,
    request: Request,
    response: Response,
    language: Annotated[Language | None, Query(description="zh 或 en")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> VocabularyResponse | Response:
    """做表单和读回答所需的全部名称。带上次的 ETag 来问，没变就只答 304。"""
    spoken_language = spoken(request, language)
    tag = entity_tag(tables, spoken_language)
    headers = {"ETag": tag, "Cache-Control": VOCABULARY_CACHE, "Vary": "Accept-Language"}
    if is_current(if_none_match, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return present_vocabulary(tables, spoken_language)


@router.get(
    "/healthz", operation_id="healthz", summary="进程活着", responses=answers("healthz", 405, 500)
)
def healthz() -> SignOfLife:
    """只说明进程在运行。"""
    return SignOfLife(status="alive")


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="可以回答问题",
    responses=answers("readyz", 405, 500, 503),
)
def readyz(service: AnyTime) -> SignOfLife:
    """岗位已经备好，数据读得到；否则 503。"""
    service.check_store()
    return SignOfLife(status="ready")

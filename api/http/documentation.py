"""What OpenAPI says beyond the shapes: an example for every question, answer and refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.http.errors import BODY_LIMIT_BYTES, RETRY_AFTER_SECONDS, ErrorResponse
from api.http.examples import ANSWERS, PROBLEMS, QUESTIONS
from api.http.messages import ERRORS
from data.vocabulary import Language

DESCRIPTION = f"""残疾人求职者的岗位匹配：先筛掉做不了的，再排序，并说明理由。

- 每个回答都带 `versions`：规则、模型、数据的版本。三者相同、问题相同，回答就相同。
- 出错时只有一种形状：`{{"error": {{code, message, problems, request_id}}}}`；所有问题一次列全，
  从不复述来件里的内容。
- 现场描述的人（`profile`）只用于这一次回答，不保存，不写日志。
- 语言：请求里的 `language`，否则 `Accept-Language`，默认中文。
- 请求不超过 {BODY_LIMIT_BYTES // 1024} KiB。
- 服务准备期间答 503，`Retry-After: {RETRY_AFTER_SECONDS}`。
"""

_CODES: Mapping[int, tuple[str, ...]] = {
    404: ("JOBSEEKER_NOT_FOUND", "POSTING_NOT_FOUND"),
    405: ("METHOD_NOT_ALLOWED",),
    409: ("MATCHING_REFUSED",),
    413: ("BODY_TOO_LARGE",),
    422: ("INVALID_REQUEST", "INVALID_JSON"),
    500: ("INTERNAL_ERROR",),
    503: ("NOT_READY", "STORE_UNREACHABLE"),
}
_ABOUT = {"candidates": ("POSTING_NOT_FOUND",), "match": ("JOBSEEKER_NOT_FOUND",)}


def asks(operation: str) -> dict[str, Any]:
    """The examples of a question."""
    examples = {
        name: {"summary": summary, "value": value}
        for name, (summary, value) in QUESTIONS[operation].items()
    }
    return {"requestBody": {"content": {"application/json": {"examples": examples}}}}


def answers(operation: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """The example of the answer, and an example for each code of every other status."""
    documented: dict[int | str, dict[str, Any]] = {
        200: {"content": {"application/json": {"example": ANSWERS[operation]}}}
    }
    for status in statuses:
        if status == 304:
            documented[status] = {"description": "没有变化 / not modified"}
            continue
        codes = _CODES[status]
        if status == 404:
            codes = _ABOUT.get(operation, codes)
        documented[status] = {
            "model": ErrorResponse,
            "description": "；".join(ERRORS[c].zh.format(count="N", kib=256) for c in codes),
            "content": {
                "application/json": {"examples": {c: {"value": _refusal(c)} for c in codes}}
            },
        }
        if status == 503:
            documented[status]["headers"] = {
                "Retry-After": {"schema": {"type": "integer"}, "description": "几秒后再试"}
            }
    return documented


def _refusal(code: str) -> dict[str, Any]:
    problems = PROBLEMS.get(code, [])
    message = ERRORS[code].text(Language.ZH)
    message = message.format(count=len(problems), kib=BODY_LIMIT_BYTES // 1024)
    request_id = "0b6c1f0e5d0a4f6f9a3c2d7e8b114455"
    return {
        "error": {
            "code": code, "message": message, "problems": problems, "request_id": request_id,
        }
    }  # fmt: skip

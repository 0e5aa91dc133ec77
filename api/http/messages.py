"""What the service says about itself and about a request; verdicts speak from the vocabulary.

Nothing here has a blank for what the caller sent: blanks hold bounds and known names only.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.vocabulary import Label

ERRORS: Mapping[str, Label] = {
    "INVALID_REQUEST": Label(
        "请求有 {count} 处不对，逐条列在下面", "The request has {count} problem(s), listed below"
    ),
    "INVALID_JSON": Label("请求不是有效的 JSON", "The request is not valid JSON"),
    "JOBSEEKER_NOT_FOUND": Label("没有这个编号的求职人员", "There is no jobseeker with this id"),
    "POSTING_NOT_FOUND": Label("没有这个编号的岗位", "There is no posting with this id"),
    "NOT_FOUND": Label("没有这个地址", "There is nothing at this address"),
    "METHOD_NOT_ALLOWED": Label(
        "这个地址不接受这种请求方法", "This address does not take this method"
    ),
    "MATCHING_REFUSED": Label(
        "本人不同意参加岗位匹配，未作任何判断",
        "This person does not allow matching; nothing was judged",
    ),
    "BODY_TOO_LARGE": Label(
        "请求太大，最多 {kib} KiB", "The request is too large; the limit is {kib} KiB"
    ),
    "NOT_READY": Label("服务正在准备，请稍后再试", "The service is getting ready; try again soon"),
    "STORE_UNREACHABLE": Label(
        "暂时读不到数据，请稍后再试", "The records cannot be read at the moment; try again soon"
    ),
    "INTERNAL_ERROR": Label(
        "服务内部出错，已记录；报修时请提供 request_id",
        "Something went wrong here and was recorded; quote the request_id when you report it",
    ),
    "REQUEST_REFUSED": Label("请求不能处理", "The request cannot be handled"),
}

PROBLEMS: Mapping[str, tuple[Label, Label]] = {
    "missing": (
        Label("缺少这一项", "This is missing"),
        Label("请补上", "Add it"),
    ),
    "extra_forbidden": (
        Label("没有这一项", "There is no such field"),
        Label("请删去，或核对拼写；姓名、证件号、等级等一概不收",
              "Remove it or check its spelling; names, numbers and grades are never taken"),
    ),
    "unknown_field_near": (
        Label("没有这一项", "There is no such field"),
        Label("是不是 {near}？", "Did you mean {near}?"),
    ),
    "unknown_name": (
        Label("词表里没有这个名称", "The vocabulary has no such name"),
        Label("请用 GET /v1/vocabulary 里的名称", "Use a name from GET /v1/vocabulary"),
    ),
    "unknown_name_near": (
        Label("词表里没有这个名称", "The vocabulary has no such name"),
        Label("最接近的是：{near}", "The nearest are: {near}"),
    ),
    "twice": (
        Label("同一个写了两次", "The same one stands here twice"),
        Label("请只留一个", "Keep one of them"),
    ),
    "elsewhere": (
        Label("这个名称不属于这里", "This name does not belong here"),
        Label("请写到 {near} 里", "Move it to {near}"),
    ),
    "must_without_wish": (
        Label("把它定为必须，却没有说明是什么", "A must without what is wanted"),
        Label("请填写 {near}，或从 musts.wishes 里去掉", "Fill in {near}, or drop this must"),
    ),
    "person_once": (
        Label("要说明是谁：登记人员或现场描述，二者选一", "Say who it is about"),
        Label("jobseeker_id 和 profile 请只给一个", "Give either jobseeker_id or profile"),
    ),
    "not_json": (
        Label("不是有效的 JSON", "This is not valid JSON"),
        Label("请检查引号、逗号和括号，编码用 UTF-8", "Check quotes, commas, brackets; use UTF-8"),
    ),
    "level": (
        Label("等级不对", "This is not a level"),
        Label("请写 0 到 4 的整数，或 {{\"between\": [低, 高]}}",
              "Write a whole number from 0 to 4, or {{\"between\": [low, high]}}"),
    ),
    "between": (
        Label("范围写反了", "The range is upside down"),
        Label("先写低的，再写高的", "Write the lower end first"),
    ),
    "level_or_between": (
        Label("等级和范围要选一个", "A level or a range is needed, not both"),
        Label("level 和 between 请只给一个", "Give either level or between"),
    ),
    "day": (
        Label("日期不对", "This is not a day"),
        Label("请写成 2026-11-24 这样", "Write it like 2026-11-24"),
    ),
    "at_least": (
        Label("太小", "This is too small"),
        Label("不能小于 {bound}", "It may not be less than {bound}"),
    ),
    "at_most": (
        Label("太大", "This is too large"),
        Label("不能大于 {bound}", "It may not be more than {bound}"),
    ),
    "more_than": (
        Label("太小", "This is too small"),
        Label("要大于 {bound}", "It must be more than {bound}"),
    ),
    "too_long": (
        Label("太长", "This is too long"),
        Label("最多 {bound} 个字", "Use {bound} characters at most"),
    ),
    "too_short": (
        Label("太短", "This is too short"),
        Label("至少 {bound} 个字", "Use {bound} characters at least"),
    ),
    "too_many": (
        Label("太多", "There are too many"),
        Label("最多 {bound} 个", "Give {bound} at most"),
    ),
    "too_few": (
        Label("太少", "There are too few"),
        Label("至少 {bound} 个", "Give {bound} at least"),
    ),
    "one_of": (
        Label("不在可选范围内", "This is not one of the choices"),
        Label("可选：{bound}", "The choices are {bound}"),
    ),
    "string": (
        Label("这里要写文字", "Text is expected here"),
        Label("请用引号括起来的文字", "Write text in quotation marks"),
    ),
    "whole_number": (
        Label("这里要写整数", "A whole number is expected here"),
        Label("请写不带引号的整数", "Write a whole number without quotation marks"),
    ),
    "number": (
        Label("这里要写数字", "A number is expected here"),
        Label("请写不带引号的数字", "Write a number without quotation marks"),
    ),
    "yes_no": (
        Label("这里要写 true 或 false", "true or false is expected here"),
        Label("请写 true 或 false，不带引号", "Write true or false without quotation marks"),
    ),
    "list": (
        Label("这里要写列表", "A list is expected here"),
        Label("请用方括号 [ ]，个数按接口说明", "Use brackets [ ]"),
    ),
    "mapping": (
        Label("这里要写对象", "An object is expected here"),
        Label("请用花括号 {{ }}，并注明 Content-Type: application/json",
              "Use braces {{ }} and send Content-Type: application/json"),
    ),
    "other": (
        Label("格式不对", "This cannot be read"),
        Label("请对照接口说明 /openapi.json", "See /openapi.json"),
    ),
}  # fmt: skip

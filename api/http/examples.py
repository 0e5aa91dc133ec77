"""Examples for the contract, in Chinese. Nobody in them exists; the tests try every one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

VERSIONS = {"rules": "63ab2af266b2", "model": "lexical-char13-90a831fc", "data": "cb9ae1ea0d71eb90"}
DAY = "2026-11-24"

PROFILE: Json = {
    "certificate_categories": ["physical"],
    "capabilities": {
        "stairs": 0,
        "multitask": 2,
        "attention": 4,
        "type": {"level": 3, "source": "assessed", "dated": "2026-06-01", "instrument": "录入测试"},
        "lift": {"between": [1, 2]},
    },
    "aids": ["manual_wheelchair"],
    "skills": ["打字", "客服"],
    "education": "大专",
    "experience": "做过三年在线客服，熟悉退换货流程",
    "experience_years": 3,
    "facts": {"working_age": True, "employment_hardship_certified": None},
    "residence": "天河区",
    "wishes": {
        "occupations": ["客服", "文员"],
        "districts": ["天河区", "440104"],
        "monthly_pay_yuan_min": 3500,
        "note": "希望不用上夜班",
    },
    "musts": {"wishes": ["pay"], "provisions": ["accessible_toilet"]},
}

QUESTIONS: Mapping[str, Mapping[str, tuple[str, Json]]] = {
    "match": {
        "described": ("现场描述的人", {"profile": PROFILE, "on": DAY, "limit": 5, "questions": 5}),
        "registered": ("已登记的人", {"jobseeker_id": "P-0001", "on": DAY, "language": "zh"}),
    },
    "candidates": {
        "posting": ("一个岗位", {"posting_id": "GW-0012", "on": DAY, "limit": 20, "questions": 10}),
    },
    "assess": {
        "registered": ("已登记的人", {"jobseeker_id": "P-0001", "posting_id": "GW-0020"}),
        "described": ("现场描述的人", {"profile": PROFILE, "posting_id": "GW-0020", "on": DAY}),
    },
}

PROBLEMS: Mapping[str, list[dict[str, str]]] = {
    "INVALID_REQUEST": [
        {"path": "limit", "message": "太大", "mend": "不能大于 100"},
        {
            "path": "profile.capabilities.stair",
            "message": "词表里没有这个名称",
            "mend": "最接近的是：stairs（上下台阶楼梯）、stand（站着干活）",
        },
    ],
    "INVALID_JSON": [
        {
            "path": "",
            "message": "不是有效的 JSON",
            "mend": "请检查引号、逗号和括号，编码用 UTF-8",
        }
    ],
}


def _scored(**points: float) -> Json:
    labels = {
        "text": "经历和愿望与岗位相近", "distance": "地点合适", "skills": "技能对得上",
        "pay": "薪资合意", "education": "学历符合", "condition": "还有条件待落实",
    }  # fmt: skip
    parts = [{"signal": s, "label": labels[s], "points": p} for s, p in points.items()]
    return {"score": round(sum(points.values()), 6), "contributions": parts}


_CONDITIONAL: Json = {
    "outcome": "CONDITIONAL",
    "outcome_text": "落实一项条件后可推荐",
    **_scored(text=0.24, distance=0.08, skills=0.066667, pay=0.051429, condition=-0.05),
    "relied_on": [{"provision": "chat_cap", "label": "限制同时接待人数", "state": "offered"}],
    "provisional": False,
}
_OPEN: Json = {
    "outcome": "NEEDS_INFO",
    "outcome_text": "还差信息，先问清楚",
    **_scored(distance=0.08, pay=0.038571, education=0.025, text=0.01218),
    "relied_on": [],
    "provisional": True,
}
_COUNTS = {"FEASIBLE": 0, "CONDITIONAL": 1, "NEEDS_INFO": 1, "INFEASIBLE": 1, "INELIGIBLE": 0}

_MATCH: Json = {
    "jobseeker_id": "profile",
    "on": DAY,
    "matches": [
        {
            "rank": 1,
            "posting_id": "GW-0012",
            "title": "在线文字客服（可居家）",
            "employer": "示例科技公司",
            "district": "天河区",
            "pay": "4000-5500元/月",
            "track": "公开就业",
            **_CONDITIONAL,
            "demands_note": "要求已由单位确认",
            "weak": False,
        }
    ],
    "questions": [
        {
            "rank": 1,
            "posting_id": "GW-0031",
            "title": "数据标注员",
            "employer": "示例数据公司",
            "district": "天河区",
            "pay": "3500-4500元/月",
            "track": "公开就业",
            **_OPEN,
            "demands_note": "暂按同类岗位的一般要求判断，待单位确认",
            "question": {
                "ask": "employer",
                "subject": "provision",
                "key": "step_free_entry",
                "text": "从街上到岗位，一路没有台阶或者有坡道吗？",
            },
            "reasons": ["还不知道工作场所有没有：出入口无台阶或有坡道"],
        }
    ],
    "counts": _COUNTS,
    "held_back": 0,
    "unlocks": [
        {
            "subject": "provision",
            "key": "step_free_entry",
            "label": "出入口无台阶或有坡道",
            "is_question": True,
            "postings": 1,
            "touches": 1,
            "text": "问清“出入口无台阶或有坡道”，可定下 1 个岗位",
        }
    ],
    "note": "",
    "versions": VERSIONS,
}

_CANDIDATES: Json = {
    "posting_id": "GW-0012",
    "title": "在线文字客服（可居家）",
    "on": DAY,
    "is_open": True,
    "matches": [
        {"rank": 1, "jobseeker_id": "P-0001", **_CONDITIONAL, "may_share_with_employer": True}
    ],
    "questions": [
        {
            "rank": 1,
            "jobseeker_id": "P-0007",
            **_OPEN,
            "may_share_with_employer": None,
            "ask": "person",
        }
    ],
    "counts": _COUNTS,
    "refused": 1,
    "versions": VERSIONS,
}

_ASSESS: Json = {
    "jobseeker_id": "profile",
    "posting_id": "GW-0020",
    "on": DAY,
    "outcome": "INFEASIBLE",
    "outcome_text": "目前不合适",
    "is_open": True,
    "provisional": False,
    "demands_note": "要求已由单位确认",
    "binding": ["stairs:0<2"],
    "barriers": [
        {
            "layer": "function",
            "status": "FAIL",
            "code": "stairs:0<2",
            "text": "上下台阶楼梯：岗位需要“能上一到三级台阶，或扶着慢慢上一层”，目前是“上不了”",
            "evidence": "",
            "question": None,
        }
    ],
    "relied_on": [],
    "remedies": ["装了电梯或坡道，就可以重新考虑"],
    "note": "问题出在岗位条件，不在您本人。您可以申请人工复核。",
    "versions": VERSIONS,
}

_VOCABULARY: Json = {
    "version": VERSIONS["rules"],
    "as_of": DAY,
    "language": "zh",
    "facets": [
        {
            "id": "stairs",
            "label": "上下台阶楼梯",
            "kind": "F",
            "safety": False,
            "question": "您能上下台阶和楼梯吗？",
            "levels": [
                {"level": 0, "text": "上不了"},
                {"level": 2, "text": "能上一到三级台阶，或扶着慢慢上一层"},
                {"level": 4, "text": "能反复上下，能负重"},
            ],
        }
    ],
    "provisions": [
        {
            "id": "step_free_entry",
            "label": "出入口无台阶或有坡道",
            "group": "access",
            "question": "从街上到岗位，一路没有台阶或者有坡道吗？",
        }
    ],
    "rules": [
        {
            "id": "working_age",
            "label": "处在法定劳动年龄",
            "kind": "status",
            "question": "现在处在法定劳动年龄吗？",
        }
    ],
    "aids": [{"id": "manual_wheelchair", "label": "轮椅"}],
    "restrictions": [{"id": "no_night", "label": "不能上夜班"}],
    "duties": [{"id": "phone", "label": "打电话、接电话"}],
    "certificate_categories": [{"id": "physical", "label": "肢体残疾"}],
    "tracks": [{"id": "open", "label": "公开就业"}],
    "districts": [{"id": "440106", "label": "天河区"}],
    "families": [{"id": "data_annotation", "label": "数据标注", "tracks": ["open"]}],
    "education": [{"id": "COLLEGE", "label": "大专"}],
}

ANSWERS: Mapping[str, Json] = {
    "match": _MATCH,
    "candidates": _CANDIDATES,
    "assess": _ASSESS,
    "vocabulary": _VOCABULARY,
    "healthz": {"status": "alive"},
    "readyz": {"status": "ready"},
}

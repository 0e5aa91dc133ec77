"""A person described in the request itself: used for one answer, never stored, never logged.

Only what decides or ranks may be said here. There is no field for a name, a number, sex, age or
the grade of a certificate, and an unknown field is refused, so none can slip in.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from data.records import Category, MustKind, Track

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Asked(BaseModel):
    """What a caller sends. Unknown fields are refused: a misspelt condition must not be lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _iso_day(raw: object) -> object:
    if raw is None or (isinstance(raw, str) and _ISO_DAY.fullmatch(raw)):
        return raw
    raise PydanticCustomError("day", "a day is written YYYY-MM-DD")


Day = Annotated[
    date,
    Field(ge=date(2000, 1, 1), le=date(2100, 12, 31), examples=["2026-11-24"]),
    BeforeValidator(_iso_day),
]
Level = Annotated[int, Field(strict=True, ge=0, le=4)]
Name = Annotated[str, Field(max_length=64)]
Words = Annotated[str, Field(max_length=100)]


def _whole_or_interval(raw: object) -> object:
    if isinstance(raw, (dict, StatedLevel)):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= 4:
        return {"level": raw}
    raise PydanticCustomError("level", "a level is 0 to 4, or between two of these")


class StatedLevel(Asked):
    """What a person does on one facet, with the aids they really use.

    `level` when it is known exactly, `between` when only its range is; exactly one of the two.
    """

    level: Level | None = Field(default=None, description="0（做不到）到 4（不受影响）")
    between: tuple[Level, Level] | None = Field(default=None, description="只知道范围：[低, 高]")
    source: Literal["self_reported", "assessed", "observed"] = Field(
        default="self_reported", description="本人自述、职业能力评估、岗位观察"
    )
    dated: Day | None = Field(default=None, description="评估或观察的日期")
    instrument: Words | None = Field(default=None, description="评估工具")

    @property
    def ends(self) -> tuple[int, int]:
        if self.between is not None:
            return self.between
        if self.level is None:
            raise ValueError("a stated level has a level or a range")
        return self.level, self.level


def _one_of_two(stated: StatedLevel) -> StatedLevel:
    if (stated.level is None) == (stated.between is None):
        raise PydanticCustomError("level_or_between", "either a level or a range")
    if stated.between is not None and stated.between[0] > stated.between[1]:
        raise PydanticCustomError("between", "the lower end comes first")
    return stated


CapabilityIn = Annotated[
    StatedLevel,
    AfterValidator(_one_of_two),
    BeforeValidator(_whole_or_interval, json_schema_input_type=Level | StatedLevel),
]


class WishesIn(Asked):
    """What the person would like. Wishes move the order of the list; only musts exclude."""

    occupations: list[Words] = Field(default=[], max_length=20, examples=[["客服", "文员"]])
    districts: list[Name] = Field(default=[], max_length=11, description="区划代码或中文名")
    commute_minutes_max: int | None = Field(default=None, strict=True, ge=0, le=600)
    monthly_pay_yuan_min: int | None = Field(default=None, strict=True, ge=0, le=1_000_000)
    hours_per_day_max: float | None = Field(default=None, gt=0, le=24, allow_inf_nan=False)
    remote: bool = Field(default=False, strict=True, description="希望居家工作")
    tracks: list[Track] = Field(default=[], max_length=5)
    note: str = Field(default="", max_length=1000)


class MustsIn(Asked):
    """What the person will not do without: wishes raised to conditions, and provisions; and what
    they refuse to do."""

    wishes: list[MustKind] = Field(default=[], max_length=4)
    provisions: list[Name] = Field(default=[], max_length=50)
    refused: list[Name] = Field(
        default=[], max_length=31, description="坚决不做的事，名称见 GET /v1/vocabulary 的 duties"
    )


Facts = dict[Name, Annotated[bool, Field(strict=True)] | None]


class Profile(Asked):
    """A person as they describe themselves, or as a counsellor does with them.

    What is left out is unknown, never "no". The names of facets, aids, provisions and rules are
    those of `GET /v1/vocabulary`.
    """

    certificate_categories: list[Category] | None = Field(
        default=None,
        max_length=7,
        description="残疾证类别：null 表示不知道，[] 表示没有残疾证。只用来决定哪些能力需要先问，"
        "从不用来筛掉岗位，也不参与排序。",
    )
    capabilities: dict[Name, CapabilityIn] = Field(
        default={},
        max_length=100,
        description="能力项：0 到 4，或 {between: [低, 高]}；没有注明来源的算本人自述",
    )
    aids: list[Name] = Field(default=[], max_length=50, description="实际在用的辅具")
    restrictions: list[Name] = Field(default=[], max_length=30, description="医嘱或本人的限制")
    skills: list[Words] = Field(default=[], max_length=50)
    education: Name | None = Field(default=None, description="词表中的学历代码，或“大专”这样的写法")
    major: Words = ""
    experience: str = Field(default="", max_length=4000)
    experience_years: float | None = Field(default=None, ge=0, le=80, allow_inf_nan=False)
    licences: Facts = Field(
        default={}, max_length=50, description="证照：true 有，false 没有，null 不清楚"
    )
    facts: Facts = Field(
        default={}, max_length=50, description="身份事实：true 是，false 不是，null 不清楚"
    )
    residence: Name | None = Field(default=None, description="居住区：区划代码或中文名")
    wishes: WishesIn = Field(default_factory=WishesIn)
    musts: MustsIn = Field(default_factory=MustsIn)


class LanguageAsked(Asked):
    language: Literal["zh", "en"] | None = Field(
        default=None, description="回答的语言；不写时看 Accept-Language，再看服务的设置"
    )


class OnADay(LanguageAsked):
    on: Day | None = Field(default=None, description="按哪一天判断；不写就是今天（北京时间）")


class AsksForPerson(OnADay):
    """Whom it is about: a registered jobseeker or a profile, exactly one of the two."""

    jobseeker_id: str | None = Field(default=None, min_length=1, max_length=128)
    profile: Profile | None = None


class AsksForList(OnADay):
    limit: int = Field(default=10, strict=True, ge=1, le=100, description="最多推荐多少个")
    questions: int = Field(default=10, strict=True, ge=0, le=50, description="最多列多少个待问的")


PostingIdIn = Annotated[str, Field(min_length=1, max_length=128, description="岗位编号")]


class MatchRequest(AsksForPerson, AsksForList):
    """Which postings can this person do?"""


class CandidatesRequest(AsksForList):
    """Who can do this posting? For the organiser."""

    posting_id: PostingIdIn


class AssessRequest(AsksForPerson):
    """This person and this posting: does it work, and why, or why not?"""

    posting_id: PostingIdIn


FIELD_NAMES: tuple[str, ...] = tuple(
    sorted(
        {
            name
            for asked in (
                Profile, WishesIn, MustsIn, StatedLevel, MatchRequest, CandidatesRequest,
                AssessRequest,
            )
            for name in asked.model_fields
        }
    )
)  # fmt: skip
"""Every field that a request may have somewhere, to guess what a misspelt one was meant to be."""

"""What is wrong with a request: where, what, and how to mend it, all of it together.

A problem never repeats what the caller sent. Values are personal, and so may a key be: the path
shows a key only where it looks like the name of a field.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.messages import PROBLEMS
from api.http.profile import FIELD_NAMES
from data.vocabulary import Label, Language

Place = tuple[str | int, ...]
Near = tuple[tuple[str, Label], ...]
_FIELD_NAME = re.compile(r"(?!.*\d{3})[A-Za-z_][A-Za-z0-9_]{0,39}")
_HIDDEN = "…"
MOST_PROBLEMS = 100
"""More than this in one request are not listed: whoever sent them starts with the first."""


class ProblemOut(BaseModel):
    """One thing to mend."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="在请求里的位置，如 profile.capabilities.stairs；空的是整个请求")
    message: str = Field(description="哪里不对")
    mend: str = Field(description="怎么改")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem before it is put into a language.

    `values` holds bounds and names of fields, `near` known names of the vocabulary: never anything
    that the caller sent.
    """

    place: Place
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    near: Near = ()

    def text(self, language: Language) -> ProblemOut:
        message, mend = PROBLEMS.get(self.kind, PROBLEMS["other"])
        values = dict(self.values)
        if self.near:
            values["near"] = _listed(self.near, language)
        return ProblemOut(
            path=write_path(self.place),
            message=message.text(language).format(**values),
            mend=mend.text(language).format(**values),
        )


def _listed(near: Near, language: Language) -> str:
    if language is Language.ZH:
        return "、".join(f"{name}（{label.zh}）" for name, label in near)
    return ", ".join(f"{name} ({label.en})" for name, label in near)


def write_path(place: Place) -> str:
    """A place in the request as people write it.

    >>> write_path(("profile", "wishes", "districts", 0))
    'profile.wishes.districts[0]'
    >>> write_path(("profile", "张三"))
    'profile.…'
    """
    path = ""
    for step in place:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            shown = step if _FIELD_NAME.fullmatch(step) else _HIDDEN
            path += f".{shown}" if path else shown
    return path


_BOUNDS = {
    "greater_than_equal": ("at_least", "ge"),
    "less_than_equal": ("at_most", "le"),
    "greater_than": ("more_than", "gt"),
    "string_too_long": ("too_long", "max_length"),
    "string_too_short": ("too_short", "min_length"),
    "too_long": ("too_many", "max_length"),
    "too_short": ("too_few", "min_length"),
    "enum": ("one_of", "expected"),
    "literal_error": ("one_of", "expected"),
}
_KINDS = {
    "missing": "missing",
    "json_invalid": "not_json",
    "level": "level",
    "between": "between",
    "level_or_between": "level_or_between",
    "day": "day",
    "finite_number": "number",
}
_SHAPES = {
    "string": "string", "int": "whole_number", "float": "number", "bool": "yes_no",
    "list": "list", "tuple": "list", "dict": "mapping", "model": "mapping", "date": "day",
}  # fmt: skip


def read_error(error: Mapping[str, Any]) -> Problem:
    """One error of the schema, without the input that caused it."""
    kind = str(error["type"])
    place = _place(kind, error["loc"])
    context = error.get("ctx") or {}
    if kind in _BOUNDS:
        ours, name = _BOUNDS[kind]
        bound = str(context.get(name, "?")).replace("'", "").replace(" or ", ", ")
        return Problem(place, ours, {"bound": bound})
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1])[:40], FIELD_NAMES, 1, 0.75)
        near = [name for name in near if name != place[-1]]  # a field, but of another place
        return Problem(place, "unknown_field_near" if near else kind, {"near": "".join(near)})
    if kind in _KINDS:
        return Problem(place, _KINDS[kind])
    return Problem(place, _SHAPES.get(kind.split("_", 1)[0], "other"))


def _place(kind: str, loc: Sequence[str | int]) -> Place:
    """Where it is in the body or the query; a key that is too long stands for its entry."""
    steps = tuple(loc[1:]) if loc and loc[0] in ("body", "query") else tuple(loc)
    if kind == "json_invalid":
        return ()
    return steps[:-1] if steps and steps[-1] == "[key]" else steps


def collect(errors: Sequence[Mapping[str, Any]], further: Sequence[Problem]) -> list[Problem]:
    """Everything wrong with one request, in the order of places, each thing once."""
    problems = [read_error(e) for e in errors[:MOST_PROBLEMS]] + list(further)
    distinct = {(write_path(p.place), p.kind): p for p in problems}
    return [distinct[key] for key in sorted(distinct)][:MOST_PROBLEMS]

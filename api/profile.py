"""A person described in a file, for the command line: the same shape as the HTTP service takes.

YAML or JSON; the file is read, judged and forgotten. Everything wrong with it is said at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from api.http.checks import check_body
from api.http.names import NameBook
from api.http.problems import collect
from api.http.profile import Profile
from api.http.reading import read_profile
from data.records import Jobseeker
from data.strict_yaml import parse_yaml
from data.vocabulary import Language, Vocabulary


class ProfileError(ValueError):
    """A profile file that cannot be used; the message lists every problem and how to mend it."""


def load_profile(path: Path, vocabulary: Vocabulary) -> Jobseeker:
    """Read a profile file. Raises ProfileError with all of its problems."""
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ProfileError(f"“{path.name}”不是 UTF-8 编码，请另存为 UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProfileError(f"“{path.name}”第 {line} 行附近的写法不对（YAML 或 JSON）") from error
    except yaml.YAMLError as error:
        raise ProfileError(f"“{path.name}”不是有效的 YAML 或 JSON：{error}") from error
    if not isinstance(raw, Mapping):
        raise ProfileError(f"“{path.name}”应是“键: 值”的形式，如 education: 大专")
    book = NameBook(vocabulary)
    further = check_body({"profile": raw}, book, about_person=False)
    profile, errors = None, []
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        errors = [
            {**e, "loc": ("body", "profile", *e["loc"])}
            for e in error.errors(include_input=False, include_url=False)
        ]
    problems = [p.text(Language.ZH) for p in collect(errors, further)]
    if profile is None or problems:
        lines = "\n".join(f"  · {p.path.removeprefix('profile.')}：{p.message}；{p.mend}"
                          for p in problems)  # fmt: skip
        raise ProfileError(f"“{path.name}”有 {len(problems)} 处要改：\n{lines}")
    return read_profile(profile, book)

"""What can be wrong with a file, said so that a clerk can mend it.

A problem names its place and never repeats what a personal cell holds: the report may be printed,
mailed or logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from data.strict_yaml import parse_yaml
from data.vocabulary.tables import Language


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding with its place in the file. An error keeps its row (or file) out; a warning
    lets it in. `row` 0 means the sheet or the file as a whole."""

    sheet: str
    row: int
    column: str
    code: str
    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def text(self, language: Language = Language.ZH) -> str:
        """One line for people; without sheet, row and column it is about the whole file.

        >>> Problem("求职人员", 3, "性别", "X", "看不懂。", "?", "写男或女。", "!").text()
        '《求职人员》第3行“性别”：看不懂。写男或女。'
        """
        if language is Language.ZH:
            place = f"《{self.sheet}》" if self.sheet else ""
            place += f"第{self.row}行" if self.row else ""
            place += f"“{self.column}”" if self.column else ""
            return f"{place or '整个文件'}：{self.message_zh}{self.mend_zh}"
        parts = [self.sheet, f"row {self.row}" if self.row else "", self.column]
        place = ", ".join(part for part in parts if part)
        return f"{place or 'Whole file'}: {self.message_en} {self.mend_en}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of problem: what is wrong and how to mend it, with blanks in braces."""

    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str
    severity: Severity = Severity.ERROR


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every kind of problem, from problems.yaml."""
    text = (resources.files("data.importing") / "problems.yaml").read_text(encoding="utf-8")
    return {
        code: Entry(
            raw["message"]["zh"],
            raw["message"]["en"],
            raw["mend"]["zh"],
            raw["mend"]["en"],
            Severity(raw.get("severity", "error")),
        )
        for code, raw in parse_yaml(text)["problems"].items()
    }


def problem(
    code: str, *, sheet: str, row: int = 0, column: str = "", shown: str = "", **values: object
) -> Problem:
    """Fill a catalogue entry. `shown` is a short value that is not personal, quoted for the eye."""
    entry = catalogue()[code]
    blanks = {**values, "row": row}
    seen_zh = f"写的是“{shown}”。" if shown else ""
    seen_en = f" It says “{shown}”." if shown else ""
    return Problem(
        sheet, row, column, code,
        entry.message_zh.format(**blanks) + seen_zh, entry.message_en.format(**blanks) + seen_en,
        entry.mend_zh.format(**blanks), entry.mend_en.format(**blanks), entry.severity,
    )  # fmt: skip


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(p.is_error for p in problems)

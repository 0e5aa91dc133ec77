"""One row while it is read: cells by field, and every problem found in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from data.importing.problems import Problem, problem
from data.templates.cells import CellError, clean, is_blank

T = TypeVar("T")
_SHOWN = 24
_FORMULA_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"}
)


class Row:
    """Reads cells by field name. A cell that cannot be understood marks the row as bad, and
    reading goes on, so that the clerk sees all of a row's problems at once.

    `personal` rows never quote what a cell holds.
    """

    def __init__(
        self,
        sheet: str,
        number: int,
        cells: Mapping[str, object],
        headers: Mapping[str, str],
        *,
        personal: bool,
    ) -> None:
        self.sheet, self.number = sheet, number
        self.problems: list[Problem] = []
        self.bad = False
        self._cells = cells
        self._headers = headers
        self._personal = personal
        self._broken: set[str] = set()

    def text(self, field: str) -> str:
        """The cleaned text of a cell, empty where it is blank."""
        value = self._cells.get(field)
        if value is None:
            return ""
        text = clean(value)
        if text.startswith("#") and text.upper() in _FORMULA_ERRORS:
            if field not in self._broken:
                self._broken.add(field)
                self.report("FORMULA_ERROR", field)
            return ""
        return "" if is_blank(text) else text

    def is_number(self, field: str) -> bool:
        value = self._cells.get(field)
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    def read(self, field: str, parse: Callable[[str], T]) -> T | None:
        """The parsed value, or None where the cell is blank or was reported."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse(text)
        except CellError as error:
            self.refuse(field, error)
            return None

    def required(self, field: str) -> str:
        text = self.text(field)
        if not text:
            self.report("REQUIRED", field)
        return text

    def refuse(self, field: str, error: CellError) -> None:
        self.report(error.code, field, **error.values)

    def report(self, code: str, field: str = "", **values: object) -> None:
        header = self._headers.get(field, "") if field else ""
        text = self.text(field) if field else ""
        hidden = self._personal or len(text) > _SHOWN or "\n" in text
        found = problem(
            code, sheet=self.sheet, row=self.number, column=header,
            shown="" if hidden else text, **values,
        )  # fmt: skip
        self.problems.append(found)
        self.bad = self.bad or found.is_error

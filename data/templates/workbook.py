"""Writes the sheets: styled workbooks with drop-downs and an explanation, or plain CSV files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.templates.cells import safe_text, storable
from data.templates.columns import Column, Sheet, SheetKind, facet_of, sheets
from data.vocabulary.tables import Vocabulary

EXPLANATION, CHOICES = "说明", "选项"
_ROWS_WITH_CHOICES = 5000
_REQUIRED, _OPTIONAL, _FACETS = "C00000", "1F4E78", "548235"


def write_sheet(
    path: Path, sheet: Sheet, rows: Iterable[Mapping[str, str]], vocabulary: Vocabulary
) -> Path:
    """One sheet with these rows, by the path's suffix: .xlsx (with its explanation), .csv, or
    .jsonl (one object a line, keyed by the headers, blank cells left out)."""
    path = Path(path)
    if path.suffix.lower() == ".jsonl":
        return _write_json_lines(path, sheet, rows)
    if path.suffix.lower() == ".csv":
        return _write_csv(path, sheet, rows)
    return write_workbook(path, {sheet.kind: rows}, vocabulary)


def _write_csv(path: Path, sheet: Sheet, rows: Iterable[Mapping[str, str]]) -> Path:
    """With a byte order mark, so that Excel takes it for UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([c.header for c in sheet.columns])
        for row in rows:
            writer.writerow([safe_text(row.get(c.field, "")) for c in sheet.columns])
    return path


def _write_json_lines(path: Path, sheet: Sheet, rows: Iterable[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            told = {c.zh: row[c.field] for c in sheet.columns if row.get(c.field)}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return path


def write_workbook(
    path: Path, content: Mapping[SheetKind, Iterable[Mapping[str, str]]], vocabulary: Vocabulary
) -> Path:
    """A workbook with the given sheets and their rows, an explanation, and hidden choices."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    known = sheets(vocabulary)
    chosen = [known[kind] for kind in SheetKind if kind in content]
    choices = _Choices()
    for sheet in chosen:
        target = book.create_sheet(sheet.title.zh)
        _write_rows(target, sheet, content[sheet.kind], choices)
    _explain(book.create_sheet(EXPLANATION), chosen)
    choices.write(book.create_sheet(CHOICES))
    book.save(path)
    return Path(path)


class _Choices:
    """The lists behind the drop-downs. They stand in a hidden sheet of their own, because a list
    inside a rule may not be longer than 255 characters."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, ...], int] = {}

    def reference(self, choices: tuple[str, ...]) -> str:
        from openpyxl.utils import get_column_letter

        index = self._lists.setdefault(choices, len(self._lists) + 1)
        letter = get_column_letter(index)
        return f"'{CHOICES}'!${letter}$1:${letter}${len(choices)}"

    def write(self, target: Any) -> None:
        target.sheet_state = "hidden"
        columns = list(self._lists)
        for i in range(max((len(c) for c in columns), default=0)):
            target.append([c[i] if i < len(c) else None for c in columns])


def _write_rows(
    target: Any, sheet: Sheet, rows: Iterable[Mapping[str, str]], choices: _Choices
) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    target.freeze_panes = "B2"
    last = get_column_letter(len(sheet.columns))
    target.auto_filter.ref = f"A1:{last}1"
    header: list[Any] = []
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        target.column_dimensions[letter].width = _width(column)
        target.column_dimensions[letter].number_format = "@"
        cell = WriteOnlyCell(target, value=column.header)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=_colour(column))
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        header.append(cell)
        if column.choices:
            rule = DataValidation(
                type="list", formula1=choices.reference(column.choices), allow_blank=True
            )
            rule.showErrorMessage = not column.several
            rule.error = "请从列表中选"
            rule.promptTitle, rule.prompt = column.zh[:32], column.note[:250] or None
            rule.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")
            target.data_validations.append(rule)
    target.row_dimensions[1].height = 45
    target.append(header)
    for row in rows:
        target.append([_text_cell(target, row.get(c.field, "")) for c in sheet.columns])


def _text_cell(target: Any, text: str) -> Any:
    """Everything is text: a spreadsheet keeps 15 digits of a number and turns 3-5 into a day."""
    from openpyxl.cell import WriteOnlyCell

    if not text:
        return None
    cell = WriteOnlyCell(target, value=storable(text))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _width(column: Column) -> float:
    if column.long:
        return 40.0
    return float(max(10, min(24, 2 * len(column.header) + 2)))


def _colour(column: Column) -> str:
    if column.required:
        return _REQUIRED
    return _FACETS if facet_of(column.field) else _OPTIONAL


def _explain(target: Any, chosen: Sequence[Sheet]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    for letter, width in zip("ABCDE", (16, 24, 8, 60, 70), strict=True):
        target.column_dimensions[letter].width = width
    target.freeze_panes = "A2"

    def line(*values: str, bold: bool = False) -> None:
        cells = []
        for value in values:
            cell = WriteOnlyCell(target, value=storable(value) or None)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=bold)
            cells.append(cell)
        target.append(cells)

    line("表", "列", "必填", "怎么填", "可选的内容", bold=True)
    line("总则", "", "", "留空表示不知道，不等于没有，也不等于不能。编号以“示例”开头的行不会导入。")
    line("总则", "", "", "带“*”的列必须填。身份证号、残疾人证号所在的列请保持文本格式。")
    line(
        "总则",
        "",
        "",
        "能力等级：0＝做不到，1＝很困难，2＝有困难，3＝基本可以，4＝没问题；按平时使用辅具的情况填；只知道大概的写范围，例如2-3。",
    )
    for sheet in chosen:
        for column in sheet.columns:
            required = "是" if column.required else ""
            line(sheet.title.zh, column.zh, required, column.note, "、".join(column.choices))

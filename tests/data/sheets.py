"""Small filled sheets for the tests of the import."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from data.importing import (
    ImportResult,
    import_file,
)
from data.vocabulary import load_vocabulary

V = load_vocabulary()
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "postings_guangzhou.csv.gz"
Rows = list[dict[str, object]]


def book(
    path: Path, rows: Rows, title: str = "表1", above: list[list[object]] | None = None
) -> Path:
    """An .xlsx file whose header is the union of the rows' keys."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "表1"
    for line in above or []:
        sheet.append(line)
    header = list(dict.fromkeys(key for row in rows for key in row))
    sheet.append(header)
    for row in rows:
        sheet.append([row.get(key) for key in header])
    workbook.save(path)
    return path


def people(tmp_path: Path, *rows: dict[str, object]) -> ImportResult:
    filled = [{"编号": f"A{i}", "姓名": "示例某", **row} for i, row in enumerate(rows)]
    return import_file(book(tmp_path / "people.xlsx", filled), vocabulary=V)


def posts(tmp_path: Path, *rows: dict[str, object]) -> ImportResult:
    base = {"单位名称": "示例公司", "岗位名称": "录入员"}
    filled = [{"岗位编号": f"P{i}", **base, **row} for i, row in enumerate(rows)]
    return import_file(book(tmp_path / "posts.xlsx", filled), vocabulary=V)


def codes(result: ImportResult) -> set[str]:
    return {p.code for p in result.problems}

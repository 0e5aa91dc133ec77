"""Finds the header of a sheet, what kind of sheet it is, and which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.importing.problems import Problem, problem
from data.templates.cells import clean
from data.templates.columns import Column, Sheet, SheetKind, header_key

SEARCHED_ROWS = 10
_LEAST_MATCHES = 2
_MANY_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found: the sheet it belongs to, and the field of each position."""

    sheet: Sheet
    last_row: int
    fields: Mapping[int, str]
    names: Mapping[str, str]
    problems: tuple[Problem, ...] = field(default=())


def find_header(
    name: str,
    rows: Sequence[tuple[int, list[object]]],
    sheets: Mapping[SheetKind, Sheet],
    kind: SheetKind | None = None,
) -> Header | None:
    """The best header among the first rows, or None where fewer than two columns are known.

    Title rows above it are passed over; a header of two lines is read as one where the second
    line names columns that the first leaves open.
    """
    best: tuple[int, int, SheetKind, int] | None = None
    for index, (_, cells) in enumerate(rows[:SEARCHED_ROWS]):
        keys = [header_key(clean(cell)) for cell in cells]
        for sheet in sheets.values():
            if kind is not None and sheet.kind is not kind:
                continue
            known = sheet.headers
            score = len({known[k].field for k in keys if k in known})
            titled = int(sheet.title.zh in name or sheet.title.en == name)
            candidate = (score + titled, -index, sheet.kind, index)
            if score >= _LEAST_MATCHES and (best is None or candidate[:2] > best[:2]):
                best = candidate
    if best is None:
        return None
    return _resolve(name, rows, sheets[best[2]], best[3])


def _resolve(
    name: str, rows: Sequence[tuple[int, list[object]]], sheet: Sheet, index: int
) -> Header:
    known = sheet.headers
    texts = {i: clean(c) for i, c in enumerate(rows[index][1]) if clean(c)}
    last = rows[index][0]
    if index + 1 < len(rows):
        below = {i: clean(c) for i, c in enumerate(rows[index + 1][1]) if clean(c)}
        unresolved = {i for i in below if header_key(texts.get(i, "")) not in known}
        if (
            below
            and set(below) == unresolved
            and all(header_key(t) in known for t in below.values())
        ):
            texts.update(below)
            last = rows[index + 1][0]
    fields, problems = _fields(name, texts, known, last)
    named = {f: texts[i] for i, f in fields.items()}
    missing = [c for c in sheet.columns if c.required and c.field not in named]
    problems += [problem("MISSING_COLUMN", sheet=name, row=last, column=c.zh) for c in missing]
    return Header(sheet, last, fields, named, tuple(problems))


def _header_name(text: str, position: int) -> str:
    """A header to be quoted; one that is full of digits may be somebody's number."""
    digits = sum(c.isdigit() for c in text)
    return text[:40] if digits < _MANY_DIGITS else f"第{position + 1}列"


def _fields(
    name: str, texts: Mapping[int, str], known: Mapping[str, Column], row: int
) -> tuple[dict[int, str], list[Problem]]:
    """Positions by field. The column's own name goes before an alias; two equals are an error."""
    problems: list[Problem] = []
    claims: dict[str, list[tuple[bool, int]]] = {}
    for position, text in texts.items():
        column = known.get(header_key(text))
        if column is None:
            shown = _header_name(text, position)
            problems.append(problem("UNKNOWN_COLUMN", sheet=name, row=row, column=shown))
            continue
        own = header_key(text) == header_key(column.zh)
        claims.setdefault(column.field, []).append((not own, position))
    fields: dict[int, str] = {}
    for field_name, claimed in claims.items():
        claimed.sort()
        fields[claimed[0][1]] = field_name
        for is_alias, position in claimed[1:]:
            code = "UNKNOWN_COLUMN" if is_alias and not claimed[0][0] else "DUPLICATE_COLUMN"
            problems.append(problem(code, sheet=name, row=row, column=texts[position][:40]))
    return fields, problems

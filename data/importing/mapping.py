"""Mappings for files that are not the office's own: our column ← their column.

::

    kind: postings
    columns:
      id: {from: job_id}
      pay: {from: salary, blank: [无]}        # words that mean blank over there
      headcount:                              # the first source that says something counts
        - {from: experience, pick: '招(\\d+)人', otherwise: next}
        - {from: note, drop: '急聘'}
    constants: {track: 公开就业}
    ignore: [year]

The values are then read like cells of our own template: a word that it would not understand is a
problem of that row, not a default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from data.strict_yaml import parse_yaml
from data.templates.cells import clean, is_blank
from data.templates.columns import Sheet, SheetKind


class MappingError(ValueError):
    """A mapping file that cannot be used; the message lists every mistake."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one field comes from. `pick` takes the part that matches (group 1 if there is one);
    where nothing matches the next source is asked if `otherwise` is next, else the whole is kept.
    `drop` removes what matches."""

    column: str
    blank: frozenset[str] = frozenset()
    pick: re.Pattern[str] | None = None
    next_otherwise: bool = False
    drop: re.Pattern[str] | None = None

    def take(self, record: Mapping[str, object]) -> object:
        value = record.get(self.column)
        if self.pick is None and self.drop is None and not self.blank:
            return value
        text = clean(value)
        if is_blank(text) or text in self.blank:
            return None
        if self.drop is not None:
            text = self.drop.sub("", text).strip()
        if self.pick is not None:
            found = self.pick.search(text)
            if found is not None:
                return found.group(1) if found.re.groups else found.group()
            if self.next_otherwise:
                return None
        return text


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How to read somebody else's file as one of our sheets."""

    kind: SheetKind
    columns: Mapping[str, tuple[Source, ...]]
    constants: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()

    def cells(self, record: Mapping[str, object]) -> dict[str, object]:
        """Our fields of one of their records.

        >>> m = ColumnMapping(SheetKind.POSTINGS, {"id": (Source("job_id"),)})
        >>> m.cells({"job_id": "7"})
        {'id': '7'}
        """
        cells: dict[str, object] = dict(self.constants)
        for name, sources in self.columns.items():
            for source in sources:
                value = source.take(record)
                if value is not None and value != "":
                    cells[name] = value
                    break
        return cells

    def headers(self) -> dict[str, str]:
        """Their column names by our field, for the places of problems."""
        return {name: sources[0].column for name, sources in self.columns.items()}

    def used(self) -> frozenset[str]:
        return frozenset(s.column for sources in self.columns.values() for s in sources)

    def missing(self, present: Iterable[str]) -> tuple[str, ...]:
        """Their columns that are needed for our ids and titles, and are not there."""
        have = set(present)
        needed = [s for name in ("id", "title") for s in self.columns.get(name, ())[:1]]
        return tuple(s.column for s in needed if s.column not in have)


def built_in_mappings() -> tuple[str, ...]:
    folder = resources.files("data.importing.mappings")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))


def load_mapping(name_or_path: str | Path, sheets: Mapping[SheetKind, Sheet]) -> ColumnMapping:
    """A mapping that ships with the project, by name, or a YAML file.

    Raises MappingError with every mistake, or when there is neither.
    """
    name = str(name_or_path)
    if name in built_in_mappings():
        text = (resources.files("data.importing.mappings") / f"{name}.yaml").read_text("utf-8")
    else:
        path = Path(name_or_path)
        if not path.is_file():
            known = "、".join(built_in_mappings())
            raise MappingError(f"没有这个列对照：{name}。自带的有：{known}；也可以给出YAML文件。")
        text = path.read_text(encoding="utf-8")
    try:
        raw = parse_yaml(text)
    except yaml.YAMLError as error:
        raise MappingError(f"列对照{name}不是正确的YAML：{error}") from error
    return parse_mapping(raw, name, sheets)


def parse_mapping(raw: Any, name: str, sheets: Mapping[SheetKind, Sheet]) -> ColumnMapping:
    mistakes: list[str] = []
    if not isinstance(raw, Mapping) or not isinstance(raw.get("columns"), Mapping):
        raise MappingError(f"列对照{name}需要 kind 和 columns 两项。")
    extra = set(raw) - {"kind", "columns", "constants", "ignore", "as_of", "reference"}
    mistakes += [f"不认识“{key}”" for key in sorted(map(str, extra))]
    try:
        kind = SheetKind(str(raw.get("kind")))
    except ValueError:
        raise MappingError(f"列对照{name}的 kind 应是 {'、'.join(SheetKind)} 之一。") from None
    fields = {c.field for c in sheets[kind].columns}
    columns: dict[str, tuple[Source, ...]] = {}
    for key, entry in raw["columns"].items():
        if key not in fields:
            mistakes.append(f"columns.{key}：没有这个字段")
            continue
        try:
            entries = entry if isinstance(entry, list) else [entry]
            columns[str(key)] = tuple(_source(e) for e in entries)
        except (KeyError, TypeError, ValueError, re.error) as error:
            mistakes.append(f"columns.{key}：{error}")
    constants = {str(k): str(v) for k, v in (raw.get("constants") or {}).items()}
    mistakes += [f"constants.{key}：没有这个字段" for key in constants if key not in fields]
    if "id" not in columns:
        mistakes.append("columns.id：必须有")
    if mistakes:
        raise MappingError(f"列对照{name}有错：" + "；".join(mistakes))
    return ColumnMapping(kind, columns, constants, frozenset(map(str, raw.get("ignore") or ())))


def _source(raw: Any) -> Source:
    if isinstance(raw, str):
        return Source(raw)
    extra = set(raw) - {"from", "blank", "pick", "otherwise", "drop"}
    if extra:
        raise ValueError(f"不认识{sorted(map(str, extra))}")
    otherwise = raw.get("otherwise", "keep")
    if otherwise not in ("keep", "next"):
        raise ValueError("otherwise 应是 keep 或 next")
    return Source(
        str(raw["from"]),
        frozenset(str(b) for b in raw.get("blank", ())),
        re.compile(raw["pick"]) if "pick" in raw else None,
        otherwise == "next",
        re.compile(raw["drop"]) if "drop" in raw else None,
    )

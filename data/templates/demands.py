"""Demands in one cell: ``听电话和录音≥3；打字速度≥2；上下台阶楼梯≥2 或 出入口无台阶或有坡道！``

Semicolons part the clauses; `或` parts alternatives, `且` joins what one alternative needs. A
facet takes ``≥level`` (``≥2-4`` where it is only known as a range), a provision stands by its name;
`！` or `（安全）` at the end marks a clause as critical. `无` says that the post demands nothing,
which a blank cell never says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from data.records import Alternative, Clause, FacetId, Interval, ProvisionKey
from data.strict_yaml import parse_yaml
from data.templates.cells import CellError, Lexicon, normal
from data.vocabulary.tables import Vocabulary

_LEVEL = re.compile(r"(?:>=|≥|≧|>|不低于|至少)?([0-4])(?:[-~至]([0-4]))?级?(?:以上)?")
_CRITICAL = re.compile(r"(?:!+|\(安全\)|\[安全\]|【安全】|安全关键)$")
_AND = re.compile(r"且|并且|和|、|,|\+|&")
_OR = re.compile(r"或者|或|\|")


@cache
def facet_names() -> Mapping[str, tuple[str, ...]]:
    """Other names of facets by their id, from facet_names.yaml."""
    text = (resources.files("data.templates") / "facet_names.yaml").read_text(encoding="utf-8")
    return {facet: tuple(names) for facet, names in parse_yaml(text)["names"].items()}


def short_label(label: str) -> str:
    """A label without what stands in brackets.

    >>> short_label("打字速度（用什么方式都算）")
    '打字速度'
    """
    return re.sub(r"[（(].*?[）)]", "", label).strip()


class DemandNotation:
    """Reads and writes demands in the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        entries: list[tuple[FacetId | ProvisionKey, list[str], tuple[str, ...]]] = []
        self._facets = frozenset(vocabulary.facets)
        for facet in vocabulary.facets.values():
            names = [facet.id, facet.label.zh, short_label(facet.label.zh), facet.label.en]
            entries.append((facet.id, names, facet_names().get(facet.id, ())))
        for provision in vocabulary.provisions.values():
            names = [provision.key, provision.label.zh, provision.label.en]
            entries.append((provision.key, names, provision.aliases))
        self._lexicon: Lexicon[FacetId | ProvisionKey] = Lexicon(entries)

    def read(self, text: str) -> tuple[Clause, ...]:
        """Raises CellError naming the part (counted from 1) that cannot be understood."""
        if normal(text) in {"无", "没有", "无要求", "无特殊要求"}:
            return ()
        parts = [p for p in re.split(r"[;；\n。]", text) if p.strip()]
        return tuple(self._clause(normal(part), n) for n, part in enumerate(parts, 1))

    def _clause(self, text: str, number: int) -> Clause:
        stripped = _CRITICAL.sub("", text)
        critical = stripped != text
        alternatives: list[Alternative] = []
        levels: list[tuple[FacetId, Interval]] = []
        provided: list[ProvisionKey] = []
        position = 0
        while True:
            atom = self._lexicon.match_at(stripped, position)
            if atom is None:
                raise CellError("DEMAND_UNCLEAR", part=number)
            name, position = atom
            if name in self._facets:
                level = _LEVEL.match(stripped, position)
                if level is None or int(level[1]) > int(level[2] or level[1]):
                    raise CellError("DEMAND_WITHOUT_LEVEL", part=number)
                levels.append((FacetId(name), Interval(int(level[1]), int(level[2] or level[1]))))
                position = level.end()
            else:
                provided.append(ProvisionKey(name))
            if position == len(stripped):
                alternatives.append(Alternative(tuple(levels), tuple(provided)))
                return Clause(tuple(alternatives), critical)
            either, both = _OR.match(stripped, position), _AND.match(stripped, position)
            if either is not None:
                alternatives.append(Alternative(tuple(levels), tuple(provided)))
                levels, provided, position = [], [], either.end()
            elif both is not None:
                position = both.end()
            else:
                raise CellError("DEMAND_UNCLEAR", part=number)

    def write(self, clauses: Iterable[Clause]) -> str:
        """The cell; `read` gives the clauses back, their evidence aside."""
        return "；".join(self._write_clause(c) for c in clauses) or "无"

    def _write_clause(self, clause: Clause) -> str:
        body = " 或 ".join(self._write_alternative(a) for a in clause.alternatives)
        return f"{body}！" if clause.critical else body

    def _write_alternative(self, alternative: Alternative) -> str:
        facets, provisions = self._vocabulary.facets, self._vocabulary.provisions
        atoms = [f"{short_label(facets[f].label.zh)}≥{v}" for f, v in alternative.levels]
        atoms += [provisions[p].label.zh for p in alternative.provided]
        return " 且 ".join(atoms)

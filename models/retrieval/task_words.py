"""How people tell their work, and what postings call it.

"在朋友开的淘宝店帮忙回旺旺" shares no word with 在线客服. The table holds, for each occupation, the
names that titles use and the expressions in which people tell its tasks; an expression may have a
gap (…) that a few words may fill. It also holds common misspellings; what people shun stands in
duties.yaml. All of it is general knowledge of the work, none of it written for one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from data.duties import fold
from data.strict_yaml import parse_yaml
from data.vocabulary import load_vocabulary
from data.vocabulary.tables import Signs

GAP = r"[^。；;!！？?\n]{0,10}?"


@dataclass(frozen=True, slots=True)
class Occupation:
    """One occupation. `titles` are words of posting titles, `tasks` what people say they did,
    `near` names occupations whose tasks the same person can usually do."""

    name: str
    titles: tuple[str, ...]
    tasks: tuple[str, ...]
    near: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.titles)


class TaskWords:
    """The table, compiled for finding: occupations in titles and in people's own words."""

    def __init__(
        self,
        occupations: Sequence[Occupation],
        misspellings: dict[str, str],
        aversions: Sequence[Signs],
        attractions: Sequence[Signs] = (),
    ) -> None:
        self.occupations = tuple(occupations)
        self.aversions = tuple(aversions)
        self.attractions = tuple(attractions)
        self._misspellings = dict(misspellings)
        self._misspelt = _any_of(misspellings)
        self._by_name = {o.name: i for i, o in enumerate(self.occupations)}
        self._titles: dict[str, list[str]] = {}
        for occupation in self.occupations:
            for title in occupation.names:
                named = self._titles.setdefault(fold(title), [])
                if occupation.name not in named:
                    named.append(occupation.name)
        self._title_pattern = _any_of(t for t in self._titles if "…" not in t)
        self._title_gaps = [
            (_with_gaps(title), names) for title, names in self._titles.items() if "…" in title
        ]
        # Compiled when first met: a question holds the letters of a handful of the expressions.
        self._tasks: list[tuple[tuple[str, ...], str]] = [
            (tuple(fold(part) for part in task.split("…")), occupation.name)
            for occupation in self.occupations
            for task in occupation.tasks
        ]
        self._compiled: dict[tuple[str, ...], re.Pattern[str]] = {}

    def __len__(self) -> int:
        return len(self.occupations)

    def index_of(self, name: str) -> int:
        return self._by_name[name]

    def mend(self, text: str) -> str:
        """Common slips of the pinyin keyboard put right: 腿款 is 退款.

        >>> load_task_words().mend("做过淘宝克服，处理腿款")
        '做过淘宝客服，处理退款'
        """
        if not self._misspellings:
            return text
        return self._misspelt.sub(lambda m: self._misspellings[m.group()], text)

    def occupations_of_title(self, title: str) -> tuple[str, ...]:
        """The occupations that a posting's title names, longest name first, none inside another."""
        folded = fold(title)
        found: dict[str, None] = {}
        for pattern, names in self._title_gaps:
            if pattern.search(folded):
                found.update(dict.fromkeys(names))
        for match in self._title_pattern.finditer(folded):
            found.update(dict.fromkeys(self._titles[match.group()]))
        return tuple(found)

    def occupations_told(self, text: str) -> dict[str, int]:
        """How many different expressions of each occupation a person's own words hold."""
        folded = fold(text)
        found: dict[str, int] = {}
        for parts, name in self._tasks:
            if all(part in folded for part in parts) and self._task(parts).search(folded):
                found[name] = found.get(name, 0) + 1
        return found

    def _task(self, parts: tuple[str, ...]) -> re.Pattern[str]:
        pattern = self._compiled.get(parts)
        if pattern is None:
            pattern = self._compiled[parts] = re.compile(GAP.join(map(_whole, parts)))
        return pattern

    def near(self, name: str) -> tuple[str, ...]:
        return self.occupations[self._by_name[name]].near

    def occupation(self, name: str) -> Occupation:
        return self.occupations[self._by_name[name]]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda w: (-len(w), w))
    return re.compile("|".join(map(_whole, ordered)) or r"(?!)")


def _whole(word: str) -> str:
    """A pattern for a word; a Latin one must stand alone, or java would be found in javascript."""
    before = r"(?<![a-z])" if word[:1].isascii() and word[:1].isalnum() else ""
    after = r"(?![a-z])" if word[-1:].isascii() and word[-1:].isalnum() else ""
    return f"{before}{re.escape(word)}{after}"


def _with_gaps(expression: str) -> re.Pattern[str]:
    return re.compile(GAP.join(_whole(fold(p)) for p in expression.split("…")))


def parse_task_words(text: str, aversions: Sequence[Signs] = ()) -> TaskWords:
    """Read the table. `aversions`: what people may shun, which stands elsewhere. ValueError: it
    names neighbours that are not in it, or an occupation twice."""
    raw = parse_yaml(text)
    occupations = [
        Occupation(
            name,
            tuple(entry.get("titles") or ()),
            tuple(entry.get("tasks") or ()),
            tuple(entry.get("near") or ()),
        )
        for name, entry in (raw.get("occupations") or {}).items()
    ]
    known = {o.name for o in occupations}
    strangers = {n for o in occupations for n in o.near} - known
    if strangers:
        raise ValueError(f"near names occupations that the table lacks: {sorted(strangers)}")
    attractions = [
        Signs(*(re.compile(e.get(k) or r"(?!)") for k in ("said", "title", "text", "spared")))
        for e in (raw.get("attractions") or {}).values()
    ]
    return TaskWords(occupations, dict(raw.get("misspellings") or {}), aversions, attractions)


@lru_cache(maxsize=1)
def load_task_words() -> TaskWords:
    """The table of the house, read once."""
    path = resources.files("data.vocabulary") / "task_words.yaml"
    shunned = [duty.signs for duty in load_vocabulary().duties.values()]
    return parse_task_words(path.read_text(encoding="utf-8"), shunned)

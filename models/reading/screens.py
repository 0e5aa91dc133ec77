"""Plain words that a pattern cannot match without, so that most patterns are never tried.

A posting meets several hundred patterns. One look at its pairs of characters tells which of them
could match at all; only those are tried. This changes nothing of what is read, only how fast.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import product

_SPECIAL = set("\\[](){}?*+.^$|")
_MOST_WORDS = 80


def screen_words(pattern: str) -> tuple[str, ...]:
    """Words of which at least one occurs in every match; empty when that cannot be told.

    >>> screen_words("夜班|通宵(?:值班)?|[早晚]7点|缝(?:纫|制)")
    ('夜班', '通宵', '7点', '缝纫', '缝制')
    """
    words: list[str] = []
    for branch in _branches(pattern):
        found = _branch_words(branch)
        if not found:
            return ()
        words.extend(found)
    return tuple(dict.fromkeys(words))


class Screen:
    """Tells from a text's pairs of characters which patterns could match in it."""

    def __init__(self, words_of: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        self._always: set[int] = set()
        self._by_pair: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, words in words_of:
            if not words:
                self._always.add(number)
            for word in words:
                self._by_pair[word[:2]].append((number, word))

    def possible(self, text: str) -> set[int]:
        """The numbers of the patterns that are worth trying on this text."""
        pairs = {text[i : i + 2] for i in range(len(text) - 1)} | set(text)
        found = set(self._always)
        for pair in pairs & self._by_pair.keys():
            for number, word in self._by_pair[pair]:
                if number not in found and (len(word) <= 2 or word in text):
                    found.add(number)
        return found


def _branches(pattern: str) -> list[str]:
    """The pattern cut at the bars that stand outside brackets and classes."""
    parts, depth, start, i = [], 0, 0, 0
    while i < len(pattern):
        char = pattern[i]
        if char == "\\":
            i += 1
        elif char == "[":
            i = _class_end(pattern, i)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and depth == 0:
            parts.append(pattern[start:i])
            start = i + 1
        i += 1
    parts.append(pattern[start:])
    return parts


def _class_end(pattern: str, start: int) -> int:
    i = start + 1
    if pattern[i : i + 1] == "^":
        i += 1
    i += 1
    while pattern[i] != "]":
        i += 2 if pattern[i] == "\\" else 1
    return i


def _group_end(pattern: str, start: int) -> int:
    depth, i = 0, start
    while i < len(pattern):
        if pattern[i] == "\\":
            i += 1
        elif pattern[i] == "[":
            i = _class_end(pattern, i)
        elif pattern[i] == "(":
            depth += 1
        elif pattern[i] == ")":
            depth -= 1
            if depth == 0:
                return i
        i += 1
    raise ValueError(f"an open bracket in {pattern!r}")


def _optional(pattern: str, after: int) -> bool:
    return pattern[after : after + 1] in {"?", "*"} or pattern[after : after + 2] == "{0"


class _Offers:
    """What one branch offers: stretches of words that follow each other without a gap."""

    def __init__(self) -> None:
        self.offers: list[tuple[str, ...]] = []
        self.stretch: tuple[str, ...] = ("",)

    def follow(self, words: tuple[str, ...]) -> None:
        """Words that stand directly after the stretch so far."""
        if len(self.stretch) * len(words) > _MOST_WORDS:
            self.gap()
        self.stretch = tuple(a + b for a, b in product(self.stretch, words))

    def gap(self) -> None:
        """Something that is not plain words: the stretch ends here."""
        if all(self.stretch):
            self.offers.append(self.stretch)
        self.stretch = ("",)

    def best(self) -> tuple[str, ...]:
        self.gap()
        return max(self.offers, key=lambda o: (min(map(len, o)) >= 2, -len(o)), default=())


def _plain_alternatives(inside: str) -> tuple[str, ...] | None:
    parts = tuple(inside.split("|"))
    return parts if all(p and not set(p) & _SPECIAL for p in parts) else None


def _branch_words(branch: str) -> tuple[str, ...]:
    found, i = _Offers(), 0
    while i < len(branch):
        char = branch[i]
        if char == "(":
            i = _take_group(branch, i, found)
        elif char == "[":
            found.gap()
            i = _class_end(branch, i) + 1
        elif char == "\\":
            found.gap()
            i += 2
        elif char == "{":
            found.gap()
            i = branch.index("}", i) + 1
        elif char in _SPECIAL:
            found.gap()
            i += 1
        else:
            if _optional(branch, i + 1):
                found.gap()
            else:
                found.follow((char,))
            i += 1
    return found.best()


def _take_group(branch: str, start: int, found: _Offers) -> int:
    end = _group_end(branch, start)
    inside = branch[start + 1 : end]
    head = re.match(r"\?(?::|P<\w+>)", inside)
    if inside.startswith("?") and head is None:
        if not inside.startswith(("?!", "?<!")):
            found.gap()
        return end + 1
    body = inside[head.end() :] if head else inside
    plain = _plain_alternatives(body)
    if _optional(branch, end + 1):
        found.gap()
    elif plain is not None and branch[end + 1 : end + 2] not in {"+", "{"}:
        found.follow(plain)
    else:
        found.gap()
        words = screen_words(body)
        if words:
            found.offers.append(words)
    return end + 1

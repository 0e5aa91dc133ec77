"""A posting's title or text, cut into sentences and clauses without losing a single offset.

Chinese postings mix full-width and half-width signs, so the text is folded before cues are
compared with it. Folding never changes the length: position 17 of the folded text is position 17
of the posting, and evidence is always cut from the posting itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from models.reading.nouns import Span, Where

MASK = "\x00"
EDGES = " ,;:。、\n"
"""Signs that belong to no words: evidence begins and ends without them."""
_FOLD = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_FOLD |= {0x3000: 0x20, 0xA0: 0x20, 0x2014: 0x2D, 0x2013: 0x2D, 0x2212: 0x2D, 0x301C: 0x7E}
_FOLD |= {0x2236: 0x3A, 0xFF61: 0x3002, 0x0D: 0x0A, 0x09: 0x20, 0x25CF: 0x3B, 0x25A0: 0x3B}
_FOLD |= {upper: upper + 32 for upper in range(0x41, 0x5B)}
_FOLD |= {0xFF21 + i: 0x61 + i for i in range(26)}

_WORD = re.compile(r"\w")

_SENTENCE_END = re.compile(
    r"[。;!?\n★◆◇【】]|(?<![\d.])\d{1,2}[、.)](?!\d)|[①②③④⑤⑥⑦⑧⑨⑩]|\((?:\d{1,2}|[一二三四五六七八九十])\)"
)
_CLAUSE_END = re.compile(r"[,|…]")
# Between Chinese characters a blank separates tags, so it ends a clause as a comma does.
_TAG_GAP = re.compile(r"(?<=[^\x20-\x7e]) +(?=[^\x20-\x7e])")


def fold(text: str) -> str:
    """The text with half-width signs and lower-case letters, character for character.

    >>> fold("打字４０字，Office")
    '打字40字,office'
    """
    return text.translate(_FOLD)


def has_words(text: str) -> bool:
    """Whether there is anything to read but signs.

    >>> has_words("收银员"), has_words("，，●\u3000")
    (True, False)
    """
    return _WORD.search(fold(text)) is not None


@dataclass(frozen=True, slots=True)
class Passage:
    """One part of a posting, ready to be searched."""

    where: Where
    source: str
    folded: str
    sentence_cuts: tuple[int, ...]
    clause_cuts: tuple[int, ...]

    @classmethod
    def of(cls, where: Where, source: str) -> Passage:
        folded = _TAG_GAP.sub(lambda gap: "," * len(gap.group()), fold(source))
        ends = list(_SENTENCE_END.finditer(folded))
        sentences = [m.start() for m in ends]
        starts = [m.end() for m in ends]
        clauses = [m.end() for m in _CLAUSE_END.finditer(folded)]
        return cls(
            where,
            source,
            folded,
            tuple(sorted({0, len(folded), *sentences, *starts})),
            tuple(sorted({0, len(folded), *sentences, *starts, *clauses})),
        )

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentence around a stretch begins and ends."""
        return _around(self.sentence_cuts, start, end)

    def words(self) -> list[int]:
        """The places of letters, digits and characters: evidence lies around one of them."""
        return [m.start() for m in _WORD.finditer(self.folded)]

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Where the clause around a stretch begins and ends."""
        return _around(self.clause_cuts, start, end)

    def masked(self, stretches: Iterable[tuple[int, int]]) -> str:
        """The folded text with some stretches made unreadable, at its full length."""
        text = self.folded
        for start, end in stretches:
            text = text[:start] + MASK * (end - start) + text[end:]
        return text

    def span(self, start: int, end: int) -> Span:
        """The posting's own words between two positions, without blanks or commas around them."""
        while start < end and self.folded[start] in EDGES:
            start += 1
        while end > start and self.folded[end - 1] in EDGES:
            end -= 1
        return Span(self.where, start, end, self.source[start:end])


def _around(cuts: tuple[int, ...], start: int, end: int) -> tuple[int, int]:
    lower = cuts[max(bisect_right(cuts, start) - 1, 0)]
    upper = cuts[min(bisect_left(cuts, end), len(cuts) - 1)]
    return lower, max(upper, end)

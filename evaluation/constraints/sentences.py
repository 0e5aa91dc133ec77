"""Thousands of labelled sentences that no rule and no training has seen: how far reading reaches.

`sentences.tsv` holds invented sentences of postings, each with all its demands (explicit, implicit,
conditional, hedged), its denials, or nothing, labelled by the guideline of the real label files,
one labeller each, not adjudicated. They are for measuring only. The shape is that of
`models.reading.examples`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from typing import Any

FILE = "sentences.tsv"
KINDS = {"": "explicit", "i": "implicit", "c": "conditional", "h": "hedged"}
_ASK = re.compile(r"([a-z_]+):([0-4])(?:-([0-4]))?(?::([ich]))?(?:@(\S+))?")


class SentencesError(ValueError):
    """A line that cannot be understood; the message names every one."""


def load_sentences(facets: Sequence[str]) -> list[dict[str, Any]]:
    """The sentences in the shape of a label file: one "posting" each, with an empty title."""
    text = (resources.files("evaluation.constraints") / FILE).read_text(encoding="utf-8")
    return parse_sentences(text.splitlines(), facets)


def parse_sentences(lines: Sequence[str], facets: Sequence[str]) -> list[dict[str, Any]]:
    """
    >>> found = parse_sentences(["偶尔接个电话\\thear_phone:3:h@接个电话\\t"], ["hear_phone"])
    >>> found[0]["demands"][0]["type"], found[0]["demands"][0]["evidence"]
    ('hedged', '接个电话')
    """
    known, items, problems = set(facets), [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        sentence, asks, denied = (*line.split("\t"), "", "")[:3]
        found = [_ASK.fullmatch(ask) for ask in asks.split()]
        wrong = [a for a, f in zip(asks.split(), found, strict=True) if f is None]
        wrong += [f[1] for f in found if f and f[1] not in known]
        wrong += [f[5] for f in found if f and f[5] and f[5] not in sentence]
        wrong += sorted(set(denied.split()) - known)
        if wrong:
            problems.append(f"line {number}: {' '.join(wrong)}")
            continue
        items.append({
            "id": f"S{number:05d}", "title": "", "text": sentence,
            "demands": [_demand(f, sentence) for f in found if f],
            "not_demanded": [{"facet": f, "evidence": sentence} for f in denied.split()],
        })  # fmt: skip
    if problems:
        raise SentencesError("\n".join(problems))
    return items


def _demand(found: re.Match[str], sentence: str) -> dict[str, Any]:
    low, high = int(found[2]), int(found[3] or found[2])
    return {
        "facet": found[1], "level_lo": low, "level_hi": high, "type": KINDS[found[4] or ""],
        "evidence": found[5] or sentence, "alternative_group": None, "provided": [],
    }  # fmt: skip

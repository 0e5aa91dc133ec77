"""Names of the vocabulary as callers write them: which are known, and which were probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from api.http.problems import Near
from data.records import DistrictCode, Education
from data.vocabulary import Label, Vocabulary
from data.vocabulary.tables import EligibilityRule

LICENCE = "licence"
_NEAR_COUNT = 3
_NEAR_ENOUGH = 0.6
_LONGEST_NAME = 64


class _Labelled(Protocol):
    @property
    def label(self) -> Label: ...


@dataclass(frozen=True, slots=True)
class Names:
    """One table's names: its ids with their labels, and every word by which people know them."""

    labels: Mapping[str, Label]
    words: Mapping[str, str]

    @classmethod
    def of(cls, entries: Mapping[Any, _Labelled], key: Callable[[Any], str] = str) -> Names:
        labels = {key(k): e.label for k, e in entries.items()}
        words: dict[str, str] = {}
        for k, entry in entries.items():
            known = (key(k), entry.label.zh, entry.label.en, *getattr(entry, "aliases", ()))
            for word in known:
                words.setdefault(word.casefold(), key(k))
        return cls(labels, words)

    def __contains__(self, name: object) -> bool:
        return name in self.labels

    def find(self, word: str) -> str | None:
        """The id for an id, a label or an alias; None when there is none."""
        return self.words.get(word.strip().casefold())

    def near(self, word: str) -> Near:
        """The nearest known names with their labels, for a hint; empty when none is near.

        >>> from data.vocabulary import load_vocabulary
        >>> [name for name, _ in Names.of(load_vocabulary().facets).near("stair")]
        ['stairs', 'stand']
        """
        asked = word.strip().casefold()[:_LONGEST_NAME]
        close = difflib.get_close_matches(asked, self.words, 2 * _NEAR_COUNT, _NEAR_ENOUGH)
        if len(asked) > 1:
            close += [w for w in self.words if len(w) > 1 and (w in asked or asked in w)]
        ids = dict.fromkeys(self.words[w] for w in close)
        return tuple((i, self.labels[i]) for i in list(ids)[:_NEAR_COUNT])


class NameBook:
    """Every table of which a profile may name something."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        def rules(*, licences: bool) -> dict[Any, EligibilityRule]:
            return {k: r for k, r in vocabulary.rules.items() if (r.kind == LICENCE) is licences}

        self.facets = Names.of(vocabulary.facets)
        self.aids = Names.of(vocabulary.aids)
        self.restrictions = Names.of(vocabulary.restrictions)
        self.provisions = Names.of(vocabulary.provisions)
        self.duties = Names.of(vocabulary.duties)
        self.licences = Names.of(rules(licences=True))
        self.facts = Names.of(rules(licences=False))
        self.districts = Names.of(vocabulary.districts)
        self.education = Names.of(vocabulary.education, key=lambda level: str(level.name))

    def district(self, word: str) -> DistrictCode:
        """A district by code or Chinese name. KeyError: there is none."""
        return DistrictCode(self.districts.words[word.strip().casefold()])

    def schooling(self, word: str) -> Education:
        """A step of schooling by code or Chinese name. KeyError: there is none."""
        return Education[self.education.words[word.strip().casefold()]]

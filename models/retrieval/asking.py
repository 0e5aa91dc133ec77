"""How a profile is understood: what it seeks, shuns and tells, and what that means as a vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from data.duties import fold
from matching.ports import ProfileText
from models.encoder.light import LightEncoder
from models.retrieval.fit import Weights
from models.retrieval.profile import Question, read_profile
from models.retrieval.task_words import TaskWords

SOUNDS_LIKE = 0.42
"""From this cosine on a story without any known expression is taken for an occupation."""
Part = tuple[str, float]
Floats = NDArray[np.float32]


@dataclass(slots=True)
class Asker:
    """Reads profiles with one encoder, one table of task words and one set of weights."""

    encoder: LightEncoder
    words: TaskWords
    weights: Weights
    _occupation_vectors: Floats | None = field(default=None, repr=False)

    def question(self, profile: ProfileText) -> Question:
        """How a profile is understood: what it seeks, shuns and tells."""
        question = read_profile(profile, self.words)
        if question.told:
            return question
        return replace(question, told=self._sounds_like(question))

    def _sounds_like(self, question: Question) -> dict[str, float]:
        """The occupation that a story sounds like, when it holds no expression of the table: its
        meaning against the meaning of all names and expressions of each occupation."""
        story = " ".join(question.parts.values())
        if not story.strip() or not len(self.words):
            return {}
        if self._occupation_vectors is None:
            self._occupation_vectors = self.encoder.encode(
                [" ".join((*o.names, *o.tasks)) for o in self.words.occupations]
            )
        near = self._occupation_vectors @ self.encoder.encode([story])[0]
        best = int(near.argmax())
        if near[best] < SOUNDS_LIKE:
            return {}
        return {self.words.occupations[best].name: 1.0}

    def parts(self, question: Question) -> list[Part]:
        """The parts that say something, folded, with their weights; what the person tells is
        joined by the names that postings give to it."""
        w = self.weights
        shares = {"wishes": w.wishes, "story": w.story, "skills": w.skills}
        parts = [(fold_lines(question.parts[n]), share) for n, share in shares.items()]
        beside = w.told_beside_short if question.is_short else w.told_beside
        told = beside if question.named else w.told_alone
        parts.append((fold_lines(" ".join(question.told)), told))
        return [(text, share) for text, share in parts if text.strip() and share > 0]

    def vectors(self, people: Sequence[Sequence[Part]]) -> Floats:
        """The meaning of each person's parts together: (people, dimensions) float32, zero for who
        says nothing."""
        texts = [text for parts in people for text, _ in parts]
        out = np.zeros((len(people), self.encoder.dimensions), np.float32)
        if not texts:
            return out
        encoded = self.encoder.encode(texts)
        start = 0
        for i, parts in enumerate(people):
            shares = np.array([share for _, share in parts], np.float32)
            if len(parts):
                out[i] = (shares / shares.sum()) @ encoded[start : start + len(parts)]
            start += len(parts)
        return out


def fold_lines(text: str) -> str:
    """Fold each line apart, so that runs of characters do not cross from one to the next."""
    return "\n".join(fold(line) for line in text.splitlines())

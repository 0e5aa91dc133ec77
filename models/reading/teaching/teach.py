"""Second lesson: what words ask for, from labelled examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.reading.signals import KINDS, channels
from models.reading.teaching.lessons import Batch, Lesson, batch_of, join
from models.reading.teaching.twin import Twin

BATCH = 24


@dataclass(frozen=True, slots=True)
class Course:
    """One teaching from a warm start to a slow end: how often all lessons, and how fast at most."""

    name: str
    epochs: int
    fastest: float


COURSES = (Course("labels", 10, 1e-3), Course("labels again", 8, 8e-4))
"""The second is for a network that has learned labels before."""
DEAF, BLIND = 0.25, 0.04
"""How many lessons are taught without the rules' help, and how many characters are hidden."""
LIFTED = 6.0
"""How much more a demand counts that is denied and not asked."""
TOGETHER = 5
"""At most so many sentences are met side by side."""
MARKS = ",。;\n "
Progress = Callable[[str, int, int], None]


def fresh_twin(state: Mapping[str, Any], characters: int, facets: int, seed: int) -> Twin:
    """A network that knows the language (`state`, that of a `language.Learner`) and no label."""
    torch.manual_seed(seed)
    twin = Twin(characters, facets, channels(facets), len(KINDS))
    head = "language."
    known_words = {k.removeprefix(head): v for k, v in state.items() if k.startswith(head)}
    twin.language.load_state_dict(known_words)
    return twin


def teach(
    twin: Twin,
    passages: Sequence[Lesson],
    sentences: Sequence[Lesson],
    characters: Mapping[str, int],
    course: Course = COURSES[0],
    *,
    epochs: int | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Twin:
    """The same network, taught in place with passages and with sentences, which are joined anew in
    every epoch. `epochs`: others than the course's."""
    epochs = course.epochs if epochs is None else epochs
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    facets = len(twin.rule_asks)
    for layer in twin.language.layers:
        layer.dropped = 0.1  # type: ignore[assignment]
    known = list(twin.language.parameters())
    fresh = [p for n, p in twin.named_parameters() if not n.startswith("language.")]
    optimiser = torch.optim.AdamW(
        [
            {"params": known, "lr": course.fastest / 2},
            {"params": fresh, "lr": course.fastest * 2},
        ],
        weight_decay=0.02,
    )
    speeds = [group["lr"] for group in optimiser.param_groups]
    marks = [characters[m] for m in MARKS if m in characters]
    step = total = 0
    twin.train()
    if progress is not None:
        progress(course.name, 0, epochs)
    for epoch in range(epochs):
        groups = _shuffled(passages, sentences, marks, rng)
        total = total or len(groups) * epochs
        for group in groups:
            share = min(1.0, step / 100) * max(0.03, 1 - step / total)
            for one, speed in zip(optimiser.param_groups, speeds, strict=True):
                one["lr"] = speed * share
            batch = batch_of(group, facets, rng, deaf=DEAF, blind=BLIND)
            loss = loss_of(twin(batch.x, batch.empty, batch.heard), batch)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(twin.parameters(), 2.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
        if progress is not None:
            progress(course.name, epoch + 1, epochs)
    return twin.eval()


def _shuffled(
    passages: Sequence[Lesson],
    sentences: Sequence[Lesson],
    marks: Sequence[int],
    rng: np.random.Generator,
) -> list[list[Lesson]]:
    """Batches of stretches of like length, in random order."""
    order, at, mixed = rng.permutation(len(sentences)), 0, list(passages)
    while at < len(order):
        many = int(rng.integers(1, TOGETHER + 1))
        mark = int(rng.choice(marks))
        mixed.append(join([sentences[i] for i in order[at : at + many]], mark))
        at += many
    length = np.array([len(one.characters) for one in mixed]) + rng.random(len(mixed)) * 30
    mixed = [mixed[i] for i in np.argsort(length, kind="stable")]
    groups = [mixed[i : i + BATCH] for i in range(0, len(mixed), BATCH)]
    return [groups[i] for i in rng.permutation(len(groups))]


def loss_of(seen: Mapping[str, Tensor], batch: Batch) -> Tensor:
    """What is asked and denied counts most; where it stands, of which kind and how high, less.

    What a posting denies must not be asserted: such a facet counts more than one unspoken of."""
    binary = functional.binary_cross_entropy_with_logits
    full = (~batch.empty).unsqueeze(-1)
    weight = 1 + (LIFTED - 1) * batch.denied * (1 - batch.asked)
    loss = binary(seen["asked"], batch.asked, weight=weight, reduction="sum")
    loss = loss + binary(seen["denied"], batch.denied, reduction="sum")
    asked_at = binary(seen["asked_at"], batch.asked_at, reduction="none") * full
    denied_at = binary(seen["denied_at"], batch.denied_at, reduction="none") * full
    loss = loss + 0.04 * asked_at.sum() + 0.03 * denied_at.sum()
    told = batch.kinds >= 0
    kind = functional.cross_entropy(seen["kinds"][told], batch.kinds[told], reduction="sum")
    level = binary(seen["levels"][told], batch.levels[told], reduction="sum")
    return (loss + 0.5 * kind + 0.4 * level) / len(batch.x)

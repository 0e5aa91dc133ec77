"""Every choice of a training, in one frozen value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MATRYOSHKA = (256, 128, 64)
"""The first 64 and 128 dimensions must serve alone as well."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The defaults are the recipe of the model in the box."""

    seed: int = 20260
    epochs: int = 2
    dimensions: int = 256
    pieces: int = 30_000
    batch: int = 1024
    learning_rate: float = 0.02
    temperature: float = 0.05
    told_per_occupation: int = 150
    tokens_per_side: int = 160


def recipe_facts(recipe: Recipe) -> dict[str, Any]:
    return asdict(recipe)

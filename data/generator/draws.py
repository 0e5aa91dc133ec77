"""Chance that comes out the same everywhere: each invented thing draws from a source of its own.

A source is named by (seed, kind of thing, index), so that person 17 is the same whether 20 or
50,000 people are asked for. Only `random()` of the Mersenne twister is used, whose sequence Python
guarantees; nothing depends on the order of a set or on the hash of a string.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values with weights, prepared once for many draws."""

    __slots__ = ("_bounds", "_total", "values")

    def __init__(self, pairs: Iterable[tuple[T, float]]) -> None:
        kept = [(value, weight) for value, weight in pairs if weight > 0]
        if not kept:
            raise ValueError("needs at least one value with a weight above 0")
        self.values = tuple(value for value, _ in kept)
        self._bounds = list(accumulate(weight for _, weight in kept))
        self._total = self._bounds[-1]

    def at(self, point: float) -> T:
        """The value at a point from 0 to 1 of the total weight."""
        i = bisect_right(self._bounds, point * self._total)
        return self.values[min(i, len(self.values) - 1)]


class Draws:
    """The source of one invented thing.

    >>> Draws(7, "person", 3).between(1, 6) == Draws(7, "person", 3).between(1, 6)
    True
    """

    __slots__ = ("unit",)

    def __init__(self, seed: int, kind: str, index: int | str) -> None:
        name = f"{seed}/{kind}/{index}".encode()
        number = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
        self.unit = Random(number).random

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.unit() * len(values))]

    def weighted(self, values: Weighted[T]) -> T:
        return values.at(self.unit())

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """Up to `count` different places of the sequence, in the order drawn."""
        left = list(values)
        taken: list[T] = []
        while left and len(taken) < count:
            taken.append(left.pop(int(self.unit() * len(left))))
        return taken

    def shuffled(self, values: Sequence[T]) -> list[T]:
        return self.some(values, len(values))

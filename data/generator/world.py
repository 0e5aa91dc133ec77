"""What every draw of one run shares: the seed, the day, the banks and the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.generator.banks import Banks, check_banks, load_banks
from data.generator.draws import Draws
from data.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class World:
    """One seed and one day over one vocabulary."""

    seed: int
    on: date
    banks: Banks
    vocabulary: Vocabulary

    @classmethod
    def create(cls, seed: int, on: date, vocabulary: Vocabulary) -> World:
        """Read the banks and check them. BankError: they name what the vocabulary does not hold."""
        banks = load_banks()
        check_banks(banks, vocabulary)
        return cls(seed, on, banks, vocabulary)

    def draws(self, kind: str, index: int | str) -> Draws:
        """The source of one invented thing."""
        return Draws(self.seed, kind, index)

"""First lesson: the language of postings, without any label; then that of the examples.

Two tasks on raw text, both seen at once (Clark et al. 2020, ELECTRA; Devlin et al. 2019): some
characters are hidden and must be guessed; some are replaced by one that often follows the
character before, and every character must be told true from false. The second teaches from every
place, so a small network on two cores learns much from little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.reading.passage import fold
from models.reading.teaching.twin import DIMENSIONS, LONGEST, Language

UNKNOWN, START, HIDDEN = 0, 1, 2
_SPECIAL = ("\x00", "\x01", "\x02")
OFTEN = 5
"""A character that stands in the texts less often is unknown, unless it is a common one."""
LENGTH, BATCH = 128, 64
FASTEST = 1.2e-3
SHORTEST, KEPT = 30, 1500
Progress = Callable[[str, int, int], None]


def tidy_texts(texts: Iterable[str]) -> list[str]:
    """Texts without repeats (many postings begin alike), folded, cut, without runs of blanks."""
    seen: set[str] = set()
    kept = []
    for text in texts:
        lines = (" ".join(line.split()) for line in fold(text).splitlines())
        plain = "\n".join(line for line in lines if line)
        if len(plain) >= SHORTEST and plain[:80] not in seen:
            seen.add(plain[:80])
            kept.append(plain[:KEPT])
    return kept


def common_characters() -> set[str]:
    """The 3,755 most used Chinese characters (GB/T 2312-1980, level 1).

    Postings of a few trades lack words of others ("蚝", "绗"), and the examples speak of all.
    """
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return {c for pair in rows if (c := pair.decode("gb2312", errors="ignore"))}


def alphabet(texts: Sequence[str]) -> dict[str, int]:
    """Numbers of the characters that are common or occur often enough."""
    counts = Counter[str]()
    for text in texts:
        counts.update(text)
    often = {c for c, n in counts.items() if n >= OFTEN} | common_characters() | {"\n"}
    return {c: i for i, c in enumerate((*_SPECIAL, *sorted(often - set(_SPECIAL))))}


def numbers_of(text: str, characters: Mapping[str, int]) -> NDArray[np.int64]:
    """The characters of a folded text as numbers."""
    return np.fromiter((characters.get(c, UNKNOWN) for c in text), np.int64, len(text))


class Learner(nn.Module):
    """The language with the two heads that are needed only while it is learned."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.language = Language(characters)
        self.guess, self.true = nn.Linear(DIMENSIONS, DIMENSIONS), nn.Linear(DIMENSIONS, 1)
        self.bias = nn.Parameter(torch.zeros(characters))

    def forward(self, x: Tensor, hidden: Tensor, first: int) -> tuple[Tensor, Tensor]:
        """Scores of every character for each hidden place, and log-odds of false elsewhere."""
        h = self.language(x, first=first)
        guess = functional.gelu(self.guess(h[hidden]), approximate="tanh")
        guessed = functional.linear(guess, self.language.embedding.weight, self.bias)
        return guessed, self.true(h).squeeze(-1)[~hidden]


def learn_language(
    texts: Sequence[str],
    characters: Mapping[str, int],
    steps: int,
    seed: int,
    progress: Progress | None = None,
    *,
    known: Mapping[str, Any] | None = None,
    fastest: float = FASTEST,
) -> dict[str, Any]:
    """The state of a `Learner` after so many steps over stretches of the texts. `known`: the state
    of one that has learned from other texts before and goes on."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    stream = numbers_of("".join("\x01" + t for t in texts), characters)
    if len(stream) <= LENGTH + 1:
        raise ValueError("too little text to learn a language from")
    by_character = np.argsort(stream, kind="stable")
    begins = np.searchsorted(stream[by_character], np.arange(len(characters) + 1))
    learner = Learner(len(characters))
    if known is not None:
        learner.load_state_dict(dict(known))
    weights = list(learner.parameters())
    optimiser = torch.optim.AdamW(weights, lr=fastest, betas=(0.9, 0.98), weight_decay=0.01)
    for step in range(steps):
        if progress is not None and step % 50 == 0:
            progress("language", step, steps)
        for group in optimiser.param_groups:
            group["lr"] = fastest * min(1.0, step / 200) * max(0.02, 1 - step / steps)
        x, wanted, hidden = _task(stream, by_character, begins, rng)
        first = int(rng.integers(0, LONGEST - LENGTH)) if rng.random() < 0.5 else 0
        where = torch.from_numpy(hidden)
        guessed, false = learner(torch.from_numpy(x), where, first)
        loss = functional.cross_entropy(guessed, torch.from_numpy(wanted)[where])
        loss = loss + 8 * functional.binary_cross_entropy_with_logits(
            false, torch.from_numpy(x != wanted)[~where].float()
        )
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    return learner.state_dict()


def _task(
    stream: NDArray[np.int64],
    by_character: NDArray[np.int64],
    begins: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """A batch with hidden and false characters, what stood there, and what is hidden."""
    at = rng.integers(0, len(stream) - LENGTH - 1, BATCH)
    wanted = np.stack([stream[a : a + LENGTH] for a in at])
    hidden = rng.random(wanted.shape) < 0.07
    hidden[:, 1:] |= hidden[:, :-1] & (rng.random((BATCH, LENGTH - 1)) < 0.5)
    false = (rng.random(wanted.shape) < 0.12) & ~hidden
    false[:, 0] = False
    before = np.roll(wanted, 1, 1)
    many = begins[before + 1] - begins[before]
    elsewhere = by_character[begins[before] + (rng.random(wanted.shape) * many).astype(np.int64)]
    likely = stream[np.minimum(elsewhere + 1, len(stream) - 1)]
    x = np.where(false, likely, wanted)
    x[hidden] = HIDDEN
    return x, wanted, hidden

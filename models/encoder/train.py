"""Train the encoder in the box: minutes on two cores, the same files twice.

A static embedding: one vector per word, a text is the mean of its words. Trained by contrast: of
a thousand postings in a batch, which one belongs to this text? Same-title neighbours are not
wrong answers and are masked; the first 64 and 128 dimensions must serve alone as well (Matryoshka).
More than a few epochs make it worse: it learns these postings by heart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder.card import model_card
from models.encoder.corpus import TrainingPosting, read_corpus
from models.encoder.pairs import Pair, make_pairs
from models.encoder.recipe import MATRYOSHKA, Recipe, recipe_facts
from models.encoder.store import save_model
from models.encoder.tokenizer import build_tokenizer, count_words
from models.retrieval.task_words import TaskWords, load_task_words

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much is done and how much there is."""


def train_encoder(
    corpus_paths: Sequence[Path],
    out_dir: Path,
    *,
    seed: int = 20260,
    epochs: int = 2,
    recipe: Recipe | None = None,
    without_sources: Sequence[str] = (),
    task_words: TaskWords | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train on posting files and our own table, write a sentence-transformers folder.

    Returns the facts that are also written to `training.json`. The same files, seed and torch
    version give the same bytes: sums are made in one thread, in one order.
    """
    chosen = recipe or Recipe(seed=seed, epochs=epochs)
    say: Progress = progress or (lambda *_: None)
    words = task_words or load_task_words()
    say("read", 0, 1)
    postings = read_corpus(corpus_paths, without_sources=without_sources)
    if len(postings) < 2:
        raise ValueError("the corpus files hold fewer than two postings to learn from")
    say("words", 0, 1)
    tokenizer = build_tokenizer(
        count_words(_all_texts(postings, words)),
        pieces=chosen.pieces,
        must=[n for o in words.occupations for n in o.names if "…" not in n],
    )
    say("pairs", 0, 1)
    pairs = make_pairs(
        postings, words, seed=chosen.seed, told_per_occupation=chosen.told_per_occupation
    )
    table = _train(tokenizer, pairs, chosen, say)
    facts: dict[str, Any] = {
        "recipe": recipe_facts(chosen),
        "postings": len(postings),
        "pairs": len(pairs),
        "pieces": int(tokenizer.get_vocab_size()),
        "corpus": [{"file": p.name, "sha256": _digest(p)} for p in corpus_paths],
        "without_sources": sorted(without_sources),
        "occupations": len(words),
    }
    save_model(out_dir, tokenizer, table, card=model_card(facts), facts=facts)
    return facts


def _all_texts(postings: Sequence[TrainingPosting], words: TaskWords) -> list[str]:
    texts = [f"{p.title} {' '.join(p.tags)} {p.body}" for p in postings]
    for occupation in words.occupations:
        texts += [t.replace("…", " ") for t in (*occupation.names, *occupation.tasks)] * 3
    return texts


def _train(
    tokenizer: Any, pairs: Sequence[Pair], recipe: Recipe, say: Progress
) -> NDArray[np.float32]:
    """The table after training, (pieces, dimensions) float32."""
    import torch

    threads = torch.get_num_threads()
    was_deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    try:
        return _train_in_one_thread(torch, tokenizer, pairs, recipe, say)
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(was_deterministic)


def _train_in_one_thread(
    torch: Any, tokenizer: Any, pairs: Sequence[Pair], recipe: Recipe, say: Progress
) -> NDArray[np.float32]:
    sides = [
        _token_ids(tokenizer, [getattr(p, side) for p in pairs], recipe.tokens_per_side)
        for side in ("left", "right")
    ]
    numbers: dict[str, int] = {}
    labels = np.array([numbers.setdefault(p.label, len(numbers)) for p in pairs])
    generator = torch.Generator().manual_seed(recipe.seed)
    size = int(tokenizer.get_vocab_size())
    bag = torch.nn.EmbeddingBag(size, recipe.dimensions, mode="mean")
    with torch.no_grad():
        start = torch.randn(size, recipe.dimensions, generator=generator) * 0.05
        bag.weight.copy_(start)
    optimiser = torch.optim.Adam(bag.parameters(), lr=recipe.learning_rate)
    batch = min(recipe.batch, len(pairs))
    steps = len(pairs) // batch * recipe.epochs
    warm = max(1, steps // 10)
    order = np.random.default_rng(recipe.seed)
    done = 0
    for _ in range(recipe.epochs):
        shuffled = order.permutation(len(pairs))
        for first in range(0, len(pairs) - batch + 1, batch):
            chosen = shuffled[first : first + batch]
            rate = min((done + 1) / warm, (steps - done) / max(1, steps - warm))
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * rate
            loss = _contrast(torch, bag, sides, labels, chosen, recipe)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            done += 1
            if done % 20 == 0 or done == steps:
                say(f"train (loss {float(loss.detach()):.3f})", done, steps)
    table: NDArray[np.float32] = bag.weight.detach().numpy().copy()
    return table


def _contrast(
    torch: Any,
    bag: Any,
    sides: Sequence[list[NDArray[np.int64]]],
    labels: NDArray[np.int64],
    chosen: NDArray[np.int64],
    recipe: Recipe,
) -> Any:
    """How badly each text of the batch finds its other half, both ways, at every dimension."""
    left, right = (_pooled(torch, bag, side, chosen) for side in sides)
    same = torch.from_numpy(labels[chosen][:, None] == labels[chosen][None, :])
    same.fill_diagonal_(False)
    target = torch.arange(len(chosen))
    loss = 0.0
    for width in (w for w in MATRYOSHKA if w <= recipe.dimensions):
        one = torch.nn.functional.normalize(left[:, :width], dim=1)
        two = torch.nn.functional.normalize(right[:, :width], dim=1)
        scores = (one @ two.T / recipe.temperature).masked_fill(same, -1e4)
        entropy = torch.nn.functional.cross_entropy
        loss = loss + entropy(scores, target) + entropy(scores.T, target)
    return loss


def _pooled(torch: Any, bag: Any, side: list[NDArray[np.int64]], chosen: NDArray[np.int64]) -> Any:
    ids = [side[i] for i in chosen]
    offsets = np.cumsum([0, *(len(i) for i in ids[:-1])])
    return bag(torch.from_numpy(np.concatenate(ids)), torch.from_numpy(offsets))


def _token_ids(tokenizer: Any, texts: Sequence[str], limit: int) -> list[NDArray[np.int64]]:
    encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [np.array(e.ids[:limit] or [0], np.int64) for e in encoded]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]

"""How many texts a second the light path encodes, beside sentence-transformers, on one set."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import load_vocabulary
from models.encoder.light import LightEncoder
from models.encoder.reference import load_reference

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def bench_texts(count: int, characters: int, seed: int) -> list[str]:
    """Invented texts of about so many characters, drawn from the vocabulary's own words."""
    vocabulary = load_vocabulary()
    words = [level.zh for f in vocabulary.facets.values() for level in f.levels]
    words += [p.question.zh for p in vocabulary.provisions.values()]
    words += [f.label.zh for f in vocabulary.families.values()]
    draw = random.Random(seed)
    texts = []
    for _ in range(count):
        text = ""
        while len(text) < characters:
            text += draw.choice(words) + "，"
        texts.append(text[:characters])
    return texts


def run_encode_bench(count: int, characters: int, seed: int) -> dict[str, Any]:
    """Texts per second of both paths, and the largest difference between their vectors."""
    texts = bench_texts(count, characters, seed)
    started = time.perf_counter()
    light = LightEncoder.load()
    light_load = time.perf_counter() - started
    started = time.perf_counter()
    reference = load_reference()
    reference_load = time.perf_counter() - started
    speed, vectors = {}, {}
    paths: dict[str, Encode] = {"light": light.encode, "sentence_transformers": reference}
    for name, encode in paths.items():
        encode(texts[:100])
        started = time.perf_counter()
        vectors[name] = encode(texts)
        speed[name] = round(count / (time.perf_counter() - started))
    difference = np.abs(vectors["light"] - vectors["sentence_transformers"]).max()
    return {
        "command": f"rengang bench encode --texts {count} --characters {characters} --seed {seed}",
        "texts_per_s": speed,
        "load_s": {
            "light": round(light_load, 2),
            "sentence_transformers": round(reference_load, 2),
        },
        "largest_difference": float(difference),
        "model": light.version,
    }

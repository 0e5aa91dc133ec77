"""Making the learned part of the reader: from postings and labelled examples to a folder.

First the network learns the language from postings that a user points at and from the words of
the examples, then from their labels what words ask for; then it goes on learning, and what is
written is the mean of before and after. One that knows both only goes on. Same files, same seed,
same machine: same folder, byte for byte. The folder holds the network as small integers and the
list of characters; no sentence can be told from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder.corpus import read_rows
from models.reading.cues import load_tables
from models.reading.examples import Example, examples_of_labels, load_examples
from models.reading.learned import LearnedReader
from models.reading.network import FORMAT, Floats, fingerprint, pack
from models.reading.passage import fold
from models.reading.standoff import examples_of_postings, load_standoff
from models.retrieval.arrays import save_arrays

LANGUAGE_STEPS = 5000
OWN_LANGUAGE_SHARE = 0.12
"""Of these so many more follow over the words of the examples (Gururangan et al. 2020): they speak
of trades that the postings at hand may lack."""
OWN_FASTEST = 6e-4
SEED = 20_260
THREADS = 2
"""Fixed, so that sums are added in one order however many cores there are."""
Progress = Callable[[str, int, int], None]


class KnownReaderError(ValueError):
    """The network that should go on learning is damaged, foreign, or made for other facets."""


def train_reader(
    facets: Sequence[str],
    out: Path,
    *,
    postings: Sequence[Path] = (),
    labels: Sequence[Path] = (),
    examples: Sequence[Example] | None = None,
    language_steps: int = LANGUAGE_STEPS,
    epochs: int | None = None,
    known: Path | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Teach a reader and write the folder that `LearnedReader.load` takes.

    `postings`: files of postings (CSV or JSON lines, with or without .gz) for the language and for
    the labels that are kept by id and position only; `labels`: more labelled postings, in the shape
    that `evaluate reading` takes: they are taught without the rules' help, which may have been
    written with them in view; `examples`: others than those that ship; `known`: a folder made
    before, whose network goes on learning: the language is not learned again, and characters new
    to it stay unknown; `epochs`: of each course, others than its own. Raises `KnownReaderError` if
    it cannot be used, before anything is read.
    """
    import torch

    from models.reading.teaching import lessons, teach, twin

    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    reader = None if known is None else _known(known, facets)
    rows = [row for file in postings for row in read_rows(file)]
    standoff = load_standoff(facets)
    found = examples_of_postings(standoff, rows)
    own = (*(load_examples(facets) if examples is None else examples), *found)
    seen = [e for file in labels for e in _examples_of_file(file, facets)]
    tables = load_tables()
    facts: dict[str, Any] = {
        "format": FORMAT, "facets": list(facets), "layers": twin.LAYERS, "examples": len(own),
        "labelled_postings": len(seen), "standoff": len(standoff), "standoff_found": len(found),
        "seed": seed, "rules": tables.fingerprint,
    }  # fmt: skip
    if reader is None:
        # Without postings the examples themselves are the language: enough to try the command.
        words = _words(rows) if rows else (e.words for e in own)
        state, characters, texts = _learn_language(words, own, language_steps, seed, progress)
        pupil = teach.fresh_twin(state, len(characters), len(facets), seed)
        facts |= {"postings": texts if rows else 0, "language_steps": language_steps}
    else:
        characters, pupil = reader.characters, twin.twin_of(reader.network.weights)
        facts["known"] = reader.version
    passages = [
        *lessons.lessons_of([e for e in own if e.title], characters, facets, tables),
        *lessons.lessons_of(seen, characters, facets, tables, deaf=True),
    ]
    sentences = lessons.lessons_of([e for e in own if not e.title], characters, facets, tables)
    for course in teach.COURSES if reader is None else teach.COURSES[-1:]:
        before = {name: value.copy() for name, value in twin.named(pupil).items()}
        teach.teach(
            pupil, passages, sentences, characters, course, epochs=epochs, seed=seed,
            progress=progress,
        )  # fmt: skip
    arrays, shapes = pack(mean(twin.named(pupil), before))
    facts |= {"shapes": shapes, "characters": "".join(characters)}
    facts["fingerprint"] = fingerprint(arrays, facts)
    save_arrays(out, arrays, facts)
    return facts


def mean(one: Mapping[str, Floats], other: Mapping[str, Floats]) -> dict[str, NDArray[np.float32]]:
    """The weights half way between two networks of which one was taught from the other.

    It keeps more of what the older knew than teaching alone does (Wortsman et al. 2022, "Robust
    fine-tuning of zero-shot models"; figures in the room's README); two networks side by side
    would take twice the time.
    """
    return {name: np.asarray((one[name] + other[name]) / 2, np.float32) for name in one}


def _known(folder: Path, facets: Sequence[str]) -> LearnedReader:
    from models.reading.teaching.twin import twin_of

    try:
        reader = LearnedReader.load(folder)
        twin_of(reader.network.weights)  # Refused now, not after all postings are read.
    except (OSError, ValueError) as error:
        raise KnownReaderError(f"{folder}: {error}") from error
    if reader.facets != tuple(facets):
        raise KnownReaderError(f"{folder} was made for other facets")
    return reader


def _learn_language(
    words: Iterable[str], own: Sequence[Example], steps: int, seed: int, progress: Progress | None
) -> tuple[Mapping[str, Any], Mapping[str, int], int]:
    """What a network knows of the language, its characters, and from how many texts."""
    from models.reading.teaching import language

    texts = language.tidy_texts(words)
    characters = language.alphabet(texts)
    state = language.learn_language(texts, characters, steps, seed, progress)
    state = language.learn_language(
        [fold(e.words) for e in own], characters, ceil(OWN_LANGUAGE_SHARE * steps), seed, progress,
        known=state, fastest=OWN_FASTEST,
    )  # fmt: skip
    return state, characters, len(texts)


def _words(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    for row in rows:
        yield f"{row.get('title') or ''}\n{row.get('text') or row.get('tags') or ''}"


def _examples_of_file(file: Path, facets: Sequence[str]) -> tuple[Example, ...]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return examples_of_labels((json.loads(line) for line in lines if line.strip()), facets)

"""Making the learned part of the reader: from postings and labelled examples to a folder.

First the network learns the language from postings that a user points at and from the words of
the examples, then from their labels what words ask for. Same files, same seed, same machine: same
folder, byte for byte. The folder holds the network as small integers and the list of characters;
no sentence can be told from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from models.encoder.corpus import read_rows
from models.reading.cues import load_tables
from models.reading.examples import Example, examples_of_labels, load_examples
from models.reading.network import FORMAT, fingerprint, pack
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


def train_reader(
    facets: Sequence[str],
    out: Path,
    *,
    postings: Sequence[Path] = (),
    labels: Sequence[Path] = (),
    examples: Sequence[Example] | None = None,
    language_steps: int = LANGUAGE_STEPS,
    epochs: int | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Teach a reader and write the folder that `LearnedReader.load` takes.

    `postings`: files of postings (CSV or JSON lines, with or without .gz) for the language and for
    the labels that are kept by id and position only; `labels`: more labelled postings, in the shape
    that `evaluate reading` takes: they are taught without the rules' help, which may have been
    written with them in view; `examples`: others than those that ship.
    """
    import torch

    from models.reading.teaching import language, lessons, teach, twin

    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    rows = [row for file in postings for row in read_rows(file)]
    standoff = load_standoff(facets)
    found = examples_of_postings(standoff, rows)
    own = (*(load_examples(facets) if examples is None else examples), *found)
    seen = [e for file in labels for e in _examples_of_file(file, facets)]
    # Without postings the examples themselves are the language: enough to try the command.
    texts = language.tidy_texts(_words(rows) if rows else (e.words for e in own))
    characters = language.alphabet(texts)
    state = language.learn_language(texts, characters, language_steps, seed, progress)
    state = language.learn_language(
        [fold(e.words) for e in own], characters, ceil(OWN_LANGUAGE_SHARE * language_steps), seed,
        progress, known=state, fastest=OWN_FASTEST,
    )  # fmt: skip
    tables = load_tables()
    taught = teach.teach(
        state,
        [
            *lessons.lessons_of([e for e in own if e.title], characters, facets, tables),
            *lessons.lessons_of(seen, characters, facets, tables, deaf=True),
        ],
        lessons.lessons_of([e for e in own if not e.title], characters, facets, tables),
        characters,
        len(facets),
        epochs=teach.EPOCHS if epochs is None else epochs,
        seed=seed,
        progress=progress,
    )
    arrays, shapes = pack(twin.named(taught))
    facts: dict[str, Any] = {
        "format": FORMAT, "facets": list(facets), "layers": twin.LAYERS, "shapes": shapes,
        "characters": "".join(characters), "postings": len(texts) if rows else 0,
        "examples": len(own), "labelled_postings": len(seen), "standoff": len(standoff),
        "standoff_found": len(found), "language_steps": language_steps, "seed": seed,
        "rules": tables.fingerprint,
    }  # fmt: skip
    facts["fingerprint"] = fingerprint(arrays, facts)
    save_arrays(out, arrays, facts)
    return facts


def _words(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    for row in rows:
        yield f"{row.get('title') or ''}\n{row.get('text') or row.get('tags') or ''}"


def _examples_of_file(file: Path, facets: Sequence[str]) -> tuple[Example, ...]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return examples_of_labels((json.loads(line) for line in lines if line.strip()), facets)

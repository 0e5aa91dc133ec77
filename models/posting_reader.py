"""A posting as its employer wrote it, filled with what its words say.

Most postings state their demands in no field: they stand in the text. What is read never replaces
what the employer stated, it is always marked as read, and every clause carries the words it rests
on. The family's template is the prior: it speaks for the facets on which the text is silent, and
the text overrides it, also where it says that something is not asked for. Without a family the
text alone never speaks for the whole job: on texts that it had not seen the reader found about
seven demands in ten, so what it read may exclude but not admit.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from data.records import (
    Alternative,
    Clause,
    DemandSource,
    FacetId,
    FamilySource,
    Interval,
    JobPosting,
    ProvisionKey,
    ProvisionState,
    RuleId,
)
from data.vocabulary import Vocabulary, load_vocabulary
from models.families import recognise_family
from models.reading import Reading, read_posting, to_clauses, version
from models.reading.learned import load_learned

SCREEN = FacetId("screen_access")
PARALLEL_FROM = 1000
"""Fewer postings than this are read before a second process would have started."""
CHUNK = 200


@dataclass(frozen=True, slots=True)
class ReadPosting:
    """A posting with what was read of it, and the reading itself for confirmation."""

    posting: JobPosting
    reading: Reading


def posting_words(posting: JobPosting) -> str:
    """The text that is read: duties, requirements, tags, each on lines of its own."""
    parts = (posting.duties, posting.requirements, "\n".join(posting.tags))
    return "\n".join(p for p in parts if p)


def read_into(posting: JobPosting, vocabulary: Vocabulary) -> ReadPosting:
    """Fill family, demands, provisions, licences and quarantine phrases from the words."""
    reading = read_posting(posting.title, posting_words(posting))
    family, source = posting.family, posting.family_source
    if family is None:
        family = recognise_family(posting, vocabulary)
        source = FamilySource.RECOGNISED if family else None
    filled = replace(
        posting,
        family=family,
        family_source=source,
        provisions=_provisions(posting, reading),
        licences=posting.licences or _licences(reading, vocabulary),
        quarantine=tuple(dict.fromkeys(q.evidence.text for q in reading.quarantine)),
    )
    if posting.demands_source in (DemandSource.MISSING, DemandSource.READ):
        filled = _with_demands(filled, reading, vocabulary)
    return ReadPosting(filled, reading)


def read_all(
    postings: Sequence[JobPosting],
    vocabulary: Vocabulary,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[JobPosting, ...]:
    """`read_into` for many postings, on all cores when there are thousands.

    The answer is the same, in the same order, however many cores there are.
    """
    workers = min(os.cpu_count() or 1, len(postings) // PARALLEL_FROM + 1)
    chunks = [postings[i : i + CHUNK] for i in range(0, len(postings), CHUNK)]
    done: list[JobPosting] = []
    if workers == 1:
        results: Iterable[list[JobPosting]] = (_read_chunk(c, vocabulary) for c in chunks)
        return tuple(_gathered(results, len(postings), done, progress))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, initializer=_one_thread) as pool:
        results = pool.map(_read_chunk, chunks)
        return tuple(_gathered(results, len(postings), done, progress))


def _one_thread() -> None:
    """One process per core already: threads below them would only wait for each other."""
    from threadpoolctl import threadpool_limits

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    threadpool_limits(1)


def _gathered(
    results: Iterable[list[JobPosting]],
    total: int,
    done: list[JobPosting],
    progress: Callable[[int, int], None] | None,
) -> list[JobPosting]:
    for chunk in results:
        done.extend(chunk)
        if progress is not None:
            progress(len(done), total)
    return done


def _read_chunk(
    postings: Sequence[JobPosting], vocabulary: Vocabulary | None = None
) -> list[JobPosting]:
    tables = vocabulary or load_vocabulary()
    return [read_into(p, tables).posting for p in postings]


def reader_version() -> str:
    """Changes whenever the reader or one of its tables does."""
    return version(learned=load_learned())


def _with_demands(posting: JobPosting, reading: Reading, vocabulary: Vocabulary) -> JobPosting:
    read = tuple(_or_with_screen_reader(c) for c in to_clauses(reading))
    if not read and all(d.learned for d in reading.not_demanded):
        return replace(
            posting, demands=None, demands_source=DemandSource.MISSING, demands_complete=True
        )
    family = vocabulary.families.get(posting.family) if posting.family else None
    prior = family.demands if family is not None else None
    # Only rules override the template: what the learned part saw stands beside it.
    spoken_of = {d.facet for d in reading.demands if not d.learned}
    spoken_of |= {d.facet for d in reading.not_demanded if not d.learned}
    clauses = (*read, *_silent(prior or (), spoken_of))
    return replace(
        posting,
        demands=clauses,
        demands_source=DemandSource.READ,
        demands_complete=prior is not None,
    )


def _or_with_screen_reader(clause: Clause) -> Clause:
    """Skilled computer use means any interface, or business software where a screen reader works:
    with one, level 3 is reached only where the workbench lets it (as in the templates). What may
    be less, because it is hedged or only likely, stays as it is: it asks, it must not exclude."""
    if len(clause.alternatives) != 1:
        return clause
    only = clause.alternatives[0]
    if only.provided or [f for f, _ in only.levels] != [SCREEN] or only.levels[0][1].lo < 3:
        return clause
    any_interface = Alternative(((SCREEN, Interval.exactly(4)),))
    with_reader = Alternative(((SCREEN, Interval.exactly(3)),), (ProvisionKey("sr_compatible"),))
    return replace(clause, alternatives=(any_interface, with_reader))


def _silent(prior: tuple[Clause, ...], spoken_of: set[FacetId]) -> list[Clause]:
    """The template's clauses on facets that the text leaves open.

    A facet that the text speaks of is taken out; a clause goes only when one of its alternatives
    holds nothing else. A clause that is critical for safety stays whole: a text may add to it,
    but a misread word must not lift it; only the employer's own statement does.
    """
    kept: list[Clause] = []
    for clause in prior:
        if clause.critical:
            kept.append(clause)
            continue
        left = [
            (tuple((f, level) for f, level in a.levels if f not in spoken_of), a.provided)
            for a in clause.alternatives
        ]
        if all(levels or provided for levels, provided in left):
            kept.append(Clause(tuple(Alternative(*parts) for parts in left)))
    return kept


def _provisions(posting: JobPosting, reading: Reading) -> dict[ProvisionKey, ProvisionState]:
    """What the employer stated stands; the text speaks only where the fields are silent."""
    found = {p.key: p.state for p in reading.workplace}
    stated = {k: v for k, v in posting.provisions.items() if v is not ProvisionState.UNKNOWN}
    return {**found, **stated}


def _licences(reading: Reading, vocabulary: Vocabulary) -> tuple[RuleId, ...]:
    """Licences of the vocabulary that the text requires."""
    found: dict[RuleId, None] = {}
    for span in reading.licences:
        for rule in vocabulary.rules.values():
            names = (rule.label.zh, *rule.aliases)
            if rule.kind == "licence" and any(n in span.text or span.text in n for n in names):
                found[rule.id] = None
    return tuple(found)

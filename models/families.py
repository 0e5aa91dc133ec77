"""Which of the job families a posting belongs to, read from its title and text.

Title first: it names the job, while duties mention many others. Precision counts more than recall:
an unrecognised posting becomes a question to its employer, a misread one gets the wrong demands.
"""

from __future__ import annotations

from dataclasses import replace

from data.records import FamilyId, FamilySource, JobPosting
from data.vocabulary import Vocabulary


def recognise_family(posting: JobPosting, vocabulary: Vocabulary) -> FamilyId | None:
    """The family of a posting, or None when nothing in it says so clearly."""
    return recognise_text(posting.title, "\n".join((posting.duties, *posting.tags)), vocabulary)


def with_family(posting: JobPosting, vocabulary: Vocabulary) -> JobPosting:
    """The posting with its family recognised, where the office stated none."""
    if posting.family is not None:
        return posting
    family = recognise_family(posting, vocabulary)
    if family is None:
        return posting
    return replace(posting, family=family, family_source=FamilySource.RECOGNISED)


def recognise_text(title: str, text: str, vocabulary: Vocabulary) -> FamilyId | None:
    """The family whose cue covers most of the title; failing that, one whose cue the text holds.

    Families are tried in the order of families.yaml, which breaks ties. A family whose veto is
    found in the title is out.
    """
    best: tuple[int, FamilyId] | None = None
    open_families: list[FamilyId] = []
    for family in vocabulary.families.values():
        if any(p.search(title) for p in family.cues.veto):
            continue
        open_families.append(family.id)
        covered = max(
            (len(m.group()) for p in family.cues.title if (m := p.search(title))), default=0
        )
        if covered and (best is None or covered > best[0]):
            best = (covered, family.id)
    if best is not None:
        return best[1]
    if text:
        for family_id in open_families:
            if any(p.search(text) for p in vocabulary.families[family_id].cues.text):
                return family_id
    return None

"""Whether a posting consists of a duty that somebody refuses.

What the employer demands and what the words say are both heard, the worse one counts. A posting
that says nothing of its work but a title is a question: silence is no permission.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from data.duties import Share, fold, strict_share_of, words_of
from data.records import DutyId, JobPosting
from data.vocabulary import Vocabulary
from data.vocabulary.tables import Duty
from matching.demands import EffectiveDemands, effective_demands
from matching.verdict import Status

_BITS = 2
_STATUS_OF_SHARE = {
    Share.NONE: Status.OK, Share.PART: Status.UNKNOWN, Share.MAIN: Status.FAIL,
}  # fmt: skip


def duty_statuses(posting: JobPosting, vocabulary: Vocabulary) -> tuple[Status, ...]:
    """How the posting stands to someone who refuses a duty, one per duty of the vocabulary."""
    title, words = fold(posting.title), fold(words_of(posting))
    demands = effective_demands(posting, vocabulary)
    return tuple(
        max(_by_words(duty, title, words, demands), _by_demands(duty, demands))
        for duty in vocabulary.duties.values()
    )


def _by_words(duty: Duty, title: str, words: str, demands: EffectiveDemands) -> Status:
    status = _STATUS_OF_SHARE[strict_share_of(duty.signs, title, words)]
    is_answered = bool(words) or (duty.facet is not None and demands.complete)
    return status if is_answered else max(status, Status.UNKNOWN)


def _by_demands(duty: Duty, demands: EffectiveDemands) -> Status:
    """A demand that no alternative avoids means the duty; one that may be avoided, or is known only
    as a range, is a question."""
    worst = Status.OK
    if duty.facet is None:
        return worst
    facet, least = duty.facet
    for clause in demands.clauses:
        levels = [dict(a.levels).get(facet) for a in clause.alternatives]
        if all(i is not None and i.lo >= least for i in levels):
            return Status.FAIL
        if any(i is not None and i.hi >= least for i in levels):
            worst = Status.UNKNOWN
    return worst


def pack_statuses(statuses: Iterable[Status]) -> int:
    """Statuses as one number, two bits each, the first lowest.

    >>> pack_statuses([Status.FAIL, Status.OK, Status.UNKNOWN])
    35
    """
    return sum(int(status) << (_BITS * i) for i, status in enumerate(statuses))


def unpack_status(
    packed: NDArray[np.int64], duty: DutyId, vocabulary: Vocabulary
) -> NDArray[np.uint8]:
    """The status of one duty in every row of a packed column: (rows,) uint8."""
    shifted = packed >> (_BITS * vocabulary.duty_index[duty])
    status: NDArray[np.uint8] = (shifted & (2**_BITS - 1)).astype(np.uint8)
    return status

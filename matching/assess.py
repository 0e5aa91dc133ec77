"""The judgement on one person and one posting, written to be audited.

Three layers speak in turn and none hides another: the law (named conditions), function (what is
done with aids against what the task asks), and the person's own musts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from data.records import FacetId, JobPosting, Jobseeker
from data.vocabulary import Vocabulary, load_vocabulary
from matching.capability import Known, resolve
from matching.demands import effective_demands
from matching.eligibility import assess_eligibility
from matching.feasibility import assess_function
from matching.musts import assess_musts
from matching.verdict import Verdict


def assess(
    jobseeker: Jobseeker,
    posting: JobPosting,
    *,
    on: date,
    vocabulary: Vocabulary | None = None,
) -> Verdict:
    """Judge whether this person can do this job on that day, with every barrier.

    An unknown never yields FEASIBLE, and a certificate alone never yields INFEASIBLE.

    >>> from data.records import JobPosting, Jobseeker, JobseekerId, PostingId
    >>> nobody = Jobseeker(JobseekerId("p1"))
    >>> silent = JobPosting(PostingId("j1"), "店员")
    >>> assess(nobody, silent, on=date(2026, 11, 24)).binding
    ('demands=unknown',)
    """
    vocabulary = vocabulary or load_vocabulary()
    return assess_resolved(jobseeker, resolve(jobseeker, vocabulary), posting, vocabulary, on)


def assess_resolved(
    jobseeker: Jobseeker,
    known: Mapping[FacetId, Known],
    posting: JobPosting,
    vocabulary: Vocabulary,
    on: date,
) -> Verdict:
    """`assess` for a person whose facets are resolved already, for judging many postings."""
    function, relied_on = assess_function(known, posting, vocabulary)
    barriers = (
        *assess_eligibility(jobseeker, posting, vocabulary, on),
        *function,
        *assess_musts(jobseeker, posting, vocabulary),
    )
    return Verdict(
        jobseeker_id=jobseeker.id,
        posting_id=posting.id,
        on=on,
        barriers=barriers,
        relied_on=tuple(relied_on),
        demands_source=effective_demands(posting, vocabulary).source,
        rules_version=vocabulary.version,
    )

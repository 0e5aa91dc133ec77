"""Verdicts in sentences. Every word comes from the vocabulary tables; here they are only chosen.

Two readers, two forms: staff see the barrier with both levels; the person is told what the job
lacks and what would change it. Employers are never sent any of this.
"""

from __future__ import annotations

from data.records import (
    DutyId,
    FacetId,
    Interval,
    ProvisionKey,
    ProvisionState,
    RestrictionId,
    RuleId,
)
from data.vocabulary import Label, Language, Vocabulary
from matching.explanation import Contribution, Unlock
from matching.verdict import Barrier, Outcome, Status, Subject, Verdict


def level_words(
    facet: FacetId, interval: Interval, vocabulary: Vocabulary, language: Language
) -> str:
    """A level or a range of levels in the words of the facet's scale."""
    levels = vocabulary.facets[facet].levels
    low, high = levels[interval.lo].text(language), levels[interval.hi].text(language)
    return low if interval.is_exact else f"{low} ~ {high}"


def describe_barrier(barrier: Barrier, vocabulary: Vocabulary, language: Language) -> str:
    """What stands in the way, for the person and for staff."""
    say = vocabulary.message
    name = barrier.status.name
    if barrier.subject is Subject.FACET and barrier.need and barrier.have:
        facet = FacetId(barrier.key)
        key = f"facet_{name}"
        if barrier.status is Status.UNKNOWN and barrier.have != Interval.unknown():
            key = "facet_UNKNOWN_demand" if barrier.is_for_employer else "facet_UNKNOWN_between"
            if barrier.have.lo == 0 < barrier.have.hi and vocabulary.facets[facet].safety:
                key = "facet_UNKNOWN_safety"
        return say(
            key, language,
            facet=vocabulary.facets[facet].label.text(language),
            need=level_words(facet, barrier.need, vocabulary, language),
            have=level_words(facet, barrier.have, vocabulary, language),
        )  # fmt: skip
    if barrier.subject in (Subject.PROVISION, Subject.MUST_PROVISION):
        prefix = "provision" if barrier.subject is Subject.PROVISION else "must_provision"
        return say(f"{prefix}_{name}", language, provision=_name(barrier, vocabulary, language))
    if barrier.subject is Subject.RULE:
        return say(f"rule_{name}", language, rule=_name(barrier, vocabulary, language))
    if barrier.subject is Subject.MUST:
        return say(f"must_{barrier.key}_{name}", language)
    if barrier.subject is Subject.RESTRICTION:
        return say("restriction_FAIL", language, restriction=_name(barrier, vocabulary, language))
    if barrier.subject is Subject.REFUSED:
        return say(f"refused_{name}", language, duty=_name(barrier, vocabulary, language))
    if barrier.subject is Subject.REVIEW:
        return say("review_UNKNOWN", language, phrases=barrier.evidence)
    return say("demands_UNKNOWN", language)


def subject_label(subject: str, key: str, vocabulary: Vocabulary) -> Label:
    """The name of what a barrier or an unlock is about."""
    kind = Subject(subject)
    if kind is Subject.FACET:
        return vocabulary.facets[FacetId(key)].label
    if kind in (Subject.PROVISION, Subject.MUST_PROVISION):
        return vocabulary.provisions[ProvisionKey(key)].label
    if kind is Subject.RULE:
        return vocabulary.rules[RuleId(key)].label
    if kind is Subject.RESTRICTION:
        return vocabulary.restrictions[RestrictionId(key)].label
    if kind is Subject.REFUSED:
        return vocabulary.duties[DutyId(key)].label
    if kind is Subject.MUST:
        return vocabulary.messages[f"must_{key}"]
    if kind is Subject.REVIEW:
        return vocabulary.messages["review_subject"]
    return vocabulary.messages["demands_subject"]


def question_about(subject: str, key: str, vocabulary: Vocabulary, language: Language) -> str:
    """The plain question that would settle it, and to whom it goes."""
    kind = Subject(subject)
    if kind is Subject.FACET:
        return vocabulary.facets[FacetId(key)].question.text(language)
    if kind in (Subject.PROVISION, Subject.MUST_PROVISION):
        return vocabulary.provisions[ProvisionKey(key)].question.text(language)
    if kind is Subject.RULE:
        return vocabulary.rules[RuleId(key)].question.text(language)
    if kind is Subject.MUST:
        return vocabulary.messages[f"question_must_{key}"].text(language)
    if kind is Subject.REFUSED:
        duty = vocabulary.duties[DutyId(key)].label.text(language)
        return vocabulary.message("question_refused", language, duty=duty)
    name = "question_review" if kind is Subject.REVIEW else "question_demands"
    return vocabulary.messages[name].text(language)


def question_for(barrier: Barrier, vocabulary: Vocabulary, language: Language) -> str:
    """The question that would settle a barrier, put to whoever can answer it."""
    if barrier.subject is Subject.FACET and barrier.is_for_employer:
        facet = vocabulary.facets[FacetId(barrier.key)].label.text(language)
        return vocabulary.message("question_demand_level", language, facet=facet)
    return question_about(barrier.subject, barrier.key, vocabulary, language)


def describe_outcome(outcome: Outcome, vocabulary: Vocabulary, language: Language) -> str:
    return vocabulary.messages[f"outcome_{outcome}"].text(language)


def describe_demands(verdict: Verdict, vocabulary: Vocabulary, language: Language) -> str:
    return vocabulary.messages[f"demands_{verdict.demands_source}"].text(language)


def describe_relied_on(verdict: Verdict, vocabulary: Vocabulary, language: Language) -> list[str]:
    """What the workplace must keep its word on, for this pair."""
    return [
        vocabulary.message(
            "relied_on_offered" if state is ProvisionState.OFFERED else "relied_on_yes",
            language,
            provision=vocabulary.provisions[key].label.text(language),
        )
        for key, state in verdict.relied_on
    ]


def describe_remedies(verdict: Verdict, vocabulary: Vocabulary, language: Language) -> list[str]:
    """The cheapest change for each binding barrier, and what the person could do about a rule."""
    said: dict[str, None] = {}
    for barrier in verdict.deciding:
        if barrier.remedies:
            names = "、".join(
                vocabulary.provisions[p].label.text(language)
                for p in barrier.remedies[0].provisions
            )
            said[vocabulary.message("remedy_provision", language, provision=names)] = None
        if barrier.subject is Subject.RULE:
            said[vocabulary.rules[RuleId(barrier.key)].remedy.text(language)] = None
    return list(said)


def describe_contribution(
    contribution: Contribution, vocabulary: Vocabulary, language: Language
) -> str:
    return vocabulary.messages[f"signal_{contribution.signal}"].text(language)


def describe_unlock(unlock: Unlock, vocabulary: Vocabulary, language: Language) -> str:
    key = "unlock_question" if unlock.is_question else "unlock_change"
    if unlock.is_question and unlock.touches > unlock.postings:
        key = "unlock_question_among" if unlock.postings else "unlock_question_only_among"
    label = subject_label(unlock.subject, unlock.key, vocabulary).text(language)
    return vocabulary.message(
        key, language, subject=label, postings=unlock.postings, touches=unlock.touches
    )


def _name(barrier: Barrier, vocabulary: Vocabulary, language: Language) -> str:
    return subject_label(barrier.subject, barrier.key, vocabulary).text(language)

"""What a posting's words add to its fields, and what they may never replace."""

from __future__ import annotations

from data.records import (
    DemandSource,
    FamilyId,
    FamilySource,
    JobPosting,
    PostingId,
    ProvisionKey,
    ProvisionState,
)
from matching.assess import assess
from matching.verdict import Outcome
from models import posting_reader
from models.posting_reader import read_all, read_into
from tests.matching.builders import TODAY, VOCABULARY, person, posting

ABLE = dict.fromkeys(VOCABULARY.facets, 4)


def read(title: str, duties: str, **fields: object) -> JobPosting:
    given = JobPosting(PostingId("j1"), title, duties=duties, **fields)  # type: ignore[arg-type]
    return read_into(given, VOCABULARY).posting


def facets_of(job: JobPosting) -> set[str]:
    return {str(f) for c in job.demands or () for a in c.alternatives for f, _ in a.levels}


def test_what_the_employer_stated_is_never_replaced() -> None:
    stated = posting(
        [{"levels": {"sit": 2}}], {"remote": "no"}, title="在线客服", duties="全程站立，可居家办公"
    )
    filled = read_into(stated, VOCABULARY).posting
    assert filled.demands == stated.demands
    assert filled.demands_source is DemandSource.CONFIRMED
    assert filled.provisions[ProvisionKey("remote")] is ProvisionState.NO


def test_every_read_clause_names_its_words_and_is_marked_as_read() -> None:
    job = read("不知名的活", "全程站立，搬运重物")
    assert job.demands_source is DemandSource.READ
    for clause in job.demands or ():
        assert clause.evidence and clause.evidence in job.title + job.duties


def test_without_a_family_the_text_may_exclude_but_never_admits() -> None:
    job = read("不知名的活", "全程站立，听电话，打字，搬运重物，上夜班。" * 8)
    assert not job.demands_complete
    assert assess(person(ABLE), job, on=TODAY, vocabulary=VOCABULARY).outcome is Outcome.NEEDS_INFO
    cannot = person({**ABLE, "stand": 0})
    verdict = assess(cannot, job, on=TODAY, vocabulary=VOCABULARY)
    assert verdict.outcome is Outcome.INFEASIBLE


def test_the_familys_template_speaks_where_the_text_is_silent() -> None:
    job = read("在线客服", "需要上夜班")
    assert job.family == FamilyId("JF01") and job.family_source is FamilySource.RECOGNISED
    assert job.demands_complete
    assert {"night", "read_zh", "write_zh", "screen_access"} <= facets_of(job)


def test_a_denial_in_the_text_lifts_the_templates_demand() -> None:
    template = {str(f) for c in VOCABULARY.families[FamilyId("JF15")].demands or ()
                for a in c.alternatives for f, _ in a.levels}  # fmt: skip
    assert "lift" in template
    job = read("快递分拣员", "按区域分拣快件，不用搬重物。", family=FamilyId("JF15"))
    assert "lift" not in facets_of(job)
    assert "hand_both" in facets_of(job)


def test_a_text_on_one_facet_does_not_lift_the_others_of_a_clause() -> None:
    """Riders: phone and speech stand in one clause; words on speech leave the phone in it."""
    job = read("外卖骑手", "说话清楚。", family=FamilyId("JF16"))
    assert "speak" in {str(f) for c in read("外卖骑手", "说话清楚。").demands or ()
                       for a in c.alternatives for f, _ in a.levels}  # fmt: skip
    assert "hear_phone" in facets_of(job)
    deaf = person({**ABLE, "hear_phone": 0})
    verdict = assess(deaf, job, on=TODAY, vocabulary=VOCABULARY)
    assert not verdict.outcome.may_be_shown


def test_no_word_of_a_text_lifts_a_safety_demand_of_the_template() -> None:
    family = VOCABULARY.families[FamilyId("JF13")]
    critical = [c for c in family.demands or () if c.critical]
    assert critical
    job = read("停车管理员", "不用看远处，不要求听到喇叭，没有安全要求。", family=FamilyId("JF13"))
    assert all(c in (job.demands or ()) for c in critical)


def test_skilled_computer_use_asks_whether_the_screen_reader_works() -> None:
    job = read("在线客服", "熟练使用电脑办公软件")
    with_reader = person({**ABLE, "screen_access": 3})
    verdict = assess(with_reader, job, on=TODAY, vocabulary=VOCABULARY)
    assert verdict.binding == ("env.sr_compatible=unknown",)
    assert assess(person(ABLE), job, on=TODAY, vocabulary=VOCABULARY).outcome is Outcome.FEASIBLE


def test_discrimination_keeps_a_posting_back_until_a_person_has_reviewed_it() -> None:
    job = read("在线客服", "限女性，身高160以上。文字回复顾客。")
    assert job.awaits_review
    verdict = assess(person(ABLE), job, on=TODAY, vocabulary=VOCABULARY)
    assert verdict.binding == ("posting.review=pending",)
    assert not read("在线客服", "不收取任何押金。文字回复顾客。").awaits_review


def test_many_are_read_alike_on_one_core_and_on_several() -> None:
    jobs = [
        JobPosting(PostingId(f"j{i}"), "在线客服", duties=f"打字{20 + i}字每分钟，不用上夜班")
        for i in range(30)
    ]
    alone = tuple(read_into(j, VOCABULARY).posting for j in jobs)
    seen: list[int] = []
    assert read_all(jobs, VOCABULARY, lambda done, total: seen.append(done)) == alone
    assert seen[-1] == len(jobs)
    before = posting_reader.PARALLEL_FROM, posting_reader.CHUNK
    try:
        posting_reader.PARALLEL_FROM, posting_reader.CHUNK = 10, 7
        assert read_all(jobs, VOCABULARY) == alone
    finally:
        posting_reader.PARALLEL_FROM, posting_reader.CHUNK = before

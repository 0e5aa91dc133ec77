"""Small random worlds that exercise every rule: for property tests and for the pair check.

Not a population: choices are narrow, so that clauses, provisions and rules meet far more often
than in life, and every outcome is common."""

from __future__ import annotations

import random
from datetime import date, timedelta

from data.records import (
    Alternative,
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    Clause,
    DemandSource,
    Education,
    Fact,
    FactState,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
    MustKind,
    Musts,
    Pay,
    PayPeriod,
    PostingId,
    ProvisionKey,
    ProvisionState,
    RuleId,
    Track,
    Wishes,
)
from data.vocabulary import Vocabulary, load_vocabulary

TODAY = date(2026, 11, 24)


class World:
    """Draws records from a seed; narrow choices, so that clauses and rules often meet."""

    def __init__(self, seed: int, vocabulary: Vocabulary | None = None) -> None:
        self.random = random.Random(seed)
        self.vocabulary = vocabulary or load_vocabulary()
        facets = list(self.vocabulary.facets)
        safety = [f for f in facets if self.vocabulary.facets[f].safety]
        self.facets = [*self.random.sample(facets, 8), *self.random.sample(safety, 2)]
        self.provisions = [
            *self.random.sample(list(self.vocabulary.provisions), 4),
            ProvisionKey("remote"),
        ]
        self.rules = self.random.sample(list(self.vocabulary.rules), 4)
        self.districts = list(self.vocabulary.districts)[:4]
        self.clauses = [self._clause() for _ in range(12)]

    def interval(self) -> Interval:
        low = self.random.randint(0, 4)
        exact = self.random.random() < 0.6
        return Interval.exactly(low) if exact else Interval(low, self.random.randint(low, 4))

    def _alternative(self) -> Alternative:
        count = self.random.choice([0, 1, 1, 2])
        levels = tuple((f, self.interval()) for f in self.random.sample(self.facets, count))
        wanted = self.random.choice([0, 0, 1, 2]) if levels else 1
        return Alternative(levels, tuple(self.random.sample(self.provisions, wanted)))

    def _clause(self) -> Clause:
        alternatives = tuple(self._alternative() for _ in range(self.random.choice([1, 1, 2, 3])))
        return Clause(alternatives, critical=self.random.random() < 0.3)

    def jobseeker(self, number: int) -> Jobseeker:
        r = self.random
        certificate = r.choice([None, Certificate(()), Certificate(())])
        if r.random() < 0.5:
            certificate = Certificate(tuple(r.sample(list(Category), r.choice([1, 1, 2]))))
        capabilities = tuple(
            Capability(f, self.interval(), r.choice(list(CapabilitySource)[:3]),
                       r.choice([None, TODAY - timedelta(days=r.randint(0, 900))]))
            for f in r.choices(self.facets, k=r.randint(0, 10))
        )  # fmt: skip
        facts = tuple(
            Fact(rule, r.choice(list(FactState)),
                 r.choice([None, TODAY - timedelta(days=r.randint(-30, 400))]),
                 r.choice([None, TODAY + timedelta(days=r.randint(-30, 400))]))
            for rule in r.choices([*self.rules, RuleId("under_16")], weights=[4] * 4 + [1],
                                  k=r.randint(0, 4))
        )  # fmt: skip
        wishes = Wishes(
            districts=tuple(r.sample(self.districts, r.randint(0, 2))),
            commute_minutes_max=r.choice([None, 30, 60, 90]),
            monthly_pay_yuan_min=r.choice([None, 2300, 4000, 6000]),
            hours_per_day_max=r.choice([None, 4, 7.3, 8]),
        )
        musts = Musts(
            tuple(r.sample(list(MustKind), r.choice([0, 0, 0, 1, 2]))),
            tuple(r.sample(self.provisions, r.choice([0, 0, 0, 1]))),
            tuple(r.sample(list(self.vocabulary.duties), r.choice([0, 0, 0, 1, 2]))),
        )
        restrictions = tuple(r.sample(list(self.vocabulary.restrictions), r.choice([0, 0, 0, 1])))
        return Jobseeker(
            JobseekerId(f"p{number:04d}"), certificate, capabilities, restrictions=restrictions,
            education=r.choice([None, *Education]), facts=facts,
            residence=r.choice([None, *self.districts]), wishes=wishes, musts=musts,
        )  # fmt: skip

    def posting(self, number: int) -> JobPosting:
        r = self.random
        stated = r.random() < 0.8
        clauses = tuple(r.sample(self.clauses, r.randint(0, 4))) if stated else None
        source = r.choice([DemandSource.CONFIRMED, DemandSource.READ])
        low = r.choice([None, 2000, 4000, 5000])
        high = None if low is None or r.random() < 0.2 else low + r.choice([0, 1500])
        return JobPosting(
            PostingId(f"j{number:04d}"), r.choice(["岗位", "销售代表", "在线客服", "夜班管理员"]),
            duties=r.choice(["", "整理资料", "接听来电，完成销售指标", "无需外呼，可驻场"]),
            track=r.choice(list(Track)),
            family=r.choice([None, *list(self.vocabulary.families)]),
            demands=clauses,
            demands_source=source if stated else DemandSource.MISSING,
            provisions={k: r.choice(list(ProvisionState)) for k in self.provisions
                        if r.random() < 0.7},
            eligibility=r.choice([None, (), tuple(r.sample(self.rules, r.randint(0, 2)))]),
            licences=tuple(r.sample(self.rules, r.choice([0, 0, 0, 1]))),
            pay=r.choice([None, Pay(PayPeriod.MONTH, low, high, low, high)]),
            district=r.choice([None, *self.districts]),
            headcount=r.choice([0, 1, 2, 5]),
            published=r.choice([None, TODAY - timedelta(days=r.randint(-5, 60))]),
            valid_until=r.choice([None, TODAY + timedelta(days=r.randint(-5, 60))]),
            demands_complete=not (stated and source is DemandSource.READ and r.random() < 0.5),
            quarantine=r.choice([(), (), (), ("限男",)]), reviewed=r.random() < 0.5,
            hours_per_day=r.choice([None, 4, 7.3, 8, 9]),
        )  # fmt: skip

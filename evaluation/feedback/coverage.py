"""How often the intervals hold the truth: the estimates themselves, estimated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from data.leads import LeadStep
from evaluation.city import City
from evaluation.feedback.evaluate import HAND, LEARNED, evaluate_log
from evaluation.feedback.simulation import simulate_log
from evaluation.feedback.splits import time_split, usual_split_day
from evaluation.feedback.stories import read_log
from evaluation.measures.intervals import Interval
from evaluation.report.model import Section, Table
from matching.matcher import Matcher

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Over so many simulated logs: how often each interval held the truth, and how far the
    estimates were off on average."""

    logs: int
    held: Mapping[str, int]
    apart: Mapping[str, float]

    def as_section(self) -> Section:
        rows = tuple(
            (name, f"{held}/{self.logs}", f"{self.apart[name]:+.3f}")
            for name, held in self.held.items()
        )
        note = "每份都是同一座城市重新抽的名单和回答；95% 的区间，一百份里该有约九十五份含真值。"
        table = Table("区间含真值的份数", ("估计", "含真值", "平均偏差"), rows, note=note)
        return Section("估计准不准", (table,))


def measure_coverage(
    city: City, matcher: Matcher, truth: Mapping[str, float], k: int, end: date, seed: int,
    logs: int, say: Say,
) -> Coverage:  # fmt: skip
    """Draw as many logs of one city, and compare every estimate with what is true of its lists."""
    people = {p.id: p for p in city.willing}
    held: dict[str, int] = {}
    apart: dict[str, list[float]] = {}

    def compare(name: str, found: Interval, value: float) -> None:
        if found.mean is None or found.low is None or found.high is None:
            return
        held[name] = held.get(name, 0) + (found.low <= value <= found.high)
        apart.setdefault(name, []).append(found.mean - value)

    for number in range(logs):
        say(f"  第 {number + 1}/{logs} 份记录")
        log = simulate_log(city, matcher, truth, k, seed + number)
        stories = read_log(log.events).stories
        day = usual_split_day(stories, end, LeadStep.INTERESTED)
        if day is None:
            continue
        split = time_split(stories, day, end, LeadStep.INTERESTED)
        result = evaluate_log(split, LeadStep.INTERESTED, people, matcher, k, seed + number)
        values = {n: log.value(result.lists[n]) for n in result.estimates}
        for name, one in result.estimates.items():
            told = {HAND: "现在的权重", LEARNED: "学来的权重"}[name]
            compare(f"{told}，双稳健", one.doubly_robust, values[name])
            compare(f"{told}，IPS", one.ips, values[name])
        if result.gain is not None:
            compare("学来的减现在的", result.gain.difference, values[LEARNED] - values[HAND])
    return Coverage(logs, held, {n: sum(v) / len(v) for n, v in apart.items()})

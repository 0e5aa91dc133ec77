"""The report on feedback: what became of leads, and whether another weighing would do better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.leads import LeadEvent, LeadStep
from data.records import Jobseeker, JobseekerId
from data.vocabulary import Language, Vocabulary
from evaluation.city import stepped
from evaluation.fairness.groups import SMALLEST
from evaluation.feedback.evaluate import HAND, LEARNED, FeedbackResult, evaluate_log
from evaluation.feedback.simulation import SimulatedLog
from evaluation.feedback.splits import time_split, usual_split_day
from evaluation.feedback.stories import RIPE_DAYS, Log, read_log
from evaluation.manifest import make_manifest
from evaluation.report.model import Guard, Report, Section, Table
from matching.matcher import Matcher
from matching.signals import PENALTY, SIGNALS
from models.weights import RankingWeights

Say = Callable[[str], None]
_NAMES = {HAND: "现在的权重", LEARNED: "学来的权重"}
_LEFT = {
    "unripe_at_split": "分界日时还不知道结果", "unripe_at_end": "到最后还不知道结果",
    "seen_before": "分界日前推荐过的人，之后的推荐不再用",
}  # fmt: skip
_UNUSABLE = {
    "person_gone": "人已不在库里或不同意匹配", "posting_gone": "岗位已不在库里",
    "not_offered_now": "按现在的规则不会推荐",
}  # fmt: skip


class FeedbackError(ValueError):
    """A log that nothing can be said about; the message says why."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The report, and the learned weights where they were found to be better."""

    report: Report
    weights: RankingWeights | None


def evaluate_feedback(
    events: Sequence[LeadEvent], people: Mapping[JobseekerId, Jobseeker], matcher: Matcher,
    vocabulary: Vocabulary, *, success: LeadStep, k: int, end: date, split_day: date | None,
    seed: int, command: str, truth: SimulatedLog | None = None, say: Say = lambda _: None,
) -> Feedback:  # fmt: skip
    """Everything that a log of leads can tell. FeedbackError: nothing shown, or nothing ripe."""
    log = read_log(events)
    if not log.stories:
        raise FeedbackError("没有“已推荐”的记录：先用 rengang import 导入推荐结果表")
    day = split_day or usual_split_day(log.stories, end, success)
    if day is None:
        raise FeedbackError(
            f"到 {end} 还没有等够 {RIPE_DAYS[success]} 天的推荐，看不出结果："
            "过些时候再来，或看前面的一步"
        )
    split = time_split(log.stories, day, end, success)
    say(f"算 {len(split.train) + len(split.test)} 条推荐的各项信号 …")
    result = evaluate_log(split, success, people, matcher, k, seed, stepped(say))
    facts = _facts(log, result, day, end, success, k, seed, truth)
    report = Report(
        kind="feedback",
        title="推荐之后：有什么结果，换一种排法会怎样",
        lead=_lead(result, success, vocabulary, truth is not None),
        guards=_guards(log, events, result),
        main=_main(result, k, truth),
        sections=(
            _outcomes(log, vocabulary), _weights(result), _sides(log, result, day, end),
        ),
        metrics=facts,
        manifest=make_manifest(
            command, inputs=[], seed=seed,
            versions={"rules": vocabulary.version, "model": matcher.versions.model,
                      "data": matcher.versions.data},
        ),
    )  # fmt: skip
    weights = None
    if result.is_accepted and result.gain is not None:
        made = {"command": command, "success": str(success), "split": day.isoformat(),
                "gain": result.gain.as_facts(), "seed": seed}  # fmt: skip
        low = result.gain.difference.low or 0.0
        weights = RankingWeights(dict(result.weights[LEARNED]), low, made)
    return Feedback(report, weights)


def _lead(
    result: FeedbackResult, success: LeadStep, vocabulary: Vocabulary, simulated: bool
) -> str:
    word = vocabulary.lead_steps[success].label.text(Language.ZH)
    told = f"一份名单平均有几个“{word}”。"
    if result.gain is None:
        told += f"学来的权重比不了：{result.why}。"
    elif result.is_accepted:
        told += f"学来的权重更好：每份名单多 {result.gain.difference}，区间不含0，可以使用。"
    else:
        told += f"学来的权重没有证明更好：每份名单差 {result.gain.difference}，继续用现在的。"
    if simulated:
        told += "结果是模拟的，概率由程序设定：只说明估计的办法对不对。"
    return told


def _guards(log: Log, events: Sequence[LeadEvent], result: FeedbackResult) -> tuple[Guard, ...]:
    """Counted by other means than the stories were made by."""
    said = {(e.jobseeker_id, e.posting_id) for e in events if e.step is LeadStep.DECLINED}
    invented = sum(
        s.furthest is LeadStep.DECLINED and (s.jobseeker_id, s.posting_id) not in said
        for s in log.stories
    )
    both = {s.jobseeker_id for s in result.split.train} & {
        s.jobseeker_id for s in result.split.test
    }
    return (
        Guard("没有答复却算作不要", invented, "0", invented == 0),
        Guard("学习和检验两边都有的人", len(both), "0", not both),
    )


def _main(result: FeedbackResult, k: int, truth: SimulatedLog | None) -> Table:
    columns = ["排法", "双稳健", "IPS", "SNIPS", "有效条数", "最大权重", "真的推荐过"]
    rows = [["实际推荐的", str(result.shown), "—", "—", "—", "—", "全部"]]
    for name, one in result.estimates.items():
        snips = "—" if one.snips is None else f"{one.snips:.3f}"
        rows.append([
            _NAMES[name], str(one.doubly_robust), str(one.ips), snips, f"{one.effective:.0f}",
            f"{one.heaviest:.1f}", str(one.met),
        ])  # fmt: skip
    if truth is not None:
        columns.append("真值")
        rows[0].append("—")
        for row, name in zip(rows[1:], result.estimates, strict=True):
            row.append(f"{truth.value(result.lists[name]):.3f}")
    note = (
        "估计要求名单是按概率抽的，且别的排法会推荐的岗位都有机会被抽到；一条推荐的结果与名单里"
        "还有什么无关。有效条数少、最大权重大，估计就不稳。"
    )
    if not result.estimates:
        note = f"没有估计：{result.why}。{note}"
    return Table(f"前 {k} 个推荐带来的结果", tuple(columns), tuple(map(tuple, rows)), note=note,
                 strong=frozenset([1]) if result.estimates else frozenset())  # fmt: skip


def _few(count: int) -> str:
    return f"<{SMALLEST}" if 0 < count < SMALLEST else str(count)


def _outcomes(log: Log, vocabulary: Vocabulary) -> Section:
    """Silence has a row of its own, before everything else."""
    found = Counter(s.furthest for s in log.stories)
    rows = [("没有答复（不等于不要）", _few(found[None]))]
    rows += [
        (vocabulary.lead_steps[s].label.zh, _few(found[s]))
        for s in LeadStep if s is not LeadStep.SHOWN
    ]  # fmt: skip
    reasons = Counter(s.reason for s in log.stories if s.furthest is LeadStep.DECLINED)
    told = [
        (vocabulary.decline_reasons[r].label.zh, _few(n))
        for r, n in sorted(reasons.items(), key=lambda x: (-x[1], str(x[0]))) if r is not None
    ]  # fmt: skip
    note = f"不足 {SMALLEST} 条的写作“<{SMALLEST}”。"
    if log.unshown:
        note += f"另有 {_few(log.unshown)} 步没有对应的“已推荐”记录，没有算进来。"
    blocks = [Table("每条推荐走到哪一步", ("到哪一步", "条数"), tuple(rows), note=note)]
    if told:
        blocks.append(Table("不要的原因", ("原因", "条数"), tuple(told)))
    return Section("推荐之后", tuple(blocks))


def _weights(result: FeedbackResult) -> Section:
    learned = result.weights.get(LEARNED)
    hand = result.weights[HAND]
    rows = tuple(
        (_SIGNAL_NAMES[s], f"{hand[s]:.2f}", "—" if learned is None else f"{learned[s]:.2f}")
        for s in SIGNALS
    )
    note = "学来的权重不小于0（条件一项不大于0），除条件外合计为1。"
    if result.gain is not None:
        note += f"学来的减现在的，双稳健，{result.gain.difference}：更好 {result.gain.wins} 人，"
        note += f"持平 {result.gain.ties} 人，更差 {result.gain.losses} 人。"
    table = Table("各项信号的权重", ("信号", "现在", "学来"), rows, note=note)
    return Section("权重", (table,))


_SIGNAL_NAMES = {
    "text": "文字相关", "occupation": "意向工种", "skills": "技能", "distance": "远近",
    "pay": "薪资", "education": "学历",
    "experience": "年限", "track": "就业形式", PENALTY: "要先落实条件",
}  # fmt: skip


def _sides(log: Log, result: FeedbackResult, day: date, end: date) -> Section:
    split = result.split
    rows = [
        (
            "学习",
            f"{day} 之前推荐，结果截至 {day}",
            str(len(split.train)),
            str(result.train.people),
        ),
        ("检验", f"{day} 起推荐，结果截至 {end}", str(len(split.test)), str(result.test.people)),
    ]
    left = [(_LEFT[k], str(n)) for k, n in split.left_out.items() if n]
    for side in (result.train, result.test):
        left += [(f"名单不能用：{_UNUSABLE[k]}", str(n)) for k, n in side.unusable.items() if n]
    blocks = [
        Table("两边", ("边", "哪些推荐", "推荐条数", "可用的人"), tuple(rows),
              note=f"同一个人不在两边。记录共 {len(log.stories)} 条推荐。"),
    ]  # fmt: skip
    if left:
        blocks.append(Table("没有用的", ("原因", "数"), tuple(left)))
    return Section("按时间分开", tuple(blocks))


def _facts(
    log: Log, result: FeedbackResult, day: date, end: date, success: LeadStep, k: int, seed: int,
    truth: SimulatedLog | None,
) -> dict[str, Any]:  # fmt: skip
    found = Counter(s.furthest for s in log.stories)
    return {
        "seed": seed, "k": k, "success": str(success), "split": day.isoformat(),
        "end": end.isoformat(), "leads": len(log.stories), "unanswered": found[None],
        "furthest": {str(s): found[s] for s in LeadStep if s is not LeadStep.SHOWN},
        "left_out": dict(result.split.left_out),
        "unusable": {"train": dict(result.train.unusable), "test": dict(result.test.unusable)},
        "people": {"train": result.train.people, "test": result.test.people},
        "as_shown": result.shown.as_facts(),
        "estimates": {
            n: {"ips": e.ips.as_facts(), "snips": e.snips,
                "doubly_robust": e.doubly_robust.as_facts(), "effective": e.effective,
                "heaviest": e.heaviest, "met": e.met,
                **({"truth": truth.value(result.lists[n])} if truth else {})}
            for n, e in result.estimates.items()
        },
        "weights": {n: dict(w) for n, w in result.weights.items()},
        "gain": None if result.gain is None else result.gain.as_facts(),
        "accepted": result.is_accepted, "why": result.why,
    }  # fmt: skip

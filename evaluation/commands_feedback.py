"""`rengang evaluate feedback`: what became of leads, and would another weighing do better."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluation.commands import CONTEXT, FileProblem, evaluate
from evaluation.commands_evaluate import finish, report_options, say, seed_option

if TYPE_CHECKING:
    from evaluation.feedback.report import Feedback
    from evaluation.report.model import Report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_TRUTH = {"text": 0.10, "distance": 0.60, "pay": 0.30}
"""What simulated people care for: other things than the hand-set weights do."""


@evaluate.command("feedback", context_settings=CONTEXT,
                  help="推荐之后的结果（没有答复不算不要），换一种权重会不会更好。")  # fmt: skip
@click.option("--db", type=_FILE, default=None, metavar="文件",
              help="用这个数据库里的推荐结果（默认模拟一份，真值已知）")  # fmt: skip
@click.option("--people", type=click.IntRange(100), default=1500, show_default=True,
              help="模拟多少人")  # fmt: skip
@click.option("--postings", type=click.IntRange(100), default=1500, show_default=True,
              help="模拟多少岗位")  # fmt: skip
@click.option("--logs", type=click.IntRange(1), default=1, show_default=True,
              help="模拟多少份记录，数区间含真值的有几份")  # fmt: skip
@click.option("--success", default="interested", show_default=True,
              type=click.Choice(["interested", "interviewed", "hired", "stayed"]),
              help="走到哪一步算成功")  # fmt: skip
@click.option(
    "-k", type=click.IntRange(1, 100), default=5, show_default=True, help="名单有几个岗位"
)
@click.option("--split", type=_DAY, default=None, help="分界日（默认留约三分之一的人检验）")
@click.option("--on", type=_DAY, default=None, help="结果看到哪一天（默认最后一条记录那天）")
@click.option("--weights", "weights_file", type=click.Path(dir_okay=False, path_type=Path),
              default=None, metavar="文件.json",
              help="学来的权重更好时写在这里，给 RENGANG_WEIGHTS 用")  # fmt: skip
@seed_option
@report_options
def feedback_command(
    db: Path | None, people: int, postings: int, logs: int, success: str, k: int,
    split: datetime | None, on: datetime | None, weights_file: Path | None, seed: int,
    out: Path | None, thresholds: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from evaluation.feedback.report import FeedbackError
    from models.weights import write_weights

    if weights_file is not None and weights_file.exists():
        raise FileProblem(f"“{weights_file}”已经有了，为免盖掉，请换一个名字")
    options = f"--success {success} -k {k} --seed {seed}"
    made: list[Feedback] = []

    def make() -> Report:
        try:
            if db is None:
                found = _simulated(people, postings, logs, success, k, split, seed, options)
            else:
                found = _stored(db, success, k, split, on, seed, options)
        except FeedbackError as error:
            raise FileProblem(str(error)) from error
        made.append(found)
        return found.report

    def keep_weights() -> None:
        if weights_file is None or not made:
            return
        if made[0].weights is None:
            say(f"没有写“{weights_file}”：学来的权重没有证明更好")
        else:
            write_weights(weights_file, made[0].weights)
            say(f"权重写在“{weights_file}”：设 RENGANG_WEIGHTS={weights_file} 就会使用")

    finish(make, out, thresholds, as_json, afterwards=keep_weights)


def _simulated(
    people: int, postings: int, logs: int, success: str, k: int, split: datetime | None,
    seed: int, options: str,
) -> Feedback:  # fmt: skip
    from datetime import date

    from data.leads import LeadStep
    from data.vocabulary import load_vocabulary
    from evaluation.city import city_matcher, invent_city
    from evaluation.feedback.coverage import measure_coverage
    from evaluation.feedback.report import FeedbackError, evaluate_feedback
    from evaluation.feedback.simulation import ANSWER_DAYS, SPAN_DAYS, simulate_log
    from evaluation.feedback.stories import RIPE_DAYS

    if success != "interested":
        raise FeedbackError("模拟的记录只到“有意”这一步：其他几步请用 --db")
    vocabulary, day = load_vocabulary(), date(2026, 11, 24)
    city = invent_city(seed, people, postings, day, vocabulary)
    matcher = city_matcher(city)
    say(f"模拟 {people} 人的推荐和结果 …")
    truth = simulate_log(city, matcher, _TRUTH, k, seed)
    end = day + timedelta(days=SPAN_DAYS + max(ANSWER_DAYS, RIPE_DAYS[LeadStep.INTERESTED]))
    found = evaluate_feedback(
        truth.events, {p.id: p for p in city.willing}, matcher, vocabulary,
        success=LeadStep(success), k=k, end=end, split_day=split.date() if split else None,
        seed=seed, truth=truth, say=say,
        command=f"rengang evaluate feedback --people {people} --postings {postings} --logs {logs}"
                f" {options}",
    )  # fmt: skip
    if logs == 1:
        return found
    say("数区间含真值的份数 …")
    coverage = measure_coverage(city, matcher, _TRUTH, k, end, seed, logs, say)
    report = replace(
        found.report, sections=(*found.report.sections, coverage.as_section()),
        metrics={**found.report.metrics, "coverage": asdict(coverage)},
    )  # fmt: skip
    return replace(found, report=report)


def _stored(
    db: Path, success: str, k: int, split: datetime | None, on: datetime | None, seed: int,
    options: str,
) -> Feedback:  # fmt: skip
    from data.leads import LeadStep
    from data.store import Store, StoreError
    from data.vocabulary import load_vocabulary
    from evaluation.feedback.report import FeedbackError, evaluate_feedback
    from models.compose import build_matcher
    from models.settings import Settings

    vocabulary = load_vocabulary()
    try:
        with Store.open(str(db)) as store:
            events, people = store.lead_events(), store.jobseekers()
            postings, version = store.postings(), store.postings_version()
    except StoreError as error:
        raise FileProblem(str(error)) from error
    if not events:
        raise FeedbackError("没有“已推荐”的记录：先用 rengang import 导入推荐结果表")
    if not postings:
        raise FeedbackError("库里没有岗位：先用 rengang import 导入招聘岗位表")
    unweighed = Settings().model_copy(update={"weights": None})
    matcher = build_matcher(postings, vocabulary, unweighed, data_version=version)
    return evaluate_feedback(
        events, {p.id: p for p in people if p.allows("match") is not False}, matcher, vocabulary,
        success=LeadStep(success), k=k, seed=seed, say=say,
        end=on.date() if on else max(e.dated for e in events),
        split_day=split.date() if split else None,
        command=f"rengang evaluate feedback {options}",
    )  # fmt: skip

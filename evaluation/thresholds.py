"""Bars that a run must clear, from a YAML file, so that an evaluation can stand in CI.

    - {system: hybrid, measure: nDCG@10, at_least: 0.80}
    - {system: hybrid, measure: nDCG@10, at: low, at_least: 0.75}
    - {guard: Leak@10, at_most: 0}

A bar whose figure is not in the run is missed: what was not measured was not cleared.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from data.strict_yaml import load_yaml
from evaluation.report.model import Guard, Report

_KEYS = {"system", "measure", "guard", "at", "at_least", "at_most"}


class ThresholdError(ValueError):
    """A file of bars that cannot be understood; the message says where."""


def read_thresholds(path: Path) -> list[Mapping[str, Any]]:
    try:
        rows = load_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ThresholdError(f"{path.name}：读不懂（{type(error).__name__}）") from error
    if not isinstance(rows, list) or not rows:
        raise ThresholdError(f"{path.name}：应是一列门槛，每个写 system 和 measure，或 guard")
    problems = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or set(row) - _KEYS:
            problems.append(f"第 {number} 个：可写 {'、'.join(sorted(_KEYS))}")
        elif ("guard" in row) == ("system" in row and "measure" in row):
            problems.append(f"第 {number} 个：写 system 和 measure，或者写 guard")
        elif not any(isinstance(row.get(k), int | float) for k in ("at_least", "at_most")):
            problems.append(f"第 {number} 个：要有 at_least 或 at_most，是一个数")
    if problems:
        raise ThresholdError(f"{path.name}：\n" + "\n".join(problems))
    return rows


def check_thresholds(report: Report, bars: list[Mapping[str, Any]]) -> list[Guard]:
    """One guard for each bar."""
    return [_check(report, bar) for bar in bars]


def _check(report: Report, bar: Mapping[str, Any]) -> Guard:
    name = f"门槛 {bar.get('guard') or '{system} {measure}'.format(**bar)}"
    if bar.get("at"):
        name += f" {bar['at']}"
    wanted = [f"≥ {bar['at_least']}"] if "at_least" in bar else []
    wanted += [f"≤ {bar['at_most']}"] if "at_most" in bar else []
    value = _value(report, bar)
    if value is None:
        return Guard(name, None, " 且 ".join(wanted), False, "这次没有测到这个数，按没过算")
    ok = value >= bar.get("at_least", value) and value <= bar.get("at_most", value)
    return Guard(name, round(value, 4), " 且 ".join(wanted), ok)


def _value(report: Report, bar: Mapping[str, Any]) -> float | None:
    if "guard" in bar:
        found = [g.value for g in report.guards if g.name == bar["guard"]]
    else:
        some = report.metrics.get("systems", {}).get(bar["system"], {}).get(bar["measure"], {})
        found = [some.get(bar.get("at", "mean"))]
    return None if not found or found[0] is None else float(found[0])

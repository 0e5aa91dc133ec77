"""Ranking weights learned from outcomes: a file that says what it is worth, or is not used.

`rengang evaluate feedback` writes such a file only when the learned weights beat the hand-set ones
with their whole interval above zero; this module reads one and refuses what does not say so. The
weights replace parameters of the vocabulary, whose version changes with them, so that every answer
tells which weighing made it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from data.vocabulary import Vocabulary
from matching.signals import PENALTY, SIGNALS

KIND = "rengang-ranking-weights"
FORMAT = 1


class WeightsError(ValueError):
    """A file of weights that must not be used; the message says why."""


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """Points of every signal, those of a condition negative; the others are 0 or more and sum
    to 1. `gain_low`: the lower end of the interval of what they gain over the hand-set ones."""

    points: Mapping[str, float]
    gain_low: float
    made_from: Mapping[str, Any]

    def __post_init__(self) -> None:
        if list(self.points) != list(SIGNALS):
            raise WeightsError("权重文件里的信号和本程序的不一样")
        wanted = [v for k, v in self.points.items() if k != PENALTY]
        total_is_one = abs(sum(wanted) - 1) < 1e-6
        if min(wanted) < 0 or not -1 <= self.points[PENALTY] <= 0 or not total_is_one:
            raise WeightsError("权重文件里的数不合规矩：各项不小于0、合计为1，条件一项不大于0")
        if not self.gain_low > 0:
            raise WeightsError("这份权重没有证明比原来的好（差的区间含0），不能使用")

    @property
    def version(self) -> str:
        return hashlib.sha256(json.dumps(dict(self.points)).encode()).hexdigest()[:8]


def read_weights(path: Path) -> RankingWeights:
    """The weights of a file. WeightsError: unreadable, of another kind, or not proven better."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw["kind"] != KIND or raw["format"] != FORMAT:
            raise WeightsError(f"“{path}”不是本程序写出的权重文件")
        points = {str(k): float(v) for k, v in raw["points"].items()}
        return RankingWeights(points, float(raw["gain_low"]), raw["made_from"])
    except WeightsError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"读不懂权重文件“{path}”") from error


def write_weights(path: Path, weights: RankingWeights) -> None:
    told = {"kind": KIND, "format": FORMAT, "points": dict(weights.points),
            "gain_low": weights.gain_low, "made_from": dict(weights.made_from)}  # fmt: skip
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")


def weighed(vocabulary: Vocabulary, weights: RankingWeights) -> Vocabulary:
    """The vocabulary with these weights in place of its own, and a version that says so."""
    changed = dict(vocabulary.parameters)
    for signal, points in weights.points.items():
        name = f"penalty_{signal}" if signal == PENALTY else f"weight_{signal}"
        changed[name] = replace(changed[name], value=abs(points), reference="learned")
    return replace(
        vocabulary, parameters=MappingProxyType(changed),
        version=f"{vocabulary.version}+w{weights.version}",
    )  # fmt: skip

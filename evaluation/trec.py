"""Runs and judgments in TREC's text formats, so that others can score us and we can score others.

    qrels   person 0 posting grade
    run     person Q0 posting rank score tag

A run is ordered by its scores, as trec_eval orders it; where scores tie, by the rank that is
written there. Every malformed line is told with its number, and then nothing is read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from evaluation.measures.rankings import Grades, Run

SHOWN_PROBLEMS = 10


class TrecError(ValueError):
    """A file that is not of its format; the message lists the first lines that are wrong."""


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Person -> posting -> grade."""
    grades: dict[str, dict[str, int]] = {}
    problems: list[str] = []
    for number, fields in _lines(path):
        if len(fields) != 4:
            problems.append(f"{path.name}：第 {number} 行：应是“人 0 岗位 等级”四列，等级为整数")
            continue
        person, _, posting, grade = fields
        if not grade.lstrip("-").isdigit():
            problems.append(f"{path.name}：第 {number} 行：应是“人 0 岗位 等级”四列，等级为整数")
        elif grades.setdefault(person, {}).setdefault(posting, int(grade)) != int(grade):
            problems.append(f"{path.name}：第 {number} 行：同一对有两个不同的等级")
    _refuse(problems)
    return grades


def write_qrels(path: Path, grades: Grades) -> None:
    lines = [
        f"{person} 0 {posting} {grade}\n"
        for person in sorted(grades)
        for posting, grade in sorted(grades[person].items())
    ]
    path.write_text("".join(lines), encoding="utf-8")


def read_run(path: Path) -> dict[str, list[str]]:
    """Person -> postings, best first."""
    rows: dict[str, list[tuple[float, int, str]]] = {}
    seen: set[tuple[str, str]] = set()
    problems: list[str] = []
    for number, fields in _lines(path):
        if len(fields) != 6:
            problems.append(f"{path.name}：第 {number} 行：应是“人 Q0 岗位 名次 得分 名称”六列")
            continue
        person, _, posting, rank, score, _ = fields
        try:
            worth, place = float(score), int(rank)
        except ValueError:
            problems.append(f"{path.name}：第 {number} 行：名次或得分不是数")
            continue
        if not math.isfinite(worth):
            problems.append(f"{path.name}：第 {number} 行：得分不是有限的数")
        elif (person, posting) in seen:
            problems.append(f"{path.name}：第 {number} 行：这个岗位对这个人列了两次")
        else:
            seen.add((person, posting))
            rows.setdefault(person, []).append((-worth, place, posting))
    _refuse(problems)
    return {person: [d for _, _, d in sorted(some)] for person, some in rows.items()}


def write_run(path: Path, run: Run, tag: str) -> None:
    """Scores are written from ranks, so that no reader can break ties another way."""
    name = "".join(c if not c.isspace() else "-" for c in tag) or "run"
    lines = [
        f"{person} Q0 {posting} {rank} {len(run[person]) - rank + 1} {name}\n"
        for person in sorted(run)
        for rank, posting in enumerate(run[person], 1)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def _lines(path: Path) -> list[tuple[int, Sequence[str]]]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise TrecError(f"{path}：不是 UTF-8 编码的文字") from error
    except OSError as error:
        raise TrecError(f"{path}：读不了（{error.strerror}）") from error
    return [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        tail = [f"…… 还有 {more} 处"] if more > 0 else []
        raise TrecError("\n".join([*problems[:SHOWN_PROBLEMS], *tail]))

"""Posting files as training text: title, occupational tags and duties, with the noise taken out.

Welfare words (五险一金, 双休 …) stand on postings of every occupation; left in, they would teach
the encoder that all postings are alike.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

BODY_CHARACTERS = 600
"""Duties come first in a posting; what stands after is about the company and its welfare."""

_WELFARE = re.compile(
    "[险金休假薪补贴奖]|班车|体检|旅游|食宿|包吃|包住|宿舍|食堂|餐|下午茶|福利|期权|股票|弹性|培训|晋升"
    "|团建|聚餐|节日|生日|出国|加班|双休|单休|五天|5天|周末|免费|住房|社保|人以[上下]|\\d人$"
    "|^(民营|国企|外资|合资|上市公司|移动|通信|不限|应届生?|实习|全职|兼职|急招|地铁)$"
)
_TITLE_NOISE = re.compile(
    r"[(（【\[][^)）】\]]*(险|休|住|薪|急|地铁|经验|号线|补贴|提成|底薪|\d千|元|[0-9]{4,})[^)）】\]]*[)）】\]]"
    r"|[0-9]+[-~到]?[0-9]*[kKwW千万元]+\+?|五险一金|包吃住|包住|包吃|双休|急聘|急招|高薪|诚聘|月薪|底薪"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class TrainingPosting:
    """One posting as the encoder learns from it."""

    title: str
    tags: tuple[str, ...]
    body: str
    source: str = ""


def tidy(text: str) -> str:
    """One line, compatibility forms folded: what a full-width bracket is must not matter."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def tidy_title(title: str) -> str:
    """The name of the job without what is promised beside it.

    >>> tidy_title("文字客服（双休+五险一金）6-8K")
    '文字客服'
    """
    plain = tidy(title)
    short = _SPACE.sub(" ", _TITLE_NOISE.sub(" ", plain)).strip(" +/-|,、·*")
    return short if len(short) >= 2 else plain


def occupational_tags(tags: str | Iterable[str]) -> tuple[str, ...]:
    """Tags that say something of the work, welfare words dropped, in order and once each."""
    parts = re.split(r"[\s,，、;；/|]+", tags) if isinstance(tags, str) else list(tags)
    kept = (tidy(p) for p in parts)
    return tuple(dict.fromkeys(t for t in kept if 1 < len(t) <= 16 and not _WELFARE.search(t)))


def read_corpus(
    paths: Iterable[Path], *, without_sources: Collection[str] = ()
) -> list[TrainingPosting]:
    """Every distinct posting of the files (CSV or JSON lines, plain or gzip), in file order.

    Columns that count: title (required), tags, text, source. `without_sources` keeps whole
    sources out, so that something is left to measure on.
    """
    seen: set[tuple[str, str, str]] = set()
    postings: list[TrainingPosting] = []
    for path in paths:
        for row in read_rows(path):
            source = str(row.get("source") or "")
            title = tidy_title(str(row.get("title") or ""))
            if not title or source in without_sources:
                continue
            tags = occupational_tags(str(row.get("tags") or ""))
            body = tidy(str(row.get("text") or ""))[:BODY_CHARACTERS]
            key = (title, "".join(tags), body[:200])
            if key not in seen:
                seen.add(key)
                postings.append(TrainingPosting(title, tags, body, source))
    return postings


def read_rows(path: Path) -> Iterator[Mapping[str, object]]:
    """The rows of a posting file as they stand there."""
    name = path.name.removesuffix(".gz")
    with _open(path) as stream:
        if name.endswith(".csv"):
            yield from csv.DictReader(stream)
        elif name.endswith((".jsonl", ".ndjson")):
            for line in stream:
                if line.strip():
                    yield json.loads(line)
        else:
            raise ValueError(f"{path.name}: a corpus file ends in .csv or .jsonl (.gz or not)")


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")

"""How far a job consists of a duty, by the posting's own words.

The title names the main thing; the text tells parts of it, which an employer may be asked about.
Both the ranking, which pushes down what somebody dislikes, and the musts, which rule out what they
refuse, read a posting here.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum

from data.records import JobPosting
from data.vocabulary.tables import Signs

_SPACE = re.compile(r"\s+")
_DENIED_BEFORE = re.compile("(?:不|无|免|非|没有?)[^,，。;；、]{0,3}$")


class Share(IntEnum):
    """How much of a job a duty is."""

    NONE = 0
    PART = 1
    MAIN = 2


def fold(text: str) -> str:
    """Compatibility forms, case and spaces folded away: what a search must not stumble over.

    >>> fold("Ｊａｖａ 开发")
    'java开发'
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text).lower())


def words_of(posting: JobPosting) -> str:
    """What a posting says of its work besides the title."""
    return "\n".join(w for w in (posting.duties, posting.requirements, *posting.tags) if w)


def share_of(signs: Signs, title: str, words: str) -> Share:
    """How much of a job the duty with these signs is; `title` and `words` are folded.

    >>> from data.vocabulary import load_vocabulary
    >>> share_of(load_vocabulary().duties["sales"].signs, "销售代表", "")
    <Share.MAIN: 2>
    """
    if signs.spared.search(title):
        return Share.NONE
    if signs.title.search(title):
        return Share.MAIN
    return Share.PART if signs.text.search(words) else Share.NONE


def strict_share_of(signs: Signs, title: str, words: str) -> Share:
    """The same for somebody who refuses the duty: a title that says the opposite does not silence
    the text, but words that deny the duty do not count.

    >>> from data.vocabulary import load_vocabulary
    >>> phone = load_vocabulary().duties["phone"].signs
    >>> strict_share_of(phone, "在线客服", "偶尔拨打回访电话")
    <Share.PART: 1>
    >>> strict_share_of(phone, "文员", "无需外呼")
    <Share.NONE: 0>
    """
    if signs.title.search(title) and not signs.spared.search(title):
        return Share.MAIN
    told = (m.start() for m in signs.text.finditer(words))
    is_told = any(not _DENIED_BEFORE.search(words[max(0, at - 6) : at]) for at in told)
    return Share.PART if is_told else Share.NONE

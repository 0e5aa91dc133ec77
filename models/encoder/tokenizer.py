"""Words from counts: a Unigram tokenizer whose vocabulary is what postings are really made of.

jieba cuts the training text once; the counted words and every character become pieces with
log-probabilities. At run time the file alone cuts any text: jieba is not needed, and a word never
seen falls apart into characters instead of being lost.
"""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from collections.abc import Iterable
from typing import Any

UNKNOWN = "[UNK]"
_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9+#.]+")


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, as jieba cuts them; Latin runs are one word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba

        jieba.setLogLevel("WARNING")
        jieba.initialize()
    counts: Counter[str] = Counter()
    for text in texts:
        for run in _WORD.findall(text.lower()):
            if run.isascii():
                counts[run.strip(".")] += 1
            else:
                counts.update(jieba.cut(run, HMM=False))
    del counts[""]
    return counts


def characters() -> list[str]:
    """The characters of everyday Chinese (GB 2312) and printable ASCII, whatever the corpus."""
    found = [chr(c) for c in range(0x21, 0x7F) if not chr(c).isupper()]
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            decoded = bytes((high, low)).decode("gb2312", errors="ignore")
            if decoded:
                found.append(decoded)
    return found


def build_tokenizer(counts: Counter[str], *, pieces: int, must: Iterable[str] = ()) -> Any:
    """A `tokenizers.Tokenizer` with at most `pieces` pieces: all characters, then the words.

    `must` are words that come in whatever their count (occupation names of our own tables).
    """
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import Unigram

    chosen: dict[str, float] = dict.fromkeys(characters(), 0.5)
    for word in counts:
        for character in word:
            if not character.isupper():
                chosen.setdefault(character, 0.5)
    for word in must:
        if 1 < len(word) <= 8:
            chosen.setdefault(word, 3.0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for word, count in ordered:
        if len(chosen) + 1 >= pieces:
            break
        if len(word) <= 12 and (count > 1 or len(counts) < pieces):
            chosen[word] = max(float(count), chosen.get(word, 0.0))
    total = sum(chosen.values())
    # Characters are cheap filler: without a discount two frequent ones would beat a rare word.
    listed = sorted(chosen.items())
    scored = [(UNKNOWN, -30.0)] + [
        (word, round(math.log(count / total) - (2.0 if len(word) == 1 else 0.0), 4))
        for word, count in listed
    ]
    tokenizer = Tokenizer(Unigram(scored, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(
        Regex(r"[\u4e00-\u9fff]+|[a-z0-9+#.]+"), behavior="removed", invert=True
    )
    return tokenizer

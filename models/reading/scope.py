"""How far a "no", an "occasionally" or an "on request" reaches.

The reach is the clause: a comma ends it, an enumeration mark (、) does not, so that
"无需夜班、出差" denies both and "无需夜班，需出差" only the first. A "no" crosses the comma when it
takes up what was listed before it ("搬货、爬高，这些都不用你做") or says that it is not of this
post ("搬货、爬高，与本岗无关"). The words themselves stand in scope.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from models.reading.passage import Passage

_LACKED = 4
"""So many characters after a "no" tell what is lacking."""
_A_NO = re.compile("[不没无免缺]")
_REACH = 60
"""So far is a clause searched: a text without any comma would be searched again for every cue."""
_AFTERWORD = 5
"""A clause's last word may stand behind a comma ("不能上夜班，勿扰")."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The patterns of scope.yaml, compiled."""

    no_before: re.Pattern[str]
    no_adjacent: re.Pattern[str]
    no_inside: re.Pattern[str]
    not_a_no: re.Pattern[str]
    no_after: re.Pattern[str]
    turned_away: re.Pattern[str]
    still_holds: re.Pattern[str]
    beside_the_point: re.Pattern[str]
    any_no: re.Pattern[str]
    only_lacks: re.Pattern[str]
    done_by_others: re.Pattern[str]
    only_guided: re.Pattern[str]
    by_whom: re.Pattern[str]
    helped_before: re.Pattern[str]
    hedge_before: re.Pattern[str]
    hedge_after: re.Pattern[str]
    offer_before: re.Pattern[str]
    offer_after: re.Pattern[str]
    no_later: re.Pattern[str]

    @classmethod
    def of(cls, raw: Mapping[str, object]) -> Scope:
        """Build from the written patterns; every one must be there."""
        names = [f.name for f in fields(cls)]
        if wrong := set(raw) ^ set(names):
            raise ValueError(f"scope: missing or unknown: {', '.join(sorted(wrong))}")
        return cls(**{name: re.compile(str(raw[name])) for name in names})

    def denied(self, passage: Passage, text: str, start: int, end: int, title: str = "") -> bool:
        """Whether the clause says that the words between two positions are *not* asked for.
        `title`: of the posting, folded; what its own holder does is asked for."""
        begin, stop = passage.clause(start, end)
        before, after = text[begin:start], text[end:stop]
        found = self.no_after.match(after)
        if found and not self.tells_of_a_lack(after[: found.end() + _LACKED]):
            return True
        if (
            self.done_by_others.match(after)
            or self.helped_before.search(before)
            or (
                self.no_inside.search(text[start:end])
                and not self.tells_of_a_lack(text[start : end + _LACKED])
            )
        ):
            return not self.still_asked(text[begin:stop], title)
        if self.no_later.match(text[end : passage.sentence(start, end)[1]]):
            return True
        if self.not_a_no.search(before):
            return False
        # The "no" of "没有遮阳棚全天户外" is spent on what lacks.
        lacking = list(self.only_lacks.finditer(text[begin:end]))
        if lacking:
            before = before[lacking[-1].end() :]
        return bool(self.no_before.search(before) or self.no_adjacent.search(before))

    def holds_all_the_same(self, passage: Passage, start: int, end: int) -> bool:
        """Whether the clause asks for its work whatever "no" stands in it ("不能上夜班者勿扰",
        "搬货难免", "严禁夜班睡觉"): a denial read there would send someone where he cannot work."""
        if self.insists(passage, start, end):
            return True
        begin, stop = _around(passage, start, end)
        clause = passage.folded[begin:stop]
        found = self.beside_the_point.search(clause)
        return found is not None and not (
            self.any_no.search(clause[: found.start()]) or self.any_no.search(clause[found.end() :])
        )

    def insists(self, passage: Passage, start: int, end: int) -> bool:
        """Whether the clause turns away who cannot do it, or says "no" to a "no"."""
        begin, stop = _around(passage, start, end)
        _, last = passage.sentence(start, end)
        if self.turned_away.search(passage.folded[begin : min(last, stop + _AFTERWORD)]):
            return True
        return self.still_holds.search(passage.folded[begin:stop]) is not None

    def tells_of_a_lack(self, words: str) -> bool:
        """Whether the first "no" is about something that would help ("登高没有护栏"): the work is
        asked for all the same, and is harder."""
        found, first = self.only_lacks.search(words), _A_NO.search(words)
        return found is not None and first is not None and found.start() <= first.start()

    def still_asked(self, words: str, title: str) -> bool:
        """Whether the somebody whom the words name takes nothing off the post: he only decides or
        helps ("夜班由组长定"), or is the post's own holder ("搬货由店员负责" for a 店员, but not
        for a 店员助理)."""
        return self.only_guided.search(words) is not None or self.names_holder(words, title)

    def names_holder(self, words: str, title: str) -> bool:
        """Whether the words name somebody who does it, and the posting's title is that somebody."""
        return any(
            re.search(f"(?<![由归]){re.escape(found['who'])}(?!助|学徒)", title) is not None
            for found in self.by_whom.finditer(words)
        )

    def hedged(self, passage: Passage, text: str, start: int, end: int) -> bool:
        """Whether the clause leaves open how often, or whether at all."""
        begin, stop = passage.clause(start, end)
        return bool(
            self.hedge_before.search(text[begin:end]) or self.hedge_after.match(text[end:stop])
        )

    def offered(self, passage: Passage, text: str, start: int, end: int) -> bool:
        """Whether something is on request or planned, rather than there."""
        begin, stop = passage.clause(start, end)
        return bool(
            self.offer_before.search(text[begin:start]) or self.offer_after.match(text[end:stop])
        )


def _around(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The clause, as far as it is searched."""
    begin, stop = passage.clause(start, end)
    return max(begin, start - _REACH), min(stop, end + _REACH)

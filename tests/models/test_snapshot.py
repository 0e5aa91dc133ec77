"""A compiled catalogue on disk answers like a fresh one, or is not used at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data.records import FamilyId, JobPosting
from matching.matcher import Matcher
from models.compose import open_matcher
from models.settings import Settings
from tests.matching.builders import TODAY, VOCABULARY, person, posting

POSTINGS = {
    p.id: p
    for p in (
        posting([{"levels": {"type": 2}}], id="a", title="在线客服", tags=("打字", "客服")),
        posting([], {"remote": "yes"}, id="b", title="数据标注员"),
        posting(family=FamilyId("JF22"), id="c", title="乡村保洁员"),
    )
}
WHO = person({"type": 3}, experience="做过在线客服", skills=("打字",))


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., tuple[Matcher, bool]]:
    """Opens the matcher and tells whether it had to be built."""

    def open_it(version: str = "v1", rules: str | None = None) -> tuple[Matcher, bool]:
        built: list[bool] = []

        def everything() -> list[JobPosting]:
            built.append(True)
            return list(POSTINGS.values())

        vocabulary = VOCABULARY if rules is None else replace(VOCABULARY, version=rules)
        matcher = open_matcher(
            lambda: POSTINGS, everything, vocabulary, Settings(), data_version=version,
            cache=tmp_path / "catalogue",
        )  # fmt: skip
        return matcher, bool(built)

    return open_it


def test_a_second_process_reads_what_the_first_compiled_and_answers_alike(
    opened: Callable[..., tuple[Matcher, bool]],
) -> None:
    (first, built), (second, rebuilt) = opened(), opened()
    assert built and not rebuilt
    one, two = (m.match(WHO, on=TODAY) for m in (first, second))
    assert one == two and one.matches


@pytest.mark.parametrize("change", [{"version": "v2"}, {"rules": "other"}])
def test_other_postings_or_other_rules_are_compiled_anew(
    opened: Callable[..., tuple[Matcher, bool]], change: dict[str, str]
) -> None:
    opened()
    assert opened(**change)[1]


def test_a_changed_byte_or_a_lost_file_means_compiling_anew(
    opened: Callable[..., tuple[Matcher, bool]], tmp_path: Path
) -> None:
    opened()
    for part in ("catalogue", "ranker"):
        file = max((tmp_path / "catalogue" / part).glob("*.npy"), key=lambda p: p.stat().st_size)
        raw = bytearray(file.read_bytes())
        raw[-1] ^= 1
        file.write_bytes(bytes(raw))
        matcher, built = opened()
        assert built and matcher.match(WHO, on=TODAY).matches
        next((tmp_path / "catalogue" / part).glob("*.json")).unlink()
        assert opened()[1]

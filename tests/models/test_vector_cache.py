"""Vectors kept on disk: read once, resumed after an interruption, never of another model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.vector_cache import VectorCache

TEXTS = [f"岗位{i % 90}" for i in range(100)]


class Model:
    """Numbers every text by its words and a salt; remembers what it was asked, may be cut off."""

    def __init__(self, salt: int = 0, stop_after: int | None = None) -> None:
        self.salt = salt
        self.stop_after = stop_after
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.stop_after is not None and len(self.read) >= self.stop_after:
            raise KeyboardInterrupt
        self.read += texts
        return np.array([[len(t), sum(map(ord, t)), self.salt] for t in texts], np.float32)


def test_every_text_is_read_once_and_comes_back_in_order(tmp_path: Path) -> None:
    model, file = Model(), tmp_path / "v.sqlite"
    first = VectorCache(file, "a").vectors(TEXTS, model.encode, chunk=8)
    assert first.tolist() == Model().encode(TEXTS).tolist()
    assert sorted(model.read) == sorted(set(TEXTS))
    again = VectorCache(file, "a").vectors([*TEXTS[::-1], "新岗位"], model.encode)
    assert model.read[-1] == "新岗位"
    assert len(model.read) == len(set(TEXTS)) + 1
    assert again[:100].tolist() == first[::-1].tolist()


def test_an_interruption_loses_at_most_one_chunk(tmp_path: Path) -> None:
    cut = Model(stop_after=40)
    with pytest.raises(KeyboardInterrupt):
        VectorCache(tmp_path / "v.sqlite", "a").vectors(TEXTS, cut.encode, chunk=8)
    rest, told = Model(), list[tuple[int, int]]()
    VectorCache(tmp_path / "v.sqlite", "a").vectors(
        TEXTS, rest.encode, chunk=8, progress=lambda done, total: told.append((done, total))
    )
    assert set(rest.read).isdisjoint(cut.read)
    assert len(rest.read) + len(cut.read) == len(set(TEXTS))
    assert told[0] == (40, 90)
    assert told[-1] == (90, 90)


def test_vectors_of_two_models_are_never_mixed(tmp_path: Path) -> None:
    file = tmp_path / "v.sqlite"
    one, two = Model(salt=1), Model(salt=2)
    VectorCache(file, "one").vectors(TEXTS[:50], one.encode)
    assert set(VectorCache(file, "two").vectors(TEXTS, two.encode)[:, 2]) == {2.0}
    assert set(VectorCache(file, "one").vectors(TEXTS, one.encode)[:, 2]) == {1.0}


def test_a_damaged_file_is_put_aside_and_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "v.sqlite"
    file.write_bytes(b"this is no database at all, but long enough to be looked at" * 20)
    found = VectorCache(file, "a").vectors(TEXTS, Model().encode)
    assert found.tolist() == Model().encode(TEXTS).tolist()
    assert (tmp_path / "v.sqlite.damaged").exists()


def test_no_words_of_a_posting_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "v.sqlite"
    VectorCache(file, "a").vectors(["一句谁也不该找到的话"], Model().encode)
    assert "一句谁也不该找到的话".encode() not in file.read_bytes()

"""An index on disk is what was saved, or it is refused; a change is kept before it is seen."""

import copy
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from data.records import JobPosting, PostingId
from evaluation.worlds import TODAY, World
from matching.person import compile_person
from models.search.block import VectorBlock, find_heads
from models.search.files import IndexFolder, IndexRefusedError
from models.search.living import LivingIndex

WIDTH = 32


def vectors(postings: list[JobPosting]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    seeds = [int(p.id[1:]) for p in postings]
    decay = 1.0 / np.arange(1, WIDTH + 1, dtype=np.float32)
    return np.array(
        [np.random.default_rng(s).standard_normal(WIDTH, dtype=np.float32) * decay for s in seeds]
    )


def answers(index: LivingIndex, world: World) -> list[tuple[object, ...]]:
    people = [World(77).jobseeker(i) for i in range(20)]
    found: list[tuple[object, ...]] = []
    for number, jobseeker in enumerate(people):
        query = np.random.default_rng(number).standard_normal(WIDTH, dtype=np.float32)
        answer = index.search(compile_person(jobseeker, world.vocabulary, TODAY), query, 5)
        found.append(
            (answer.ids, answer.scores.tolist(), tuple(answer.counts.values()), answer.data)
        )
    return found


def saved(path: Path) -> tuple[IndexFolder, LivingIndex, World]:
    world = World(5)
    postings = [world.posting(i) for i in range(150)]
    folder = IndexFolder(path)
    index = LivingIndex.build(postings, vectors(postings), world.vocabulary, "m1")
    segment = index.state.parts[0].segment
    heads = find_heads(segment.block.vectors)
    assert heads is not None
    object.__setattr__(segment, "block", VectorBlock(segment.block.vectors, heads))
    folder.keep(index)
    changed = [world.posting(i) for i in range(3)]
    index.upsert(changed, vectors(changed))
    index.erase([PostingId("j0100"), PostingId("j0002")])
    return folder, index, world


def test_an_index_comes_back_as_it_was_with_every_change(tmp_path: Path) -> None:
    _, index, world = saved(tmp_path / "index")
    again = IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")
    assert again.state.data == index.state.data
    assert again.digests() == index.digests()
    assert answers(again, world) == answers(index, world)
    assert again.state.parts[0].segment.block.heads is not None
    assert PostingId("j0100") not in again
    IndexFolder(tmp_path / "index").keep(again)  # a restart goes on where it stood
    again.erase([PostingId("j0101")])
    third = IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")
    assert PostingId("j0101") not in third
    assert len(third) == len(index) - 1


def test_segments_that_no_state_names_are_removed(tmp_path: Path) -> None:
    folder, index, world = saved(tmp_path / "index")
    left = tmp_path / "index" / "segments" / "new-of-a-killed-save"
    left.mkdir()
    whole = index.compacted()
    folder.save(whole)
    assert len(list((tmp_path / "index" / "segments").iterdir())) == 1
    assert answers(folder.load(world.vocabulary, "m1"), world) == answers(index, world)


def test_one_changed_byte_anywhere_is_refused(tmp_path: Path) -> None:
    _, index, world = saved(tmp_path / "index")
    right = answers(index, world)
    draw = np.random.default_rng(1)
    files = [f for f in sorted((tmp_path / "index").rglob("*")) if f.is_file() and f.name != "lock"]
    assert len(files) > 40
    for file in files:
        content = file.read_bytes()
        for place in {0, len(content) - 1, int(draw.integers(len(content)))}:
            changed = bytearray(content)
            changed[place] ^= 1 << int(draw.integers(8))
            file.write_bytes(bytes(changed))
            with pytest.raises(IndexRefusedError, match="已损坏"):
                IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")
        for length in (0, len(content) // 2, len(content) - 1):
            file.write_bytes(content[:length])
            with pytest.raises(IndexRefusedError, match="已损坏"):
                IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")
        file.unlink()
        with pytest.raises(IndexRefusedError):
            IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")
        file.write_bytes(content)
    assert answers(IndexFolder(tmp_path / "index").load(world.vocabulary, "m1"), world) == right


def test_another_model_other_rules_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    folder, _, world = saved(tmp_path / "index")
    with pytest.raises(IndexRefusedError, match=r"模型 m1.*现在的模型是 m2"):
        folder.load(world.vocabulary, "m2")
    other = copy.copy(world.vocabulary)
    object.__setattr__(other, "version", "2099-01")
    with pytest.raises(IndexRefusedError, match="现在的规则是 2099-01"):
        folder.load(other, "m1")
    with pytest.raises(IndexRefusedError, match="没有索引"):
        IndexFolder(tmp_path / "nothing").load(world.vocabulary, "m1")


def test_a_change_that_cannot_be_kept_is_not_made(tmp_path: Path) -> None:
    _, index, _ = saved(tmp_path / "index")
    before = index.state

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    index.keeper = full
    with pytest.raises(OSError, match="no space"):
        index.erase([PostingId("j0103")])
    assert index.state is before
    assert PostingId("j0103") in index


SAVES_FOR_EVER = """
    import sys
    from pathlib import Path
    from models.search.files import IndexFolder
    from tests.models.test_index_files import saved, vectors
    folder, index, world = saved(Path(sys.argv[1]))
    print("saved", flush=True)
    for turn in range(100_000):
        some = [world.posting(i) for i in range(turn % 40, turn % 40 + 4)]
        index.upsert(some, vectors(some))
        if turn % 5 == 4:
            IndexFolder(Path(sys.argv[1])).save(index.compacted())
"""


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.05, 0.11, 0.23, 0.37, 0.5])
def test_killed_while_saving_leaves_a_whole_index(tmp_path: Path, after_s: float) -> None:
    program = textwrap.dedent(SAVES_FOR_EVER)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "index")], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(after_s)
        os.kill(child.pid, signal.SIGKILL)
    world = World(5)
    index = IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")
    fresh = index.compacted()
    assert answers(index, world) == answers(fresh, world)
    folder = IndexFolder(tmp_path / "index")
    folder.keep(index)  # and it can be saved to again
    index.erase([next(iter(index.digests()))])
    assert len(IndexFolder(tmp_path / "index").load(world.vocabulary, "m1")) == len(index)

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from data.strict_yaml import DuplicateKeyError, load_yaml, parse_yaml


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("outer:\n  x: 1\n  x: 1\n", 3),
        ("- {k: 1, k: 2}\n", 1),
        ("a: 1\n'a': 2\n", 2),
    ],
)
def test_a_key_written_twice_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DuplicateKeyError, match=rf"line {line}: the key '[axk]' stands twice"):
        parse_yaml(text)


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!!python/object:data.records.Interval {lo: 0, hi: 4}",
    ],
)
def test_a_tag_that_builds_objects_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        parse_yaml(text)


@pytest.mark.parametrize("text", ["? [a, b]\n: 1", "a: [1", "a: 1\n  b: 2"])
def test_what_is_not_yaml_or_not_a_plain_key_is_a_yaml_error(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        parse_yaml(text)


def test_the_same_key_in_different_mappings_is_fine() -> None:
    assert parse_yaml("a: {x: 1}\nb: {x: 2}") == {"a": {"x": 1}, "b": {"x": 2}}


def test_a_file_is_read_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "表.yaml"
    path.write_bytes("标签: 看近处".encode())
    assert load_yaml(path) == {"标签": "看近处"}

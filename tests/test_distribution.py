"""The wheel holds the five rooms and nothing else, and refuses to share their names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.startup import ROOMS, NameClashError, check_installation, check_rooms

ROOT = Path(__file__).parents[1]
DATA_SUFFIXES = {".yaml", ".tsv", ".txt", ".j2"}
WEIGHT_FOLDERS = ("models/weights/", "models/reading_weights/")
WEIGHT_SUFFIXES = {".npz", ".npy", ".json", ".safetensors", ".bin", ".txt", ".md"}


def expected_files() -> set[str]:
    """Every module and table of the rooms, and the bundled weights."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            name = path.relative_to(ROOT).as_posix()
            weights = name.startswith(WEIGHT_FOLDERS) and path.suffix in WEIGHT_SUFFIXES
            if path.suffix == ".py" or path.suffix in DATA_SUFFIXES or weights:
                found.add(name)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from a copy, so that no build folder is left or reused."""
    copy = tmp_path_factory.mktemp("source")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room,
                        ignore=shutil.ignore_patterns("__pycache__", ".*"))  # fmt: skip
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy)
    out = copy / "out"
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
               "--disable-pip-version-check", "-q", "-w", str(out), str(copy)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("rengang-*.whl")
    with zipfile.ZipFile(built) as archive:
        return {n for n in archive.namelist() if not n.endswith("/")}


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_table(wheel: set[str]) -> None:
    assert sorted(expected_files() - wheel) == []


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    rest = {n for n in wheel - expected_files() if ".dist-info/" not in n}
    assert rest <= {"data/migrations/script.py.mako"}, sorted(rest)
    assert not any("test" in n.split("/")[0] for n in wheel)


@pytest.mark.slow
def test_the_wheel_says_how_it_is_called(wheel: set[str]) -> None:
    (points,) = (n for n in wheel if n.endswith(".dist-info/entry_points.txt"))
    assert points.startswith("rengang-")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_another_distribution_is_refused_with_what_to_do(room: str) -> None:
    with pytest.raises(NameClashError) as caught:
        check_rooms({room: ["rengang", "some-other"], "numpy": ["numpy"]})
    message = str(caught.value)
    assert f"“{room}”属于 some-other" in message
    assert "python3 -m venv" in message


def test_every_clash_is_named_at_once() -> None:
    with pytest.raises(NameClashError, match=r"“data”属于 a、b；“matching”属于 c"):
        check_rooms({"matching": ["c"], "data": ["b", "rengang", "a"]})


@pytest.mark.parametrize(
    "owners", [{}, {"matching": ["rengang", "rengang"]}, {"numpy": ["numpy"], "tests": ["other"]}]
)
def test_names_of_our_own_or_of_nobody_are_fine(owners: dict[str, list[str]]) -> None:
    check_rooms(owners)


def test_this_installation_is_in_order() -> None:
    check_installation()


def test_a_real_stranger_on_the_path_stops_the_command(tmp_path: Path) -> None:
    info = tmp_path / "matching-9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: matching\nVersion: 9.9\n")
    (info / "RECORD").write_text("matching/__init__.py,,\n")
    (info / "top_level.txt").write_text("matching\n")
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    command = [sys.executable, "-m", "api.cli", "match", "R1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path,
                          env=environment)  # fmt: skip
    assert done.returncode == 3
    assert "“matching”属于 matching" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    helped = subprocess.run([*command[:3], "--help"], capture_output=True, text=True, check=True,
                            cwd=tmp_path, env=environment)  # fmt: skip
    assert "用法" in helped.stdout

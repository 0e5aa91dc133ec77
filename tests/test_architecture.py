"""What holds for every file of the house; the import arrows are checked by `lint-imports`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from api.startup import ROOMS

ROOT = Path(__file__).parents[1]
MOST_LINES = 450
SKIPPED = {".venv", ".git", "build", "dist", "demo", "__pycache__", "rengang.egg-info"}
TEXTS = {".py", ".yaml", ".yml", ".toml", ".md", ".txt", ".cfg", ".ini", ".mako", ".html", ".js"}
# Written in pieces so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile("/(?:" + "work/main|work/shared|root/|home/[a-z]+/)")
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bghp_\w{30,}|\bsk-[A-Za-z0-9]{24,}"
    r"|\bhf_[A-Za-z0-9]{30,}|(?i:password|secret|token)\s*[:=]\s*[\"'](?:(?![\"'{}$<])[!-~]){8,}[\"']"
)
CITIZEN_ID = re.compile(r"(?<!\d)([1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dX])(?:\d{2})?(?!\d)")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
INVENTED_PREFIXES = ("440199", "440198", "449999", "990000")
"""Area codes that no register has given out: invented people bear them."""


def files() -> list[Path]:
    found = []
    for folder in ("", ".ci", *ROOMS, "tests"):
        paths = (ROOT / folder).rglob("*") if folder else ROOT.iterdir()
        found += [p for p in paths if p.is_file() and not SKIPPED & set(p.relative_to(ROOT).parts)]
    return sorted(found)


FILES = files()
PYTHON = [p for p in FILES if p.suffix == ".py"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def readable(path: Path) -> bool:
    return path.suffix in TEXTS or path.name in ("Makefile", "run", ".gitignore")


def test_there_is_something_to_look_at() -> None:
    assert len(PYTHON) > 80
    assert {named(p).split("/")[0] for p in PYTHON} >= {*ROOMS, "tests"}


def test_no_python_file_holds_more_than_one_idea() -> None:
    long = {
        named(p): n for p in PYTHON if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{named(path)}:{number}"
        for path in FILES
        if readable(path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_no_file_holds_what_looks_like_a_secret() -> None:
    assert lines_with(SECRETS) == []


def is_genuine(number: str) -> bool:
    """Whether a citizen number has the right check digit and an area that exists."""
    total = sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True))
    right = "10X98765432"[total % 11] == number[17]
    return right and not number.startswith(INVENTED_PREFIXES)


def test_no_file_holds_a_citizen_number_that_could_be_real() -> None:
    could_be = [
        f"{named(path)}: {match.group(1)[:6]}…"
        for path in FILES
        if readable(path)
        for match in CITIZEN_ID.finditer(path.read_text("utf-8"))
        if is_genuine(match.group(1))
    ]
    assert could_be == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        named(p)
        for p in PYTHON
        if p.relative_to(ROOT).parts[0] in ROOMS
        and p.read_text("utf-8").strip()
        and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert silent == []


def test_no_test_is_expected_to_fail() -> None:
    marked = re.compile(r"mark\.x" + "fail|pytest\\.x" + r"fail\(")
    assert [n for n in lines_with(marked) if n.startswith("tests/")] == []


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_every_room_has_its_page(room: str) -> None:
    page = (ROOT / room / "README.md").read_text("utf-8")
    assert page.startswith("# ")
    assert len(page) > 200


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_a_package_of_the_distribution(room: str) -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert room in setup["packages"]


def test_matching_loads_no_model_library_and_nothing_of_the_rooms_above() -> None:
    code = (
        "import importlib, pkgutil, sys, matching\n"
        "for m in pkgutil.walk_packages(matching.__path__, 'matching.'):\n"
        "    importlib.import_module(m.name)\n"
        "heavy = ['torch', 'faiss', 'sklearn', 'pydantic', 'sentence_transformers', 'fastapi',\n"
        "         'sqlalchemy', 'openpyxl', 'pandas', 'models', 'api', 'evaluation']\n"
        "print([m for m in heavy if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=ROOT)  # fmt: skip
    assert done.stdout.strip() == "[]"

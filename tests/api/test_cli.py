"""The command line as a clerk meets it: what it refuses first, then help and start-up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = [
    ("demo",), ("templates",), ("import",), ("match",), ("candidates",), ("shortlist",),
    ("assess",), ("serve",), ("scenarios",), ("bench",), ("bench", "match"), ("bench", "pairs"),
]  # fmt: skip


def rengang(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder of its own; a traceback is a failure wherever it shows."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("RENGANG_")}
    done = subprocess.run(
        [Path(sys.executable).with_name("rengang"), *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd,
        env=clean | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | environment,
    )  # fmt: skip
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert "意料之外" not in done.stderr, done.stderr
    return done


def english_words(text: str) -> list[str]:
    """Words of an English sentence; names of options, files, ids and formats are none."""
    bare = re.sub(
        r"--?[\w-]+|rengang( \w+)?|[\w.-]+\.(xlsx|csv|ya?ml|db)|[\"“‘'].*?[\"”’']", "", text
    )
    found: list[str] = re.findall(r"\b[A-Za-z]{2,} [a-z]{2,}\b", bare)
    return found


def test_an_unknown_command_is_refused_with_the_nearest(tmp_path: Path) -> None:
    done = rengang("mach", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "没有“mach”这个命令，您是不是要“match”？" in done.stderr


def test_a_command_like_no_other_points_to_the_help(tmp_path: Path) -> None:
    done = rengang("qqqqqq", cwd=tmp_path)
    assert done.returncode == 2
    assert "rengang --help" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("match", "R000001"), ("match", "--text", "想做客服"), ("candidates", "G1"),
        ("assess", "R000001", "G1"), ("shortlist",), ("serve",),
    ],
)  # fmt: skip
def test_a_missing_database_is_refused_and_none_is_made(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = rengang(*arguments, cwd=tmp_path)
    assert done.returncode == 3
    assert "找不到数据库“rengang.db”" in done.stderr
    assert "rengang import" in done.stderr
    assert "--db" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("这不是数据库，只是一段文字" * 50, "utf-8")
    done = rengang("match", "R1", "--db", "x.db", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.strip()
    assert english_words(done.stderr) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("match", "--limt", "3"), "--limit"),
        (("match", "R1", "--limit", "0"), "--limit"),
        (("match", "R1", "--limit"), "--limit"),
        (("match", "R1", "--limit", "many"), "--limit"),
        (("match", "R1", "--on", "24.11.2026"), "2026-11-24 的样子"),
        (("match", "R1", "--lang", "fr"), "--lang"),
        (("match", "R1", "R2", "R3"), "R2"),
        (("import",), "文件"),
        (("import", "没有这个文件.xlsx"), "没有这个文件.xlsx"),
        (("scenarios",), "文件.yaml"),
        (("--nope",), "--nope"),
    ],
)
def test_wrong_usage_exits_2_in_chinese(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = rengang(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert said in done.stderr
    assert "--help 看用法" in done.stderr
    assert english_words(done.stderr) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_is_chinese(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = rengang(*command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"用法：rengang {' '.join(command)}")
    for foreign in ("Show this message", "Usage:", "Options:", "Commands:", "COMMAND", "[OPTIONS]"):
        assert foreign not in done.stdout
    assert "显示用法" in done.stdout
    lines = done.stdout.splitlines()
    assert english_words("\n".join(lines[1:])) == []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("  -"):  # every option says what it is for
            described = line + (following if following.startswith("     ") else "")
            assert re.search("[\u4e00-\u9fff]{2}", described), line


def test_the_whole_help_lists_every_command_and_loads_no_numpy(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['rengang', '--help']\n"
        "from api.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pydantic', 'sqlalchemy', 'openpyxl', 'sklearn', 'torch', 'yaml'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.stdout.endswith("LOADED []\n")
    for command in COMMANDS:
        assert re.search(rf"^  {command[0]} +[\u4e00-\u9fff]", done.stdout, re.M), command


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    done = rengang(cwd=tmp_path)
    assert done.returncode == 0
    assert "命令:" in done.stdout
    assert done.stderr == ""


def test_the_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    from importlib.metadata import version

    assert rengang("--version", cwd=tmp_path).stdout == f"rengang {version('rengang')}\n"


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m api.cli --help | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True,
                          cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.stdout.strip() == "0"
    assert done.stderr == ""

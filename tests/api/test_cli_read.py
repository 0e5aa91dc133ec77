"""`read` and what `import` says of it, in both languages: demands with their words, a form to
confirm. Every posting here is invented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.api.test_cli import rengang

SHEET = (
    "岗位编号,单位名称,岗位名称,岗位职责\n"
    "R-1,某甲公司,前台,全程站立，无需夜班；电话或文字均可回复客人。有电梯。入职交押金300元。\n"
    "R-2,某甲公司,保管员,吃苦耐劳，须持叉车证；偶尔搬货\n"
)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    (tmp_path / "岗位.csv").write_text(SHEET, "utf-8")
    return tmp_path / "岗位.csv"


def test_every_reading_stands_with_its_words(sheet: Path) -> None:
    said = rengang("read", sheet, cwd=sheet.parent).stdout
    for line in ("■ 前台（R-1）", "要求 站着干活 ≥4  写明  原文：“全程站立”", "不要求 夜班和倒班",
                 "要人工审核（疑似欺诈）", "可以问单位是否真的需要：“吃苦耐劳”",
                 "证照  原文：“叉车证”", "不一定"):  # fmt: skip
        assert line in said


def test_in_english_only_the_posting_s_own_words_are_chinese(sheet: Path) -> None:
    done = rengang("read", sheet, "--lang", "en", "--form", "form.xlsx", cwd=sheet.parent)
    # After the heading and the posting's own text, line by line what was read.
    read = [line for block in done.stdout.split("■")[1:] for line in block.splitlines()[2:]
            if line.strip()]  # fmt: skip
    assert any(re.search('asks for .+ ≥4  stated  words: "全程站立"', line) for line in read)
    assert any("possible fraud" in line for line in read)
    for line in read:
        said = re.sub('"[^"]*"', "", line).replace("功能要求", "")  # The name of the column.
        assert not re.search("[\u4e00-\u9fff]", said), line
    done = rengang("import", sheet, "--check", "--lang", "en", cwd=sheet.parent)
    assert "fit to be stored: postings 2" in done.stdout
    assert "Reading the postings' texts" in done.stderr
    assert not re.search("[\u4e00-\u9fff]", (done.stdout + done.stderr).replace(sheet.name, ""))


def test_programs_get_the_places_of_the_words(sheet: Path) -> None:
    rows = json.loads(rengang("read", sheet, "--json", "--limit", "1", "--form", "f.xlsx",
                              cwd=sheet.parent).stdout)  # fmt: skip
    assert [row["id"] for row in rows] == ["R-1"]
    text = SHEET.splitlines()[1].split(",", 3)[3]
    found = rows[0]["demands"] + rows[0]["not_demanded"] + rows[0]["quarantine"]
    placed = [one for one in found if one["in"] == "text"]
    assert len(placed) > 3
    for one in placed:
        assert text[one["start"] : one["end"]] == one["evidence"]


def test_the_form_comes_back_as_confirmed(sheet: Path) -> None:
    done = rengang("read", sheet, "--form", "核对.xlsx", cwd=sheet.parent)
    assert "请单位核对：核对.xlsx" in done.stdout
    back = rengang("import", "核对.xlsx", "--db", "o.db", cwd=sheet.parent)
    assert "单位已写 2" in back.stdout


def test_what_is_no_sheet_of_postings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("甲,乙\n1,2\n", "utf-8")
    for arguments, words in (((), "没有读到岗位"), (("--lang", "en"), "No posting was found")):
        done = rengang("read", "x.csv", *arguments, cwd=tmp_path)
        assert done.returncode == 3
        assert words in done.stderr

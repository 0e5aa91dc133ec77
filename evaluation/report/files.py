"""The four files of a report, and the runs in TREC's format beside them."""

from __future__ import annotations

import json
from pathlib import Path

from evaluation.report.html import to_html
from evaluation.report.markdown import to_markdown
from evaluation.report.model import Report
from evaluation.trec import write_run

NAMES = ("report.html", "report.md", "metrics.json", "manifest.json")


class ReportFolderError(Exception):
    """The folder cannot take a report; the message says why and what to do."""


def check_folder(out: Path) -> None:
    """Refuse a folder that holds anything but a report, before any work is done."""
    if out.is_file():
        raise ReportFolderError(f"“{out}”是一个文件：请给一个文件夹")
    if out.is_dir():
        strange = [f.name for f in out.iterdir() if f.name not in {*NAMES, "runs"}]
        if strange:
            raise ReportFolderError(
                f"“{out}”里有别的文件（{sorted(strange)[0]} 等）：请换一个文件夹"
            )


def write_report(out: Path, report: Report) -> None:
    """Write all files, each in its place at once; an earlier report there is replaced."""
    check_folder(out)
    metrics = {
        "kind": report.kind, "title": report.title,
        "guards": [g.as_facts() for g in report.guards], **report.metrics,
    }  # fmt: skip
    contents = {
        "report.html": to_html(report),
        "report.md": to_markdown(report),
        "metrics.json": _json(metrics),
        "manifest.json": _json(report.manifest),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            fresh = out / f"{name}.new"
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(out / name)
        if report.runs:
            (out / "runs").mkdir(exist_ok=True)
            for old in (out / "runs").glob("*.run"):
                old.unlink()
            for name, run in report.runs.items():
                safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)
                write_run(out / "runs" / f"{safe}.run", run, safe)
    except OSError as error:
        raise ReportFolderError(f"写不了“{out}”：{error.strerror}") from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

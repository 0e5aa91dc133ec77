"""A report as values, and its four files: report.html, report.md, metrics.json, manifest.json."""

from evaluation.report.files import ReportFolderError, write_report
from evaluation.report.markdown import to_markdown
from evaluation.report.model import Guard, Plot, Report, Section, Table

__all__ = [
    "Guard",
    "Plot",
    "Report",
    "ReportFolderError",
    "Section",
    "Table",
    "to_markdown",
    "write_report",
]

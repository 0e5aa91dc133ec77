"""A report as Markdown: for a terminal, a pull request, a mail."""

from __future__ import annotations

from evaluation.report.model import Guard, Plot, Report, Table


def guard_line(guard: Guard) -> str:
    mark = {True: "✓", False: "✗", None: "?"}[guard.ok]
    value = "未测" if guard.value is None else f"{guard.value:g}"
    text = f"{mark} {guard.name} = {value}（应为 {guard.must_be}）"
    return f"{text}：{guard.explanation}" if guard.explanation else text


def to_markdown(report: Report, *, short: bool = False) -> str:
    """The whole report, or, `short`, its first screen."""
    lines = [f"# {report.title}", "", *(f"- {guard_line(g)}" for g in report.guards), ""]
    lines += [report.lead, "", *_table(report.main, 2)]
    if not short:
        for section in report.sections:
            lines += [f"## {section.title}", ""]
            for block in section.blocks:
                if isinstance(block, Table):
                    lines += _table(block, 3)
                elif isinstance(block, Plot):
                    lines += [f"*{block.title}*：{block.alt}", ""]
                else:
                    lines += [block, ""]
        lines += ["## 怎么得来的", "", f"`{report.manifest.get('command', '')}`", ""]
        versions = "，".join(f"{k} {v}" for k, v in report.manifest.get("versions", {}).items())
        lines += [f"随机种子 {report.manifest.get('seed')}；{versions}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table, level: int) -> list[str]:
    def cell(text: str) -> str:
        return text.replace("|", "\\|")

    lines = [
        "#" * level + f" {table.title}",
        "",
        "| " + " | ".join(map(cell, table.columns)) + " |",
    ]
    lines.append("|---" * len(table.columns) + "|")
    for i, row in enumerate(table.rows):
        cells = [f"**{c}**" if i in table.strong else c for c in map(cell, row)]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, "", *([table.note, ""] if table.note else [])]

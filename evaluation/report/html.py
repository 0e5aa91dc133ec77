"""A report as one self-contained page: no script, no font, no picture from anywhere else."""

from __future__ import annotations

import json
from importlib import resources
from itertools import count

from evaluation.report.model import Plot, Report, Table


def to_html(report: Report) -> str:
    """The page. Every text is escaped; plots are SVG made here."""
    import jinja2
    from markupsafe import Markup

    source = (resources.files("evaluation.report") / "report.html.j2").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    numbers = count(1)

    def picture(plot: Plot) -> Markup:
        """The SVG with a name and a description for screen readers, its ids made its own."""
        number = next(numbers)
        body = plot.svg.replace('id="', f'id="p{number}-').replace("url(#", f"url(#p{number}-")
        body = body.replace('href="#', f'href="#p{number}-')
        head = Markup('<svg role="img" aria-label="{}"').format(f"{plot.title}：{plot.alt}")
        return Markup(body.replace("<svg", str(head), 1))  # noqa: S704 - drawn by `plots`

    return environment.from_string(source).render(
        report=report, picture=picture, is_table=lambda b: isinstance(b, Table),
        is_plot=lambda b: isinstance(b, Plot),
        manifest=json.dumps(report.manifest, ensure_ascii=False, indent=2),
    )  # fmt: skip

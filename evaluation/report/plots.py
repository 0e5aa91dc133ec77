"""Plots as SVG with the text left as text, so that it can be read aloud, searched and enlarged."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.measures.intervals import Interval

OURS, OTHERS, LINE = "#0b5394", "#767676", "#1a1a1a"
_SIZE = (8.0, 0.42)


def interval_plot(rows: Mapping[str, Interval], *, ours: str = "", unit: str = "") -> str:
    """Means with their intervals, one row each, in the given order from the top."""
    known = {name: i for name, i in rows.items() if i.mean is not None}

    def draw(axes: Any) -> None:
        for place, (name, one) in enumerate(reversed(known.items())):
            colour = OURS if name == ours else OTHERS
            axes.plot([one.low, one.high], [place, place], color=colour, linewidth=2)
            axes.plot([one.mean], [place], "o", color=colour, markersize=7)
        axes.set_yticks(range(len(known)), list(reversed(list(known))))
        axes.set_xlabel(unit)
        axes.grid(axis="x", color="#dddddd")
        axes.set_ylim(-0.6, len(known) - 0.4)

    return _svg(draw, len(known))


def bar_plot(parts: Mapping[str, Mapping[str, float]], *, unit: str = "") -> str:
    """Stacked bars: row -> part -> length; negative parts to the left."""
    names = list(dict.fromkeys(n for some in parts.values() for n in some))
    colours = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#444444")
    hatches = ("", "//", "..", "xx", "--")

    def draw(axes: Any) -> None:
        rows = list(reversed(list(parts)))
        left = [0.0] * len(rows)
        for number, name in enumerate(names):
            wide = [parts[r].get(name, 0.0) for r in rows]
            axes.barh(
                range(len(rows)), wide, left=left, label=name, edgecolor="white",
                color=colours[number % 5], hatch=hatches[number % 5],
            )  # fmt: skip
            left = [a + b for a, b in zip(left, wide, strict=True)]
        axes.set_yticks(range(len(rows)), rows)
        axes.axvline(0, color=LINE, linewidth=0.8)
        axes.set_xlabel(unit)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=len(names))

    return _svg(draw, len(parts) + 1)


def line_plot(
    lines: Mapping[str, Sequence[tuple[float, float]]], *, across: str, up: str, log_x: bool = False
) -> str:
    """Lines with a marker at every point."""
    marks = "osD^v*"

    def draw(axes: Any) -> None:
        for number, (name, points) in enumerate(lines.items()):
            axes.plot(
                [p[0] for p in points], [p[1] for p in points], label=name,
                marker=marks[number % len(marks)], color=OURS if number == 0 else None,
            )  # fmt: skip
        if log_x:
            axes.set_xscale("log")
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.grid(color="#dddddd")
        axes.legend()

    return _svg(draw, 8)


def _svg(draw: Any, rows: int) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: Any = {
        "svg.fonttype": "none", "svg.hashsalt": "rengang", "font.size": 11,
        "font.family": "sans-serif", "axes.spines.top": False, "axes.spines.right": False,
    }  # fmt: skip
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chinese glyphs are drawn by the reader's own font
        figure = Figure(figsize=(_SIZE[0], 1.3 + _SIZE[1] * max(rows, 2)), layout="tight")
        draw(figure.add_subplot())
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    return re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)

"""Measures as values: they print as they are written, and tell every person apart.

    >>> from evaluation.measures import parse_measure
    >>> str(parse_measure("nDCG@10"))
    'nDCG@10'

Per person first, means second; somebody without an answer counts as the default (0), so nobody
looks better by answering fewer people. Where a measure is not defined for a person (nothing is
admissible for them), the value is None, and the number of people it is defined for stands beside
every mean.
"""

from evaluation.measures.intervals import (
    Interval,
    Paired,
    exact_upper,
    mean_interval,
    paired_difference,
    share_interval,
)
from evaluation.measures.rankings import (
    Grades,
    Measure,
    PerPerson,
    Run,
    parse_measure,
)

__all__ = [
    "Grades",
    "Interval",
    "Measure",
    "Paired",
    "PerPerson",
    "Run",
    "exact_upper",
    "mean_interval",
    "paired_difference",
    "parse_measure",
    "share_interval",
]

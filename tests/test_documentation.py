"""Every example in a docstring runs and is true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from api.startup import ROOMS


def modules() -> Iterator[str]:
    for room in ROOMS:
        package = importlib.import_module(room)
        yield room
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" not in found.name:  # alembic runs these itself
                yield found.name


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", sorted(modules()))
def test_the_examples_of_a_module_are_true(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_the_rooms_hold_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    held = {
        room: sum(
            bool(test.examples)
            for name in modules()
            if name.split(".")[0] == room
            for test in finder.find(importlib.import_module(name))
        )
        for room in ("data", "models", "api")
    }
    assert all(held.values()), held

"""Refuses to run when another distribution owns one of the project's package names.

The five rooms are installed under generic names, and `matching` also exists on the package index.
Importing half of someone else's package would fail far from its cause; this says so at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

DISTRIBUTION = "rengang"
ROOMS = ("data", "matching", "models", "api", "evaluation")


class NameClashError(RuntimeError):
    """Another distribution owns a room's name; the message says which and what to do."""


def check_rooms(owners: Mapping[str, Sequence[str]]) -> None:
    """Raise NameClashError when a room belongs to another distribution as well.

    >>> check_rooms({"matching": ["rengang"]})
    """
    clashes = {
        room: sorted(set(owners.get(room, ())) - {DISTRIBUTION})
        for room in ROOMS
        if set(owners.get(room, ())) - {DISTRIBUTION}
    }
    if clashes:
        named = "；".join(f"“{room}”属于 {'、'.join(who)}" for room, who in clashes.items())
        raise NameClashError(
            f"本程序的包名被别的软件包占用：{named}。"
            "rengang 是一个应用程序，请装在单独的虚拟环境里：python3 -m venv .venv"
        )


def owners_on(paths: Iterable[str]) -> dict[str, list[str]]:
    """Which distributions installed files under the rooms' names.

    The same question as `importlib.metadata.packages_distributions()`, asked of the installation
    records alone: parsing every record takes a third of a second, searching them a hundredth.
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        for record in Path(path or ".").glob("*.dist-info/RECORD"):
            content = b"\n" + record.read_bytes()
            name = record.parent.name.split("-")[0].lower()
            for room in ROOMS:
                if f"\n{room}/".encode() in content or f"\n{room}.py,".encode() in content:
                    found.setdefault(room, []).append(name)
    return found


def check_installation() -> None:
    """Check the running environment."""
    check_rooms(owners_on(sys.path))

"""Refuses to run when another distribution owns one of the project's package names.

The five rooms are installed under generic names, and `matching` also exists on the package index.
Importing half of someone else's package would fail far from its cause; this says so at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def check_installation() -> None:
    """Check the running environment."""
    from importlib.metadata import packages_distributions

    check_rooms(packages_distributions())

"""What a request's shape cannot tell: names that the vocabulary lacks, and contradictions.

The checks read the body as it came and tolerate any shape, so that a wrong name in one place is
reported together with a wrong shape in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from api.http.names import NameBook, Names
from api.http.problems import MOST_PROBLEMS, Place, Problem
from data.records import MustKind

Named = Iterable[tuple[str | int, str]]
WISH_OF_MUST: dict[str, str] = {
    MustKind.DISTRICTS: "districts",
    MustKind.COMMUTE: "commute_minutes_max",
    MustKind.PAY: "monthly_pay_yuan_min",
    MustKind.HOURS: "hours_per_day_max",
}


def check_body(body: object, book: NameBook, *, about_person: bool) -> list[Problem]:
    """Every problem of a body beyond its shape. `about_person`: it has to say who it is about."""
    if not isinstance(body, dict):
        return []
    found: list[Problem] = []
    if about_person and (body.get("jobseeker_id") is None) == (body.get("profile") is None):
        found.append(Problem((), "person_once"))
    if isinstance(profile := body.get("profile"), dict):
        found.extend(_check_profile(profile, book))
    return found


def _check_profile(profile: dict[str, Any], book: NameBook) -> Iterator[Problem]:
    at = ("profile",)
    yield from _known((*at, "capabilities"), _keys(profile, "capabilities"), book.facets)
    yield from _known((*at, "aids"), _items(profile, "aids"), book.aids)
    yield from _known((*at, "restrictions"), _items(profile, "restrictions"), book.restrictions)
    yield from _rules(profile, "licences", book.licences, "facts", book.facts)
    yield from _rules(profile, "facts", book.facts, "licences", book.licences)
    yield from _spoken(at, _one(profile, "residence"), book.districts)
    yield from _spoken(at, _one(profile, "education"), book.education)
    yield from _check_wishes(_inside(profile, "wishes"), _inside(profile, "musts"), book)
    yield from _twice((*at, "certificate_categories"), _items(profile, "certificate_categories"))


def _check_wishes(
    wishes: dict[str, Any], musts: dict[str, Any], book: NameBook
) -> Iterator[Problem]:
    at, districts = ("profile", "wishes", "districts"), _items(wishes, "districts")
    yield from _spoken(at, districts, book.districts)
    yield from _twice(at, [(i, book.districts.find(word) or f"{i}?") for i, word in districts])
    musts_at = ("profile", "musts")
    yield from _known((*musts_at, "provisions"), _items(musts, "provisions"), book.provisions)
    yield from _known((*musts_at, "refused"), _items(musts, "refused"), book.duties)
    for i, kind in _items(musts, "wishes"):
        wish = WISH_OF_MUST.get(kind)
        if wish is not None and wishes.get(wish) in (None, []):
            missing = {"near": f"profile.wishes.{wish}"}
            yield Problem((*musts_at, "wishes", i), "must_without_wish", missing)


def _known(at: Place, named: Named, names: Names) -> Iterator[Problem]:
    """Only ids will do here."""
    named = list(named)
    for step, name in named:
        if name not in names:
            yield _unknown((*at, step), name, names)
    yield from _twice(at, named)


def _spoken(at: Place, named: Named, names: Names) -> Iterator[Problem]:
    """An id or the word that people use."""
    for step, word in named:
        if names.find(word) is None:
            yield _unknown((*at, step), word, names)


def _rules(
    profile: dict[str, Any], here: str, names: Names, there: str, others: Names
) -> Iterator[Problem]:
    for step, name in _keys(profile, here):
        place: Place = ("profile", here, step)
        if name in others:
            yield Problem(place, "elsewhere", {"near": f"profile.{there}"})
        elif name not in names:
            yield _unknown(place, name, names)


def _unknown(place: Place, word: str, names: Names) -> Problem:
    near = names.near(word)
    return Problem(place, "unknown_name_near" if near else "unknown_name", near=near)


def _twice(at: Place, named: Named) -> Iterator[Problem]:
    seen: set[str] = set()
    for step, name in named:
        if name in seen:
            yield Problem((*at, step), "twice")
        seen.add(name)


def _inside(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _items(holder: dict[str, Any], name: str) -> list[tuple[str | int, str]]:
    value = holder.get(name)
    listed = value[:MOST_PROBLEMS] if isinstance(value, list) else []
    return [(i, v) for i, v in enumerate(listed) if isinstance(v, str)]


def _keys(holder: dict[str, Any], name: str) -> list[tuple[str | int, str]]:
    return [(key, key) for key in list(_inside(holder, name))[:MOST_PROBLEMS]]


def _one(holder: dict[str, Any], name: str) -> list[tuple[str | int, str]]:
    value = holder.get(name)
    return [(name, value)] if isinstance(value, str) else []

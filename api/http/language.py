"""In which language to answer: as the body says, else as the browser asks, else the office's."""

from __future__ import annotations

from data.vocabulary import Language


def accepted_language(header: str, otherwise: Language) -> Language:
    """The best language of an Accept-Language header that the service speaks.

    >>> accepted_language("en-GB,en;q=0.9,zh;q=0.5", Language.ZH)
    <Language.EN: 'en'>
    >>> accepted_language("fr", Language.ZH)
    <Language.ZH: 'zh'>
    """
    best, weight = otherwise, 0.0
    for part in header.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        spoken = tag.strip().lower().partition("-")[0]
        quality = _quality(parameter)
        if spoken in tuple(Language) and quality > weight:
            best, weight = Language(spoken), quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def said_in_body(body: object) -> Language | None:
    """The language a body asks for, whatever else is wrong with it."""
    asked = body.get("language") if isinstance(body, dict) else None
    return Language(asked) if asked in ("zh", "en") else None

"""Skills, places, pay and lines of text in the shapes in which tools write them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.kit.words.text import clean

LONGEST_LINE = 200
_LONGEST_SKILL = 100
_MOST_SKILLS = 60
_SEPARATORS = re.compile(r"[,;\n•|·]")
_NAMES = ("name", "title", "skill", "label", "value", "text")
_DESIRED = re.compile(r"prefer|nice|desir|optional|bonus|plus", re.I)
_PLACE = (
    ("city", "addressLocality", "town", "locality"),
    ("region", "addressRegion", "state", "province"),
    ("countryCode", "addressCountry", "country"),
)
_LOWEST = ("minimum", "min", "minValue", "from", "low", "lower")
_HIGHEST = ("maximum", "max", "maxValue", "to", "high", "upper")
_EXACT = ("value", "amount", "salary")
_CURRENCY = ("currency", "currencyCode", "currency_type")
_PERIOD = ("unitText", "period", "interval", "unit", "per")
_REMOTE = {
    **dict.fromkeys(("full", "remote", "fully remote", "yes", "true", "telecommute"), "FULL"),
    **dict.fromkeys(("hybrid", "partial"), "HYBRID"),
    **dict.fromkeys(("none", "no", "false", "onsite", "on-site", "on site", "office"), "NONE"),
}


class Unread(NamedTuple):
    """Value of a posting that is not taken: where it is, and why."""

    field: str
    reason: str = "Not understood; left out."


class Skills(NamedTuple):
    required: list[str]
    desired: list[str]
    unread: list[Unread]


def line_of(value: object) -> str:
    """Return text or a number as one clean line; empty for all else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.10g}"
    return " ".join(clean(value).split()) if isinstance(value, str) else ""


def lines_of(value: object) -> list[str] | None:
    """Return the lines of a text or of a list of texts and named objects; None if it is neither."""
    if isinstance(value, str):
        return [text] if (text := clean(value)) else []
    if not isinstance(value, list):
        return [] if value is None else None
    lines = [clean(each) if isinstance(each, str) else _named(each) for each in value]
    return (
        None
        if any(not line and value[at] not in ("", None) for at, line in enumerate(lines))
        else _some(lines)
    )


def skills_of(value: object) -> Skills:
    """Return the skills of a text, a list of texts or objects, or an object; each once, of at most 100 characters."""
    required: list[str] = []
    desired: list[str] = []
    unread: list[Unread] = []
    for path, each in _skill_items(value):
        if isinstance(each, Mapping):
            name, keywords = _named(each), _keywords(each.get("keywords"))
            required += [name] if name else []
            desired += keywords or []
            if keywords is None or not (name or keywords):
                unread.append(Unread(path if keywords is not None else f"{path}.keywords"))
        elif name := line_of(each):
            (desired if _DESIRED.search(path) else required).append(name)
        elif each not in ("", None):
            unread.append(Unread(path))
    return Skills(_distinct(required, unread), _distinct(desired, unread), unread)


def _skill_items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, str):
        yield from (("skills", part) for part in _SEPARATORS.split(value))
    elif isinstance(value, Mapping) and not _named(value):
        for key, inner in value.items():
            parts = _SEPARATORS.split(inner) if isinstance(inner, str) else inner
            items = parts if isinstance(parts, list) else [parts]
            yield from ((f"skills.{line_of(key)[:40]}", each) for each in items)
    elif isinstance(value, list):
        yield from ((f"skills[{at}]", each) for at, each in enumerate(value))
    else:
        yield "skills", value


def _keywords(value: object) -> list[str] | None:
    if isinstance(value, str):
        return _some(line_of(part) for part in _SEPARATORS.split(value))
    lines = lines_of(value)
    return None if lines is None else _some(map(line_of, lines))


def _distinct(names: Sequence[str], unread: list[Unread]) -> list[str]:
    """Return each once; report what is too long for a skill, as a sentence is, and what is too many."""
    kept: dict[str, str] = {}
    for name in names:
        if len(name) <= _LONGEST_SKILL:
            kept.setdefault(name.casefold(), name)
        else:
            unread.append(Unread("skills", f"Longer than {_LONGEST_SKILL} characters; left out."))
    if len(kept) > _MOST_SKILLS:
        unread.append(Unread("skills", f"More than {_MOST_SKILLS} skills; the rest is left out."))
    return list(kept.values())[:_MOST_SKILLS]


def place_of(value: object) -> str | None:
    """Return a place as a line: a text, an address, an object that holds one, or a list of them."""
    if isinstance(value, list):
        return "; ".join(dict.fromkeys(_some(place_of(each) or "" for each in value))) or None
    if not isinstance(value, Mapping):
        return line_of(value) or None
    parts = [_first(value, keys) for keys in _PLACE]
    found = ", ".join(dict.fromkeys(_some(parts)))
    if not found and isinstance(value.get("address"), Mapping):
        found = place_of(value["address"]) or ""
    return found or line_of(value.get("address")) or _named(value) or line_of(value.get("postalCode")) or None


def pay_of(value: object) -> str | None:
    """Return pay as the text that ``read_salary`` reads: "60000 – 80000 EUR per YEAR"; None if it is not understood."""
    if isinstance(value, list) and len(value) == 2 and all(map(line_of, value)):
        return " – ".join(map(line_of, value))
    if isinstance(value, list) and len(value) == 1:
        return pay_of(value[0])
    if not isinstance(value, Mapping):
        return line_of(value) or None
    amounts = [value[key] for key in _EXACT if isinstance(value.get(key), Mapping)]
    merged = {**value, **(amounts[0] if amounts else {})}
    least, most, exact = (_first(merged, keys) for keys in (_LOWEST, _HIGHEST, _EXACT))
    if least or most:
        sums = f"{least} – {most}" if least and most else f"from {least}" if least else f"up to {most}"
    else:
        sums = exact or line_of(merged.get("text"))
    period = re.sub(r"^per[- ]|[- ]salary$|[- ]wage$", "", _first(merged, _PERIOD), flags=re.I)
    return (
        " ".join(_some((sums, _first(merged, _CURRENCY), f"per {period}" if period else "")))
        if sums
        else None
    )


def remote_of(value: object) -> str | None:
    """Return ``FULL``, ``HYBRID`` or ``NONE``; None for what says none of them."""
    return _REMOTE.get(str(value).strip().lower()) if isinstance(value, str | bool) else None


def _first(value: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the first of the keys that says something, also as an object with a name."""
    found = (line_of(value.get(key)) or _named(value.get(key)) for key in keys)
    return next(filter(None, found), "")


def _named(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next(filter(None, (line_of(value.get(key)) for key in _NAMES)), "")


def _some(lines: Any) -> list[str]:
    return [line for line in lines if line]

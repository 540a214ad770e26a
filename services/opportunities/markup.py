"""Markup in files of postings, turned into text."""

import re
from collections.abc import Iterator
from html import unescape

_TAGS = """
a abbr address article aside b big blockquote body br button caption center cite code col colgroup dd del details dfn
div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label
li link main mark meta nav noscript o:p ol p picture pre q s samp script section select small source span strike strong
style sub summary sup svg table tbody td tfoot th thead title tr tt u ul var video
"""
_NAMES = frozenset(_TAGS.split())
_BLOCK_TAGS = """
address article aside blockquote body caption center dd details div dl dt figure footer form h1 h2 h3 h4 h5 h6 header
hr html main nav ol p pre section table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN = frozenset(("script", "style", "head", "iframe", "noscript", "svg"))
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*)(?=[\s/>])[^<>]*>|<!(?:--[^<>]*--|[A-Za-z][^<>]*)>")
_ALONE = frozenset(("br", "p", "li", "hr", "img"))  # they need no end
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NOT_TEXT = frozenset(
    ("id", "externalId", "url", "canonical", "hostedUrl", "applyUrl", "absolute_url", "@context")
)
_DEEPEST = 6


def as_text(text: str) -> str:
    """Return a text without its HTML: paragraphs and list items as lines, entities as characters.

    Text without an HTML element keeps its "<" and ">". Escaped markup, as some boards send it, counts as markup.
    """
    if _is_markup(text):
        return _stripped(text)
    plain = _entities(text)
    return _stripped(plain) if _is_markup(plain) else plain


def without_markup(value: object, depth: int = 0) -> object:
    """Return a JSON value whose texts have no markup; addresses and ids stay as they are."""
    if isinstance(value, str):
        return as_text(value) if "<" in value or "&" in value else value
    if depth >= _DEEPEST:  # nothing below is read
        return value
    if isinstance(value, list):
        return [without_markup(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {
            key: each if key in _NOT_TEXT else without_markup(each, depth + 1) for key, each in value.items()
        }
    return value


def _is_markup(text: str) -> bool:
    """Return True for an end tag of HTML, or an element that needs none."""
    return any(
        (tag[1] == "/" and tag[2].lower() in _NAMES) or tag[2].lower() in _ALONE
        for tag in _TAG.finditer(text)
        if tag[2]
    )


def _stripped(text: str) -> str:
    if any(tag[2] and tag[2].lower() in _BLOCKS | {"li", "br"} for tag in _TAG.finditer(text)):
        text = re.sub(r"\s+", " ", text)
    lines = "".join(_parts(text)).split("\n")
    joined = "\n".join(" ".join(line.split()) for line in lines)
    return _entities(re.sub(r"\n{3,}", "\n\n", joined).strip()).replace("\xa0", " ")


def _parts(text: str) -> Iterator[str]:
    """Yield the text between tags, and what stands for a tag."""
    unseen = ""  # the element whose content is not shown
    end = 0
    for tag in _TAG.finditer(text):
        name = (tag[2] or "").lower()
        if not unseen:
            yield text[end : tag.start()]
        if name and name not in _NAMES:
            yield "" if unseen else tag[0]
        elif unseen:
            unseen = "" if tag[1] and name == unseen else unseen
        elif name in _UNSEEN and not tag[1] and not tag[0].endswith("/>"):
            unseen = name
        else:
            yield _in_place_of(name, bool(tag[1]))
        end = tag.end()
    if not unseen:
        yield text[end:]


def _in_place_of(name: str, ending: bool) -> str:
    if name == "li":
        return "" if ending else "\n- "
    if name in ("td", "th"):
        return " "
    return "\n" if name in _BLOCKS or name == "br" else ""


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda found: unescape(found[0]), text)

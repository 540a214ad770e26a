"""The one filter for a model's words before people see them: no link leads anywhere, and nothing is hidden.

A model may have been told by a posting what to write. What a browser, a mail program or a chat would make a link
of is taken out: addresses with a scheme, markdown links, e-mail and IP addresses whole; of a bare domain name the
dots, so that the name can still be read. Every other word stays as it is, byte by byte.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from services.kit.words.text import clean, without_invisible

Known = Callable[[str], bool]
"""Says of a domain name that the person wrote it: Socket.io is no link when it is their skill."""

_DOTS = str.maketrans({"。": ".", "․": ".", "‧": ".", "·": "."})
_SCHEMES = (
    "blob|facetime|ftps?|https?|javascript|magnet|mailto|sips?|skype|sms|steam|tel|tg|urn|vbscript|view-source|whatsapp"
    "|wss?|xmpp"
)
_WRITTEN_APART = re.compile(
    r"(?<=\w)\s*[:：]\s*[/／]\s*[/／]\s*(?=\S)|(?<=\bwww)\s*[.．]\s*(?=\S)", re.IGNORECASE
)
# Blanks, and what separates words where no blanks are written. The full stop 。 may be the dot of a domain.
BOUNDARY = re.compile(r"((?:[\s，、！？；（）「」『』《》]|。(?![\x00-\x7f]))+)")
# Whole, with what follows up to the next blank: it may be a path.
_ADDRESS = re.compile(
    rf"\w[\w+.-]{{0,40}}:/\S*|(?<![\w:/])//+\w\S*|\b(?:{_SCHEMES}):\S+|\bdata:\w*[/;,]\S*|\bwww\.\S+|\\\\\w+\\\S*"
    r"|[\w.+'%-]{1,64}@(?:[\w-]+\.)+[\w-]+|[\w.+'%-]{1,64}@\[[^\]]*\]"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])(?::\d+)?(?:/\S*)?|\blocalhost[:/]\S+",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(
    r"(?<=\])\s*\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)?|(?<=\]):\S+|<(?:a|img|iframe)\b[^>]*>?"
)
_OTHER = r"[^\x00-\x7f\s«»“”„‘’–—…、，！？；：（）「」『』《》]"  # letters, their marks and pictures, in any script
_DOMAIN = re.compile(
    rf"(?<![\w@.])(?P<name>(?:(?:[\w-]|{_OTHER})+\.)+(?P<last>xn--[a-z0-9-]+|(?:[a-z]|{_OTHER}){{2,}}))(?![\w-])"
    r"(?P<path>(?::\d+)?(?:[/?#]\S*)?)",
    re.IGNORECASE,
)
SUSPICIOUS = re.compile(r"[^\w\s,;!'\"“”‘’()«»…–—-]")
# Where a sentence without a blank after its full stop goes on, rather than a domain ends.
_GOING_ON = frozenset(
    [
        "Am",
        "As",
        "At",
        "Be",
        "By",
        "Do",
        "Es",
        "Id",
        "In",
        "Is",
        "It",
        "La",
        "Me",
        "My",
        "No",
        "So",
        "To",
        "Us",
    ]
)
_NO_DOMAINS = frozenset(
    ["ASP.NET", "VB.NET", "ADO.NET", "ML.NET", "README.md", "B.Sc", "M.Sc", "D.Sc", "B.Ed", "M.Ed", "Dr.med"]
)
_MOST_PASSES = 4


def known_in(*texts: str) -> Known:
    """A test: is this address written in one of these texts, whatever its case?"""
    written = "\n".join(texts).casefold()
    return lambda name: name.casefold() in written


def presentable(text: str, known: Known = lambda _name: False) -> str:
    """The text as people may see it: ``clean``, and with nothing that is or becomes a link."""
    return clean(without_links(clean(text.encode("utf-8", "ignore").decode()), known))


def holds_link(text: str, known: Known = lambda _name: False) -> bool:
    """The text has something that ``without_links`` would take out."""
    return without_links(text, known) != text


def without_links(text: str, known: Known = lambda _name: False) -> str:
    """The text with each link taken out, else as it is. What is left when one goes may be another: it goes too."""
    for _ in range(_MOST_PASSES):
        shorter = _once(text, known)
        if shorter == text:
            return text
        text = shorter.strip()
    return " ".join(word for word in text.split() if not SUSPICIOUS.search(word))


def _once(text: str, known: Known) -> str:
    text = _WRITTEN_APART.sub(lambda found: "".join(found.group().split()), text)
    if not SUSPICIOUS.search(text):
        return text
    parts = BOUNDARY.split(text)
    changed = [part if at % 2 else without_links_in_word(part, known) for at, part in enumerate(parts)]
    if changed == parts:
        return text
    kept: list[str] = []
    for before, word in zip(["", *changed[1::2]], changed[::2], strict=True):
        kept += [before, word] if word or not before else []
    return "".join(kept)


def without_links_in_word(word: str, known: Known) -> str:
    """One word (text between two blanks) without the links in it."""
    if not word or not SUSPICIOUS.search(word):
        return word
    seen = _seen(word)
    left = _ADDRESS.sub("", _MARKDOWN.sub("", seen))
    left = _DOMAIN.sub(lambda found: _domain(found, known), left)
    return word if left == seen else left.strip("<>")


def _seen(word: str) -> str:
    """As a program reads it that looks for links."""
    plain = unicodedata.normalize("NFKC", without_invisible(word)).translate(_DOTS)
    return plain if "&" not in plain else html.unescape(plain)


def _domain(found: re.Match[str], known: Known) -> str:
    name, last, path = found["name"], found["last"], found["path"]
    if name in _NO_DOMAINS or not _top_level(last) or (not path and known(name)):
        return found.group()
    if path:
        return ""
    before = name[: -len(last) - 1]
    if last in _GOING_ON and before[-1:].islower() and "." not in before:
        return f"{before}. {last}"
    return name.replace(".", " ")


def _top_level(label: str) -> bool:
    label = label.lower()
    if label.startswith("xn--"):
        return True
    names, foreign = _top_levels()
    return label in names if label.isascii() else label.startswith(foreign)


@cache
def _top_levels() -> tuple[frozenset[str], tuple[str, ...]]:
    """All top-level domains, and those in other scripts as they are written."""
    lines = files("services.safety").joinpath("top_level_domains.txt").read_text("utf-8").splitlines()
    names = frozenset(line for line in lines if line and not line.startswith("#"))
    foreign = (name.removeprefix("xn--").encode().decode("punycode") for name in names if name[:4] == "xn--")
    return names, tuple(foreign)

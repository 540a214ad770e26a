"""Names of skills in several languages, one skill a line of ``skills.tsv``; docs/reference.md says how one is added.

Names of tools and standards are the same everywhere and need no line. A name must mean nothing else in another
language, since words are compared before anybody knows the language of their text.
"""

from collections.abc import Iterator
from importlib.resources import files


def translations() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return each skill in English, with its names in the other languages."""
    text = (files(__package__) / "skills.tsv").read_text("utf-8")
    for line in text.splitlines()[1:]:
        english, *columns = line.split("\t")
        yield english, tuple(name.strip() for column in columns for name in column.split(",") if name.strip())

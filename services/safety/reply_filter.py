"""A model's reply on its way to the person, word by word: without links, and ended when it speaks of distress."""

from services.kit.words.text import without_hidden
from services.safety.distress import distress_in, may_end_phrase
from services.safety.links import BOUNDARY, SUSPICIOUS, Known, without_links_in_word

_LOOKING_BACK = 300  # characters: longer than any phrase
_WORDS_AFTER = 4  # may show that something else was meant
_ENDING = (
    ".:!?…"  # of a sentence, as far as one can tell: what goes on after it is looked at as one word with it
)
_LONGEST_HELD = 2_000  # characters without a blank


class ReplyFilter:
    """Gives each word as soon as it is sure that it is no link, however the reply is cut into pieces.

    ``distress`` is the language of the distress that the reply speaks of: it is to end then.
    """

    def __init__(self, known: Known) -> None:
        self.distress: str | None = None
        self._known = known
        self._word = ""  # since the last blank
        self._given = 0  # characters of it
        self._said = ""
        self._look_in: int | None = None  # so many words

    def feed(self, piece: str) -> str:
        """The text that may be shown now."""
        parts = BOUNDARY.split(self._word + piece)
        if len(parts) > 2 and not parts[-1] and parts[-2].endswith("。"):
            parts[-3:] = [parts[-3] + parts[-2]]  # what comes next tells whether it is the dot of a domain
        shown = ""
        for at in range(0, len(parts) - 1, 2):
            shown += self._end_word(parts[at]) + without_hidden(parts[at + 1])
        self._word = parts[-1]
        if len(self._word) > _LONGEST_HELD:
            shown += self._end_word(self._word)
        elif not SUSPICIOUS.search(self._word.rstrip(_ENDING)):
            shown += self._word[self._given :]
            self._given = len(self._word)
        return shown

    def finish(self) -> str:
        """The text that was held back, at the end of the reply."""
        shown = self._end_word(self._word)
        if self._look_in is not None:
            self.distress = self.distress or distress_in(self._said)
        return shown

    def _end_word(self, word: str) -> str:
        given, self._word, self._given = word[: self._given], "", 0
        self._look_back(word)
        word = without_links_in_word(without_hidden(word), self._known)
        return word[len(given) :] if word.startswith(given) else ""

    def _look_back(self, word: str) -> None:
        self._said = f"{self._said} {word}"[-_LOOKING_BACK:]
        if self._look_in is None:
            self._look_in = _WORDS_AFTER if word and may_end_phrase(word) else None
            return
        self._look_in -= 1
        if self._look_in == 0:
            self.distress = self.distress or distress_in(self._said)
            self._look_in = None

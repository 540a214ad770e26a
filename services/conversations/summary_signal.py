"""Signal of the model that it has summed up: a marker at the end of its reply, which no client sees."""

import re

MARKER = "[[SUMMARY]]"

_MARKER = re.compile(re.escape(MARKER), re.IGNORECASE)
_SURE = 3  # so much of the marker at the very end can only be a marker that the token limit cut


class SummarySignal:
    """Takes the marker out of a reply while it streams, however it is cut into pieces.

    The white space before a marker that ends the reply goes with it.
    """

    def __init__(self) -> None:
        self.signalled = False
        self._held = ""  # could be the beginning of a marker
        self._space = ""  # could stand before a marker
        self._at_marker = False

    def feed(self, piece: str) -> str:
        """Take a piece of the reply, and return the text that may be shown now."""
        *before, last = _MARKER.split(self._held + piece)
        shown = ""
        for text in before:
            shown += self._show(text)
            self.signalled = self._at_marker = True
        sure = len(last) - _begun(last)
        self._held = last[sure:]
        return shown + self._show(last[:sure])

    def finish(self) -> str:
        """Return the text held back that is no marker, at the end of the reply."""
        held, space = self._held, self._space
        self._held = self._space = ""
        if len(held) >= _SURE:
            self.signalled = True
            return ""
        return space + held if held or not self._at_marker else ""

    def _show(self, text: str) -> str:
        text = self._space + text
        shown = text.rstrip()
        self._space = text[len(shown) :]
        if shown:
            self._at_marker = False
        return shown


def without_marker(text: str) -> str:
    """The text as a client sees it."""
    signal = SummarySignal()
    return signal.feed(text) + signal.finish()


def _begun(text: str) -> int:
    """Return the number of characters at the end that could begin a marker."""
    end = text[-len(MARKER) + 1 :].upper()
    at = end.find(MARKER[0])
    while at >= 0 and not MARKER.startswith(end[at:]):
        at = end.find(MARKER[0], at + 1)
    return len(end) - at if at >= 0 else 0

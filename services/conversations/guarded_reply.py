"""A reply between the model and the person: help lines in place of coaching when the person is in distress."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from services.conversations.prompts import reply_request
from services.llm.port import ConversationSubject, Model
from services.profiles.prompt_text import profile_text
from services.safety.distress import distress_of, without_distress
from services.safety.help_lines import help_reply
from services.safety.links import known_in
from services.safety.reply_filter import ReplyFilter


class GuardedReply:
    """The reply to ``subject``; ``coaches`` is False once it has given help lines, and then nothing is extracted.

    A message of distress reaches no model, and no later prompt. A model's reply that speaks of distress itself ends
    with the help lines.
    """

    def __init__(
        self, model: Model, subject: ConversationSubject, reply_tokens: int, history_tokens: int
    ) -> None:
        """Look through what was said and make the prompt, which takes time with a long conversation."""
        self.coaches = True
        self._model = model
        self._distress = distress_of(subject.turns)
        self._subject = replace(subject, turns=without_distress(subject.turns))
        self._request = reply_request(self._subject, reply_tokens, history_tokens)

    async def pieces(self) -> AsyncGenerator[str, None]:
        """The reply as it comes, an empty piece for one that is held back. Raises ``ModelError``."""
        if self._distress is not None:
            yield self._help(self._distress)
            return
        said = (turn.text for turn in self._subject.turns if turn.role == "user")
        checked = ReplyFilter(known_in(profile_text(self._subject.profile), *said))
        async with aclosing(self._model.stream_text(self._request)) as pieces:
            async for piece in pieces:
                yield checked.feed(piece)
                if checked.distress is not None:
                    break
        yield checked.finish()
        if checked.distress is not None:
            yield "\n\n" + self._help(checked.distress)

    def _help(self, language: str) -> str:
        self.coaches = False
        return help_reply(language, self._subject.profile.location.country_code)

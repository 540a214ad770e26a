"""Webhooks of the issuer about its users: signed as Standard Webhooks says, in the shape of Clerk's events.

Events come late, twice and in any order. For each user the newest moment that was taken is kept, so that what is
older, or the same again, changes nothing.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from standardwebhooks import Webhook, WebhookVerificationError

from db.profiles import ProfileRecord
from db.webhooks import HeardRecord, WebhookStore
from services.identity.callers import person_of
from services.identity.revocations import Revocations
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import FootholdError, InvalidInput, NotFound
from services.kit.ids import derived_id, profile_id_of
from services.profiles.checking import check_text
from services.profiles.profiles import Profiles
from services.profiles.sections import TEXTS

log = structlog.get_logger()

_KEPT = timedelta(days=365)
_KEPT_OF_DELETED = timedelta(days=30)
_HEADERS = ("id", "timestamp", "signature")
_SESSION_ENDS = frozenset({"session.ended", "session.removed", "session.revoked"})

Forget = Callable[[str], Awaitable[object]]
"""Deletes everything of the person with this user id, and ends their tokens. May be repeated."""


class Forged(FootholdError):
    """Nobody who knows the secret has signed this, or it was signed too long ago. Why stays here."""

    code = "INVALID_SIGNATURE"

    def __init__(self) -> None:
        super().__init__("The signature is invalid or too old.")


@dataclass(frozen=True, slots=True)
class Event:
    """An event that is signed. ``data`` is what it is about, as the issuer shows it."""

    type: str
    moment: datetime
    data: Mapping[str, Any]


class UserWebhooks:
    """Takes events. ``secret`` is in base 64, with or without ``whsec_`` before it."""

    def __init__(
        self,
        secret: str,
        store: WebhookStore,
        *,
        profiles: Profiles,
        revocations: Revocations,
        forget: Forget,
    ) -> None:
        self._webhook = Webhook(secret)
        self._store = store
        self._profiles = profiles
        self._revocations = revocations
        self._forget = forget

    async def receive(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take an event, or see that it was taken. Raises ``Forged``, ``InvalidInput`` or ``Conflict``.

        ``headers`` have lower-case names; svix's own names for them are good too.
        """
        event = self._event(headers, body)
        if event.type in _SESSION_ENDS:
            user_id = _user_id(event.data, "user_id")
            await self._revocations.revoke_session(user_id, _session(event.data))
        elif event.type in ("user.created", "user.updated", "user.deleted"):
            await self._about_user(event, _user_id(event.data, "id"))
        else:
            log.info("webhook.ignored")  # an issuer sends whatever it was asked to

    async def sweep(self) -> None:
        """Forget how far was heard of those who have not been spoken of for long."""
        await self._store.delete_ended(clock.now())

    def _event(self, headers: Mapping[str, str], body: bytes) -> Event:
        self._verify(headers, body)
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            raise InvalidInput("body", "Not valid JSON.") from None
        if not isinstance(found, dict) or not isinstance(found.get("type"), str):
            raise InvalidInput("type", "The event type is missing.")
        data = found.get("data")
        if not isinstance(data, dict):
            raise InvalidInput("data", "Must be an object.")
        told = found.get("timestamp") if found["type"] == "user.deleted" else data.get("updated_at")
        return Event(found["type"], _moment(told, found.get("timestamp"), _sent_at(headers)), data)

    def _verify(self, headers: Mapping[str, str], body: bytes) -> None:
        given = {
            f"webhook-{name}": headers.get(f"svix-{name}", headers.get(f"webhook-{name}", ""))
            for name in _HEADERS
        }
        try:
            self._webhook.verify(body, given, json_parse=False)
        # Beside its own error it raises what a signature or body without form makes of its parsing.
        except (WebhookVerificationError, ValueError):
            raise Forged from None

    async def _about_user(self, event: Event, user_id: str) -> None:
        attempts = Attempts("user")
        while True:
            await attempts.next()
            before = await attempts.patiently(partial(self._store.get, _key(user_id)))
            if before is not None and _is_old(event, before):
                log.info("webhook.outdated_ignored", type=event.type)
                return
            heard = HeardRecord(
                id=_key(user_id),
                version=1 if before is None else before.version + 1,
                moment=event.moment if before is None else max(event.moment, before.moment),
                deleted=event.type == "user.deleted",
                named=before is not None and before.named,
                until=clock.now() + (_KEPT_OF_DELETED if event.type == "user.deleted" else _KEPT),
            )
            if await self._store.write(heard, before):
                break
        # If this fails the event comes again, and finds that it is not done.
        named = await self._apply(event, user_id, named=heard.named)
        done = {"done": True, "named": named, "version": heard.version + 1}
        await self._store.write(heard.model_copy(update=done), heard)
        log.info("webhook.applied", type=event.type)

    async def _apply(self, event: Event, user_id: str, *, named: bool) -> bool:
        """Do what the event asks for. Returns whether the profile's name is the person's own matter from now on."""
        if event.type == "user.deleted":
            await self._forget(user_id)
            return True
        if event.data.get("banned") is True:
            await self._revocations.revoke_person(user_id)
        name = _name(event.data)
        if named or name is None:
            return named

        def fill(profile: ProfileRecord) -> ProfileRecord:
            return profile if profile.name is not None else profile.model_copy(update={"name": name})

        try:
            await self._profiles.apply(profile_id_of(user_id), fill)
        except NotFound:
            return False  # whoever has not used Foothold has nothing here
        return True


def _is_old(event: Event, heard: HeardRecord) -> bool:
    """Return True if what was heard of the user already makes this event mean nothing any more."""
    if heard.deleted:
        return heard.done or event.type != "user.deleted"
    if event.type == "user.deleted":
        return False
    return event.moment < heard.moment or (event.moment == heard.moment and heard.done)


def _key(user_id: str) -> str:
    return derived_id("webhook", user_id)


def _user_id(data: Mapping[str, Any], name: str) -> str:
    user_id = person_of(data.get(name))
    if user_id is None:
        raise InvalidInput(f"data.{name}", "Must be a user id.")
    return user_id


def _session(data: Mapping[str, Any]) -> str:
    session = data.get("id")
    if not isinstance(session, str) or not session:
        raise InvalidInput("data.id", "Must be a session id.")
    return session


def _name(data: Mapping[str, Any]) -> str | None:
    """The person's name, None when there is none that a profile could have."""
    parts = (data.get("first_name"), data.get("last_name"))
    name = " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
    try:
        return check_text(TEXTS["name"], name, "data.first_name") if name else None
    except InvalidInput:
        return None


def _sent_at(headers: Mapping[str, str]) -> float:
    return float(headers.get("svix-timestamp", headers.get("webhook-timestamp", ""))) * 1000


def _moment(*told: object) -> datetime:
    """The first of these that says a moment, in milliseconds since 1970."""
    for value in told:
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return datetime.fromtimestamp(value // 1 / 1000, UTC)
            except (ValueError, OverflowError, OSError):
                continue
    raise InvalidInput("timestamp", "Must be a time in milliseconds since 1970.")

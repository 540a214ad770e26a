"""Trusted documents: those that a client's build has listed, known by an id.

A request names one by ``documentId`` (GraphQL over HTTP, appendix "Persisted Documents"), or by
``extensions.persistedQuery.sha256Hash`` without a text. Nothing is added while the server runs.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import GraphQLSyntaxError, parse

from resolvers.execution.document_cost import DocumentRefused
from services.kit.errors import InvalidInput

PREFIX = "sha256:"
_SETTING = "FOOTHOLD_TRUSTED_DOCUMENTS"
_HEX = frozenset("0123456789abcdef")


class DocumentId(str):
    """Stands where a document's text does, until it is looked up."""

    __slots__ = ()


def document_id(text: str) -> str:
    """The id of a document: ``sha256:`` and the hash of its text, in hexadecimal."""
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()


def asked_document(request: Mapping[str, Any]) -> Any:
    """Return the document in a request's parameters: its text, a ``DocumentId``, or None for neither.

    Something that is no string is returned as it is; a text beside ``documentId`` raises ``ValueError``.
    """
    text, id_ = request.get("query"), request.get("documentId")
    if id_ is not None:
        if text is not None or not isinstance(id_, str):
            raise ValueError("Pass either `query` or `documentId` as a string")
        return DocumentId(id_)
    if text is None and isinstance(extensions := request.get("extensions"), Mapping):
        persisted = extensions.get("persistedQuery")
        hash_ = persisted.get("sha256Hash") if isinstance(persisted, Mapping) else None
        if isinstance(hash_, str):
            return DocumentId(PREFIX + hash_)
    return text


@dataclass(frozen=True, slots=True)
class TrustedDocuments:
    """The documents' texts by id. ``only``: nothing else is answered, not even for those who are signed in."""

    texts: Mapping[str, str] = field(default_factory=dict)
    only: bool = False
    _known: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(self.texts.values()))

    @classmethod
    def load(cls, *paths: Path | None, only: bool) -> "TrustedDocuments":
        """Read JSON objects of texts by id, as the client preset's ``persisted-documents.json``.

        Raises ``InvalidInput`` naming the setting, and ``OSError``.
        """
        if only and not any(paths):
            raise InvalidInput("FOOTHOLD_TRUSTED_ONLY", f"Needs {_SETTING}.")
        texts: dict[str, str] = {}
        for path in paths:
            if path is not None:
                texts |= _listed(path)
        return cls(texts, only)

    def asked_document(self, request: Mapping[str, Any]) -> Any:
        """``asked_document``, and for the id of a known one its text."""
        asked = asked_document(request)
        return self.texts.get(asked, asked) if isinstance(asked, DocumentId) else asked

    def text(self, asked: str) -> str:
        """The text to be executed. Raises ``DocumentRefused``."""
        if isinstance(asked, DocumentId):
            if (text := self.texts.get(asked)) is None:
                raise DocumentRefused("No document has this id.", "PERSISTED_QUERY_NOT_FOUND")
            return text
        if self.only and asked not in self._known:
            raise DocumentRefused("This server answers trusted documents only.", "DOCUMENT_NOT_TRUSTED")
        return asked


def _listed(path: Path) -> dict[str, str]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise InvalidInput(_SETTING, "The file is not valid JSON.") from None
    if not isinstance(manifest, dict):
        raise InvalidInput(_SETTING, "The file must be an object of documents by id.")
    return {_checked_id(id_, text): text for id_, text in manifest.items()}


def _checked_id(id_: str, text: object) -> str:
    """The id that requests use: a bare hash of the text, as the preset writes it, gets its prefix."""
    if not isinstance(text, str):
        raise InvalidInput(_SETTING, f"{id_[:80]}: Must be text.")
    try:
        parse(text, no_location=True)
    except GraphQLSyntaxError:
        raise InvalidInput(_SETTING, f"{id_[:80]}: Not a GraphQL document.") from None
    named = id_ if ":" in id_ or not (len(id_) == 64 and _HEX.issuperset(id_)) else PREFIX + id_
    if named.startswith(PREFIX) and named != document_id(text):
        raise InvalidInput(_SETTING, f"{id_[:80]}: Not the hash of the document.")
    return named


def manifest_of(texts: Iterable[str]) -> str:
    """The manifest of documents, as JSON."""
    return json.dumps(dict(sorted((document_id(text), text) for text in texts)), indent=2, ensure_ascii=False)

"""Builds the search by vectors."""

from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from db.learnt_postings import LearntPostingStore
from db.opportunities import OpportunityStore
from db.posting_vectors import COLLECTION
from services.embeddings.bundled import BundledEmbedder, bundled_version
from services.embeddings.port import Embedder
from services.embeddings.remote import RemoteEmbedder
from services.embeddings.similar import SimilarSearch
from services.matching.shortlist import Shortlist
from services.registry import Deps, Room, Turn

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EmbeddingOptions:
    """``url``: base address of a server in OpenAI's shape, None for the extra's model where it is installed."""

    url: str | None
    key: str | None = field(repr=False)
    model: str


def build(deps: Deps) -> Room:
    """Return ``SimilarSearch``. Takes ``EmbeddingOptions``."""
    embedder = chosen(deps.options[EmbeddingOptions])
    similar = SimilarSearch(
        embedder,
        deps[Shortlist],
        OpportunityStore(deps.database),
        LearntPostingStore(deps.database, COLLECTION),
    )
    if embedder is None:
        return Room(services=[similar])
    log.info("embeddings.selected", model=embedder.model)
    return Room(services=[similar], chores={Turn.LEARNING: [similar.catch_up]}, running=[aclosing(embedder)])


def chosen(options: EmbeddingOptions) -> Embedder | None:
    """Return the configured server, else the extra's model, else None."""
    if options.url is not None:
        return RemoteEmbedder(options.url, options.key, options.model)
    found = bundled_version()
    return None if found is None else BundledEmbedder(found)

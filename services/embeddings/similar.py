"""Opportunities that are about what a text is about, whatever its words: found by vectors, made in the background."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog

from db.learnt_postings import LearntPostingRecord, LearntPostingStore
from db.opportunities import OpportunityRecord, OpportunityStore
from services.embeddings.comparing import nearest
from services.embeddings.port import Embedder
from services.kit.errors import FootholdError, InvalidInput, NotConfigured
from services.kit.offloading import offloaded
from services.kit.words.text import encodable
from services.llm.port import ModelError, ModelReplyInvalid
from services.llm.retrying import Backoff, retry_busy
from services.matching.shortlist import Shortlist

log = structlog.get_logger()

SETTING = "FOOTHOLD_EMBEDDINGS_URL"
LONGEST_TEXT = 1_000
_DESCRIBED = 300
"""Characters of a description that are embedded: its subject stands at the beginning."""
_ALL_FROM = 500
_LOOK_AGAIN = 5.0
_WORKING = 10.0
"""Seconds for which one turn goes on: the turn is another process's after twice that."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Open postings and their likeness to a text, -1 to 1, best first; ``pending`` have no vector of the model yet."""

    found: list[tuple[OpportunityRecord, float]]
    pending: int
    model: str


class EmbeddingFailed(FootholdError):
    """Failure of the model or server that makes vectors. Trying again is safe."""

    code = "MODEL_FAILED"
    passing = True

    def __init__(self, error: ModelError) -> None:
        super().__init__(f"The text could not be compared: {error.reason}.")


class SimilarSearch:
    """Finds opportunities by vectors. ``embedder``: None where neither a server nor the extra is there."""

    def __init__(
        self,
        embedder: Embedder | None,
        shortlist: Shortlist,
        opportunities: OpportunityStore,
        vectors: LearntPostingStore,
        *,
        backoff: Backoff | None = None,
    ) -> None:
        self._embedder = embedder
        self._shortlist = shortlist
        self._opportunities = opportunities
        self._store = vectors
        self._backoff = backoff or Backoff(tries=3, first=0.3, longest=5.0)
        self._vectors: dict[str, tuple[str, bytes]] = {}
        self._looking = asyncio.Lock()
        self._looked = float("-inf")

    async def search(self, text: str, most: int) -> Similar:
        """Return the open opportunities nearest to a text, at most so many.

        Raises ``NotConfigured``, ``InvalidInput`` and ``EmbeddingFailed``.
        """
        if self._embedder is None:
            raise NotConfigured(
                SETTING, f"Comparing texts by what they mean is not set up here: it needs {SETTING}."
            )
        asked = " ".join(text.split())
        if not asked or len(asked) > LONGEST_TEXT or not encodable(asked):
            raise InvalidInput("text", f"Must have 1 to {LONGEST_TEXT} characters.")
        try:
            (vector,) = await self._embedded(self._embedder, [asked], question=True)
        except ModelError as error:
            log.warning("embeddings.failed", code=error.code, reason=error.reason)
            raise EmbeddingFailed(error) from None
        rows, missing = await self._look(self._embedder)
        found = dict(await nearest(vector, rows, most))
        records = {record.id: record for record in await self._opportunities.get_many(list(found))}
        shown = [(records[id_], likeness) for id_, likeness in found.items() if id_ in records]
        return Similar(shown, len(missing), self._embedder.model)

    async def catch_up(self) -> None:
        """Embed the open postings that have no vector of the present model, for some seconds: the next turn goes on.

        A posting that changed, and all of them after a change of model, have none. What fails is tried in the next.
        """
        if self._embedder is None:
            return
        began = monotonic()
        _, missing = await self._look(self._embedder, now=True)
        done = 0
        for start in range(0, len(missing), self._embedder.batch):
            if monotonic() - began > _WORKING:
                break
            try:
                done += await self._learn(self._embedder, missing[start : start + self._embedder.batch])
            except ModelError as error:
                log.warning("embeddings.failed", code=error.code, reason=error.reason)
                break
        if done:
            log.info("embeddings.stored", number=done, left=len(missing) - done)

    async def _learn(self, embedder: Embedder, ids: Sequence[str]) -> int:
        records = await self._opportunities.get_many(ids)
        if not records:
            return 0
        vectors = await self._embedded(embedder, [text_of(record) for record in records])
        known = next((len(kept) for _, kept in self._vectors.values()), len(vectors[0]))
        if len(vectors[0]) != known:
            raise ModelReplyInvalid("the vectors have another length than those before")
        kept = [
            LearntPostingRecord(id=record.id, digest=record.digest, version=embedder.model, form=vector)
            for record, vector in zip(records, vectors, strict=True)
        ]
        await self._store.write(kept)
        async with self._looking:
            self._take(kept)
        return len(kept)

    async def _embedded(
        self, embedder: Embedder, texts: Sequence[str], *, question: bool = False
    ) -> list[bytes]:
        return await retry_busy(lambda: embedder.embed(texts, question=question), self._backoff)

    async def _look(
        self, embedder: Embedder, *, now: bool = False
    ) -> tuple[list[tuple[str, bytes]], list[str]]:
        """Return the vectors of the open postings, by their ids, and the ids of those that have none.

        Others' vectors are taken in every few seconds, and at once with ``now``.
        """
        async with self._looking:
            digests = await self._shortlist.open_digests()
            missing = await offloaded(self._without, digests)
            if missing and (now or monotonic() - self._looked > _LOOK_AGAIN):
                self._looked = monotonic()
                few = len(missing) <= _ALL_FROM
                kept = self._store.some(missing, embedder.model) if few else self._store.all(embedder.model)
                self._take([each async for each in kept if digests.get(each.id) == each.digest])
                missing = [id_ for id_ in missing if id_ not in self._vectors]
            return await offloaded(lambda: [(id_, one) for id_, (_, one) in self._vectors.items()]), missing

    def _without(self, digests: Mapping[str, str]) -> list[str]:
        """Forget the vectors of postings that closed or changed; return the ids of those that have none."""
        self._vectors = {id_: known for id_, known in self._vectors.items() if digests.get(id_) == known[0]}
        return [id_ for id_ in digests if id_ not in self._vectors]

    def _take(self, kept: Sequence[LearntPostingRecord]) -> None:
        self._vectors |= {record.id: (record.digest, record.form) for record in kept}


def text_of(posting: OpportunityRecord) -> str:
    """Return what is embedded of a posting: its title and how its description begins."""
    described = " ".join(posting.description.split())
    return f"{posting.title}. {described[:_DESCRIBED]}"

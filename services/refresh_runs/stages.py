"""The two stages of a refresh, each repeatable, each publishing once, at its end."""

from collections.abc import Awaitable, Callable
from functools import partial

from db.profiles import ProfileRecord
from db.refresh_runs import RefreshRunStore, run_id
from services.career_actions.career_actions import CareerActions
from services.career_actions.generation import generate, inputs_of
from services.career_actions.grounding import repeats
from services.kit.errors import NotFound
from services.kit.offloading import offloaded
from services.kit.retrying import steadily
from services.llm.port import GenerationSubject, Model, ModelReplyInvalid
from services.matching.asking.judge import judge
from services.matching.judging import Progress
from services.matching.matches import Matches
from services.matching.shortlist import Shortlist
from services.matching.ties import with_ties
from services.promises.causes import with_causes
from services.promises.promises import promised
from services.refresh_runs.refresh_runs import RunKeeper

_NOTHING_TO_MATCH = (
    "no open opportunity shares a word with the profile: add skills or work, or load opportunities"
)


class RefreshStages:
    """Matching and generation for a run. Neither knows of the other.

    They read and publish for as long as it takes: giving up would waste what the model's calls have cost.
    """

    def __init__(
        self,
        model: Model,
        *,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        shortlist: Shortlist,
        matches: Matches,
        career_actions: CareerActions,
        candidates: int,
        max_tokens: int,
        rules: Model,
        runs: RefreshRunStore,
    ) -> None:
        self._model = model
        self._rules = rules
        self._runs = runs
        self._profile_of = profile_of
        self._shortlist = shortlist
        self._matches = matches
        self._career_actions = career_actions
        self._candidates = candidates
        self._max_tokens = max_tokens

    async def matching(self, keeper: RunKeeper) -> None:
        """Rank, judge what was not judged before, publish all with what is promised of them."""
        published = await steadily(partial(self._matches.published, keeper.run))
        if published is None:
            profile = await self._profile(keeper)
            candidates = await steadily(partial(self._shortlist.best_for, profile, self._candidates))
            await keeper.stage("matching", total=len(candidates))

            async def on_batch(progress: Progress) -> None:
                await keeper.stage("matching", done=progress.judged)

            judged = await steadily(partial(self._matches.judged_before, profile.id))
            result = await judge(
                self._model, profile, candidates, rules=self._rules, before=judged, on_batch=on_batch
            )
            none = [] if candidates else [_NOTHING_TO_MATCH]
            await keeper.stage("matching", warnings=[*none, *result.warnings], usage=result.usage)
            kept = await promised(profile, candidates, result.judgements)
            titles = {candidate.id: candidate.title for candidate in candidates}
            told = await offloaded(with_ties, kept, titles)
            before = await steadily(partial(self._matches.inputs, profile.id))
            version = keeper.run.model_version
            moved, inputs = await with_causes(profile, candidates, told, model=version, before=before)
            await steadily(partial(self._matches.publish, keeper.run, moved, inputs))
            published = len(result.judgements)
        await keeper.stage("matching", result=published)

    async def generation(self, keeper: RunKeeper) -> None:
        """Call the model once with the present matches, then replace the suggestions.

        Those that show stay where a model would be asked what it was asked for them.
        """
        profile_id = keeper.run.profile_id
        published = await steadily(partial(self._career_actions.published, keeper.run))
        if published is None:
            profile = await self._profile(keeper)
            kept = partial(self._career_actions.preserved_and_dismissed, profile_id)
            preserved, dismissed = await steadily(kept)
            growth_areas = await steadily(partial(self._matches.growth_areas, profile_id))
            subject = GenerationSubject(profile, growth_areas, preserved, dismissed)
            await keeper.stage("generation", total=1)
            inputs = await self._inputs(subject)
            if inputs is not None and (shown := await self._suggested_with(profile_id, inputs)):
                await keeper.stage("generation", done=1, result=shown)
                return
            result = await generate(self._model, subject, max_tokens=self._max_tokens)
            # What was saved, started or dismissed while the model was thinking must not be suggested again.
            preserved, dismissed = await steadily(kept)
            taken = [*preserved, *dismissed]
            drafts = [
                draft
                for draft in result.actions
                if not any(repeats(draft.type, draft.title, action.type, action.title) for action in taken)
            ]
            await keeper.stage(
                "generation", done=1, warnings=result.warnings, usage=result.usage, inputs=inputs
            )
            if not drafts:
                raise ModelReplyInvalid("none of the suggestions was usable, so the earlier ones stay")
            await steadily(partial(self._career_actions.publish, keeper.run, drafts))
            published = len(drafts)
        await keeper.stage("generation", done=1, total=1, result=published)

    async def _inputs(self, subject: GenerationSubject) -> str | None:
        """Return the digest of what the model is asked with; None for rules, which change with releases."""
        return (
            None
            if self._model.version == self._rules.version
            else await offloaded(inputs_of, self._model, subject)
        )

    async def _suggested_with(self, profile_id: str, inputs: str) -> int:
        """Return the number of suggestions that show if they were made with these inputs, else 0."""
        number, shown = await steadily(partial(self._career_actions.suggested, profile_id))
        if number is None:
            return 0
        run = await steadily(partial(self._runs.get, profile_id, run_id(profile_id, number)))
        return shown if run is not None and run.generation.inputs == inputs else 0

    async def _profile(self, keeper: RunKeeper) -> ProfileRecord:
        profile = await steadily(partial(self._profile_of, keeper.run.profile_id))
        if profile is None:
            raise NotFound("profile")
        return profile

"""The configured model."""

import structlog

from resolvers.settings import Settings
from services.llm.port import Model
from services.offline_coach.coach import OfflineCoach

log = structlog.get_logger()


def make_model(settings: Settings) -> Model:
    """Anthropic's with a key, else the offline coach."""
    if settings.anthropic_api_key is None:
        log.warning(
            "model.offline_coach_used", hint="Set ANTHROPIC_API_KEY to use a model; until then rules answer."
        )
        return OfflineCoach()
    # Importing the SDK takes a second, which only those with a key need to wait for.
    from services.llm.claude import AnthropicModel  # noqa: PLC0415

    return AnthropicModel(
        settings.anthropic_api_key.get_secret_value(),
        base_url=settings.anthropic_base_url,
        model=settings.model,
        idle_timeout=settings.model_idle_seconds,
    )


def is_free(model: Model) -> bool:
    """Tell whether the model costs nothing: rules do not."""
    return isinstance(model, OfflineCoach)

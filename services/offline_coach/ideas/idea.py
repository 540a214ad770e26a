"""Ideas of the offline coach.

In its wording ``{t}`` is the topic of the ground, ``{a}`` the topic with its article, ``{s}`` its plural,
``{told}`` a sentence that tells a result and ``{g}`` a growth area; ``{peers}``, ``{served}``, ``{resource}``
and ``{trial}`` come from the field.
"""

from dataclasses import dataclass

from db.career_actions import ActionType
from services.offline_coach.people.grounds import Ground


@dataclass(frozen=True, slots=True)
class Idea:
    """Fits grounds of ``kinds`` within ``strength``; in one of ``modes``, of one of ``fields`` if any."""

    type: ActionType
    kinds: frozenset[str]
    titles: tuple[str, ...]
    description: str
    reason: str
    weight: float = 1.0
    strength: tuple[int, int] = (1, 3)
    modes: frozenset[str] = frozenset({"tool", "area", "practice"})
    fields: frozenset[str] = frozenset()

    def fits(self, ground: Ground) -> bool:
        """Return True if the idea makes sense for this ground."""
        return (
            ground.kind in self.kinds
            and self.strength[0] <= ground.strength <= self.strength[1]
            and ground.mode in self.modes
            and (not self.fields or ground.field.name in self.fields)
        )


def kinds(text: str) -> frozenset[str]:
    return frozenset(text.split())

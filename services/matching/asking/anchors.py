"""Two made-up postings that go with every window of scores: one that fits the person, one that fits nobody.

What a model gives them says whether its scores mean anything, also where a posting in the window told it to rank
itself first and all others last.
"""

from collections.abc import Mapping

from db.opportunities import OpportunityKind, OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.ids import derived_id
from services.matching.scoring import PROMISING
from services.profiles.dates import newest_first
from services.profiles.prompt_text import blind

_MOST_SKILLS = 5


def anchors(profile: ProfileRecord) -> list[OpportunityRecord]:
    """Return the posting that fits nobody and, if the profile says enough for one, that which fits the person."""
    hopeless = _posting(
        profile,
        "hopeless",
        "Commander of a fleet of interstellar ships",
        ["thirty years in command of interstellar ships", "a licence for warp drives"],
        "Beginners are not considered.",
    )
    roles = [job.position for job in newest_first(profile.work) if job.position]
    role = next(iter(roles), profile.headline)
    skills = [blind(skill.name, profile) for skill in profile.skills[:_MOST_SKILLS]]
    if not (role and skills):
        return [hopeless]
    return [
        hopeless,
        _posting(
            profile, "fitting", blind(role, profile), skills, "The work that you do now, where you live."
        ),
    ]


def are_as_expected(profile: ProfileRecord, scores: Mapping[str, float]) -> bool:
    """Return True if the anchors have scores, and each is where it belongs."""
    hopeless, *fitting = (scores.get(anchor.id) for anchor in anchors(profile))
    return (
        hopeless is not None
        and hopeless < PROMISING
        and all(score is not None and score >= PROMISING for score in fitting)
    )


def _posting(
    profile: ProfileRecord, name: str, title: str, skills: list[str], description: str
) -> OpportunityRecord:
    id_ = derived_id("anchor", name)
    return OpportunityRecord(
        id=id_,
        source="anchor",
        external_id=name,
        title=title,
        organization="",
        kind=OpportunityKind.JOB,
        description=description,
        required_skills=skills,
        terms=[],
        digest="",
        posted_at=profile.updated_at,
        created_at=profile.updated_at,
        updated_at=profile.updated_at,
    )

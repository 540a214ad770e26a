"""The prompt for career actions, and the tool that models must answer with.

Whatever comes from a person, a posting or a model is put between tags through ``neutralise``: it then has no
character that could open or close one.
"""

from collections.abc import Sequence

from db.career_actions import ActionType, CareerActionRecord
from services.llm.port import GenerationSubject, ToolRequest, ToolSpec
from services.llm.prompt_text import DATA_RULE, bullets, tagged
from services.profiles.prompt_text import profile_text

GENERATE_TOOL = "generate_career_actions"

_LONGEST_LIST = 12_000


def generation_request(subject: GenerationSubject, max_tokens: int = 4096) -> ToolRequest:
    """Asks for career actions."""
    preserved, dismissed = subject.preserved, subject.dismissed
    prompt = "\n\n".join(
        [
            "Suggest career actions for this person.",
            tagged("profile", profile_text(subject.profile)),
            "Skills and experience that their matches say are worth growing:",
            tagged("growth_areas", bullets(subject.growth_areas) or "None are known yet."),
            "Actions they keep, are working on, or have done. Do not suggest these again:",
            tagged("preserved_actions", _actions(preserved) or "There are none."),
            "Actions they turned down. Do not suggest these again, nor the same thing in other words:",
            tagged("dismissed_actions", _actions(dismissed) or "There are none."),
        ]
    )
    return ToolRequest(
        system=_GENERATION_SYSTEM,
        prompt=prompt,
        tool=GENERATION_TOOL_SPEC,
        subject=subject,
        max_tokens=max_tokens,
    )


_GENERATION_SYSTEM = f"""\
You are a career coach with long experience in AI safety and in many other fields. You suggest next steps \
that fit one particular person, and you call the tool {GENERATE_TOOL} exactly once.

{DATA_RULE}

Suggest 3 to 5 actions of at least 3 different types:
- REPLICATE: reproduce or extend existing research or results
- COLLABORATE: find partners and do something together
- START_ORG: launch an initiative, a group or an organisation
- IDENTIFY_GAPS: look into problems that too few people work on
- VOLUNTEER: give time to an organisation
- BUILD_TOOLS: make software, a data set or another resource that others can use
- TEACH_WRITE: teach, write or mentor
- DEVELOP_SKILLS: grow one specific skill

Each action
- rests on named parts of this profile; copy these parts, in the profile's own words, into profile_basis
- is concrete: says what to do first, what exists at the end, and how much time it takes
- can be done in one to three months beside the person's other duties
- names no particular paper, programme, organisation or person, and contains no link
- is new: it repeats neither a kept nor a dismissed action, nor another of the same list

When the profile says little, suggest small steps that would also show what to add to it, and leave \
profile_basis empty rather than invent something. Write to the person: plain, warm, no flattery."""

_TEXT = {"type": "string"}

GENERATION_TOOL_SPEC = ToolSpec(
    name=GENERATE_TOOL,
    description="Hands over the suggested career actions.",
    input_schema={
        "type": "object",
        "properties": {
            "actions": {
                "type": "array",
                "minItems": 3,
                "maxItems": 5,
                "items": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string", "enum": [kind.value for kind in ActionType]},
                        "title": {"type": "string", "description": "What to do, at most 80 characters."},
                        "description": {
                            "type": "string",
                            "description": "First step, result and time, in 2 to 4 sentences.",
                        },
                        "rationale": {"type": "string", "description": "Why this suits this person now."},
                        "profile_basis": {
                            "type": "array",
                            "items": _TEXT,
                            "maxItems": 6,
                            "description": "Parts of the profile, in the profile's own words.",
                        },
                    },
                    "required": ["type", "title", "description", "rationale", "profile_basis"],
                },
            }
        },
        "required": ["actions"],
    },
)


def _actions(actions: Sequence[CareerActionRecord]) -> str:
    return bullets((f"{action.type.value}: {action.title}" for action in actions), _LONGEST_LIST)

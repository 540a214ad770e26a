"""English, which the coach also speaks where it has no words for a person's language."""

from services.offline_coach import cues, lines
from services.offline_coach.speech.speech import Cues, Lines, Speech, any_of

_SMALL = """
hello hi hey thanks thank yes yeah me do did does can could would know think want learned learnt done am
im ive dont didnt please they them he she him her there here just also very much so about how
"""
ENGLISH = Speech(
    code="en",
    lines=Lines(
        who_i_am=lines.WHO_I_AM,
        who_i_am_asked=lines.WHO_I_AM_ASKED,
        echoes=lines.ECHOES,
        thanks=lines.THANKS,
        nothing=lines.NOTHING,
        thin=lines.THIN,
        asked_back=lines.ASKED_BACK,
        greeting=lines.GREETING,
        finished=lines.FINISHED,
        finished_unnamed=lines.FINISHED_UNNAMED,
        follow_ups=lines.FOLLOW_UPS,
        skill_with_level=lines.SKILL_WITH_LEVEL,
        skill_without_level=lines.SKILL_WITHOUT_LEVEL,
        by_action=lines.BY_ACTION,
        done=lines.DONE,
        learned=lines.LEARNED,
        people=lines.PEOPLE,
        next=lines.NEXT,
        goals=lines.GOALS,
        goals_from=lines.GOALS_FROM,
        skills=lines.SKILLS,
        levels=lines.LEVELS,
        deeds=lines.DEEDS,
        interests=lines.INTERESTS,
        limits=lines.LIMITS,
        unpaid=lines.UNPAID,
        studies=lines.STUDIES,
        languages=lines.LANGUAGES,
        goal_known=lines.GOAL_KNOWN,
        project_known=lines.PROJECT_KNOWN,
        use_more=lines.USE_MORE,
        summary_openings=lines.SUMMARY_OPENINGS,
        summary_parts=lines.SUMMARY_PARTS,
        not_in_profile=lines.NOT_IN_PROFILE,
        you_are_welcome=lines.YOU_ARE_WELCOME,
        summary_empty=lines.SUMMARY_EMPTY,
        summary_closings=lines.SUMMARY_CLOSINGS,
        after_summary=lines.AFTER_SUMMARY,
    ),
    cues=Cues(
        topics=cues.CUES,
        closing=cues.CLOSING,
        bye=cues.BYE,
        thanks=cues.THANKS,
        nothing=cues.NOTHING,
        greeting=cues.GREETING,
        about_coach=cues.ABOUT_COACH,
        own=any_of("i; we; my; i'm; i've"),
        helping=any_of(r"\w*volunteer\w*"),
        spelled=cues.spelled_out,
    ),
    small=frozenset(_SMALL.split()),
)

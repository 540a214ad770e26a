"""Ideas for a profile that says almost nothing."""

from db.career_actions import ActionType as T
from services.offline_coach.ideas.idea import Idea

_NONE = frozenset[str]()
STARTERS = (
    Idea(
        T.DEVELOP_SKILLS,
        _NONE,
        ("Write down ten things you have done well", "Collect proof of what you can do"),
        "Set aside twenty minutes on ten evenings. Each time describe one thing that went well, at work or elsewhere, "
        "and name the skill that made the difference. Choose the one you would like to use more and plan one month "
        "of weekly practice for it.",
        "What you find belongs in your profile, and makes the next suggestions fit you.",
    ),
    Idea(
        T.COLLABORATE,
        _NONE,
        ("Talk to three people about their work", "Ask three people how they got where they are"),
        "Choose three people whose days you would like to understand and ask each for half an hour. Let them describe "
        "last week hour by hour, and note what made you curious. Offer the most interesting of them a few hours of "
        "help with something small. Four weeks.",
        "It is the quickest test of a direction, and it often ends with a first task.",
    ),
    Idea(
        T.VOLUNTEER,
        _NONE,
        ("Give four afternoons to a group near you", "Try out helping for one month"),
        "Find a group near you that needs hands rather than experience, and promise four afternoons within a month. "
        "Take on one thing from beginning to end. Afterwards note what you were asked for again, because that is "
        "what others see in you.",
        "It gives you experience and people who can speak for you.",
    ),
    Idea(
        T.TEACH_WRITE,
        _NONE,
        ("Explain one thing you know in two pages", "Show somebody how you do one thing"),
        "Think of something that people ask you about, however small. Explain it on two pages with one picture, let "
        "somebody follow it without your help, and improve the place where they stopped. Three weeks at two hours.",
        "It shows what you know better than a list does.",
    ),
    Idea(
        T.IDENTIFY_GAPS,
        _NONE,
        ("Keep a diary of problems for a month", "Note each day what does not work"),
        "Every evening write down one thing that did not work for you or someone near you. At the end of the month "
        "mark those that came up three times, ask two people whether they know them too, and describe the one you "
        "would like to mend.",
        "What you notice when nobody asks is a good sign of where your interest lies.",
    ),
    Idea(
        T.BUILD_TOOLS,
        _NONE,
        ("Make one small thing that saves someone time", "Build a checklist for a task you repeat"),
        "Choose a task that you or someone close repeats every week. Make the simplest thing that shortens it: a list, "
        "a sheet, a template. Use it for two weeks, improve it once, and give it to two other people. Six weeks.",
        "A finished thing, however small, is something to show.",
    ),
    Idea(
        T.REPLICATE,
        _NONE,
        ("Follow a good guide from beginning to end", "Repeat somebody's project step by step"),
        "Choose a guide to something you have always wanted to be able to do, and follow it without skipping. Keep a "
        "diary of where it was unclear, then do it a second time with one change of your own. Six weeks of evenings.",
        "Doing it twice shows whether you want to do it a third time.",
    ),
    Idea(
        T.START_ORG,
        _NONE,
        ("Set up a fortnightly hour for making plans", "Gather three people who also want a change"),
        "Ask three people who are also thinking about what to do next to meet every second week for an hour. Each says "
        "what they did, what they will do, and where they are stuck. After six meetings decide whether to go on.",
        "Plans that others ask about are carried out more often.",
    ),
)

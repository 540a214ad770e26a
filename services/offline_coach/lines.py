"""Wording of the offline coach, by purpose."""

from db.career_actions import ActionType as T

WHO_I_AM = "I am the offline coach: I work by rules, and I build only on what you write."
WHO_I_AM_ASKED = (
    "I am Foothold's offline coach: a set of rules, neither a person nor a language model. I can ask you useful "
    "questions and keep what you answer."
)

# {quote} is a clause of the message.
ECHOES: dict[str, tuple[str, ...]] = {
    "unfinished": (
        "You write “{quote}”, and it is good that you say so plainly.",
        "“{quote}” is useful to know: what did not happen is a result too.",
    ),
    "learned": (
        "“{quote}”: that is the kind of thing that belongs in a profile.",
        "You write “{quote}”, and I would like to keep that.",
    ),
    "insight": (
        "“{quote}”: noticing that is worth as much as the result.",
        "You write “{quote}”, and that is more than one finds in a book.",
    ),
    "people": (
        "You write “{quote}”. People often outlast the task that brought them together.",
        "“{quote}”: that may matter longer than the result itself.",
    ),
    "hard": (
        "“{quote}” does not sound easy.",
        "You write “{quote}”. That is often the part with most in it.",
    ),
    "enjoyed": (
        "You write “{quote}”, and that is a good thing to notice.",
        "“{quote}”: that tells something about where to look next.",
    ),
    "want": (
        "“{quote}”: that is a direction to work with.",
        "You write “{quote}”. Good to have that in words.",
    ),
    "limits": (
        "“{quote}” is worth knowing, because suggestions have to fit your life.",
        "You write “{quote}”, and a plan has to respect that.",
    ),
    "result": (
        "You write “{quote}”. That is something to show.",
        "“{quote}”: that is a result, and not only an intention.",
    ),
    "experience": (
        "You write “{quote}”. That is something to build on.",
        "“{quote}”: that explains a good deal.",
    ),
    "other": (
        "You write “{quote}”, and I take that in.",
        "Let me hold on to “{quote}”.",
    ),
}

THANKS = ("Thank you for telling me.", "Thank you, that helps.", "Thank you for writing that down.")
NOTHING = ("That is an answer too.", "That is fine, nothing needs to be there.")
THIN = ("Thank you. A short answer is fine.", "All right, that will do for a start.")
ASKED_BACK = (
    "That is a good question to take along, and rules like mine cannot answer it for you.",
    "I can only ask, so I cannot answer that well; your own first guess is worth writing down.",
)
GREETING = ("Hello, and welcome.", "Hello! Good that you are here.")
FINISHED = ("Well done: “{title}” is finished.", "“{title}” is done, and that deserves a moment.")
FINISHED_UNNAMED = (
    "Well done for seeing this through.",
    "You carried this to its end, and that deserves a moment.",
)
EMPTY_PROFILE = "Your profile is still empty, so anything you tell me helps."

# What may be asked after what was just said; each at most once in a conversation.
FOLLOW_UPS: dict[str, tuple[str, ...]] = {
    "unfinished": ("What got in the way, and which part did you get done after all?",),
    "insight": ("What will you do differently because of it?",),
    "learned": (
        "What can you do now that you would have left to others before?",
        "Could you do it again alone now, or would you still want somebody beside you?",
    ),
    "people": ("Is there somebody in this with whom you would like to do more, and what would it be?",),
    "hard": ("What got you past that, or what would you try another time?",),
    "enjoyed": ("What exactly about it would you want more of?",),
    "want": (
        "What draws you to that, and what would be the smallest step towards it in the next two weeks?",
        "What have you tried in that direction already, and what is still in the way?",
    ),
    "limits": ("What else does a suggestion have to respect, such as place, hours or pay?",),
    "result": (
        "What was the hardest choice you had to make on the way?",
        "What would you do in another way if you did it again?",
    ),
    "experience": ("Which part of that are you best at, and which would you rather leave behind?",),
}
SKILL_WITH_LEVEL = "Your profile says “{level}” for {skill}: does that still fit, and what shows it?"
SKILL_WITHOUT_LEVEL = (
    "How far are you with {skill} by now: a beginner, at ease with it, or the one whom others ask?"
)

BY_ACTION: dict[T, tuple[str, ...]] = {
    T.REPLICATE: ("Did you get the same result as the original, and where did you have to guess?",),
    T.COLLABORATE: ("Whom did you do it with, and what came out of it that neither would have made alone?",),
    T.START_ORG: ("Who came along, and what did you find out about what they need?",),
    T.IDENTIFY_GAPS: ("Which gap turned out to be a real one, and how could you tell?",),
    T.VOLUNTEER: ("What did they ask you to do, and what did they come back to you for?",),
    T.BUILD_TOOLS: ("What can it do now, and who has tried it besides you?",),
    T.TEACH_WRITE: ("Who was it for, and which of their questions surprised you?",),
    T.DEVELOP_SKILLS: ("What can you do now that you could not do before, and how did you practise?",),
}
DONE = ("What did you do first, and what is there now that was not there before?",)
LEARNED = (
    "What did you learn by doing it that reading would not have told you, and which skill did you use most?",
    "Which skill did it ask of you most, and what do you know now that you did not know before?",
)
PEOPLE = (
    "Whom did it bring you together with, and did anything catch your interest that you had not expected?",
    "Did you meet anybody through it whom you would like to stay in touch with?",
)
NEXT = (
    "What does it change about what you want to do next?",
    "With that behind you, what would you like to do more of, and what less?",
)

GOALS = (
    "What would you like your work to look like in two or three years?",
    "Your profile does not say where you want to go. If the next step went well, where would it lead?",
)
GOALS_FROM = (
    "Your profile says “{anchor}”, but not where you want to go from there. What would you like to do next?"
)
SKILLS = (
    "Which three skills would somebody who has worked with you name first?",
    "What do others ask you to help them with?",
)
LEVELS = (
    "You list {skills} without a level. Which of them is your strongest, and what did you use it for last?"
)
DEEDS = (
    "What is one thing that you made, ran or mended, at work or elsewhere, and what came of it?",
    "Which piece of work are you glad to have done, and what was your own part in it?",
)
INTERESTS = (
    "Which question or field do you read about when nobody asks you to?",
    "Which problem in the world would you like to understand better, and why that one?",
)
LIMITS = (
    "What does a suggestion have to respect: place or remote work, hours a week, pay, a permit?",
    "How many hours a week could you give to something new, and does it have to be remote or near you?",
)
UNPAID = (
    "Have you done anything outside paid work, such as helping a group or teaching somebody?",
    "Is there anything that you do for others without pay?",
)
STUDIES = ("What have you studied or taught yourself, formally or not?",)
LANGUAGES = ("Which languages could you work in?",)
GOAL_KNOWN = (
    "You want “{anchor}”, your profile says. What have you tried towards it so far, and what is in the way?"
)
PROJECT_KNOWN = (
    "Your profile names “{anchor}”. What was your own part in it, and what would you do differently?"
)
USE_MORE = "Of {skills}, which would you like to use more than you do now, and for what?"

SUMMARY_OPENINGS = ("Let me sum up what you told me.", "Then let me sum up.", "That is enough to sum up.")
SUMMARY_PARTS = {
    "did": "What you did: “{quote}”.",
    "learned": "What you take from it: “{quote}”.",
    "people": "Who came into it: “{quote}”.",
    "experience": "What you bring: “{quote}”.",
    "unfinished": "What stayed open: “{quote}”.",
    "hard": "What was not easy: “{quote}”.",
    "enjoyed": "What you liked: “{quote}”.",
    "limits": "What has to be respected: “{quote}”.",
    "want": "What you want next: “{quote}”.",
    "other": "In your words: “{quote}”.",
}
NOT_IN_PROFILE = (
    "Now to something that your profile does not say yet.",
    "There is one thing that your profile leaves open.",
)
YOU_ARE_WELCOME = (
    "You are welcome, and all the best. What can be learned from this waits until you look through it."
)
SUMMARY_EMPTY = "There was not much to note this time, and that is fine."
SUMMARY_CLOSINGS = (
    "Now look through what can be learned from this, and decide what belongs in your profile.",
    "You can now go through what can be learned from this and choose what your profile should say.",
)
AFTER_SUMMARY = (
    "I add that to what you told me before. Look through what can be learned from it whenever you like.",
    "That goes with the rest. You can go through what can be learned from it now, or tell me more.",
)

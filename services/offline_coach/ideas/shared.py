"""Ideas that begin with other people: gaps, partners, volunteering, initiatives."""

from db.career_actions import ActionType as T
from services.offline_coach.ideas.idea import Idea, kinds

SHARED_IDEAS = (
    Idea(
        T.IDENTIFY_GAPS,
        kinds("skill"),
        ("Map what is missing around {t}", "Find the unsolved parts of {t}"),
        "Talk for twenty minutes each with five people who use {t}, and ask only what they work around. Sort the "
        "answers by how many feel the problem and how few work on it. Share the three at the top, with what a first "
        "attempt could look like. Four weeks.",
        "You know enough of it to tell a real gap from a habit.",
        0.95,
        (2, 3),
        kinds("area practice"),
    ),
    Idea(
        T.IDENTIFY_GAPS,
        kinds("role"),
        ("Ask {peers} what slows them down", "Find the problem that every {t} works around"),
        "Interview six people, half of them outside your own circle, about the last time something went wrong and "
        "nobody mended it. Write down their words, not yours. Group them, choose the one that is both common and "
        "neglected, and describe it on a page that could start a project. Five weeks.",
        "You would be listening as somebody who has done the work.",
        0.95,
    ),
    Idea(
        T.IDENTIFY_GAPS,
        kinds("question"),
        ("Chart the neglected questions in {t}", "List what nobody studies about {t}"),
        "Read ten recent overviews of {t} and note every question that is called open. Mark who works on each, "
        "ask two people in the area what is missing from your list, and publish it with the three questions you "
        "think are most neglected and why. Six weeks at three hours.",
        "A good map is useful to everyone there and makes you known to them.",
        1.1,
    ),
    Idea(
        T.IDENTIFY_GAPS,
        kinds("duty"),
        ("See who is not reached when you volunteer as {a}", "Look at who was left out of your time as {a}"),
        "Write down for whom the work was meant and who actually came. Ask five of those who did not what kept them "
        "away, and two people in charge what they have tried. Give them one page with the smallest change worth "
        "trying. A month of evenings.",
        "You have seen it from the inside, without a stake in the answer.",
        0.9,
    ),
    Idea(
        T.COLLABORATE,
        kinds("skill"),
        ("Bring your {t} skills to someone else's project", "Find a partner who lacks {t}"),
        "Write four lines: what you can do with {t}, the hours you have, and what you hope to learn. Send them to five "
        "people whose work needs it and is unlike yours. Agree with one on a result that can be finished in two "
        "months, and meet weekly for half an hour.",
        "The same skill counts for more where it is rare.",
        0.95,
        (2, 3),
    ),
    Idea(
        T.COLLABORATE,
        kinds("goal"),
        ("Talk with five people who reached your goal", "Find allies for where you want to go"),
        "Find five people who have got where you want to be in the last three years and ask each for twenty "
        "minutes: what they would skip, what they would do sooner, whom to meet next. Write down what two or more of "
        "them agree on, and propose one small thing to do together to the one you got on with best. Six weeks.",
        "The way there is easier to see from the other end.",
        1.15,
    ),
    Idea(
        T.COLLABORATE,
        kinds("project"),
        ("Find a co-author for {t}", "Win two contributors for {t}"),
        "List five pieces of work on {t} that a newcomer could finish in a weekend, each with a first step. Invite "
        "people who have used it or asked about it, answer within a day, and thank them by name. Aim for two who come "
        "back a second time within two months.",
        "It would no longer depend on your evenings alone.",
        1.0,
    ),
    Idea(
        T.COLLABORATE,
        kinds("study"),
        ("Revive a study group from {t}", "Join forces with two people from {t}"),
        "Write to three people you studied with and propose one shared piece of work that takes six weeks and ends "
        "with something to show. Meet every Sunday for an hour, split the work by what each wants to learn, and "
        "present it to someone outside the group.",
        "They know how you work, which strangers would have to find out.",
        0.85,
    ),
    Idea(
        T.COLLABORATE,
        kinds("question"),
        ("Find two partners to study {t}", "Work on {t} as a trio"),
        "Write half a page on the part of {t} you want to understand and what you bring. Send it to people whose "
        "recent work you can say something particular about. With two of them, choose a question that fits into eight "
        "weeks and meet weekly, each time with something written.",
        "Questions like this move faster with someone who disagrees with you.",
        1.05,
    ),
    Idea(
        T.VOLUNTEER,
        kinds("skill"),
        ("Offer your {t} skills to a charity", "Put {t} to use for a local group"),
        "Ask three small non-profit groups near you what they would do if they had someone for {t}. Choose the one "
        "that can name a result, agree on two hours a week for eight weeks, and hand over something they can keep "
        "up without you.",
        "It is practice with real people and real limits, for a good cause.",
        0.95,
        (2, 3),
    ),
    Idea(
        T.VOLUNTEER,
        kinds("duty taught"),
        ("Volunteer again, building on your time as {a}", "Take your work as {a} one step further"),
        "Offer eight weeks of two hours, and agree at the start on one thing that will exist at the end: a plan, a "
        "report, a trained successor. Look for a place where your earlier experience is missing. Write down what you "
        "did differently this time.",
        "You know what such work asks of you, so you can promise more than goodwill.",
        1.0,
    ),
    Idea(
        T.VOLUNTEER,
        kinds("pastime"),
        ("Help a local {t} group for a season", "Volunteer where people meet for {t}"),
        "Find a local group around {t} and ask what nobody has time for. Take on that one task for two months, an "
        "afternoon a week, and bring along one thing from your work that makes it easier. "
        "Leave a note for whoever does it next.",
        "People who share an interest become contacts that no application brings.",
        0.8,
    ),
    Idea(
        T.VOLUNTEER,
        kinds("tongue"),
        ("Offer help in {t} where it is missing", "Give an hour a week in {t}"),
        "Ask advice centres, schools or clinics near you who cannot be helped for want of {t}. Start with an hour a "
        "week for two months, and translate one leaflet or form that is asked for again and again. Have a native "
        "speaker check it before it is used.",
        "The language opens a door that good intentions alone do not.",
        0.9,
    ),
    Idea(
        T.START_ORG,
        kinds("skill"),
        ("Start a monthly {t} circle", "Open a regular evening on {t}"),
        "Invite six people to one evening on {t}: one shows unfinished work, the others help. Fix the next two dates "
        "before anyone leaves, and hand the third evening to someone else. After three months decide together whether "
        "it goes on.",
        "Whoever brings people together hears first what is going on.",
        0.95,
        (2, 3),
    ),
    Idea(
        T.START_ORG,
        kinds("role"),
        ("Start a peer circle of {s}", "Set up a small exchange among {peers}"),
        "Invite five people who do similar work elsewhere to a monthly hour with one rule: each brings a case that "
        "is not solved. Write down what was tried since the last time. After three meetings, ask who will run the "
        "next three.",
        "You have the experience to ask good questions and the contacts to begin.",
        0.95,
        (3, 3),
    ),
    Idea(
        T.START_ORG,
        kinds("pastime"),
        ("Start a small {t} group near you", "Bring together people who enjoy {t}"),
        "Choose a place that costs nothing, invite eight people who like {t}, and do something together instead of "
        "sitting and talking. Repeat it twice in the following two months with someone else in charge. "
        "Keep a list of who can do what.",
        "Organising something you enjoy is practice in leading without a title.",
        0.75,
    ),
    Idea(
        T.START_ORG,
        kinds("question"),
        ("Start a reading group on {t}", "Set up a weekly working hour on {t}"),
        "Find four people and choose six texts on {t}, from easy to hard. Each week one person writes half a page on "
        "what they do not believe, and the hour is spent on that. At the end publish the six half-pages together.",
        "It turns reading alone into people you can work with.",
        1.05,
    ),
    Idea(
        T.START_ORG,
        kinds("tongue"),
        ("Start a circle of {peers} who speak {t}", "Set up a meeting in {t} for your line of work"),
        "Look for five people who do similar work and speak {t}. Meet monthly, each time around one question from "
        "the work, and collect the words for it that no dictionary has. After three months share the list.",
        "In a smaller circle you are known sooner.",
        0.8,
    ),
)

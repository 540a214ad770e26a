"""Ideas for what one can do oneself: teach, write, build, repeat, learn."""

from db.career_actions import ActionType as T
from services.offline_coach.ideas.idea import Idea, kinds

OWN_IDEAS = (
    Idea(
        T.TEACH_WRITE,
        kinds("skill"),
        ("Teach {t} to beginners", "Run one lesson in {t}"),
        "Choose the one part of {t} that people ask you about most and plan 45 minutes around a single exercise. "
        "Run it twice for three to six people, note where they got stuck, and share the improved material. "
        "Two hours a week for five weeks are enough.",
        "Explaining it shows quickly which parts you know well, and gives you something to point to.",
        1.05,
        (2, 3),
    ),
    Idea(
        T.TEACH_WRITE,
        kinds("skill"),
        ("Write the {t} guide you once needed", "Publish three short notes on {t}"),
        "List the five mistakes you made with {t} and what you do instead. Write each up on half a page with one "
        "example, and ask two people who are new to it to follow your advice. Correct what misled them, then publish. "
        "Plan six weeks at two hours each.",
        "Written work keeps speaking for you after the conversation is over.",
        0.95,
        (2, 3),
    ),
    Idea(
        T.TEACH_WRITE,
        kinds("role"),
        ("Mentor a newcomer to the work of {a}", "Guide someone through a first month as {a}"),
        "Find one person who wants to do this work or has just begun. Meet every second week for two months, let "
        "them bring one real problem each time, and end each meeting with one thing they will try. "
        "Afterwards write down the three questions that came up most.",
        "What has become routine for you is what a newcomer lacks.",
        1.0,
        (3, 3),
    ),
    Idea(
        T.TEACH_WRITE,
        kinds("result"),
        ("Write up a result from your time as {a}", "Tell how you got a result as {a}"),
        "{told} Write two pages about it: where things stood, what you tried first, what worked, and what you "
        "would leave out next time, without anything confidential. Let one person who was there and one who was not "
        "read it before you share it. Four weeks of evenings will do.",
        "A result that is described can be used by others, and shows how you think.",
        1.05,
    ),
    Idea(
        T.TEACH_WRITE,
        kinds("taught"),
        ("Turn your lessons as {a} into a kit", "Make your sessions as {a} repeatable"),
        "Collect what worked best in your sessions: the opening, two exercises, the explanation that always helped. "
        "Put it into a kit that someone else can run without you, have one person try it, and repair what they "
        "stumbled over. Allow six weeks.",
        "Your experience then reaches people you will never meet.",
    ),
    Idea(
        T.TEACH_WRITE,
        kinds("paper"),
        ("Retell your {t} for practitioners", "Make your {t} useful to outsiders"),
        "Write 800 words that a person outside your circle can follow: the question, the one finding that matters, "
        "and what they could do differently on Monday. Ask two such people to read it aloud to you and mend every "
        "place where they hesitate. Three to four weeks.",
        "Most people who could use it will never read the original.",
        1.1,
    ),
    Idea(
        T.BUILD_TOOLS,
        kinds("skill"),
        ("Build a small tool with {t}", "Make one chore disappear with {t}"),
        "Ask {peers} which chore they repeat every week and choose the smallest. Build the version that does only "
        "that with {t}, let two of them use it for a fortnight, and fix what annoys them before adding anything. "
        "Publish it with a page on how to start. About eight weeks.",
        "Something that others use says more than a line in a list of skills.",
        1.05,
        (1, 3),
        kinds("tool"),
    ),
    Idea(
        T.BUILD_TOOLS,
        kinds("skill"),
        ("Turn what you know of {t} into {resource}", "Share your way with {t} as {resource}"),
        "Write down, step by step, how you go about {t} when it goes well. Shape it into {resource}, let three people "
        "use it in their own work, and keep only the parts they came back to. Share the second version freely. "
        "Six weeks at two hours each.",
        "It makes what you carry in your head usable by others, and by you on a bad day.",
        1.05,
        (2, 3),
        kinds("practice"),
    ),
    Idea(
        T.BUILD_TOOLS,
        kinds("skill"),
        ("Build a teaching example of {t}", "Make a demonstration of {t} that others can change"),
        "Choose the one idea in {t} that newcomers find hardest. Build the smallest example that shows it working and "
        "failing, let three people play with it while you watch, and simplify it once. Publish it with two exercises. "
        "Six weeks at three hours.",
        "Whoever can make it small has understood it, and others can see that.",
        1.0,
        (2, 3),
        kinds("area"),
    ),
    Idea(
        T.BUILD_TOOLS,
        kinds("project"),
        ("Take {t} one release further", "Make {t} easy for a stranger"),
        "Watch three people use {t} for the first time and say nothing. Note where they stop, repair the two worst "
        "places, and write the page that a newcomer needs on the first day. Tell those three when it is out. "
        "Six to eight weeks beside other things.",
        "It already exists, so every hour goes into what makes it matter to others.",
        1.1,
        (1, 3),
        kinds("tool"),
    ),
    Idea(
        T.BUILD_TOOLS,
        kinds("role"),
        ("Make {resource} from your days as {a}", "Share the routine you use as {a}"),
        "Choose one routine of yours that works and that newcomers get wrong. Turn it into {resource}, test it with "
        "two people for two weeks, and improve it once. Then pass it on where {peers} will find it. "
        "Plan one and a half months.",
        "You know the routine from doing it, which no textbook does.",
        0.95,
        (2, 3),
    ),
    Idea(
        T.REPLICATE,
        kinds("skill"),
        ("Reproduce a published result with {t}", "Check a known result using {t}"),
        "Look for {trial} that leans on {t}. Rebuild the smallest part that carries the claim, "
        "change one condition, and write two honest pages on what held and what did not. "
        "Set aside a day a week for six weeks.",
        "You practise it on a question that somebody cared about, with an answer to compare yours with.",
        1.0,
        (2, 3),
        kinds("tool"),
        kinds("data research"),
    ),
    Idea(
        T.REPLICATE,
        kinds("skill"),
        ("Rebuild a well-known tool in small with {t}", "Re-create a classic program using {t}"),
        "Choose a tool you use every day and list the three things that make it what it is. Rebuild only those with "
        "{t}, without looking at the original's source, then compare: where did you decide otherwise, and who was "
        "right? Publish the code with that comparison. Eight weeks of evenings.",
        "It shows which decisions of others you had taken for granted.",
        0.9,
        (1, 3),
        kinds("tool"),
        kinds("software"),
    ),
    Idea(
        T.REPLICATE,
        kinds("skill"),
        ("Test someone else's method for {t}", "Try a described approach to {t}"),
        "Search for {trial} and that concerns {t}. Try it in small in your own surroundings: "
        "measure for two weeks as things are, change one thing, measure for two more. Write one page on what held. "
        "Two months, a few minutes a day.",
        "You would know from your own numbers whether it helps {served}.",
        0.95,
        (2, 3),
        kinds("practice"),
    ),
    Idea(
        T.REPLICATE,
        kinds("result"),
        ("Repeat your own result as {a}, and measure it", "See whether your result as {a} holds again"),
        "{told} Find one more place where the same problem exists, agree on what will be counted, and do it "
        "again with the people there. Compare both times on one page, with the differences you cannot explain. "
        "Two to three months.",
        "Once may have been luck; twice is a method.",
        1.0,
    ),
    Idea(
        T.REPLICATE,
        kinds("paper"),
        ("Extend your {t} with one new condition", "Revisit the main claim of your {t}"),
        "Go back to the result that carried the argument and repeat it with data, tools or a setting that did not "
        "exist then. Decide beforehand what would change your mind. Publish a short note either way, with "
        "everything needed to repeat it. Eight to ten weeks.",
        "Nobody can do this faster than the person who did it the first time.",
        1.2,
    ),
    Idea(
        T.REPLICATE,
        kinds("question"),
        ("Reproduce one small result on {t}", "Rebuild a known finding about {t}"),
        "Choose a short, well-described result about {t} whose material is open. Repeat its simplest part first, then "
        "change a single assumption. Keep a diary of every decision the description left open, and publish it with "
        "what you found. Six weeks at four hours.",
        "It is the surest way from reading about it to working on it.",
        1.1,
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("growth"),
        ("Learn {g} through one small piece of work", "Take your first real steps in {g}"),
        "Spend the first week on an introduction to {g} and choose a task that is slightly too hard. Work on it three "
        "hours a week, lean on what you know of {t}, and ask someone experienced to look at it halfway. After eight "
        "weeks write down what you can do now and could not before.",
        "Your matches ask for {g}, and what you know of {t} gives you a start.",
        1.25,
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("licence"),
        ("Find out what {g} would ask of you", "Make a plan for {g}"),
        "Read what the body that grants it asks for: training, hours, examination, fees, and what it credits of {t}. "
        "Ask two people who got it lately what took longest. Write a plan with dates and costs, and take its first "
        "step. Four weeks.",
        "Matches that you are close to ask for {g}, and no practice stands for it.",
        1.2,
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("stretch"),
        ("Put {g} to a real test beside {t}", "Bring {g} into the work you know"),
        "Choose a task of your own work that would go better with {g}, and do it that way once, with what you know of "
        "{t} to judge the result by. Ask someone who relies on {g} where your attempt would fail, repair that, and "
        "decide whether it stays. Six weeks beside your work.",
        "Matches that you are close to ask for {g}, and your experience tells you where it pays.",
        1.25,
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("skill"),
        ("Get {t} to where others rely on it", "Make your {t} dependable"),
        "Write down three tasks in {t} that you cannot yet do without help. Do one every two weeks, the last of them "
        "for somebody who needs the result, and keep a note of each thing you had to look up twice. "
        "Two months, three hours a week.",
        "It is close to being useful to others, which is when practice pays most.",
        1.05,
        (1, 2),
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("skill"),
        ("Go one level deeper in {t}", "Learn the part of {t} you avoid"),
        "Name the part of {t} that you hand to others or work around. Find the person whose {t} you admire, ask "
        "what they practised, and set yourself one demanding piece of work that cannot be done without it. "
        "Show it to them after six weeks.",
        "Depth in one thing is what sets apart people with the same list of skills.",
        0.9,
        (2, 3),
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("goal"),
        ("Close the first gap to your goal", "Practise what your goal will ask of you"),
        "Write down three things that people who have reached your goal do weekly and you do not. Choose "
        "the one you can practise where you are, do it once a week for ten weeks, and ask someone who knows the work "
        "to judge the first and the last attempt.",
        "It replaces a wish by something you can count.",
        1.1,
    ),
    Idea(
        T.DEVELOP_SKILLS,
        kinds("study"),
        ("Refresh {t} with one real problem", "Put {t} from your studies to work"),
        "Choose the topic of your studies that you use least and miss most. Find a problem in your surroundings that "
        "needs it, solve it in small over six weeks, and explain the solution to someone without that background.",
        "What was learned for an examination stays only when it has been used.",
        0.8,
    ),
)

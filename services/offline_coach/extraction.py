"""Extraction of learnings by the offline coach: few patterns of plain English, each with its sentence.

Better few and right: a sentence that is a question, a wish about the past or a denial teaches nothing.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from db.profiles import LearningKind, RemotePreference
from services.kit.words.terms import KNOWN_SKILLS, words
from services.llm.port import ExtractionSubject

Item = dict[str, Any]

_SENTENCE = re.compile(r"\S(?:.*?\S)??(?=(?<=[.!?…])[\"”’)]*\s|\s*(?:\n|$))", re.DOTALL)
_NOT_SAID = re.compile(
    r"\?$|\b(?:not|never|nobody|no longer|cannot|without|if|wish|should|could have|might|maybe|would have)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
# Where a noun phrase ends. "for", "on", "of" and "about" may be part of it.
_END = re.compile(
    r"[,;:()!?—–]|[.](?=\s|$)|\s(?:a (?:bit|little|lot)|somewhat)\b"
    r"|\s(?:and|but|or|so|as|because|since|which|that|who|where|while|when|during|last|this"
    r"|over|after|before|until|together|from|by|using|with|too|again|yesterday|today|now|every|also|then|better"
    r"|through|really|I|we|it|to|is|was|were|has|had)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:I|[Ww]e)\b|\bgoal is to\b")
_I = (
    r"(?:(?:^|[,;]\s|\b(?:and|then|but)\s)?\b(?:I|we)(?:['’](?:ve|m|d))?|^|(?<=,\s)|(?<=\sand\s)|(?<=^and\s))\s?"
    r"(?:\b(?:have|had|am|also|really|then|just|finally|even|recently|now|once|first|mostly|mainly|did)\s)*"
)
_A = r"(?:an?|the|my|our|another|some|two|three|several)\s"
_VAGUE = """
lot lots bit little much many more most thing things something everything anything stuff way ways it them this that
these those what how why hard well one ones him her people fun sure
"""
_GENERIC = frozenset(
    {"organisation", "operation", "programme", "api", "on-site", "on-call", "evaluation"}
    | {"front end", "back end", "full stack"}
)
# What people make and can show; "I made a mistake" is no project.
_WORKS = re.compile(
    r"\b(?:tool|dashboard|workshop|group|club|course|paper|post|article|essay|report|app|(?:web)?site|library|package"
    r"|script|checker|data\s?set|model|newsletter|podcast|series|event|meet-?up|conference|campaign|survey|study"
    r"|experiment|guide|handbook|tutorial|curriculum|programme|program|initiative|project|prototype|database"
    r"|benchmark|pipeline|system|service|platform|plug-?in|bot|game|community|network|charity|non-?profit"
    r"|replication|analysis|review|talk|exhibition|festival)e?s?\b",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"(?:thank|say|ask|talk|tell|know|stop|be honest|see you|add|mention|share)\b", re.IGNORECASE
)
_NO_SKILL = re.compile(r"(?:how|to|about|from|in|at|by|with)\b", re.IGNORECASE)
_SHOWN = {"taught": "Teaching", "mentored": "Mentoring", "facilitated": "Facilitation"}
_NUMBERS = {"five": 5, "eight": 8, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30}
_CURRENCIES = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD"}
_CURRENCIES |= {"dollars": "USD", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF"}


def extract_learnings(subject: ExtractionSubject) -> Item:
    """Answers in the tool's shape. Quotations are whole sentences, as they stand in the messages."""
    found: dict[str, Item] = {}
    for turn in subject.turns:
        if turn.role != "user":
            continue
        for sentence in _SENTENCE.findall(turn.text):
            for kind, value in _learnings(sentence):
                item = {"kind": kind.value, "quotation": sentence, kind.value.lower(): value}
                found.setdefault(f"{kind}{value}".casefold(), item)
    return {"learnings": list(found.values())}


def _learnings(sentence: str) -> Iterator[tuple[LearningKind, Any]]:
    plain = _SPOKEN.sub("“”", " ".join(sentence.split()))  # what is quoted is somebody else's
    yield from ((LearningKind.CONSTRAINT, value) for value in _constraints(plain))
    if _NOT_SAID.search(plain):
        return
    own = bool(_OWN.search(plain)) or any(pattern.match(plain) for _, pattern, _ in _RULES)
    for kind, pattern, make in _RULES if own else ():
        for match in pattern.finditer(plain):
            for value in make(match, plain[match.end() :]):
                yield kind, value


def _phrase(text: str, most: int = 8) -> str:
    """The noun phrase that the text begins with; empty when it is too long, or names nothing."""
    end = _END.search(text)
    phrase = text[: end.start() if end else len(text)].strip(" .\"“”'")
    phrase = re.sub(rf"^{_A}|\s(?:there|here|in|at|on|for|of|about)$", "", phrase, flags=re.IGNORECASE)
    said = phrase.split()
    if not 0 < len(said) <= most or said[0].casefold() in _VAGUE.split() or not words(phrase, prose=False):
        return ""
    return phrase


def _heading(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _known(text: str) -> Iterator[str]:
    """The skills that are known by name, the longest names first taken."""
    end = re.search(r"[.;!?](?=\s|$)|\s(?:because|but|which|while|when|so)\s", text)
    said = [
        word.strip("()\"“”'.")
        for word in text[: end.start() if end else len(text)].replace(",", " , ").split()
    ]
    at = 0
    while at < len(said):
        for length in (5, 4, 3, 2, 1):
            taken = said[at : at + length]
            name = words(" ".join(taken))
            whole = len(taken) == length and words(taken[0], prose=False) and words(taken[-1], prose=False)
            if whole and len(name) == 1 and name[0] in KNOWN_SKILLS - _GENERIC:
                yield _skill_name(" ".join(taken), name[0])
                at += length - 1
                break
        at += 1


def _skill_name(spelled: str, name: str) -> str:
    """As the person wrote it; what they wrote in small letters, as it is usually called."""
    if spelled != spelled.lower():
        return spelled
    usual = spelled if spelled.startswith(name) else name
    short = len(usual) <= 3 or not re.search("[aeiouy]", usual)
    return usual.upper() if short and usual != "git" else _heading(usual)


def _learned(match: re.Match[str], rest: str) -> Iterator[Item]:
    clause = re.split(r"[;!?]|[.](?=\s|$)|\s(?:because|but|which|while|when|so)\s", rest)[0]
    for at, said in enumerate(re.split(r",\s*(?:and\s)?|\sand\s|\s&\s", clause)):
        names = list(_known(said))
        # Past the first, what is no name may be anything: "I learned Rust and met Dana".
        if not names and (at == 0 or re.match(r"(?!I\b)[A-Z][\w+#.-]*$", said)) and not _NO_SKILL.match(said):
            names = [_heading(_phrase(said, 3))]
        yield from ({"name": name} for name in names if name)


def _used(match: re.Match[str], rest: str) -> Iterator[Item]:
    yield from ({"name": name} for name in _known(rest))


def _levelled(match: re.Match[str], rest: str) -> Iterator[Item]:
    names = list(_known(rest))[:1] or [_heading(_phrase(rest, 3))]
    if names[0]:
        yield {"name": names[0], "level": match["level"].capitalize()}


# After "for", "with" and "at": how long, when, and who, where an organisation is looked for.
_NO_PLACE = re.compile(
    r"(?:about |almost |nearly |around |over |more than |at least |only |the (?:last|past|whole) |up to )*"
    r"(?:(?:\d+(?:[.,]\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|some"
    r"|a few|few|a couple of|half an?|most|all)(?: and a half)?[\s-](?:\w+[\s-])?)?"
    r"(?:minutes?|hours?|days?|nights?|weeks?|weekends?|months?|years?|decades?|semesters?|terms?|summers?|winters?|springs?"
    r"|autumns?|seasons?|shifts?|while|time|ages|long|good|ever|now)\b"
    r"|(?:\d{4}|free|nothing|fun|money|cash|him|her|them|me|us|myself|ourselves|noon|night|home|first|least|once|work)\b"
    r"|(?:(?:my|our|his|her|a|the|some)\s(?:\w+\s)?)?(?:friends?|boss|mother|father|brother|sister|wife|husband|partner|son"
    r"|daughter|colleagues?|neighbou?rs?|uncle|aunt|parents|team)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:at|for|with)\s", re.IGNORECASE)
_SPOKEN = re.compile(r"[“\"«„][^“”\"«»„]*\b(?:I|[Ww]e|[Mm]y)\b[^“”\"«»„]*[”\"»“]")


def _place(rest: str) -> tuple[str, str]:
    """An organisation by its name, or by what it is: "at the Leeds Food Bank", "at a local school"; and the text
    from there on. What stands there may be a time or a person: then it comes after the next preposition.
    """
    while _NO_PLACE.match(rest):
        following = _PREPOSITION.search(rest)
        if following is None or re.search(r"[.;!?](?:\s|$)", rest[: following.start()]):
            return "", ""
        rest = rest[following.end() :]
    for later in re.finditer(r"\s(?:for|since|on|in)\s", rest):
        if _NO_PLACE.match(rest[later.end() :]):
            return _heading(_phrase(rest[: later.start()], 6)), rest
    return _heading(_phrase(rest, 6)), rest


def _volunteered(match: re.Match[str], rest: str) -> Iterator[Item]:
    if place := _place(rest)[0]:
        role = match["role"]
        yield {"organization": place} | ({"position": _heading(role.strip())} if role else {})


def _worked(match: re.Match[str], rest: str) -> Iterator[Item]:
    place, rest = _place(rest)
    if place and re.search(r"[A-Z]", rest[: len(place) + 8]):
        later = re.match(r".{0,40}?\sas\s(?:an?\s)?([\w-]+(?:\s[\w-]+)?)(?=[.,;!]|$)", rest)
        role = match["role"] or (later and later[1])
        yield {"name": place} | ({"position": _heading(role.strip())} if role else {})


def _made(match: re.Match[str], rest: str) -> Iterator[Item]:
    phrase = _phrase(rest)
    thing, _, means = phrase.rpartition(" in ")
    if thing and list(_known(means)):
        phrase = thing
    if _WORKS.search(phrase):
        yield {"name": _heading(phrase)}


def _showed(match: re.Match[str], rest: str) -> Iterator[Item]:
    yield {"name": _SHOWN[match["verb"].casefold()]}


def _studied(match: re.Match[str], rest: str) -> Iterator[Item]:
    area, _, place = _phrase(rest).partition(" at ")
    if area:
        study = {"area": _heading(area), "study_type": match["study"].capitalize()}
        yield study | ({"institution": _heading(place)} if place else {})


def _interested(match: re.Match[str], rest: str) -> Iterator[Item]:
    if phrase := _phrase(rest, 6):
        yield {"name": _heading(phrase)}


def _wanted(match: re.Match[str], rest: str) -> Iterator[str]:
    goal = re.split(r"[;!?]|[.](?=\s|$)|,?\s(?:because|but|so that|since)\s", rest)[0].strip(" ,")
    if 2 <= len(goal.split()) <= 30 and not _SOCIAL.match(goal):
        yield _heading(goal)


def _constraints(plain: str) -> Iterator[Item]:
    if plain.endswith("?"):
        return
    if hours := _HOURS.search(plain):
        text = hours["hours"].casefold()
        number = int(text) if text.isdigit() else _NUMBERS.get(text, 0)
        if 0 < number <= 168:
            yield {"hours_per_week": number}
    for pattern, remote in _REMOTE:
        if pattern.search(plain):
            yield {"remote": remote.value}
            break
    if place := _ONLY_IN.search(plain):
        yield {"places": [place["place"]]}
    if salary := _SALARY.search(plain):
        amount = int(re.sub(r"\D", "", salary["amount"])) * (1000 if salary["k"] else 1)
        currency = _CURRENCIES[(salary["before"] or salary["after"]).casefold()]
        yield {"salary_minimum": amount, "salary_currency": currency}


_HOURS = re.compile(
    r"\bI\b[^.;]*?\b(?:only|at most|up to|no more than|just|about|around)\b[^.;]{0,30}?"
    r"\b(?P<hours>\d{1,3}|five|eight|ten|twelve|fifteen|twenty|thirty)\s+hours?\s+(?:a|per|each|every)\s+week",
    re.IGNORECASE,
)
_REMOTE = (
    (
        re.compile(
            r"\bI\b[^.;]*?\b(?:only|have to|need to|must)\b[^.;]{0,25}?\b(?:remote|remotely|from home)\b",
            re.IGNORECASE,
        ),
        RemotePreference.REMOTE_ONLY,
    ),
    (
        re.compile(
            r"\bI(?:['’]d|\swould)?\s(?:prefer|rather|like)\b[^.;]{0,25}?\b(?:remote|remotely|from home)\b",
            re.IGNORECASE,
        ),
        RemotePreference.REMOTE_PREFERRED,
    ),
    (
        re.compile(
            r"\bI(?:['’]d|\swould)?\s(?:prefer|rather|like)\b[^.;]{0,25}?\b(?:on[ -]?site|in (?:the|an) office)\b",
            re.IGNORECASE,
        ),
        RemotePreference.ON_SITE_PREFERRED,
    ),
)
_ONLY_IN = re.compile(
    r"\bI\b[^.;]*?\bonly\s(?:work|live|move|take work)\s(?:in|to)\s(?P<place>[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*)"
)
_CURRENCY = r"€|\$|£|eur\b|euros?\b|usd\b|dollars\b|gbp\b|pounds\b|chf\b|francs\b"
_SALARY = re.compile(
    rf"\bI\b[^.;]*?\b(?:at least|no less than|a minimum of)\s(?P<before>€|\$|£)?\s?(?P<amount>\d{{2,3}}[,.’' ]?\d{{3}}"
    rf"|\d{{2,3}}(?=\s?k\b))\s?(?P<k>k\b)?\s?(?(before)|(?P<after>{_CURRENCY}))[^.;]*?\b(?:a|per)\s(?:year|annum)",
    re.IGNORECASE,
)

Rule = tuple[LearningKind, re.Pattern[str], Callable[[re.Match[str], str], Iterator[Any]]]


def _rule(kind: LearningKind, pattern: str, make: Callable[[re.Match[str], str], Iterator[Any]]) -> Rule:
    return kind, re.compile(pattern, re.IGNORECASE), make


_ROLE = r"(?:\sas\s(?:an?\s)?(?P<role>(?:(?!at\b|for\b|with\b|in\b)[\w-]+\s?){1,4}))?"
_RULES: tuple[Rule, ...] = (
    _rule(
        LearningKind.SKILL,
        _I
        + r"\b(?:learned|learnt|been learning|picked up|taught myself|practi[sc]ed|got better at|improved my)\s",
        _learned,
    ),
    _rule(
        LearningKind.SKILL,
        _I
        + r"\b(?:used|worked with|wrote (?:it|this|everything|the \w+) in|built (?:it|this|everything|the \w+) in)\s",
        _used,
    ),
    _rule(
        LearningKind.SKILL,
        _I
        + r"\b(?:built|made|wrote|created|developed|designed)\s[^.;!?]{3,60}?\s(?:in|with|using)\s(?=[\w])",
        _used,
    ),
    _rule(LearningKind.SKILL, _I + rf"\b(?P<verb>{'|'.join(_SHOWN)})\s", _showed),
    _rule(
        LearningKind.SKILL,
        r"\bI(?:['’]m| am| feel| became| have become)\s(?:now\s|quite\s|very\s|more\s|fairly\s|already\s)*"
        r"(?P<level>confident|comfortable|proficient|fluent|advanced|expert|skilled)\s(?:in|at|with)\s",
        _levelled,
    ),
    _rule(
        LearningKind.VOLUNTEER,
        _I + rf"\b(?:volunteer(?:ed|ing)?|help(?:ed)? out){_ROLE}\s?\b(?:at|for|with)\s",
        _volunteered,
    ),
    _rule(
        LearningKind.WORK,
        _I
        + rf"\b(?:work|worked|working|started working|started (?:a|my) (?:new )?job){_ROLE}\s?\b(?:at|for)\s",
        _worked,
    ),
    _rule(
        LearningKind.EDUCATION,
        _I + r"\b(?:took|finished|completed|passed|attended|did|enrolled in)\s"
        rf"{_A}(?:[\w-]+\s){{0,2}}?(?P<study>course|class|workshop|degree|certificate|bootcamp|training)\s(?:in|on|about)\s",
        _studied,
    ),
    _rule(
        LearningKind.PROJECT,
        _I
        + r"\b(?:built|made|wrote|created|published|released|developed|organi[sz]ed|ran|led|launched|set up|hosted"
        rf"|designed|founded|started)\s{_A}",
        _made,
    ),
    _rule(
        LearningKind.INTEREST,
        r"\bI(?:['’]m| am| became| got| have become)\s(?:now\s|really\s|very\s|quite\s|more\s|most\s|also\s)*"
        r"(?:interested in|curious about|fascinated by)\s"
        r"|\bI(?:['’]d like| would like| want) to (?:learn more about|look into|explore|understand)\s",
        _interested,
    ),
    _rule(
        LearningKind.GOAL,
        r"\bI(?:['’]d like| would like| want| hope| plan| intend| aim) to\s"
        r"(?!learn more about|look into|explore|understand)"
        r"|\bmy (?:[\w-]+\s)?goal is to\s",
        _wanted,
    ),
)

"""Topics of a message in English, as far as the offline coach can tell from its words."""

import re

from services.offline_coach.speech.speech import any_of

# In this order: what says most about the person first.
CUES = {
    "unfinished": any_of(
        r"""
        (?:did not|never|could not|have not|was not able to)(?: \w+){0,2} (?:do|done|finish\w*|complete\w*|manage\w*
        |get (?:far|round|around|it)|start\w*|begin); gave up; half ?-?way; only (?:did|part|half)"""
    ),
    "insight": any_of(
        r"""
        (?:learn(?:ed|t|ned)|realis\w+|realiz\w+|found out|discovered|figured out|understood|showed|turn(?:s|ed) out)
        (?:that|why|most|many|people|there|it|we|i|the|this|not|explaining)"""
    ),
    "learned": any_of(
        r"""
        lern\w+; learn(?:ed|t|ing|ned); realis\w+; realiz\w+; found out; discovered; figured out
        ; (?:now|finally) (?:know|understand|understood); understand (?:now|better); got better
        ; taught (?:me|myself); improved my; picked up; practi[cs]ed; more confident"""
    ),
    "want": any_of(
        r"""
        (?:i|i still|really|also) want; wants? to; would (?:like|love|enjoy|rather); plan(?:ning)? to; hope to; hoping
        ; next (?:step|i); thinking (?:of|about); consider\w*; dream\w*; (?:my|the) goal; move into; switch to; become
        ; going to (?!the); interested in; looking for; aim(?:ing)? to"""
    ),
    "result": any_of(
        r"""
        built; made; wrote; written; published; shipped; launched; organi[sz]ed; ran; gave; finished; created
        ; designed; presented; taught; set up; reproduced; replicated; analy[sz]ed; interviewed; tested; fixed; cut
        ; saved; won; started; completed; held; led; did(?! not); sent; collected; trained; released; sold; used
        ; helped; packed"""
    ),
    "people": any_of(
        r"""
        met; got to know; (?:talked|spoke|chatted|talking|speaking) (?:to|with); (?:work(?:ed|ing)|paired|teamed up
        |together|in touch) with; colleagues?; mentors?; mentored me; friends?; team; volunteers; students?
        ; participants?; attendees; audience; introduced; contacts?; readers?; neighbou?rs?; co-?workers?
        ; my (?:boss|manager); (?:gave|showed|sent|explained) (?:it |them )?to \w+; they (?:said|asked|told|liked)
        ; (?:he|she) (?:said|asked|told|liked)
        ; (?:offered|invited|wants?|asked) (?:me|to co)"""
    ),
    "enjoyed": any_of(
        r"""
        enjoy\w*; (?:i|really|also) like; loved?; loving; liked; fun; interest\w+; fascinat\w+; excit\w+; proud; curious
        ; surpris\w+; satisf\w+; rewarding; happy"""
    ),
    "hard": any_of(
        r"""
        (?:the )?hard(?:er|est)?(?= (?:than|to|part|thing|for|work)); (?:was|is|were|so|too|very|really|quite) hard
        ; difficult\w*; struggl\w+; stuck; frustrat\w+; tricky; challeng\w+; problems?; fail\w*; bugs?; confus\w+
        ; mess\w*; exhaust\w+; stress\w*; overwhelm\w+; disappoint\w+
        ; nervous; afraid; scared; boring; bored; awkward; disaster
        ; terrible; awful; stupid; tired of; do not know how"""
    ),
    "limits": any_of(
        r"""
        hours? (?:a|per|each) (?:week|day); part ?-?time; full ?-?time; remote\w*; kids; child\w*; famil\w+; visa
        ; permit; salary; relocat\w+; commut\w+; evenings; weekends; from home; abroad"""
    ),
    "experience": any_of(
        r"""
        work(?:ed|ing)? (?:as|at|in|for|on); job; career; stud(?:y|ied|ying); degree; experience; \d+ years?; i am an?
        ; i was an?; volunteer(?:ed|ing)?; project; ask me; good at"""
    ),
}

CLOSING = any_of(
    r"""
    (?:that|this) is (?:all|it|about it|everything)(?! \w+ [a-z]); (?:i|we) (?:am|are) (?:all )?done(?! with)
    ; nothing (?:else|more); no more (?:to say|questions); (?:good)?bye; let us (?:stop|end|finish|wrap)
    ; (?:wrap|sum) (?:it |this )?up
    ; (?:please|let us|can we|want to) stop; stop (?:here|now); that is enough; (?:i|we) (?:have|need|got) to go
    ; gotta go; see you; that will be all; no further; please summari[sz]e"""
)
BYE = any_of(
    r"(?:good)?bye; do not want to (?:talk|chat); leave me alone; let us stop; stop (?:talking|asking)"
)
THANKS = any_of("thanks?; thank you; thx; cheers; (?:good)?bye; see you")
NOTHING = re.compile(
    r"\W*(?:no|nope|nah|none|nothing|nobody|no ?one|not really|not (?:much|sure|yet)|never|n/?a|i do not know|idk"
    r"|dunno|no idea|hard to say)\b(?:[\s,]+[\w']+){0,4}\W*$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"\W*(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|greetings)\b[\w ,]{0,12}(?:[!.?,]|$)",
    re.IGNORECASE,
)
ABOUT_COACH = any_of(
    r"""
    (?:are|r) (?:you|u) (?:\w+ )?(?:an? )?(?:\w+ )?(?:bot|robot|ai|model|llm|human|real|person|machine|chatgpt|gpt
    |claude|computer); who are you; what (?:are|is) (?:you|this); (?:which|what) model"""
)


def spelled_out(text: str) -> str:
    """Contractions in full, so that each is looked for once."""
    text = re.sub(r"\bcan['’]?t\b", "can not", text.replace("’", "'"), flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z])n['o]t\b", " not", text, flags=re.IGNORECASE)
    for short, long in (
        ("'m", " am"),
        ("'re", " are"),
        ("'s", " is"),
        ("'d", " would"),
        ("let is", "let us"),
    ):
        text = re.sub(rf"{short}\b", long, text, flags=re.IGNORECASE)
    return " ".join(re.sub(r"\b(dont|didnt|thats|im)\b", _apart, text, flags=re.IGNORECASE).split())


def _apart(found: re.Match[str]) -> str:
    return {"dont": "do not", "didnt": "did not", "thats": "that is", "im": "i am"}[found.group().lower()]

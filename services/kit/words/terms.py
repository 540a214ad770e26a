"""Words as they are compared: one spelling for what people write in several ways."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

from services.kit.caches import remembered
from services.kit.words.scripts import MARKS, characters, is_unspaced, pieces, without_accents
from services.kit.words.translations import translations

_LETTERS = rf"(?:[^\W_]|[{MARKS}])+"
_WORD = re.compile(
    rf"(?<![\w.])\.NET\b|{_LETTERS}(?:(?:[&'’]|\.(?![A-Z][a-z])){_LETTERS})*(?:\+\+|#(?!\w))?", re.UNICODE
)

_STOP_WORDS = """
a about across after all also am an and any are as at be because been before being between both but by can
could did do does doing down during e.g each etc few for from further had has have having he her here him
his how i i.e if in into is it its itself just me more most my new no nor not now of off on once one only or
other our out over own per plus same she should so some such than that the their them then there these they
this those through to too under until up us very via was we well were what when where which while who whom
why will with within without would you your year work working experience including join looking role team
"""
_STOP = frozenset(_STOP_WORDS.split())

_LONGEST_WORD = 64  # what is longer is no word, and would burden an index

# Names that are also everyday words: in running text they count only as they are spelled here.
_CASED = {
    "c": "C",
    "r": "R",
    "go": "Go",
    "rest": "REST",
    "excel": "Excel",
    "swift": "Swift",
    "express": "Express",
}

# The first spelling of each line stands for all of it.
_SAME = """
postgresql, postgres, psql
javascript, js, ecmascript
typescript, ts
kubernetes, k8s
go, golang
node.js, nodejs
react, react.js, reactjs
vue.js, vue, vuejs
next.js, nextjs
.net, dotnet, asp.net
c++, cpp
c#, csharp
html, html5, html 5
css, css3
rest, rest api, restful, restful api
api, apis
aws, amazon web services
gcp, google cloud, google cloud platform
azure, microsoft azure
ruby on rails, rails, ror
mongodb, mongo
elasticsearch, elastic search
kafka, apache kafka
spark, apache spark, pyspark
airflow, apache airflow
scikit-learn, scikit learn, sklearn
hugging face, huggingface
github actions, gh actions
on-call, on call
on-site, on site, onsite
ci/cd, ci cd, continuous integration, continuous delivery, continuous deployment
machine learning, ml
deep learning, dl
artificial intelligence, ai
llm, large language model, language model
nlp, natural language processing
rag, retrieval augmented generation
reinforcement learning, rl
rlhf, reinforcement learning from human feedback
interpretability, mechanistic interpretability, mech interp
ai safety, ai alignment, alignment research
ai governance, governance of ai, ai policy
red teaming, red team, redteaming, red teamer, adversarial testing
full stack, fullstack
front end, frontend
back end, backend
devops, dev ops
site reliability engineering, sre, site reliability engineer, site reliability
object oriented, oop
open source, oss
ux, user experience
ui, user interface
qa, quality assurance
biosecurity, biological security
monitoring and evaluation, m&e, monitoring & evaluation
p&l, profit and loss
project management, project manager, managing project
product management, product manager
data analysis, data analytics, data analyst, analytics
data visualisation, data visualization, data viz
curriculum design, curriculum development, curriculum
fundraising, fund raising
grantmaking, grant making
grant writing, grantwriting
nonprofit, non profit
statistics, statistical analysis
randomised controlled trial, randomized controlled trial, rct
bioinformatics, computational biology
crm, customer relationship management
event planning, event organising, event organizing, event management
facilitation, facilitating, facilitator, facilitate, facilitated
mentoring, mentor, mentored, mentorship
teaching, teach, teacher, taught
writing, writer
recruiting, recruitment, hiring
budgeting, budget, budget management
organisation, organization
operation, operational
evaluation, eval, evaluate
programme, program
visualisation, visualization
optimisation, optimization
modelling, modeling
"""

# Whoever knows the first knows the others.
_IMPLIES = """
typescript: javascript
react: javascript
vue.js: javascript
angular: javascript
node.js: javascript
express: node.js, javascript
next.js: react, javascript
react native: react, javascript
pandas: python, data analysis
numpy: python
django: python
fastapi: python
flask: python
scikit-learn: python, machine learning
pytorch: python, deep learning, machine learning
jax: python, machine learning
tensorflow: python, deep learning, machine learning
deep learning: machine learning
hugging face: machine learning
langchain: llm
dbt: sql
postgresql: sql
mysql: sql
sql server: sql
sqlite: sql
ruby on rails: ruby
spring: java
.net: c#
kubernetes: docker
eks: kubernetes, aws
ec2: aws
s3: aws
gke: kubernetes, gcp
terraform: infrastructure as code
github actions: ci/cd
github: git
gitlab: git
tableau: data visualisation
looker studio: data visualisation
matplotlib: data visualisation
ggplot2: data visualisation, r
interpretability: ai safety
red teaming: ai safety
"""


@remembered(1 << 16)
def _plain(word: str) -> str:
    word = word.casefold().replace("’", "'")
    bare = without_accents(word)
    # "thé" is no "the".
    return _singular(word if bare in _STOP or bare in _CASED else bare)


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) < 4 or word.endswith(("ss", "us", "is", "js", "'")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


def _raw_words(text: str) -> list[str]:
    found: list[str] = _WORD.findall(unicodedata.normalize("NFKC", text))
    return found


def _spelled(text: str, prose: bool) -> Iterator[str]:
    for raw in _raw_words(text):
        for piece in (raw,) if raw.isascii() else pieces(raw):
            word = _plain(piece)
            if len(word) <= _LONGEST_WORD and (not prose or _CASED.get(word, piece) == piece):
                yield word


def _formerly_spelled(raw: str) -> str:
    """Return the term of a word in postings that releases until 0.1 stored: with accents, and in one piece."""
    return _singular(raw.casefold().replace("’", "'"))


_Phrases = dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]


def _phrases() -> _Phrases:
    """Return the spellings by their first word, each with the words that stand for it."""
    found: _Phrases = {}
    for line in _SAME.strip().splitlines():
        names = [name.strip() for name in line.split(",")]
        for name in names:
            _add_phrase(found, name, (names[0],))
    for options in found.values():
        options.sort(key=lambda option: -len(option[0]))
    return found


def _add_phrase(phrases: _Phrases, name: str, stands_for: tuple[str, ...]) -> None:
    spelling = tuple(_spelled(name, prose=False))
    phrases.setdefault(spelling[0], []).append((spelling, stands_for))


_PHRASES = _phrases()


def _joined(found: list[str]) -> Iterator[str]:
    at = 0
    while at < len(found):
        for spelling, names in _PHRASES.get(found[at], ()):
            if tuple(found[at : at + len(spelling)]) == spelling:
                yield from names
                at += len(spelling)
                break
        else:
            yield found[at]
            at += 1


def _translate(phrases: _Phrases) -> None:
    """Add the names of skills in other languages: they become the words of the English name."""
    for english, names in translations():
        stands_for = tuple(_joined(list(_spelled(english, prose=False))))
        for name in names:
            spelling = tuple(_spelled(name, prose=False))
            if spelling != stands_for:
                _add_phrase(phrases, name, stands_for)
    for options in phrases.values():
        options.sort(key=lambda option: -len(option[0]))


_translate(_PHRASES)
SKILL_WORDS = (
    frozenset(word for english, _ in translations() for word in _spelled(english, prose=False)) - _STOP
)
"""Words of English names of skills, which those in other languages become."""


def words(text: str, *, prose: bool = True) -> list[str]:
    """The words that carry meaning, in order, in one spelling; a known phrase is one of them.

    ``prose`` is running text, where "go" is a verb; in a list of skills it is a language.
    """
    return [word for word in _joined(list(_spelled(text, prose))) if word not in _STOP]


def search_words(text: str, *, prose: bool = True) -> list[str]:
    """All that a text is found by, each once: its ``words``, the parts of its phrases, and single letters of scripts
    that do not separate words.
    """
    parts = [word for word in _spelled(text, prose) if word not in _STOP]
    letters = [] if text.isascii() else characters(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys([*parts, *words(text, prose=prose), *letters]))


def limited_terms(terms: Iterable[str], most: int, most_unspaced: int) -> list[str]:
    """Return the first terms, each once; ``most_unspaced`` is for scripts that do not separate words.

    Those need several terms a word.
    """
    each = dict.fromkeys(terms)
    unspaced = dict.fromkeys(islice(filter(is_unspaced, each), most_unspaced))
    others = dict.fromkeys(islice((term for term in each if not is_unspaced(term)), most))
    return [term for term in each if term in others or term in unspaced]


def wanted_words(search: str) -> list[tuple[str, ...]]:
    """Return the ``words`` of a search, each with the term of postings that an earlier release stored if it differs."""
    former: dict[str, str] = {}
    for raw in _raw_words(search):
        before = _formerly_spelled(raw)
        for word in _spelled(raw, prose=False):
            if before not in (word, former.get(word)) and len(before) <= _LONGEST_WORD:
                former.setdefault(word, before)
    found = dict.fromkeys(words(search, prose=False))
    return [(word, former[word]) if word in former else (word,) for word in found]


def skill_key(skill: str) -> str:
    """Equal for two spellings of one skill; empty for one without a word."""
    return " ".join(words(skill, prose=False))


def skill_term(key: str) -> str:
    """Return the form of a skill among the terms that an opportunity is found by."""
    return f"skill:{key}"


def wanted_skill(skill: str) -> tuple[str, ...]:
    """Return the terms that a skill is found by, as ``wanted_words``; none for one without a word."""
    before = _joined([_formerly_spelled(raw) for raw in _raw_words(skill)])
    keys = (skill_key(skill), " ".join(word for word in before if word not in _STOP))
    return tuple(dict.fromkeys(map(skill_term, filter(None, keys)))) if keys[0] else ()


_IMPLIED = {
    skill_key(name): [skill_key(other) for other in others.split(",")]
    for name, _, others in (line.partition(":") for line in _IMPLIES.strip().splitlines())
}


def implied(keys: Iterable[str]) -> set[str]:
    """The skills that follow from these."""
    found: set[str] = set()
    fresh = set(keys)
    while fresh:
        fresh = {other for key in fresh for other in _IMPLIED.get(key, ())} - found
        found |= fresh
    return found


KNOWN_SKILLS = frozenset(
    [line.split(",")[0].strip() for line in _SAME.strip().splitlines()]
    + [key for name, others in _IMPLIED.items() for key in (name, *others)]
)
"""Words that are known to be skills, in the spelling of ``words``."""

_EVERYDAY = """
python, pandas, react, flask, angular, spring, express, rust, go, c, r, swift, spark, rest, excel, dart, julia, ruby,
java,
chef, puppet, salt, docker, looker, tableau, figma, oracle, slack, git, jax, scala, elixir, svelte, perl, crystal,
helm
"""
EVERYDAY_SKILLS = frozenset(skill_key(name) for name in _EVERYDAY.split(","))
"""Skills whose names are also words of every day, or names of other things."""

_GENERAL = {"data analysis", "data visualisation", "ai safety", "interpretability", "red teaming"}
TRADE_SKILLS = frozenset(key for name, others in _IMPLIED.items() for key in (name, *others)) - (
    EVERYDAY_SKILLS | _GENERAL
)
"""Skills whose names mean nothing else: beside one of them a word of ``EVERYDAY_SKILLS`` is likely a skill."""

"""Words for fields of work: who does the same work, whom it is for, what one can make for others.

The field is that of O*NET's occupations which a text reads like (``services.reference``): a row for each of their major
groups, and for some smaller ones. Where a text reads like none, the words are general ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.reference.occupations import Likeness, code_of_occupation
from services.reference.reading import Part, read


@dataclass(frozen=True, slots=True)
class Field:
    """``peers`` do the same work, ``served`` are who it is for, ``resource`` is what one can make for others,
    ``trial`` what others have described and one can try.
    """

    name: str
    peers: str
    served: str
    resource: str
    trial: str


_IMPROVEMENT = "an improvement that another team has described"
_SOFTWARE = Field(
    "software",
    "fellow engineers",
    "the people who use your software",
    "a small open-source tool",
    "a benchmark or a design that others have described",
)
_DATA = Field(
    "data",
    "fellow analysts",
    "the people who decide by your numbers",
    "a template for a recurring analysis",
    "a published analysis whose data are public",
)
_RESEARCH = Field(
    "research",
    "fellow researchers",
    "those who build on your results",
    "a small, well-documented data set",
    "a published result that has not been repeated",
)
_HEALTH = Field(
    "health",
    "colleagues in care",
    "patients and their families",
    "a one-page checklist for a shift",
    "an improvement that another ward or practice has described",
)
_EDUCATION = Field(
    "education",
    "people who teach and care for learners",
    "your learners",
    "a ready-made lesson or activity",
    "a way of teaching that others have tested",
)
_HOSPITALITY = Field(
    "hospitality",
    "people who run kitchens and bakeries",
    "your guests",
    "a one-page guide for a kitchen or bakery",
    "a change that another kitchen or bakery has described",
)
_DESIGN = Field(
    "design",
    "people who make things for an audience",
    "your audience",
    "a small kit of templates",
    "a piece of work that others have taken apart in public",
)
_POLICY = Field(
    "policy",
    "colleagues in law and administration",
    "the people whose cases you handle",
    "a plain-language guide",
    "a procedure that another office has described",
)
_COMMUNITY = Field(
    "community",
    "colleagues in social work",
    "the people you support",
    "a one-page guide for a first visit",
    "a programme that others have evaluated",
)
_BUSINESS = Field(
    "business", "people who run operations", "your customers", "a planning template", _IMPROVEMENT
)
_FINANCE = Field(
    "finance",
    "people who keep the books",
    "those who decide by your figures",
    "a checklist for a closing",
    _IMPROVEMENT,
)
_SALES = Field(
    "sales",
    "people who run shops and sales",
    "your customers",
    "a one-page guide for a first week",
    _IMPROVEMENT,
)
_OFFICE = Field(
    "office",
    "people who run offices",
    "those who rely on your files",
    "a checklist for a recurring task",
    _IMPROVEMENT,
)
_ENGINEERING = Field(
    "engineering",
    "fellow engineers and technicians",
    "the people who use what you plan",
    "a worked example",
    "a calculation or test that others have published",
)
_CRAFT = Field(
    "craft",
    "people of your trade",
    "your customers",
    "a set of instructions with pictures",
    "a technique that another workshop has described",
)
_TRANSPORT = Field(
    "transport",
    "people who drive and dispatch",
    "those who wait for what you bring",
    "a checklist for a shift",
    "a routine that another depot has described",
)
_ANIMALS = Field(
    "animals",
    "people who care for animals",
    "the animals in your care, and their visitors",
    "a one-page guide to a routine",
    "a routine that another keeper has described",
)
GENERAL = Field(
    "general",
    "people in your line of work",
    "the people your work is for",
    "a one-page guide",
    "a method that others have described",
)
# By the beginning of O*NET's codes, the longest that fits.
_BY_CODE: Mapping[str, Field] = MappingProxyType(
    {
        "11": _BUSINESS,
        "11-9051": _HOSPITALITY,
        "11-903": _EDUCATION,
        "11-9111": _HEALTH,
        "11-9151": _COMMUNITY,
        "11-30": _BUSINESS,
        "13": _BUSINESS,
        "13-2": _FINANCE,
        "15": _SOFTWARE,
        "15-1221": _RESEARCH,
        "15-2": _DATA,
        "17": _ENGINEERING,
        "19": _RESEARCH,
        "21": _COMMUNITY,
        "23": _POLICY,
        "25": _EDUCATION,
        "27": _DESIGN,
        "29": _HEALTH,
        "29-1131": _ANIMALS,
        "31": _HEALTH,
        "31-9096": _ANIMALS,
        "35": _HOSPITALITY,
        "39-2": _ANIMALS,
        "39-9011": _EDUCATION,
        "41": _SALES,
        "43": _OFFICE,
        "43-3": _FINANCE,
        "43-5": _TRANSPORT,
        "45-2021": _ANIMALS,
        "47": _CRAFT,
        "49": _CRAFT,
        "51": _CRAFT,
        "51-3": _HOSPITALITY,
        "53": _TRANSPORT,
    }
)
_CLEAR = 0.28
_SURE = 0.75
"""Shares of a likeness that must lie in one field before it is named: of a whole profile, and of a few words."""


_WRITTEN = 0.2
"""Share of software from which an engineer's work is software."""


def field_of(likeness: Likeness, clear: float = _CLEAR) -> Field | None:
    """Return the field that most of a likeness lies in; None where no field has a clear part of it."""
    shares: dict[str, tuple[float, Field]] = {}
    for occupation, weight in likeness.items():
        field = _field_of_code(code_of_occupation(occupation))
        before = shares.get(field.name, (0.0, field))[0]
        shares[field.name] = (before + weight * weight, field)
    if shares.get("software", (0.0,))[0] >= _WRITTEN and "engineering" in shares:
        # Engineers of software are engineers by their title, and read like both.
        shares["software"] = (shares["software"][0] + shares.pop("engineering")[0], _SOFTWARE)
    share, field = max(shares.values(), key=lambda one: (one[0], one[1].name), default=(0.0, GENERAL))
    return field if share >= clear and field is not GENERAL else None


def field_of_text(text: str, kind: str, language: str | None) -> Field | None:
    """Return the field of a title, a running text or a skill (``kind`` as in ``services.reference.reading.Part``)."""
    return field_of(read([Part(kind, [text], 1.0)], language).occupations, _SURE)


def _field_of_code(code: str) -> Field:
    fitting = [prefix for prefix in _BY_CODE if code.startswith(prefix)]
    return _BY_CODE[max(fitting, key=len)] if fitting else GENERAL

"""Fields of work, as the offline coach tells them apart, and the words it uses when it speaks of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.words.terms import words
from services.profiles.dates import newest_first
from services.profiles.sections import SECTIONS, WORK


@dataclass(frozen=True, slots=True)
class Field:
    """``peers`` do the same work, ``served`` are who it is for, ``resource`` is what one can make for others."""

    name: str
    peers: str
    served: str
    resource: str
    trial: str
    tells: frozenset[str]


def _tells(text: str) -> frozenset[str]:
    return frozenset(words(text, prose=False))


FIELDS = (
    Field(
        "software",
        "fellow engineers",
        "the people who use your software",
        "a small open-source tool",
        "a benchmark or a design that others have described",
        _tells(
            "software engineer, developer, programmer, programming, coding, backend, frontend, fullstack, devops, sre,"
            " javascript, typescript, java, c++, c#, rust, golang, ruby, php, kotlin, scala, elixir, react, node.js,"
            " ruby on rails, html, css, web, mobile, ios, android, kubernetes, docker, terraform, aws, azure,"
            " gcp, linux, git, cloud, infrastructure, microservices, api, cuda, compiler, distributed, embedded, kafka,"
            " firmware, computer"
        ),
    ),
    Field(
        "data",
        "fellow analysts",
        "the people who decide by your numbers",
        "a template for a recurring analysis",
        "a published analysis whose data are public",
        _tells(
            "data analyst, data scientist, sql, python, pandas, numpy, tableau, looker, dbt, excel, statistics, etl,"
            " analytics, dashboard, machine learning, pytorch, tensorflow, scikit-learn, spark, databricks, llm, nlp,"
            " data visualisation, spreadsheet, forecasting, econometrics, bi, artificial intelligence, rag, r"
        ),
    ),
    Field(
        "research",
        "fellow researchers",
        "those who build on your results",
        "a small, well-documented data set",
        "a published result that has not been repeated",
        _tells(
            "researcher, research, scientist, postdoc, postdoctoral, phd, professor, laboratory, lab, publication,"
            " interpretability, alignment, ai safety, biology, chemistry, physics, neuroscience, philosophy,"
            " biosecurity, epidemiology, evaluation, experiment, experimental, dissertation, academic, ecology"
        ),
    ),
    Field(
        "health",
        "colleagues in care",
        "patients and their families",
        "a one-page checklist for a shift",
        "an improvement that another ward or practice has described",
        _tells(
            "nurse, nursing, physician, doctor, clinical, clinic, patient, hospital, ward, care, carer, caregiver,"
            " midwife, paramedic, triage, therapist, therapy, pharmacist, pharmacy, medication, medical, medicine,"
            " health, healthcare, wound, icu, dental, dentist, physiotherapy, rehabilitation, palliative"
        ),
    ),
    Field(
        "education",
        "fellow teachers",
        "your learners",
        "a ready-made lesson with its exercises",
        "a way of teaching that others have tested",
        _tells(
            "teacher, teaching, tutor, tutoring, lecturer, school, classroom, pupil, curriculum, lesson, education,"
            " instructor, trainer, pedagogy, student, kindergarten, literacy, librarian, coach, workshop, facilitator"
        ),
    ),
    Field(
        "hospitality",
        "people who run kitchens and dining rooms",
        "your guests",
        "a one-page guide for a kitchen",
        "a change that another kitchen or dining room has described",
        _tells(
            "restaurant, chef, cook, cooking, kitchen, barista, cafe, catering, hotel, hospitality, menu, baker,"
            " bakery, pastry, sommelier, bartender, waiter, food, beverage, dining, sous"
        ),
    ),
    Field(
        "design",
        "fellow designers",
        "the people who use what you design",
        "a small kit of templates",
        "a design study that others have published",
        _tells(
            "designer, design, ux, ui, figma, illustrator, illustration, typography, photography, photographer, video,"
            " animation, artist, brand, branding, copywriter, editor, journalist, journalism, photoshop, film, music"
        ),
    ),
    Field(
        "policy",
        "people who work on policy",
        "the public",
        "a plain-language brief",
        "a policy analysis whose sources are public",
        _tells(
            "policy, governance, law, lawyer, legal, legislation, regulation, regulatory, government, diplomat,"
            " compliance, advocacy, parliament, paralegal, treaty, ethics, political, civil servant, standards"
        ),
    ),
    Field(
        "community",
        "fellow organisers",
        "the people you organise for",
        "a starter kit for new volunteers",
        "a programme that others have evaluated",
        _tells(
            "nonprofit, charity, volunteer, community, fundraising, fundraiser, grantmaking, social worker, outreach,"
            " campaign, organiser, organizer, event planning, movement, humanitarian, refugee, ngo"
        ),
    ),
    Field(
        "business",
        "people who run operations",
        "your customers",
        "a planning template",
        "an improvement that another team has described",
        _tells(
            "manager, operation, sales, marketing, accountant, accounting, finance, financial, consultant, consulting,"
            " logistics, supply, procurement, recruiter, recruiting, hr, ceo, president, founder, entrepreneur,"
            " project management, product management, retail, customer, budgeting, p&l, scheduling, vendor, business"
        ),
    ),
)
GENERAL = Field(
    "general",
    "people in your line of work",
    "the people your work is for",
    "a one-page guide",
    "a method that others have described",
    frozenset(),
)
BY_NAME: Mapping[str, Field] = MappingProxyType({field.name: field for field in (*FIELDS, GENERAL)})


def weigh(texts: Iterable[tuple[str | None, float]]) -> dict[str, float]:
    """Return the share of each field in the weighted texts; the shares add up to 1. Empty when nothing tells."""
    counts: dict[str, float] = {}
    for text, weight in texts:
        for word in words(text or "", prose=False):
            for field in FIELDS:
                if word in field.tells:
                    counts[field.name] = counts.get(field.name, 0.0) + weight
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return {name: value / total for name, value in ranked}


def fields_of(profile: ProfileRecord) -> dict[str, float]:
    """The person's fields, the strongest first: recent work and the headline tell most."""
    texts: list[tuple[str | None, float]] = [(profile.headline, 3.0), (profile.summary, 0.3)]
    for section in SECTIONS:
        entries = getattr(profile, section.name)
        for age, entry in enumerate(newest_first(entries) if section is WORK else entries):
            fading = 1 + age if section is WORK else 1
            for field in section.fields:
                if field.tells:
                    value = getattr(entry, field.name)
                    texts += [(text, field.tells / fading) for text in (value if field.many else [value])]
    if profile.publications:
        texts.append(("research", 1.0))
    return weigh(texts)


def fields_of_opportunity(opportunity: OpportunityRecord) -> dict[str, float]:
    """The fields of a posting: its title tells most."""
    skills = [*opportunity.required_skills, *opportunity.desired_skills]
    return weigh(
        [(opportunity.title, 3.0), *((skill, 1.0) for skill in skills), (opportunity.description, 0.3)]
    )


def kinship(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Return the share of the posting, 0 to 1, in fields that the person is at home in."""
    return sum(share * min(1.0, 2.5 * ours.get(name, 0.0)) for name, share in theirs.items())

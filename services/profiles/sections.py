"""The one table of a profile: every section with its fields, and how each part of the product uses them.

The types and inputs of the API, the reading and writing of résumés, the extraction tool, the profile text of
prompts, grounding and ranking derive from it; a test compares it with the records of ``db.profiles``, both ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from db.driver.records import Record
from db.profiles import (
    CertificateRecord,
    ConstraintsRecord,
    EducationRecord,
    InterestRecord,
    LanguageRecord,
    LearningKind,
    LocationRecord,
    ProjectRecord,
    PublicationRecord,
    SkillRecord,
    VolunteerRecord,
    WorkRecord,
)
from services.profiles.fields import (
    COUNTRY,
    CURRENCY,
    DATE,
    END_DATE,
    HOURS,
    ITEM,
    LONG,
    NAME,
    PLAIN,
    REMOTE,
    SALARY,
    URL,
    NumberRule,
    TextRule,
    camel,
)

RecordT = TypeVar("RecordT", bound=Record)

PARTIAL_DATE = "ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`."


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    ``many``: a list of texts. ``older``: other names in documents, read when ``key`` is absent. ``weight``: in
    the ranking of opportunities, 0 for none; ``prose`` says that its words are running text. ``grounds``: an action
    may rest on it. ``prompted``: in the profile text of prompts. ``learned``: the extraction tool may fill it.
    """

    name: str
    rule: TextRule | NumberRule = PLAIN
    about: str | None = None
    many: bool = False
    key: str = ""
    older: tuple[str, ...] = ()
    weight: float = 0.0
    prose: bool = True
    grounds: bool = True
    prompted: bool = True
    learned: bool = True

    keys: tuple[str, ...] = field(init=False)
    """Names in a document; the first one is written."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", (self.key or camel(self.name), *self.older))


@dataclass(frozen=True, slots=True)
class Part(Generic[RecordT]):
    """A record of the profile and its fields. ``plain``: the field that a bare text in its place stands for."""

    name: str
    record: type[RecordT]
    fields: tuple[Field, ...]
    plain: str = ""

    @property
    def plain_key(self) -> str:
        """The name in a document of the field that a bare text stands for."""
        return next(field.keys[0] for field in self.fields if field.name == self.plain)

    def required(self, field: Field) -> bool:
        """True for a field without which there is no record."""
        return self.record.model_fields[field.name].is_required()


@dataclass(frozen=True, slots=True)
class Section(Part[RecordT]):
    """A list of records.

    ``key``: its name in a document, ``older`` the others. ``label``: its heading in prompts. ``titles``: the
    fields that people know an entry by, ``beside`` what prompts add to them, ``aside`` what they put in brackets
    (a period where it is empty and the section has dates).
    """

    key: str = ""
    older: tuple[str, ...] = ()
    label: str = ""
    noun: str = ""
    titles: tuple[str, ...] = ("name",)
    beside: tuple[str, ...] = ()
    aside: str = ""
    learning: LearningKind | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Names in a document; the first one is written."""
        return (self.key, *self.older)

    @property
    def dated(self) -> bool:
        """The entries have a period."""
        return any(field.name == "start_date" for field in self.fields)

    def titles_of(self, record: Record) -> tuple[str, ...] | None:
        """Return the entry's titles, such as "Analyst" and "Mill"; None when it has none."""
        return tuple(str(text) for name in self.titles if (text := getattr(record, name))) or None

    def first_title_of(self, record: Record) -> str | None:
        """Return the first of the entry's titles."""
        titles = self.titles_of(record)
        return titles[0] if titles else None

    def likeness(self, one: Record, other: Record) -> int:
        """Return the number of fields in which the two say the same."""
        pairs = ((getattr(one, field.name), getattr(other, field.name)) for field in self.fields)
        return sum(ours == theirs and ours not in (None, []) for ours, theirs in pairs)


def _link() -> Field:
    about, older = "Address on the web, http or https.", ("website",)
    return Field("url", URL, about, older=older, grounds=False, prompted=False, learned=False)


def _date(name: str, about: str, *older: str, rule: TextRule = DATE) -> Field:
    return Field(name, rule, f"{about} {PARTIAL_DATE}", older=older, grounds=False, prompted=False)


def _period() -> tuple[Field, Field]:
    last = "Last day; null when it is unknown or still going on."
    return (
        _date("start_date", "First day.", "start", "from", "dateStart"),
        _date("end_date", last, "end", "to", "dateEnd", rule=END_DATE),
    )


TEXTS: Mapping[str, Field] = MappingProxyType(
    {
        "name": Field("name", NAME),
        "headline": Field("headline", key="label", older=("headline", "title")),
        "summary": Field("summary", LONG),
    }
)
"""The texts of the profile itself, in a document's ``basics``."""

GOALS = Field("career_goals", ITEM, many=True)

LOCATION = Part(
    "location",
    LocationRecord,
    (
        Field("city", about="City."),
        Field("region", about="Region or state."),
        Field("country_code", COUNTRY, "ISO 3166-1 alpha-2 code, such as `DE`.", older=("country",)),
    ),
    plain="city",
)
CONSTRAINTS = Part(
    "constraints",
    ConstraintsRecord,
    (
        Field("remote", REMOTE, "Preference for remote work."),
        Field("places", about="Places where the person would work.", many=True),
        Field(
            "work_permits",
            COUNTRY,
            "Countries the person may work in, as ISO 3166-1 alpha-2 codes.",
            many=True,
        ),
        Field("salary_minimum", SALARY, "Lowest acceptable gross pay per year in `salaryCurrency`."),
        Field("salary_currency", CURRENCY, "ISO 4217 code, such as `EUR`."),
        Field("hours_per_week", HOURS, "Hours per week that the person has for the next step, 1 to 168."),
    ),
)

SKILLS = Section(
    "skills",
    SkillRecord,
    (
        Field("name", about="Name of the skill, unique within the profile.", weight=3.0, prose=False),
        Field("level", about="Level in the words of the résumé or the person."),
        Field(
            "keywords",
            about="Particular tools, methods or topics.",
            many=True,
            weight=2.5,
            prose=False,
        ),
    ),
    plain="name",
    key="skills",
    label="Skills",
    noun="skill",
    aside="level",
    learning=LearningKind.SKILL,
)
WORK = Section(
    "work",
    WorkRecord,
    (
        Field(
            "name",
            about="Name of the employer.",
            older=("company", "employer", "organization", "organisation"),
        ),
        Field(
            "position",
            about="Title of the position.",
            older=("title", "jobTitle", "role"),
            weight=1.5,
        ),
        Field("location", about="Place of work."),
        Field("description", LONG, "Business of the employer.", weight=0.8, learned=False),
        _link(),
        *_period(),
        Field("summary", LONG, "Overview of the tasks.", weight=0.8),
        Field("highlights", ITEM, "Achievements, one text each.", many=True, weight=0.8),
    ),
    key="work",
    older=("experience", "employment", "workExperience", "positions"),
    label="Work",
    noun="position",
    titles=("position", "name"),
    beside=("location",),
    learning=LearningKind.WORK,
)
PROJECTS = Section(
    "projects",
    ProjectRecord,
    (
        Field("name", about="Name of the project.", older=("title",), weight=0.8),
        Field("description", LONG, "Short description.", older=("summary",), weight=0.8),
        Field("entity", about="Organization that it belongs to."),
        Field(
            "type", about="Kind of project, such as `talk` or `application`.", prompted=False, learned=False
        ),
        _link(),
        *_period(),
        Field("highlights", ITEM, "Achievements, one text each.", many=True, weight=0.8),
        Field("keywords", about="Tools, methods or topics.", many=True, weight=2.0, prose=False),
        Field("roles", about="Roles of the person, such as `Team lead`.", many=True, weight=2.0, prose=False),
    ),
    key="projects",
    label="Projects",
    noun="project",
    beside=("entity",),
    learning=LearningKind.PROJECT,
)
EDUCATION = Section(
    "education",
    EducationRecord,
    (
        Field("institution", about="School or university.", older=("school", "university")),
        Field("area", about="Subject.", older=("major", "fieldOfStudy"), weight=1.5),
        Field("study_type", about="Degree, such as `Bachelor`.", older=("degree",)),
        _link(),
        *_period(),
        Field(
            "score",
            about="Final grade, as written by the institution.",
            older=("gpa",),
            grounds=False,
            prompted=False,
            learned=False,
        ),
        Field("courses", about="Notable courses.", many=True, weight=0.8),
    ),
    key="education",
    label="Education",
    noun="education",
    titles=("study_type", "area", "institution"),
    learning=LearningKind.EDUCATION,
)
PUBLICATIONS = Section(
    "publications",
    PublicationRecord,
    (
        Field("name", about="Title.", older=("title",), weight=1.0),
        Field("publisher", about="Publisher or journal."),
        _date("release_date", "Date of publication.", "date"),
        _link(),
        Field("summary", LONG, "Short summary.", weight=1.0),
    ),
    plain="name",
    key="publications",
    label="Publications",
    noun="publication",
    beside=("publisher",),
    aside="release_date",
)
CERTIFICATES = Section(
    "certificates",
    CertificateRecord,
    (
        Field("name", about="Name, such as `Licence C+E`.", older=("title",), weight=2.0, prose=False),
        Field("issuer", about="Body that granted it.", older=("authority", "organization")),
        Field("date", about="When it was granted, as it is written.", older=("issueDate",), grounds=False),
        _link(),
    ),
    plain="name",
    key="certificates",
    older=("certifications", "licenses", "licences"),
    label="Certificates and licences",
    noun="certificate",
    beside=("issuer",),
    aside="date",
)
VOLUNTEERING = Section(
    "volunteer",
    VolunteerRecord,
    (
        Field("organization", about="Name of the organization.", older=("organisation", "name")),
        Field("position", about="Role of the person.", older=("title", "role"), weight=1.2),
        _link(),
        *_period(),
        Field("summary", LONG, "Overview of the tasks.", weight=0.8),
        Field("highlights", ITEM, "Achievements, one text each.", many=True, weight=0.8),
    ),
    key="volunteer",
    older=("volunteering", "volunteerExperience"),
    label="Volunteering",
    noun="volunteering",
    titles=("position", "organization"),
    learning=LearningKind.VOLUNTEER,
)
LANGUAGES = Section(
    "languages",
    LanguageRecord,
    (
        Field("language", about="Name of the language, in any language.", older=("name",)),
        Field(
            "fluency",
            about="Fluency in the person's words, such as `Native speaker`.",
            older=("level", "proficiency"),
        ),
    ),
    plain="language",
    key="languages",
    label="Languages",
    noun="language",
    titles=("language",),
    aside="fluency",
)
INTERESTS = Section(
    "research_interests",
    InterestRecord,
    (
        Field("name", about="Field or question of interest.", weight=1.5, prose=False),
        Field("keywords", about="Particular topics.", many=True, weight=1.5, prose=False),
    ),
    plain="name",
    key="interests",
    label="Research interests",
    noun="interest",
    learning=LearningKind.INTEREST,
)

SECTIONS: tuple[Section[Any], ...] = (
    SKILLS,
    WORK,
    PROJECTS,
    EDUCATION,
    PUBLICATIONS,
    CERTIFICATES,
    VOLUNTEERING,
    LANGUAGES,
    INTERESTS,
)
PARTS: tuple[Part[Any], ...] = (LOCATION, CONSTRAINTS)
BY_NAME: Mapping[str, Section[Any]] = MappingProxyType({section.name: section for section in SECTIONS})

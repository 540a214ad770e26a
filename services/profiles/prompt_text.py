"""The text of a profile that every prompt shares, and how any text is made harmless before it enters one."""

import re
from collections.abc import Iterable, Sequence

from db.profiles import ProfileRecord, ProjectRecord, RemotePreference, WorkRecord
from services.kit.text import clean

_LONGEST_SECTION = 2_500
_LONGEST_ENTRY = 1_200
_OPENING = re.compile(r"[<＜﹤]|&(?:lt|#0*60|#x0*3c)\b;?", re.IGNORECASE)


def neutralise(text: str) -> str:
    """Data for a prompt: no control characters, and no character left that could begin a tag."""
    return _OPENING.sub("‹", clean(text))


def profile_text(profile: ProfileRecord) -> str:
    """The profile for every prompt: all sections, an empty one said to be so, at most 30,000 characters."""
    limits = profile.constraints
    sections = [
        ("Name", [profile.name or ""]),
        ("Headline", [profile.headline or ""]),
        ("Summary", [profile.summary or ""]),
        (
            "Location",
            [listed([profile.location.city, profile.location.region, profile.location.country_code])],
        ),
        ("Career goals", profile.career_goals),
        ("Skills", [_entry(s.name, s.level, listed(s.keywords)) for s in profile.skills]),
        ("Work", [_work(job) for job in profile.work]),
        ("Projects", [_project(project) for project in profile.projects]),
        (
            "Education",
            [
                _entry(
                    listed([e.study_type, e.area, e.institution]),
                    _span(e.start_date, e.end_date),
                    listed(e.courses),
                )
                for e in profile.education
            ],
        ),
        (
            "Publications",
            [_entry(listed([p.name, p.publisher]), p.release_date, p.summary) for p in profile.publications],
        ),
        (
            "Volunteering",
            [
                _entry(
                    listed([v.position, v.organization]),
                    _span(v.start_date, v.end_date),
                    _sentences([v.summary, *v.highlights]),
                )
                for v in profile.volunteer
            ],
        ),
        ("Languages", [_entry(spoken.language, spoken.fluency) for spoken in profile.languages]),
        (
            "Research interests",
            [_entry(i.name, None, listed(i.keywords)) for i in profile.research_interests],
        ),
        (
            "Constraints",
            [
                {
                    RemotePreference.REMOTE_ONLY: "only remote work",
                    RemotePreference.REMOTE_PREFERRED: "would rather work remotely",
                    RemotePreference.ON_SITE_PREFERRED: "would rather work on site",
                    RemotePreference.ANY: "",
                }[limits.remote],
                _labelled("places", listed(limits.places)),
                _labelled("may work in", listed(limits.work_permits)),
                _labelled("least salary a year", _salary(limits.salary_minimum, limits.salary_currency)),
                _labelled("hours a week", limits.hours_per_week),
            ],
        ),
    ]
    return "\n".join(_section(name, entries) for name, entries in sections)


def one_line(text: object) -> str:
    """One line, so that nothing in it can pass for the beginning of another section."""
    return " ".join(neutralise(str(text)).split())


def cut(text: str, longest: int) -> str:
    """At most ``longest`` characters, saying so when it is not all."""
    return text if len(text) <= longest else text[: longest - 14].rstrip() + " … (shortened)"


def bullets(entries: Iterable[str], longest: int = _LONGEST_SECTION) -> str:
    """One line an entry, empty ones left out, harmless and bounded."""
    lines = (cut(one_line(entry), _LONGEST_ENTRY) for entry in entries)
    return cut("\n".join(f"- {line}" for line in lines if line), longest)


def _section(name: str, entries: Sequence[str]) -> str:
    return f"{name}:\n{bullets(entries) or 'The person has not said anything about this yet.'}"


def listed(parts: Iterable[str | None]) -> str:
    """What there is, separated by commas."""
    return ", ".join(part for part in parts if part)


def _sentences(parts: Iterable[str | None]) -> str:
    return "; ".join(part.rstrip(".") for part in parts if part)


def _entry(head: str | None, aside: str | None = None, rest: str | None = None) -> str:
    text = f"{head or ''} ({aside})" if aside else head or ""
    return f"{text}: {rest}" if rest and text else text or rest or ""


def _labelled(label: str, value: object) -> str:
    return f"{label}: {value}" if value else ""


def _span(start: str | None, end: str | None) -> str:
    return f"{start or '?'} to {end or 'now'}" if start or end else ""


def _salary(minimum: int | None, currency: str | None) -> str:
    return "" if minimum is None else f"{minimum:,} {currency or ''}".strip()


def _work(job: WorkRecord) -> str:
    head = listed([job.position, job.name, job.location])
    return _entry(
        head, _span(job.start_date, job.end_date), _sentences([job.description, job.summary, *job.highlights])
    )


def _project(project: ProjectRecord) -> str:
    rest = _sentences(
        [project.description, *project.highlights, listed(project.keywords), listed(project.roles)]
    )
    return _entry(listed([project.name, project.entity]), _span(project.start_date, project.end_date), rest)

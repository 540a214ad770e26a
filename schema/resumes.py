"""GraphQL types of résumé imports: what an import changes, and what it does not take."""

from typing import Self

import strawberry

from schema.shared.errors import InputProblem
from services.profiles.fields import camel
from services.profiles.resume_report import ResumeReport as Report
from services.profiles.resume_report import SectionChange


@strawberry.type(description="Changes of one section of the profile by an import.")
class ResumeSectionChange:
    section: str = strawberry.field(
        description="Field of `Profile`, such as `work`; `basics` stands for name, headline, summary, location and "
        "constraints."
    )
    added: list[str] = strawberry.field(description="Titles of new entries; in `basics` the fields.")
    changed: list[str] = strawberry.field(description="Titles of changed entries; in `basics` the fields.")
    removed: list[str] = strawberry.field(description="Titles of removed entries; in `basics` the fields.")

    @classmethod
    def from_change(cls, change: SectionChange) -> Self:
        shown = camel if change.section == "basics" else str
        return cls(
            section=camel(change.section),
            added=list(map(shown, change.added)),
            changed=list(map(shown, change.changed)),
            removed=list(map(shown, change.removed)),
        )


@strawberry.type(
    description="Changes of the profile by an import, and parts of the document that the profile does not show."
)
class ResumeReport:
    sections: list[ResumeSectionChange] = strawberry.field(description="Sections that change.")
    notes: list[InputProblem] = strawberry.field(
        description="Parts of the document that are read differently from how they are written, or kept without "
        "being shown, each with the reason. At most 200."
    )
    needs_confirmation: bool = strawberry.field(
        description="The import removes most of the profile, so that it needs `confirmRemoval`."
    )

    @classmethod
    def from_report(cls, report: Report) -> Self:
        return cls(
            sections=[ResumeSectionChange.from_change(change) for change in report.changes],
            notes=[InputProblem(field=note.field, message=note.message) for note in report.notes],
            needs_confirmation=report.needs_confirmation,
        )


@strawberry.type(description="Changes that an import would make. Nothing was changed.")
class ResumePreview:
    report: ResumeReport = strawberry.field(description="Changes that the import would make.")

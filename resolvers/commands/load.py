"""``foothold load``: files into the database, beside a server that runs or without one."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import click

from db.driver.client import Database
from db.opportunities import OpportunityStore
from db.profiles import ProfileStore
from resolvers.observe import logs
from resolvers.settings import Settings
from resolvers.wiring.database import open_database
from services.identity.callers import Caller, person_of
from services.identity.local_tokens import LIFETIME
from services.kit import clock
from services.kit.errors import InvalidInput
from services.opportunities.importing import LoadReport, OpportunityLoader, Refusal, parse_postings
from services.profiles.profiles import Profiles
from services.profiles.resume_report import ResumeReport
from services.profiles.resumes import parse_resume_text

SOME_REFUSED = 3
"""The exit status when some postings were loaded and some refused; 2 is a wrong use of the command."""

_MOST_REFUSALS_SHOWN = 20
_FILE_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word document or another archive"),
    (b"\xd0\xcf\x11\xe0", "a Word document"),
)


async def load_opportunities(settings: Settings, file: Path, source: str | None) -> None:
    """Load a file of postings and print a report.

    Exits with 1 when every one was refused, with ``SOME_REFUSED`` when some were.
    """
    parsed = parse_postings(_text(file), default_source=file.stem, source=source)
    total = len(parsed.postings)
    async with _database(settings) as database:
        with click.progressbar(length=total, label=f"Loading {total} opportunities", file=sys.stderr) as bar:
            report = await OpportunityLoader(OpportunityStore(database)).load(
                parsed, lambda done, _total: bar.update(done - bar.pos)
            )
    _print(report)
    if report.refused:
        sys.exit(SOME_REFUSED if report.inserted or report.updated or report.unchanged else 1)


def _print(report: LoadReport) -> None:
    click.echo(
        f"{report.inserted} new, {report.updated} changed, {report.unchanged} as before, "
        f"{len(report.refused)} refused"
    )
    _print_refusals(report.refused)
    if report.unread:
        click.echo(f"Of those that were loaded, {len(report.unread)} values were left out:")
        _print_refusals(report.unread)


def _print_refusals(refusals: Sequence[Refusal]) -> None:
    for refusal in refusals[:_MOST_REFUSALS_SHOWN]:
        name = f" ({refusal.external_id})" if refusal.external_id else ""
        field = f" {refusal.field}:" if refusal.field else ""
        click.echo(f"  item {refusal.index}{name}:{field} {refusal.reason}")
    if len(refusals) > _MOST_REFUSALS_SHOWN:
        click.echo(f"  and {len(refusals) - _MOST_REFUSALS_SHOWN} more")


async def load_resume(
    settings: Settings, file: Path, user_id: str, *, dry_run: bool = False, confirm_removal: bool = False
) -> None:
    """Import a JSON Resume document as the person's profile and print what it does not show.

    ``dry_run``: print what would change instead.
    """
    person = person_of(user_id)
    if person is None:
        raise InvalidInput("user", "A user id has 1 to 255 printable characters.")
    _refuse_other_kinds(file)
    parsed = parse_resume_text(_text(file))
    async with _database(settings) as database:
        caller, profiles = Caller(person, clock.now() + LIFETIME), Profiles(ProfileStore(database))
        if dry_run:
            preview = await profiles.preview(caller, parsed)
            _print_changes(preview)
            _print_notes(preview)
            click.echo("Nothing was changed.")
            return
        taken = await profiles.take(caller, parsed, confirm_removal=confirm_removal)
    _print_notes(taken.report)
    click.echo(f"Imported as version {taken.profile.version} of the profile of {user_id}.")


def _print_changes(report: ResumeReport) -> None:
    for change in report.changes:
        for word, titles in (("new", change.added), ("changed", change.changed), ("removed", change.removed)):
            for title in titles:
                click.echo(f"{change.section}: {word}: {' '.join(title.split())}")
    if report.needs_confirmation:
        click.echo("This removes most of the profile: it needs --confirm-removal.")


def _print_notes(report: ResumeReport) -> None:
    for note in report.notes:
        click.echo(f"{note.field}: {note.message}")


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    logs.configure(level="warning", json=False)
    async with open_database(settings, join=True) as database:
        yield database


def _refuse_other_kinds(file: Path) -> None:
    """Raise ``InvalidInput`` for the files that people keep résumés in, saying what is needed instead."""
    with file.open("rb") as content:
        start = content.read(1024)
    for magic, kind in _FILE_KINDS:
        if magic in start[:1024] if magic == b"%PDF-" else start.startswith(magic):
            raise InvalidInput(
                "file",
                f"{file.name} is {kind}, which is not read yet. What is needed is JSON Resume, a JSON file as "
                "https://jsonresume.org/schema describes it: export one from an editor for résumés that offers "
                "it, or write it by hand; basics.name, work and skills are enough to begin with.",
            )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("file", "Not UTF-8 text.") from None

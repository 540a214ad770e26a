"""Measure for how long one piece of work holds the event loop, with the largest documents there may be.

``python -m bench.holding`` fails when a callback takes more than ``MOST`` seconds of the processor in the loop's
thread. It is the processor's time and not the clock's, so that a busy machine changes little; each case is done
``ATTEMPTS`` times, and the least counts.
"""

import asyncio
import json
import sys
import tempfile
import threading
from asyncio.events import Handle
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import click
import structlog
from pydantic import SecretStr

from db.driver.client import Database
from db.embedded.server import EmbeddedDatabase
from db.opportunities import OpportunityStore
from resolvers.app import create_app
from resolvers.server.garbage import settle
from resolvers.settings import Settings
from services.profiles.fields import MAX_ITEMS
from services.profiles.profiles import Profiles
from services.profiles.resume_bounds import MAX_BYTES
from services.registry import Services
from services.samples import load_samples
from tests.support.client import Api, document, profile_of, running_api

MOST = 0.020
ATTEMPTS = 3
USER = "ada"
PROFILE = profile_of(USER)

Case = Callable[[Api], Awaitable[object]]


class Probe:
    """Notes the callback of the loop that took most of the processor."""

    def __init__(self) -> None:
        self.most = 0.0
        self.by = ""

    def reset(self) -> None:
        self.most, self.by = 0.0, ""

    def install(self) -> None:
        run = Handle._run

        loops = threading.get_ident()

        def measured(handle: Handle) -> None:
            if threading.get_ident() != loops:
                run(handle)
                return
            began = thread_time()
            run(handle)
            took = thread_time() - began
            if took > self.most:
                self.most, self.by = took, repr(handle)

        Handle._run = measured  # type: ignore[assignment]


def filled(entry: Callable[[int], Any], section: str, size: int, most: int = sys.maxsize) -> dict[str, Any]:
    """A résumé of almost ``size`` bytes whose section holds as many entries as fit, ``most`` at most."""
    entries: list[Any] = []
    used = 200
    while len(entries) < most:
        entries.append(entry(len(entries)))
        used += len(json.dumps(entries[-1], separators=(",", ":"))) + 1
        if used > size:
            entries.pop()
            break
    return {"basics": {"name": "Ada", "label": "Data analyst"}, section: entries}


SHAPES: dict[str, Callable[[int], dict[str, Any]]] = {
    "many skills": lambda size: filled(lambda n: {"name": f"Skill {n}", "keywords": ["k"]}, "skills", size),
    "much work": lambda size: filled(
        lambda n: {
            "name": f"Ward {n}",
            "position": "Nurse",
            "startDate": "2020-03",
            "highlights": ["Led a shift"] * 3,
        },
        "work",
        size,
    ),
    "long texts": lambda size: {
        "basics": {"name": "Ada", "summary": "Łódź, Python and SQL. " * (size // 30)}
    },
    "other tools' parts": lambda size: {
        "basics": {"name": "Ada"},
        "x": {f"k{n}": [n] for n in range(size // 18)},
    },
    "200 skills of 30 keywords": lambda size: filled(
        lambda n: {"name": f"Skill {n}", "keywords": [f"Keyword {n} {k}" for k in range(30)]},
        "skills",
        size,
        MAX_ITEMS,
    ),
}


def importing(resume: dict[str, Any], **options: bool) -> Case:
    """The import of a résumé."""

    async def case(api: Api) -> None:
        await api.run("ImportResume", USER, resume=resume, confirmRemoval=True, **options)

    return case


async def export(api: Api) -> None:
    await api.run("ExportResume", USER, id=PROFILE)


async def exports(api: Api) -> None:
    """As many whole documents as one may ask for at once."""
    resumes = " ".join(f"r{n}: resume" for n in range(4))
    await api.execute(f"{{ viewer {{ profile {{ {resumes} }} }} }}", USER)


async def export_by_websocket(api: Api) -> None:
    async with api.socket(USER) as socket:
        await (await socket.subscribe("{ viewer { profile { resume } } }")).next()


async def export_data(api: Api) -> None:
    await api.run("ExportMyData", USER, first=100)


async def profile(api: Api) -> None:
    await api.run("Profile", USER, id=PROFILE)


async def update(api: Api) -> None:
    await api.run("UpdateProfile", USER, input={"headline": "Analyst"})


async def update_skills(api: Api) -> None:
    skills = [
        {"name": f"Skill {n}", "keywords": [f"Keyword {k}" for k in range(30)]} for n in range(MAX_ITEMS)
    ]
    await api.run("UpdateProfile", USER, input={"skills": skills})


async def refresh(api: Api) -> None:
    run = (await api.data("RefreshMatches", USER, profileId=PROFILE))["refreshRun"]
    while run["active"]:
        await asyncio.sleep(0.05)
        run = await api.data("RefreshRun", USER, id=run["id"])


async def chat(api: Api) -> None:
    text = "I learned to write data-quality checks in Python for the ward. " * 31
    sent = await api.data("SendMessage", USER, profileId=PROFILE, text=text[:2000])
    if sent["__typename"] != "SendMessagePayload":
        raise click.ClickException(str(sent))
    async with api.socket(USER) as socket:
        reply = await socket.subscribe(document("Chat"), messageId=sent["reply"]["id"])
        while (await reply.next())["__typename"] != "ChatCompleted":
            pass


async def extract(api: Api) -> None:
    await api.run("ExtractLearnings", USER, profileId=PROFILE)


def listing(operation: str, **variables: Any) -> Case:
    """A list of a hundred."""

    async def case(api: Api) -> None:
        await api.run(operation, USER, first=100, **variables)

    return case


def cases() -> list[tuple[str, Case]]:
    """Return the cases in their order: those of a document rest on the import before them."""
    found: list[tuple[str, Case]] = []
    for size, words in ((MAX_BYTES - 1000, "512 KiB"), (15 * 1024, "15 KiB")):
        for name, shape in SHAPES.items():
            resume = shape(size)
            found += [
                (f"import {words}, {name}", importing(resume)),
                ("  dry run", importing(resume, dryRun=True)),
                ("  update of a text", update),
                ("  update of all skills", update_skills),
                ("  profile", profile),
                ("  export of the résumé", export),
                ("  four exports of the résumé", exports),
                ("  export of the résumé by websocket", export_by_websocket),
                ("  export of all data", export_data),
                ("  refresh", refresh),
                ("  message and reply", chat),
                ("  extraction", extract),
            ]
    return [
        *found,
        ("100 opportunities", listing("Opportunities")),
        ("100 opportunities by words", listing("Opportunities", filter={"search": "data analyst python"})),
        ("100 matches", listing("Matches", profileId=PROFILE)),
        ("100 actions", listing("CareerActions", profileId=PROFILE)),
        ("100 messages", listing("Messages", profileId=PROFILE)),
        ("100 learnings", listing("Learnings", profileId=PROFILE)),
    ]


async def asked(api: Api, case: Case) -> None:
    """Do it as a client in another thread: what the client takes is no matter here."""
    async with Api(api.address, api.identity) as client:
        await case(client)


async def _prepared(database: Database, services: Services) -> None:
    await load_samples(services[Profiles], OpportunityStore(database))


async def measured(least: float) -> list[str]:
    """Print a line for each case that takes ``least`` seconds; what holds the loop for too long."""
    probe = Probe()
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        async with EmbeddedDatabase(Path(directory)) as database:
            settings = Settings(
                _env_file=None,
                mongodb_uri=SecretStr(database.uri),
                data=Path(directory),
                rate_person="off",
                rate_model="off",
                daily_tokens=0,
            )
            async with running_api(settings, app=create_app(settings, prepare=_prepared)) as api:
                probe.install()
                await importing(SHAPES["much work"](10_000))(api)
                settle()
                about = ""
                for name, case in cases():
                    about = name if not name.startswith(" ") else about
                    most, by, took = float("inf"), "", 0.0
                    for _ in range(ATTEMPTS):
                        probe.reset()
                        began = perf_counter()
                        await asyncio.to_thread(asyncio.run, asked(api, case))
                        took = perf_counter() - began
                        if probe.most < most:
                            most, by = probe.most, probe.by
                        if most < MOST:
                            break
                    if most >= least:
                        click.echo(
                            f"{name:40} {most * 1000:7.1f} ms of the loop {took * 1000:9.0f} ms in all"
                        )
                    if most > MOST:
                        failures.append(f"{about}: {name.strip()}: {most * 1000:.0f} ms by {by[:200]}")
    return failures


@click.command()
@click.option("--least", default=0.005, show_default=True, help="Seconds from which on a case is shown.")
def main(least: float) -> None:
    """Say what holds the event loop."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    failures = asyncio.run(measured(least))
    for failure in failures:
        click.echo(failure, err=True)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()

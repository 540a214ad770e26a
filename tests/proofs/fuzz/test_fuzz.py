"""Fuzzing: no input leads to a fault. ``python -m tests.proofs.fuzz`` is the long version."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.proofs.fuzz.fuzzing import fuzz_bodies, fuzz_documents, fuzz_frames
from tests.support.client import Api, profile_of, running_api


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    records = [*caplog.get_records("call"), *caplog.records]
    # An exporter of another test may still be telling of a collector that was never there.
    ours = [record for record in records if not record.name.startswith("opentelemetry")]
    assert [record.getMessage() for record in ours if record.levelno >= logging.ERROR] == []


@pytest.fixture
async def api(database_uri: str, tmp_path: Path) -> AsyncIterator[Api]:
    settings = Settings(
        _env_file=None,
        mongodb_uri=SecretStr(database_uri),
        data=tmp_path,
        rate_person="off",
        rate_model="off",
    )
    async with running_api(settings, model=OfflineCoach()) as api:
        yield api


async def test_documents_made_of_the_schema_are_answered(api: Api) -> None:
    await api.data("ImportResume", resume={"basics": {"name": "Ada"}, "skills": [{"name": "Python"}]})
    answers = await asyncio.to_thread(
        fuzz_documents, api.address, api.token("ada"), [profile_of("ada"), profile_of("ben")], 30
    )
    assert answers["data"]


async def test_requests_of_any_kind_are_answered(api: Api) -> None:
    answers = await asyncio.to_thread(fuzz_bodies, api.address, api.token("ada"), 150)
    assert {"200", "400"} <= answers.keys()


async def test_frames_of_any_kind_close_by_the_book(api: Api) -> None:
    ends = await asyncio.to_thread(fuzz_frames, api.address, api.token("ada"), 150)
    assert {"answered", "4400"} <= ends.keys()

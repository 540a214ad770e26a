"""A running API for each test, with a scripted model where a test takes one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, running_api


@pytest.fixture
def settings(database_uri: str, tmp_path: Path) -> Settings:
    """Only what a test needs; nothing of the machine's environment."""
    return Settings(_env_file=None, mongodb_uri=SecretStr(database_uri), data=tmp_path)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """The API with the offline coach."""
    async with running_api(settings, model=OfflineCoach()) as api:
        yield api

"""Start conditions of a worker, each reported in one line."""

import os
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import SecretStr, ValidationError

from db.embedded.server import EmbeddedDatabaseError
from resolvers.server.worker import work
from resolvers.settings import Settings


def settings(directory: Path, **values: Any) -> Settings:
    return Settings(_env_file=None, data=directory, **values)


async def test_a_worker_needs_redis(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="REDIS_URL is not set"):
        await work(settings(tmp_path))


async def test_a_worker_does_not_make_a_database_that_no_server_uses(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedDatabaseError, match="set MONGODB_URI"):
        await work(settings(tmp_path, redis_url=SecretStr("redis://127.0.0.1:1/0")))
    assert not any(os.scandir(tmp_path))


def test_a_server_alone_cannot_leave_the_work_to_others(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no other process"):
        settings(tmp_path, work=False)
    with pytest.raises(ValidationError, match=r"redis://"):
        settings(tmp_path, redis_url=SecretStr("127.0.0.1:6379"))

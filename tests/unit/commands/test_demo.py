"""What the demo says at its start is so."""

from pathlib import Path

import pytest

from resolvers.commands import demo
from resolvers.commands.demo import Demo
from resolvers.settings import Settings
from services.identity.local_tokens import LocalIdentity


@pytest.mark.parametrize("built", [True, False])
def test_the_explorer_is_called_filled_in_only_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, built: bool
) -> None:
    monkeypatch.setattr(demo, "explorer_available", lambda: built)

    greeting = Demo(Settings(_env_file=None, data=tmp_path), LocalIdentity(tmp_path)).greeting(8000)

    assert ("filled in for ada" in greeting) == built
    assert ('{"Authorization": "Bearer …"}' in greeting) != built
    assert "http://127.0.0.1:8000/graphql" in greeting

"""Settings are what the environment says under the names that are documented."""

import pytest

from resolvers.settings import Settings


def test_a_variable_is_not_taken_for_a_field_because_it_is_called_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("host", "HOST", "PORT", "DATA", "MODEL", "work", "WORK"):
        monkeypatch.setenv(name, "elsewhere")
    settings = Settings(_env_file=None)
    assert (settings.host, settings.port, settings.work) == ("127.0.0.1", 8000, True)
    assert "elsewhere" not in (settings.model, str(settings.data))


def test_settings_are_taken_from_the_documented_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTHOLD_PORT", "8001")
    monkeypatch.setenv("MONGODB_URI", "mongodb://db.example")
    settings = Settings(_env_file=None)
    assert settings.port == 8001
    assert settings.mongodb_uri is not None
    assert settings.mongodb_uri.get_secret_value() == "mongodb://db.example"

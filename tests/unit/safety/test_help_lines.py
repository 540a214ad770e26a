"""Replies to distress, and the help lines that they name."""

import json
from importlib.resources import files

import pytest

from services.safety.distress import distress_in
from services.safety.help_lines import help_reply


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "nl", "it", "pt", "pl", "ja", "xx"])
@pytest.mark.parametrize("country", [None, "DE", "us", "ZZ"])
def test_the_reply_names_help_lines_asks_nothing_and_is_no_distress_itself(
    language: str, country: str | None
) -> None:
    reply = help_reply(language, country)
    assert "findahelpline.com" in reply
    assert ("116 123" in reply) == (country == "DE")
    assert ("988" in reply) == (country == "us")
    assert "?" not in reply
    assert distress_in(reply) is None


def test_every_help_line_says_where_it_is_from_and_the_list_when_it_is_to_be_reviewed() -> None:
    data = json.loads(files("services.safety").joinpath("help_lines.json").read_text("utf-8"))
    assert data["collected"]
    assert data["review"]
    assert data["source"]
    assert data["licence"]
    for code, lines in data["countries"].items():
        assert len(code) == 2
        assert all(line["name"] and line["contact"] and line["from"] for line in lines)

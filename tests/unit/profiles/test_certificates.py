"""Certificates and licences of a résumé: read, written back, and evidence of what a posting asks for."""

import pytest

from services.profiles.resumes import parse_resume


def names(document: dict[str, object]) -> list[str | None]:
    return [each.name for each in parse_resume(document).fields["certificates"]]


def test_certificates_are_read_with_what_granted_them_and_when_as_it_is_written() -> None:
    parsed = parse_resume(
        {"certificates": [{"name": "Licence C+E", "issuer": "DVLA", "date": "May 2019, for life"}]}
    )
    (licence,) = parsed.fields["certificates"]
    assert (licence.name, licence.issuer, licence.date) == ("Licence C+E", "DVLA", "May 2019, for life")


@pytest.mark.parametrize("key", ["certificates", "certifications", "licenses", "licences"])
def test_they_are_found_under_their_other_names_and_as_bare_texts(key: str) -> None:
    assert names({"basics": {"name": "Dean"}, key: ["Staplerschein"]}) == ["Staplerschein"]

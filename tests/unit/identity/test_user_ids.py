"""One person is one user id, whatever its spelling."""

from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.callers import InvalidToken, caller_of, person_of, usable_user_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import derived_id, profile_id_of


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.sampled_from(["NFC", "NFD"]), st.integers(0, 2))
def test_one_person_is_one_id_whatever_the_spelling(name: str, form: str, blanks: int) -> None:
    other = (
        " " * blanks + (normalize("NFC", name) if form == "NFC" else normalize("NFD", name)) + " " * blanks
    )
    assert person_of(other) == person_of(normalize("NFC", name)) or not name.isprintable()
    if usable_user_id(name):
        assert profile_id_of(other) == profile_id_of(name)


def test_a_token_names_the_person_in_one_spelling(tmp_path: Path) -> None:
    identity = LocalIdentity(tmp_path)
    claims = {"exp": datetime.now(UTC).timestamp() + 60}
    people = {caller_of({**claims, "sub": sub}).user_id for sub in ("Zoë", "Zoe\u0308", " Zoë", "Zoë ")}
    assert people == {"Zoë"}
    assert jwt.decode(identity.issue("Zoe\u0308 "), options={"verify_signature": False})["sub"] == "Zoë"
    for nobody in ("", "  ", "\n", "x" * 256, "a\u200bb"):
        with pytest.raises(InvalidToken):
            caller_of({**claims, "sub": nobody})


@given(st.from_regex(r"[!-~]([ -~]{0,20}[!-~])?", fullmatch=True))
def test_ids_of_ascii_stay_as_they_are(name: str) -> None:
    assert person_of(name) == name
    assert profile_id_of(name) == derived_id("profile", name)

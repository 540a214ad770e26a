"""The audit: it swaps what it says, finds nothing where nothing counts, and names the word where one does."""

from itertools import pairwise

import pytest

from db.opportunities import Remote
from db.profiles import EducationRecord, LocationRecord, SkillRecord, WorkRecord
from services.matching.candidates import Candidate
from services.promises import auditing
from services.promises.auditing import Audit, SwapKind, other_gender
from tests.support.people import person, posting

NURSE = person(
    "pflege",
    name="Marta Klein",
    headline="Krankenpflegerin",
    summary="Marta Klein aus Graz. She cares for her patients.",
    location=LocationRecord(city="Graz", country_code="AT"),
    work=[WorkRecord(position="Krankenpflegerin", start_date="2012", highlights=["Wound care"])],
    education=[EducationRecord(institution="Schule Graz", area="Pflege")],
    skills=[SkillRecord(name="Wound care")],
)
BOARD = [
    Candidate.of(record)
    for record in (
        posting("Krankenpfleger", "Wound care", number=1, remote=Remote.NONE),
        posting("Pflegefachkraft", number=2, remote=Remote.FULL),
        posting("Koch", number=3),
    )
]


def test_each_kind_is_swapped_wherever_it_stands_and_nothing_else() -> None:
    swaps = Audit(NURSE, BOARD).swaps()
    numbers = {kind: sum(swap.kind is kind for swap in swaps) for kind in SwapKind}
    assert numbers == {SwapKind.NAME: 8, SwapKind.SCHOOL: 4, SwapKind.GENDER: 1, SwapKind.RESIDENCE: 4}
    for swap in swaps:
        assert swap.profile != NURSE
        assert swap.profile.skills == NURSE.skills
    (first, *_) = swaps
    assert first.profile.summary == "Ngozi Eze aus Graz. She cares for her patients."
    (gender,) = [swap for swap in swaps if swap.kind is SwapKind.GENDER]
    assert gender.profile.headline == gender.profile.work[0].position == "Krankenpfleger"
    assert gender.profile.summary == "Marta Klein aus Graz. He cares for him patients."
    moved = swaps[-1].profile
    assert (moved.location.city, moved.summary) == (
        "Dhaka",
        "Marta Klein aus Dhaka. She cares for her patients.",
    )


def test_nothing_that_is_swapped_moves_a_match() -> None:
    audit = Audit(NURSE, BOARD)
    for result in map(audit.result, audit.swaps()):
        assert (result.overlap, result.tier_changes) == (1.0, 0), result
        assert result.compared == (1 if result.kind is SwapKind.RESIDENCE else 3)


def test_a_word_that_counts_is_found_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the pair is of two trades, its word is what moves the tier."""
    monkeypatch.setattr(auditing, "other_gender", lambda: {"Krankenpflegerin": "Koch", "She": "He"})
    audit = Audit(NURSE, BOARD)
    (swap,) = [swap for swap in audit.swaps() if swap.kind is SwapKind.GENDER]
    assert audit.result(swap).tier_changes > 0
    assert [word for word in swap.words if audit.moves(word)] == ["Krankenpflegerin"]


def test_there_are_pairs_in_eight_languages_and_none_turns_into_itself() -> None:
    pairs = other_gender()
    assert len(pairs) > 700
    assert all(one != other for one, other in pairs.items())
    for one, other in (
        ("Ärztin", "Arzt"),
        ("infirmière", "infirmier"),
        ("lekarka", "lekarz"),
        ("Hers", None),
    ):
        assert pairs.get(one) == other


def test_somebody_without_a_name_school_or_gendered_word_still_has_an_audit() -> None:
    audit = Audit(person("blank", name=None), BOARD)
    assert {swap.kind for swap in audit.swaps()} == {SwapKind.NAME, SwapKind.RESIDENCE}
    results = [audit.result(swap) for swap in audit.swaps()]
    assert all(one.overlap == other.overlap == 1.0 for one, other in pairwise(results))

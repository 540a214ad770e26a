"""Causes: each is true when its input alone is exchanged, together they are the whole, and nothing else is told."""

import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.matches import CauseKind, CauseRecord
from db.opportunities import OpportunityRecord, Remote, SalaryRecord
from db.profiles import ConstraintsRecord, LocationRecord, ProfileRecord, RemotePreference
from services.kit import clock
from services.matching import scoring
from services.matching.candidates import Candidate
from services.matching.judging import Judgement
from services.matching.scoring import fit, told
from services.matching.seeking import seeking
from services.promises import causes, inputs
from services.promises.causes import with_causes
from services.promises.inputs import PARTS
from services.reference import tables
from tests.support.people import ENGINEER, NURSE, PLATFORM, RICH, judged, posting
from tests.support.policy_world import filled

BOARD = [
    posting("Nurse, surgical ward", "Wound care", "Triage", "Patient records", number=1),
    posting("Senior Platform Engineer", "Go", "Kubernetes", "Terraform", "Kafka", "Redis", number=2),
    posting("Sous chef", "Menu costing", number=3, remote=Remote.NONE, location="Graz"),
]
RULES = "offline-coach/1"


async def refreshed(
    profile: ProfileRecord,
    board: list[OpportunityRecord],
    before: bytes | None = None,
    *,
    model: str = RULES,
    scores: float | None = None,
) -> tuple[dict[str, Judgement], bytes]:
    """Return the matches by the number of their posting; ``scores``: a model's for all of them."""
    found = await judged(profile, *board)
    if scores is not None:
        found = [replace(one, score=scores) for one in found]
    kept, data = await with_causes(profile, board, found, model=model, before=before)
    return {str(board.index(record) + 1): one for record, one in zip(board, kept, strict=True)}, data


def seen(one: Judgement) -> list[tuple[CauseKind, str | None]]:
    return [(cause.kind, cause.part) for cause in one.causes]


def score(profile: ProfileRecord, record: OpportunityRecord) -> float:
    return told(fit(seeking(profile), Candidate.of(record)).score)


def whole(one: Judgement) -> float:
    assert one.score_before is not None
    return round(one.score - one.score_before, 3)


async def test_the_first_refresh_has_nothing_to_tell_and_one_without_a_change_nothing_new() -> None:
    first, data = await refreshed(ENGINEER, BOARD)
    assert all(
        (one.score_before, one.tier_before, list(one.causes)) == (None, None, []) for one in first.values()
    )
    again, kept = await refreshed(ENGINEER, BOARD, data)
    assert kept == data
    assert all((one.score_before, one.tier_before) == (one.score, one.tier) for one in again.values())
    assert not any(one.causes for one in again.values())


async def test_a_posting_that_is_new_among_the_matches_has_no_causes() -> None:
    _, data = await refreshed(NURSE, BOARD[1:])
    after, _ = await refreshed(NURSE.model_copy(update={"skills": []}), BOARD, data)
    assert (after["1"].score_before, list(after["1"].causes)) == (None, [])


async def test_a_part_of_the_profile_is_named_with_what_it_did_to_each_match() -> None:
    before, data = await refreshed(ENGINEER, BOARD)
    changed = ENGINEER.model_copy(update={"skills": []})
    after, _ = await refreshed(changed, BOARD, data)
    one = after["2"]
    assert seen(one) == [(CauseKind.PROFILE_CHANGED, "skills")]
    assert one.score_before == before["2"].score > one.score
    assert one.causes[0].change == whole(one)
    assert not one.causes[0].estimated
    assert one.tier_before is before["2"].tier is not one.tier
    assert seen(after["1"]) == []  # nothing of it speaks for a ward


async def test_each_of_several_changes_is_what_it_does_after_those_before_it() -> None:
    _, data = await refreshed(ENGINEER, BOARD)
    step = ENGINEER.model_copy(update={"headline": "Cook"})
    changed = step.model_copy(update={"skills": ENGINEER.skills[:1]})
    fuller = BOARD[1].model_copy(update={"required_skills": ["Kafka", "Terraform"], "digest": "1"})
    after, _ = await refreshed(changed, [BOARD[0], fuller, BOARD[2]], data)
    expected = {
        "requiredSkills": score(ENGINEER, fuller) - score(ENGINEER, BOARD[1]),
        "headline": score(step, fuller) - score(ENGINEER, fuller),
        "skills": score(changed, fuller) - score(step, fuller),
    }
    found = {cause.part: cause.change for cause in after["2"].causes}
    assert found == {part: round(change, 3) for part, change in expected.items()}
    assert all(found.values())
    sizes = [abs(cause.change) for cause in after["2"].causes]
    assert sizes == sorted(sizes, reverse=True)


async def test_together_the_causes_are_the_whole() -> None:
    pay = SalaryRecord(text="30000", minimum=30000, maximum=30000, currency="EUR")
    board = [record.model_copy(update={"salary": pay, "remote": Remote.NONE}) for record in BOARD]
    kinds: set[tuple[CauseKind, str | None]] = set()
    for at, profile in enumerate(RICH):
        _, data = await refreshed(profile, BOARD)
        other = RICH[(at + 1) % len(RICH)]
        changes: dict[str, Any] = {
            name: getattr(other, name) for name in ("skills", "headline", "research_interests")
        }
        changes["constraints"] = ConstraintsRecord(remote=RemotePreference.REMOTE_ONLY)
        changes["updated_at"] = clock.now() + timedelta(days=900)
        after, _ = await refreshed(profile.model_copy(update=changes), board, data)
        for one in after.values():
            kinds.update(seen(one))
            assert round(sum(cause.change for cause in one.causes), 3) == whole(one)
    assert len(kinds) >= 4, kinds


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Night porter"),
        ("required_skills", ["Fermentation"]),
        ("remote", Remote.FULL),
        ("description", "You write drivers for the kernel."),
    ],
)
async def test_a_field_of_the_posting_is_named(field: str, value: Any) -> None:
    chef = RICH[1].model_copy(update={"constraints": ConstraintsRecord(remote=RemotePreference.REMOTE_ONLY)})
    _, data = await refreshed(chef, BOARD)
    board = [*BOARD[:2], BOARD[2].model_copy(update={field: value})]
    after, _ = await refreshed(chef, board, data)
    (cause,) = after["3"].causes
    assert (cause.kind, cause.part) == (
        CauseKind.POSTING_CHANGED,
        "requiredSkills" if "_" in field else field,
    )
    assert cause.change == whole(after["3"]) == round(score(chef, board[2]) - score(chef, BOARD[2]), 3)


async def test_a_job_that_went_on_is_the_time_and_no_change_of_the_person_s() -> None:
    junior = ENGINEER.model_copy(update={"updated_at": ENGINEER.updated_at.replace(year=2016)})
    _, data = await refreshed(junior, BOARD)
    after, _ = await refreshed(ENGINEER.model_copy(update={"name": "Another"}), BOARD, data)
    assert seen(after["2"]) == [(CauseKind.DATE_PASSED, None)]
    assert after["2"].causes[0].change > 0


async def test_rules_that_changed_are_found_by_judging_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, data = await refreshed(ENGINEER, BOARD)
    monkeypatch.setattr(scoring, "_GROUND", 0.2)
    changed = ENGINEER.model_copy(update={"headline": "Cook"})
    after, _ = await refreshed(changed, BOARD, data)
    by_kind = {cause.kind: cause.change for cause in after["2"].causes}
    before = told(fit(seeking(ENGINEER), Candidate.of(BOARD[1])).score)
    assert after["2"].score_before is not None
    assert by_kind == {
        CauseKind.RULES_CHANGED: round(before - after["2"].score_before, 3),
        CauseKind.PROFILE_CHANGED: round(after["2"].score - before, 3),
    }
    monkeypatch.setattr(tables, "version", lambda: "another")
    after, _ = await refreshed(ENGINEER, BOARD, data)
    assert seen(after["2"]) == [(CauseKind.REFERENCE_CHANGED, None)]


async def test_of_a_model_s_judgement_the_rules_tell_what_they_can_and_the_rest_is_the_model_s() -> None:
    _, data = await refreshed(ENGINEER, BOARD, model="m/1", scores=0.7)
    changed = ENGINEER.model_copy(update={"skills": []})
    by_rules = round(score(changed, BOARD[1]) - score(ENGINEER, BOARD[1]), 3)
    for model, kind in (("m/1", CauseKind.JUDGED_AGAIN), ("m/2", CauseKind.MODEL_CHANGED)):
        after, _ = await refreshed(changed, BOARD, data, model=model, scores=0.55)
        assert sorted(after["2"].causes, key=lambda cause: cause.kind, reverse=True) == sorted(
            [
                CauseRecord(kind=CauseKind.PROFILE_CHANGED, part="skills", change=by_rules, estimated=True),
                CauseRecord(kind=kind, change=round(-0.15 - by_rules, 3), estimated=True),
            ],
            key=lambda cause: cause.kind,
            reverse=True,
        )
    stands, _ = await refreshed(changed, BOARD, data, model="m/1", scores=0.7)
    assert not any(one.causes for one in stands.values())


async def test_rules_that_changed_move_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    _, data = await refreshed(ENGINEER, BOARD, model="m/1", scores=0.7)
    monkeypatch.setattr(scoring, "_GROUND", 0.2)
    after, _ = await refreshed(ENGINEER, BOARD, data, model="m/1", scores=0.6)
    assert seen(after["2"]) == [(CauseKind.JUDGED_AGAIN, None)]


async def test_what_is_not_kept_of_a_person_moves_no_score() -> None:
    strange = filled(ProfileRecord)
    others = set(ProfileRecord.model_fields) - {*PARTS, "updated_at"}
    assert {"name", "location", "resume", "owner"} <= others
    for profile in RICH:
        changed = profile.model_copy(update={name: getattr(strange, name) for name in others})
        assert [score(changed, record) for record in BOARD] == [score(profile, record) for record in BOARD]
    home = NURSE.model_copy(update={"name": "Zyxw Vuts", "location": LocationRecord(city="Zyxwburg")})
    _, data = await refreshed(home, BOARD)
    kept = inputs.unpacked(data)
    assert kept is not None
    assert "Zyxw" not in str(kept)


async def test_what_another_release_kept_is_no_cause() -> None:
    for data in (zlib.compress(b"[0]"), inputs.packed(inputs.Inputs("m", "r", {"work": "?"}, {}))):
        after, _ = await refreshed(NURSE, BOARD, data)
        assert all((one.score_before, list(one.causes)) == (None, []) for one in after.values())


async def test_a_profile_is_read_once_for_each_part_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    def counted(profile: ProfileRecord) -> Any:
        nonlocal read
        read += 1
        return seeking(profile)

    monkeypatch.setattr(causes, "seeking", counted)
    many = [posting("Platform Engineer", *PLATFORM.required_skills, number=number) for number in range(1, 40)]
    _, data = await refreshed(ENGINEER, many)
    await refreshed(ENGINEER, many, data)
    assert read == 2
    await refreshed(ENGINEER.model_copy(update={"skills": [], "headline": "Cook"}), many, data)
    assert read == 2 + 4  # the present one, the earlier one, and one after each part

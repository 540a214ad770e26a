"""Bands and ties: the same input gives the same, the order of entries nothing else, and what overlaps is one group."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from db.matches import MatchTier
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit import clock
from services.matching.candidates import Candidate
from services.matching.judging import LEAST_BAND, Judgement
from services.promises.bands import WIDEST, grouped, is_firm
from services.promises.changes import people, postings, seed_of
from services.promises.promises import promised
from tests.support.people import ENGINEER, KERNEL, NURSE, PLATFORM, RICH, WARD, judged, posting, rich

BOARD = [
    posting("Nurse, surgical ward", "Wound care", "Triage", "Patient records", number=1),
    posting("Senior Platform Engineer", "Go", "Kubernetes", "Terraform", "Kafka", "Redis", number=2),
    posting("Sous chef", "Menu costing", number=3),
    posting("Teacher of chemistry", number=4, description="You teach chemistry and care for the laboratory."),
    posting("Biology assistant", "R", "Lab work", number=5),
]


async def kept(profile: ProfileRecord) -> list[Judgement]:
    return await promised(profile, BOARD, await judged(profile, *BOARD))


def bands(judgements: list[Judgement]) -> dict[str, float]:
    return {one.opportunity_id: one.band for one in judgements}


@rich
async def test_the_same_input_has_the_same_bands_and_the_order_of_entries_no_others(
    profile: ProfileRecord,
) -> None:
    turned = profile.model_copy(
        update={
            name: list(reversed(getattr(profile, name)))
            for name in ("skills", "work", "projects", "education")
        }
    )
    once = await kept(profile)
    assert await kept(profile) == once
    assert bands(await kept(turned)) == bands(once)
    assert all(LEAST_BAND <= one.band < 0.5 for one in once)


async def test_the_more_a_score_hangs_on_one_line_the_wider_is_its_band() -> None:
    by_owner = {profile.owner: bands(await kept(profile)) for profile in RICH}
    assert max(max(each.values()) for each in by_owner.values()) > LEAST_BAND
    (far,) = [one for one in await kept(NURSE) if one.opportunity_id == BOARD[1].id]
    assert far.band == LEAST_BAND  # nothing of a nurse's speaks for it, with or without a line


def test_there_are_six_of_a_person_and_four_of_a_posting_each_but_one_with_something_less() -> None:
    six = list(people(ENGINEER))
    assert len(six) == 6
    assert six[-1] == ENGINEER
    assert any(len(one.skills) < len(ENGINEER.skills) for one in six)
    same, fewer, cut, both = postings(Candidate.of(PLATFORM), seed_of("a"))
    assert same == Candidate.of(PLATFORM)
    assert len(fewer.form.required) == len(same.form.required) - 1
    assert len(cut.form.ids) <= len(same.form.ids)
    assert both.form.required == fewer.form.required


def test_a_long_description_loses_a_tenth_of_its_words() -> None:
    long = posting("Editor", description=" ".join(f"w{number}ord" for number in range(150)))
    same, _, cut, _ = postings(Candidate.of(long), seed_of("a"))
    assert 0.8 * len(same.form.ids) < len(cut.form.ids) < 0.97 * len(same.form.ids)
    assert cut.mass < same.mass


def test_a_tier_is_firm_where_the_band_crosses_no_limit() -> None:
    assert is_firm(0.70, 0.04)
    assert not is_firm(0.66, 0.04)
    assert not is_firm(0.62, 0.04)
    assert not is_firm(0.41, 0.02)
    assert is_firm(0.5, 0.09)


def judgement(posting: OpportunityRecord, score: float, band: float = LEAST_BAND) -> Judgement:
    return Judgement(posting.id, MatchTier.PROMISING, score, "Because.", [], [], [], band=band)


def test_overlapping_bands_are_one_group_in_which_the_newer_comes_first() -> None:
    old, new, apart = (
        posting("One", number=number, posted_at=clock.now() - timedelta(days=days))
        for number, days in ((1, 9), (2, 1), (3, 0))
    )
    given_ones = [judgement(apart, 0.5), judgement(old, 0.6), judgement(new, 0.57)]
    shown = grouped(given_ones, {one.id: one for one in (old, new, apart)})
    assert [(one.opportunity_id, one.rank_group) for one in shown] == [
        (new.id, 1),
        (old.id, 1),
        (apart.id, 2),
    ]
    assert [one.order for one in shown] == [3.0, 2.0, 1.0]


scores = st.lists(
    st.tuples(st.floats(0, 1), st.floats(LEAST_BAND, 0.3), st.integers(0, 30)), min_size=1, max_size=20
)


@given(scores)
def test_of_two_groups_the_first_has_the_better_scores_and_each_fits_its_best(
    drawn: list[tuple[float, float, int]],
) -> None:
    records: dict[str, OpportunityRecord] = {}
    all_: list[Judgement] = []
    for number, (score, band, days) in enumerate(drawn):
        record = WARD.model_copy(
            update={"id": f"o{number}", "posted_at": KERNEL.posted_at - timedelta(days=days)}
        )
        records[record.id] = record
        all_.append(judgement(record, score, band))
    shown = grouped(all_, records)
    assert shown == grouped(list(reversed(all_)), records)
    groups: dict[int, list[Any]] = {}
    for one in shown:
        groups.setdefault(one.rank_group, []).append(one)
    assert list(groups) == list(range(1, len(groups) + 1))
    for number, members in groups.items():
        best = max(one.score for one in members)
        reach = min(best - one.band for one in members if one.score == best)
        assert all(one.score + one.band >= reach - WIDEST - 1e-6 for one in members)
        for after in groups.get(number + 1, []):
            assert after.score <= min(one.score for one in members)

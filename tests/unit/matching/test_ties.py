"""Ties are told as ties, and only within reach."""

from db.matches import MatchTier
from services.matching.judging import Judgement
from services.matching.ties import with_ties

TITLES = {"a": "Nurse", "b": "Ward nurse", "c": "Midwife", "d": "Baker", "e": "Welder"}


def judgement(id_: str, score: float, tier: MatchTier = MatchTier.PROMISING) -> Judgement:
    return Judgement(id_, tier, score, "Because.", [], [], [])


def said(*judgements: Judgement) -> list[str]:
    return [one.explanation.removeprefix("Because.").strip() for one in with_ties(judgements, TITLES)]


def test_two_whose_bands_overlap_name_each_other_and_one_apart_names_none() -> None:
    assert said(judgement("a", 0.60), judgement("b", 0.57), judgement("d", 0.45)) == [
        "“Ward nurse” is about as good for you.",
        "“Nurse” is about as good for you.",
        "",
    ]


def test_of_several_the_nearest_is_named_and_the_others_are_counted() -> None:
    first, *_ = said(judgement("a", 0.60), judgement("b", 0.58), judgement("c", 0.59), judgement("d", 0.61))
    assert first == "“Midwife” and 2 others are about as good for you."


def test_what_is_out_of_reach_ties_with_nothing() -> None:
    far = MatchTier.EXPLORATORY
    assert said(judgement("a", 0.40), judgement("d", 0.39, far), judgement("e", 0.39, far)) == ["", "", ""]


def test_the_order_and_the_rest_of_a_judgement_stay() -> None:
    given = [judgement("a", 0.57), judgement("b", 0.60)]
    told = with_ties(given, TITLES)
    assert [(one.opportunity_id, one.score, one.tier) for one in told] == [
        ("a", 0.57, given[0].tier),
        ("b", 0.60, given[1].tier),
    ]


def test_an_explanation_that_is_long_stays_as_it_is() -> None:
    long = Judgement("a", MatchTier.STRONG, 0.8, "x" * 995, [], [], [])
    assert with_ties([long, judgement("b", 0.8, MatchTier.STRONG)], TITLES)[0] is long

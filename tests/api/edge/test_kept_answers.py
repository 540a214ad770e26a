"""Kept answers: always what executing the document would give, whatever happens in between."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from db.driver.client import Database
from resolvers.edge.kept_answers import holds_only_numbered
from resolvers.settings import Settings
from resolvers.wiring.features import FEATURES
from resolvers.wiring.schema import schema
from services.kit import caches
from services.kit.ids import profile_id_of
from services.kit.metrics import counts
from services.offline_coach.coach import OfflineCoach
from tests.support.accounts_world import given_opportunities, refreshed, resume_of
from tests.support.client import Api, document, profile_of, running_api

ACTIONS = """query Actions($profileId: ID!, $statuses: [CareerActionStatus!], $first: Int = 20) {
  careerActions(profileId: $profileId, statuses: $statuses, first: $first) {
    edges { cursor node { __typename id title status version savedAt dismissedAt startedAt completedAt } }
    pageInfo { hasNextPage endCursor }
  }
}"""
BOTH = """query Both($profileId: ID!, $first: Int = 50) {
  a: careerActions(profileId: $profileId, first: $first) { edges { node { id status version } } }
  b: matches(profileId: $profileId, first: $first) { edges { node { id score tier version } } }
}"""
MOVES = ("SaveAction", "UnsaveAction", "StartAction", "CancelAction", "CompleteAction", "DismissAction")
NUMBERED = frozenset(["PageInfo", *(name for feature in FEATURES for name in feature.numbered)])


@pytest.fixture
async def both(settings: Settings, database: Database) -> AsyncIterator[tuple[Api, Api]]:
    """One API that keeps answers and one that does not, on one database, and two people with suggestions."""
    await given_opportunities(database)
    plain = settings.model_copy(update={"kept_answers": 0})
    async with (
        running_api(settings, model=OfflineCoach()) as keeping,
        running_api(plain, model=OfflineCoach()) as executing,
    ):
        for user in ("ada", "ben"):
            await keeping.data("ImportResume", user, resume=resume_of(user))
            await refreshed(keeping, user)
        yield keeping, executing


async def asked(api: Api, query: str, user: str = "ada", **variables: Any) -> bytes:
    body = {"query": query, "variables": {"profileId": profile_of(user), **variables}}
    return (await api.post(body, f"Bearer {api.token(user)}")).content


async def same(both: tuple[Api, Api], user: str = "ada", **variables: Any) -> None:
    """Ask for everything, twice; the first may execute it, the second may not, and all is what executing gives."""
    keeping, executing = both
    for query in (ACTIONS, BOTH):
        given = {name: value for name, value in variables.items() if f"${name}" in query}
        wanted = await asked(executing, query, user, **given)
        assert b'"errors"' not in wanted
        assert await asked(keeping, query, user, **given) == wanted
        before = counts.kept_answers
        assert await asked(keeping, query, user, **given) == wanted
        assert counts.kept_answers == before + 1


async def ids(api: Api, user: str = "ada") -> list[str]:
    page = await api.data("CareerActions", user, profileId=profile_of(user), first=50)
    return [edge["node"]["id"] for edge in page["edges"]]


HISTORIES = st.lists(
    st.tuples(st.sampled_from(("ada", "ben")), st.sampled_from(MOVES), st.integers(0, 9), st.booleans()),
    min_size=1,
    max_size=8,
)


@bounds(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, first=st.sampled_from((1, 3, 50)))
async def test_after_any_change_in_any_process_the_answer_is_that_of_executing_it(
    both: tuple[Api, Api], history: list[tuple[str, str, int, bool]], first: int
) -> None:
    known = {user: await ids(both[0], user) for user in ("ada", "ben")}
    for user, move, number, here in history:
        await both[0 if here else 1].data(move, user, id=known[user][number % len(known[user])])
        await same(both, user, first=first)


async def test_a_refresh_and_a_new_epoch_replace_the_answer(
    both: tuple[Api, Api], database: Database
) -> None:
    keeping, executing = both
    await same(both)
    await refreshed(executing, "ada")
    await same(both)
    changelog = {"_id": profile_id_of("ada")}
    moved = await database["streams"].update_one(changelog, {"$set": {"epoch": "0badcafe"}})
    assert moved.matched_count == 1
    before = counts.kept_answers
    assert await asked(keeping, ACTIONS) == await asked(executing, ACTIONS)
    assert counts.kept_answers == before


async def test_nobody_gets_what_was_kept_for_another(both: tuple[Api, Api]) -> None:
    keeping, _ = both
    mine = await asked(keeping, ACTIONS)
    assert await asked(keeping, ACTIONS) == mine

    for user, token in (("ben", keeping.token("ben")), (None, None)):
        body = {"query": ACTIONS, "variables": {"profileId": profile_of("ada")}}
        answer = (await keeping.post(body, None if token is None else f"Bearer {token}")).json()
        assert answer["errors"], user
        assert not answer.get("data") or answer["data"]["careerActions"] is None


async def test_after_the_account_is_deleted_nothing_is_kept(both: tuple[Api, Api]) -> None:
    keeping, _ = both
    await same(both)
    token = keeping.token("ada")
    deleted = await keeping.data("DeleteMyAccount", confirmation=(await keeping.data("Viewer"))["id"])
    assert deleted["__typename"] == "DeleteMyAccountPayload"

    answer = await keeping.post(
        {"query": ACTIONS, "variables": {"profileId": profile_of("ada")}}, f"Bearer {token}"
    )
    assert answer.status_code == 401
    assert caches.kept() <= 1  # that token's signature


@pytest.mark.parametrize(
    "query",
    [
        "query ($profileId: ID!) { matches(profileId: $profileId) { edges { node { opportunity { title } } } } }",
        "query ($profileId: ID!) { careerActions(profileId: $profileId) { pageInfo { hasNextPage } } viewer { id } }",
        "query ($profileId: ID!) { careerActions(profileId: $profileId) { pageInfo { hasNextPage } } __typename }",
        "{ viewer { id } }",
        "{ __schema { queryType { name } } }",
        "query ($profileId: ID!) { profile(id: $profileId) { id } }",
    ],
)
async def test_what_the_changelog_does_not_number_is_not_kept(both: tuple[Api, Api], query: str) -> None:
    before = counts.kept_answers
    for _ in range(3):
        assert b'"data"' in await asked(both[0], query)
    assert counts.kept_answers == before


async def test_the_least_recently_used_answers_make_room(settings: Settings, database: Database) -> None:
    await given_opportunities(database)
    small = settings.model_copy(update={"kept_answers": 1})
    async with running_api(small, model=OfflineCoach()) as api:
        await api.data("ImportResume", resume=resume_of("ada"))
        await refreshed(api, "ada")
        queries = [f"{ACTIONS}#{number}{'.' * 50_000}" for number in range(24)]
        for query in queries:
            await asked(api, query)
        before = counts.kept_answers
        for query in reversed(queries[-5:]):
            await asked(api, query)
        assert counts.kept_answers == before + 5
        await asked(api, queries[0])
        assert counts.kept_answers == before + 5


def test_only_types_of_the_schema_are_declared_as_numbered() -> None:
    assert set(schema._schema.type_map) >= NUMBERED
    assert holds_only_numbered(schema._schema, document("CareerActions"), NUMBERED)
    assert not holds_only_numbered(schema._schema, document("Opportunities"), NUMBERED)

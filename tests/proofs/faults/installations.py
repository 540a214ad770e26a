"""Fault of two installations that share a Redis: the same people, each with other data in either."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from schema.shared.relay import global_id
from tests.proofs.faults.cluster import OTHER, USER, arrange
from tests.proofs.faults.ledger import Ledger, Witness, Writer, some_of
from tests.support.chatting import Tab
from tests.support.client import profile_of, websocket
from tests.support.follower import RETRY

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial

CHANGES = 10
REPLYING = 30.0
PREFIX = "other"
"""Begins the ids of the changes made there."""


async def share_redis(trial: "Trial") -> None:
    """Have the same person change, talk and be deleted in another installation."""
    cluster = trial.cluster
    await cluster.records_of_other.client.drop_database(OTHER)
    await arrange(cluster.records_of_other)
    await cluster.other.start()
    try:
        await _live_beside(trial)
    finally:
        cluster.other.kill()
    if any(mutation_id.startswith(PREFIX) for mutation_id in trial.ledger.seen):
        trial.wrong.append("a change of the other installation was shown")
    if (await trial.person.ask("Viewer"))["profile"] is None:
        trial.wrong.append("the account was deleted by the other installation")


async def _live_beside(trial: "Trial") -> None:
    address, token, ledger = trial.cluster.other.address, trial.cluster.token(), Ledger(("CareerAction",), {})
    async with Writer(address, token, [ledger], PREFIX, trial.chance) as writer:
        async with Witness(address, token, profile_of(USER), ledger) as witness:
            for _ in range(CHANGES):
                action = some_of(witness.held, trial.chance)
                assert action is not None
                await writer.change(action, witness.held[action])
            replies = await asyncio.gather(
                _reply(trial.person, trial.cluster.writer.address, token, "Here I learned Rust."),
                _reply(writer, address, token, "There I wrote a book about bees."),
            )
            deadline = monotonic() + trial.patience
            while ledger.missed() and monotonic() < deadline:
                await asyncio.sleep(0.02)
        trial.wrong += [f"missed in the other installation: {id_}" for id_ in ledger.missed()]
        trial.wrong += [
            f"shown in the other installation: {id_}" for id_ in ledger.seen.keys() - ledger.acknowledged
        ]
        trial.wrong += [f"in the other installation: {what}" for what in ledger.wrong]
        trial.wrong += [
            f"a reply's text: {shown!r} for {saved!r}" for shown, saved in replies if shown != saved
        ]
        await writer.ask("DeleteMyAccount", confirmation=global_id("Viewer", USER))


async def _reply(writer: Writer, address: str, token: str, text: str) -> tuple[str, str]:
    """Return the text of a reply as it was streamed and as it is saved."""
    async with asyncio.timeout(REPLYING):
        while True:
            sent = await writer.ask("SendMessage", profileId=profile_of(USER), text=text)
            if sent["__typename"] == "SendMessagePayload":
                break
            assert sent["__typename"] == "ReplyRunningError", sent
            await asyncio.sleep(RETRY)
    tab = Tab(sent["reply"]["id"])
    try:
        async with asyncio.timeout(REPLYING), websocket(address, token) as socket:
            ended = await tab.to_the_end(socket)
    except TimeoutError:
        return tab.text, "a reply that ends"
    return tab.text, ended["saved"]["text"]

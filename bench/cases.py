"""The cases, as the load generator plays them. Each warms the server up, then measures."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from bench.data import CHANGES, EACH_LIST, LIST, READER, person, profile_of
from bench.load import SETTLED, Delivery, Load, changed_at, milliseconds
from bench.processes import resident_bytes
from bench.slow import slow
from bench.wire import Http, Refused

WARM_SUBSCRIBERS = 500
SAMPLE = 20


async def check(load: Load) -> dict[str, Any]:
    """Return a side's answers, for the comparison with the others; nothing is measured."""
    user = person(load.task.first)
    http = await Http.open(load.task.write_port)
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    listed = await http.run(load.token(READER), LIST, {"profileId": profile_of(READER)})
    if len(listed["careerActions"]["edges"]) != 20:
        raise Refused("the list has not 20 actions")
    socket = await load.subscribe(user, arrived.put_nowait)
    emissions = []
    for _ in range(2):
        request, _ = load.change(user)
        changed_at(await http.send(request))
        emissions.append(json.loads(await asyncio.wait_for(arrived.get(), 10))["payload"]["data"])
    for emission in emissions:
        change = emission["careerActions"]
        (node,) = change["upserts"]
        node["id"] = len(node["id"])  # every side changes somebody else's
        change["mutationIds"] = len(change["mutationIds"])  # each case names its own
        change["cursor"] = change["cursor"].split(":")[:2]  # the tag behind them is random, and Node has none
    socket.transport.close()
    http.close()
    return {"list": listed, "emissions": emissions}


async def list_(load: Load) -> dict[str, Any]:
    """The list query of 20 actions with all their scalar fields, over one kept-alive connection.

    A variable that the document does not use differs each time, so that every answer has to be made.
    """
    token, variables = load.token(READER), {"profileId": profile_of(READER)}
    return await _asking(load, lambda http, number: http.request(token, LIST, {**variables, "n": number}))


async def kept(load: Load) -> dict[str, Any]:
    """The same query, asked again and again while nothing changes."""
    token, variables = load.token(READER), {"profileId": profile_of(READER)}
    return await _asking(load, lambda http, _: http.request(token, LIST, variables))


async def _asking(load: Load, request: Callable[[Http, int], bytes]) -> dict[str, Any]:
    http = await Http.open(load.task.port)
    warm, queries = load.task.sizes["warm"], load.task.sizes["queries"]
    requests = [request(http, number) for number in range(warm + queries)]
    for one in requests[:warm]:
        await http.send(one)
    times = []
    before = load.processor()
    for one in requests[warm:]:
        began = time.perf_counter()
        await http.send(one)
        times.append(time.perf_counter() - began)
    used = load.processor() - before
    http.close()
    return {"cpu": used / queries * 1000, **milliseconds("time", times)}


async def fanout(load: Load) -> dict[str, Any]:
    """One profile's changes, one after another, to all of its subscribers."""
    user, subscribers = person(load.task.first + 1), load.task.sizes["subscribers"]
    delivery = Delivery(subscribers)
    sockets = await load.subscribe_all([user] * subscribers, delivery.take)
    http = await Http.open(load.task.write_port)
    since_request, since_stamp = [], []
    before = load.processor()
    for number in range(-load.task.sizes["warm"], load.task.sizes["changes"]):
        if number == 0:
            await asyncio.sleep(SETTLED)
            before = load.processor()
        request, wanted = load.change(user)
        delivery.expect(wanted)
        sent = time.time()
        answer = await http.send(request)
        await delivery.complete()
        stamp = changed_at(answer)
        if number >= 0:
            since_request.append(delivery.last - sent)
            if stamp is not None:
                since_stamp.append(delivery.last - stamp)
    used = load.processor() - before
    for socket in sockets:
        socket.transport.close()
    delivered = load.task.sizes["changes"] * subscribers
    return {
        "cpu": used / delivered * 1e6,
        **milliseconds("request", since_request),
        **milliseconds("commit", since_stamp),
    }


async def many(load: Load) -> dict[str, Any]:
    """Many profiles with one subscriber each; their changes in turn, some at a time."""
    users = [person(load.task.first + 3 + number) for number in range(load.task.sizes["profiles"])]
    deliveries = [Delivery(1) for _ in users]
    sockets = await load.subscribe_all(
        users, lambda number, payload: deliveries[number].take(number, payload)
    )
    warm, changes = load.task.sizes["warm"], load.task.sizes["changes"]
    times: list[float] = []
    turn = 0

    async def write(until: int) -> None:
        nonlocal turn
        http = await Http.open(load.task.write_port)
        while turn < until:
            number = turn % len(users)
            turn += 1
            request, wanted = load.change(users[number])
            deliveries[number].expect(wanted)
            sent = time.time()
            changed_at(await http.send(request))
            await deliveries[number].complete()
            times.append(deliveries[number].last - sent)
        http.close()

    await asyncio.gather(*(write(warm) for _ in range(load.task.sizes["writers"])))
    await asyncio.sleep(SETTLED)
    times.clear()
    before = load.processor()
    await asyncio.gather(*(write(warm + changes) for _ in range(load.task.sizes["writers"])))
    used = load.processor() - before
    for socket in sockets:
        socket.transport.close()
    return {"cpu": used / changes * 1000, **milliseconds("time", times)}


async def idle(load: Load) -> dict[str, Any]:
    """Measure the cost of an idle subscriber, and check that all are held and still served."""
    people, wanted = load.task.sizes["profiles"], load.task.sizes["subscribers"]
    (pid,) = load.task.pids
    users = [person(load.task.first + 3 + number) for number in range(people)]
    sample = range(0, people, max(1, people // SAMPLE))
    asked = sum(len(range(place, total, people)) for place in sample for total in (WARM_SUBSCRIBERS, wanted))
    reached, all_reached = 0, asyncio.Event()

    def arrived(_number: int, _payload: bytes) -> None:
        nonlocal reached
        reached += 1
        if reached >= asked:
            all_reached.set()

    warm = await load.subscribe_all([users[number % people] for number in range(WARM_SUBSCRIBERS)], arrived)
    await asyncio.sleep(2 * SETTLED)
    before = resident_bytes(pid)
    sockets = await load.subscribe_all([users[number % people] for number in range(wanted)], arrived)
    await asyncio.sleep(3 * SETTLED)
    after = resident_bytes(pid)
    used = load.processor()
    await asyncio.sleep(5 * SETTLED)
    used = load.processor() - used
    http = await Http.open(load.task.write_port)
    for place in sample:
        request, _ = load.change(users[place])
        if b"InvalidTransitionError" in await http.send(request):  # an earlier case left it saved
            request, _ = load.change(users[place])
            await http.send(request)
    with suppress(TimeoutError):
        await asyncio.wait_for(all_reached.wait(), 30)
    held = sum(not socket.ended for socket in sockets)
    for socket in (*warm, *sockets):
        socket.transport.abort()
    return {
        "memory": (after - before) / wanted / 1024,
        "held": held,
        "cpu": used / (5 * SETTLED) * 100,
        "reached": reached,
        "asked": asked,
    }


async def first(load: Load) -> dict[str, Any]:
    """Subscribers that all come at once to a server that had none; how many miss the next change."""
    user, subscribers = person(load.task.first + 2), load.task.sizes["subscribers"]
    delivery = Delivery(subscribers)
    request, wanted = load.change(user)
    delivery.expect(wanted)
    await asyncio.gather(
        *(load.subscribe(user, lambda payload: delivery.take(0, payload)) for _ in range(subscribers))
    )
    http = await Http.open(load.task.write_port)
    if b"InvalidTransitionError" in await http.send(request):
        request, wanted = load.change(user)
        delivery.expect(wanted)
        await http.send(request)
    try:
        await delivery.complete(10)
    except TimeoutError:
        return {"deaf": subscribers - delivery.reached}
    return {"deaf": 0}


async def together(load: Load) -> dict[str, Any]:
    """Connections that follow eight lists by one subscription, and as many others that follow each by its own."""
    people = load.task.sizes["profiles"] // 3
    first_person = load.task.first + 3
    users = [person(first_person + number) for number in range(3 * people)]
    (pid,) = load.task.pids
    found: dict[str, Any] = {}
    sockets = []
    warm = person(load.task.first)
    for documents in ([CHANGES], list(EACH_LIST.values())):  # every document is parsed and validated once
        sockets.append(await load.open_each(warm, documents, lambda _payload: None))
    await asyncio.sleep(2 * SETTLED)
    cases = {"none": [], "one": [CHANGES], "eight": list(EACH_LIST.values())}
    for place, (name, documents) in enumerate(cases.items()):
        theirs = users[place * people : (place + 1) * people]
        first_events = [Delivery(len(documents) - (name == "eight")) for _ in theirs]  # no run, no progress
        used, memory = load.processor(), resident_bytes(pid)
        for user, events in zip(theirs, first_events, strict=True):
            events.expect(b'"INITIAL"')
            if documents:
                take = partial(events.take, 0)
                sockets.append(await load.open_each(user, documents, take))
                await events.complete()
        await asyncio.sleep(2 * SETTLED)
        found[f"{name}_opening"] = (load.processor() - used) / people * 1000
        found[f"{name}_memory"] = (resident_bytes(pid) - memory) / people / 1024
        http = await Http.open(load.task.write_port)
        used = load.processor()
        for user, events in zip(theirs, first_events, strict=True):
            request, wanted = load.change(user)
            events.expect(wanted)
            changed_at(await http.send(request))
        await asyncio.sleep(2 * SETTLED)
        http.close()
        found[f"{name}_change"] = (load.processor() - used) / people * 1000
        found[f"{name}_reached"] = sum(events.reached for events in first_events)
    for socket in sockets:
        socket.transport.abort()
    return {
        "memory": found["one_memory"] / found["eight_memory"],
        "opening": found["one_opening"] / found["eight_opening"],
        "delivering": (found["one_change"] - found["none_change"])
        / (found["eight_change"] - found["none_change"]),
        **found,
    }


CASES: dict[str, Callable[[Load], Coroutine[Any, Any, dict[str, Any]]]] = {
    "check": check,
    "list": list_,
    "kept": kept,
    "fanout": fanout,
    "many": many,
    "idle": idle,
    "first": first,
    "slow": slow,
    "together": together,
}

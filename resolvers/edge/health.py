"""Liveness and readiness: ``/healthz`` and ``/readyz``."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse

from db.driver.client import Database
from db.driver.durable import writes_wait
from db.driver.errors import DatabaseError
from db.installation import find_installation
from resolvers.draining import Draining
from services.sync.wakeups import Wakeups

_PATIENCE = 2.0


async def healthz(_request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    """503 while the database does not answer a query, and as soon as the process is leaving.

    While writes wait for a majority, and without Redis, it serves all the same: that is told beside it.
    """
    draining: Draining = request.state.draining
    if draining.begun:
        return JSONResponse({"status": "draining"}, 503)
    database: Database = request.state.database
    wakeups: Wakeups = request.state.services[Wakeups]
    redis = {} if wakeups.connected is None else {"redis": "ok" if wakeups.connected else "unreachable"}
    try:
        await asyncio.wait_for(find_installation(database), _PATIENCE)
    except (DatabaseError, TimeoutError):
        return JSONResponse({"status": "unavailable", "database": "unreachable", **redis}, 503)
    writes = "waiting" if writes_wait() else "ok"
    return JSONResponse({"status": "ok", "database": "ok", "writes": writes, **redis})

"""Liveness and readiness: ``/healthz`` and ``/readyz``."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse

from db.driver.client import Database
from db.driver.errors import DatabaseError
from resolvers.draining import Draining
from services.sync.wakeups import Wakeups

_PATIENCE = 2.0


async def healthz(_request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    """503 while the database does not answer, and as soon as the process is leaving.

    Without Redis it serves all the same, only later: what other processes change is found by looking.
    """
    draining: Draining = request.state.draining
    if draining.begun:
        return JSONResponse({"status": "draining"}, 503)
    database: Database = request.state.database
    wakeups: Wakeups = request.state.services[Wakeups]
    redis = {} if wakeups.connected is None else {"redis": "ok" if wakeups.connected else "unreachable"}
    try:
        await asyncio.wait_for(database.command("ping"), _PATIENCE)
    except (DatabaseError, TimeoutError):
        return JSONResponse({"status": "unavailable", "database": "unreachable", **redis}, 503)
    return JSONResponse({"status": "ok", "database": "ok", **redis})

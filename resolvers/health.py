"""Whether the process lives, and whether it can serve."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse

from db.client import Database, DatabaseError

_PATIENCE = 2.0


async def healthz(_request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    """The database answers too; 503 while it does not."""
    database: Database = request.state.database
    try:
        await asyncio.wait_for(database.command("ping"), _PATIENCE)
    except (DatabaseError, TimeoutError):
        return JSONResponse({"status": "unavailable", "database": "unreachable"}, 503)
    return JSONResponse({"status": "ok", "database": "ok"})

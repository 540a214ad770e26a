"""The least that can show a model's reply to a client: a websocket in Starlette that relays the upstream as it comes.

It keeps nothing: what is missed is lost, a second tab sees nothing, and its replies end with their connection.
"""

import json
import os
import sys

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from bench.upstream import body

_UPSTREAM = os.environ.get("ANTHROPIC_BASE_URL", "")
_client = httpx2.AsyncClient(timeout=60, limits=httpx2.Limits(max_connections=None))


async def relay(websocket: WebSocket) -> None:
    """One reply for each text."""
    await websocket.accept()
    async for text in websocket.iter_text():
        async with _client.stream("POST", f"{_UPSTREAM}/v1/messages", json=body(text)) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    event = json.loads(line[6:])
                    if event["type"] == "content_block_delta":
                        await websocket.send_text(json.dumps({"text": event["delta"]["text"]}))
        await websocket.send_text('{"end": true}')


app = Starlette(routes=[WebSocketRoute("/", relay)])

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="critical",
    )

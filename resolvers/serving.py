"""How uvicorn is run, by the command line and by the tests alike."""

from typing import Any

from resolvers.sockets import WebSocketProtocol

MAX_MESSAGE = 8 * 1024 * 1024


def server_options() -> dict[str, Any]:
    """Options of ``uvicorn.Config``. Compression costs 100 KiB a connection, so websockets go without it."""
    return {
        "ws": WebSocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": MAX_MESSAGE,
        "access_log": False,
        "log_config": None,
        "log_level": "warning",  # resolvers/logs.py has a line for each request and connection
        "server_header": False,
        "timeout_graceful_shutdown": 5,
    }

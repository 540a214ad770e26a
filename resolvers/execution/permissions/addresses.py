"""Addresses of clients, as limits count them."""

from ipaddress import ip_address

from starlette.types import Scope


def counted_address(scope: Scope) -> str | None:
    """Whom a connection is counted for. None for this machine itself: that is a proxy, or its own people."""
    client: tuple[str, int] | None = scope.get("client")
    if client is None:
        return None
    try:
        address = ip_address(client[0])
    except ValueError:
        return client[0]
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_loopback:
        return None
    if mapped.version == 6:
        # Whoever has one address of IPv6 has 2**64 of them.
        return ":".join(mapped.exploded.split(":")[:4])
    return str(mapped)

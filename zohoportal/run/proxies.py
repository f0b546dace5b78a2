"""Proxies in front of the portal: who is believed about a visitor and about https."""

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# A wider network than this holds more than one's own machines.
WIDEST = {4: 16, 6: 48}


_asking: ContextVar[str] = ContextVar("asking", default="")


class BadProxies(ValueError):
    """They make no sense; the text says why, as the end of a sentence."""


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of these addresses and ranges.

    Raises:
        BadProxies: one is no address, is public, or holds too many.
    """
    return tuple(_network(name.strip()) for name in names if name.strip())


def _network(name: str) -> Network:
    try:
        network = ipaddress.ip_network(name)
    except ValueError:
        raise BadProxies(
            f"{name} is no address of a proxy; use one such as 10.0.0.5 or 10.0.0.0/24"
        ) from None
    if network.prefixlen < WIDEST[network.version]:
        raise BadProxies(
            f"{name} holds more than your proxies; "
            f"use /{WIDEST[network.version]} or narrower"
        )
    if not network.is_private or network.network_address.is_unspecified:
        raise BadProxies(
            f"{name} is a public address, which anybody could speak for; "
            "use the proxy's private one"
        )
    return network


def visitor(peer: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """Return the visitor's address: the last hop that no proxy of ours stands for.

    Args:
        peer: who has opened the connection to us.
        forwarded: `X-Forwarded-For`; what stands left of a stranger is a stranger's.
        trusted: our proxies.
    """
    known = tuple(trusted)
    address = _address(peer)
    for hop in reversed(forwarded.split(",")):
        if not is_trusted(address, known):
            break
        named = _address(hop)
        if named is None:
            break
        address = named
    return str(address) if address else peer


@contextmanager
def asked_from(address: str) -> Iterator[None]:
    """Let all that happens in here know who has asked for it."""
    before = _asking.set(address)
    try:
        yield
    finally:
        _asking.reset(before)


def asking() -> str:
    """Return the address of the visitor whose request this is; empty outside of one."""
    return _asking.get()


def is_trusted(address: Address | str | None, trusted: Iterable[Network]) -> bool:
    """Tell whether this is one of our proxies."""
    found = _address(address) if isinstance(address, str) else address
    return found is not None and any(found in network for network in trusted)


def _address(text: str) -> Address | None:
    """Return the address, without the port that some proxies add."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

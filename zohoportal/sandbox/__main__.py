"""Start the sandbox Zoho: python -m zohoportal.sandbox."""

import argparse
import os
import signal
import sys
from ipaddress import ip_address
from pathlib import Path

from zohoportal.sandbox.exchange import Exchange
from zohoportal.sandbox.server import Server
from zohoportal.sandbox.world import World


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m zohoportal.sandbox",
        description="A Zoho of our own, for trying things out.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8001, help="0 picks a free one")
    parser.add_argument("--state", type=Path, help="a JSON file to remember in")
    parser.add_argument("--location", default="sandbox", help="the data centre's code")
    parser.add_argument("--public-url", help="where browsers and apps find it")
    return parser.parse_args()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _world(options: argparse.Namespace) -> World:
    try:
        return World(options.location, options.state)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"The state file {options.state} cannot be read: {error!r}.")


def _server(options: argparse.Namespace, world: World) -> Server:
    try:
        return Server(options.host, options.port, Exchange(world))
    except OSError as error:
        sys.exit(f"Port {options.port} is taken or not allowed: {error.strerror}.")


def main() -> None:
    options = _options()
    # Anybody who reaches it may read its secrets and script its answers.
    if not _is_loopback(options.host):
        sys.exit(f"The sandbox listens on a loopback address only, not {options.host}.")
    world = _world(options)
    server = _server(options, world)
    address = f"http://{options.host}:{server.server_address[1]}"
    world.public_url = (options.public_url or address).rstrip("/")
    for number in (signal.SIGINT, signal.SIGTERM):
        # At once: a change is on disk before its answer leaves.
        signal.signal(number, lambda *_: os._exit(0))
    sys.stdout.write(f"Sandbox Zoho listening on {address}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()

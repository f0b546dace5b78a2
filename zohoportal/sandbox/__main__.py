"""Start the sandbox Zoho: python -m zohoportal.sandbox."""

import argparse
import os
import secrets
import signal
import sys
from pathlib import Path

from zohoportal.sandbox.control.guard import HEADER, is_loopback
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


def _world(options: argparse.Namespace) -> World:
    try:
        return World(options.location, options.state)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"The state file {options.state} cannot be read: {error!r}.")


def _server(options: argparse.Namespace, world: World, token: str) -> Server:
    try:
        return Server(options.host, options.port, Exchange(world, token))
    except OSError as error:
        sys.exit(f"Port {options.port} is taken or not allowed: {error.strerror}.")


def main() -> None:
    options = _options()
    # Whoever reaches its console may read its secrets.
    if not is_loopback(options.host):
        sys.exit(f"The sandbox listens on a loopback address only, not {options.host}.")
    world = _world(options)
    given = os.environ.get("SANDBOX_TOKEN", "")
    token = given or secrets.token_urlsafe(24)
    server = _server(options, world, token)
    address = f"http://{options.host}:{server.server_address[1]}"
    world.public_url = (options.public_url or address).rstrip("/")
    for number in (signal.SIGINT, signal.SIGTERM):
        # At once: a change is on disk before its answer leaves.
        signal.signal(number, lambda *_: os._exit(0))
    sys.stdout.write(f"Sandbox Zoho listening on {address}\n")
    if not given:
        sys.stdout.write(f"{HEADER} for this start: {token}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()

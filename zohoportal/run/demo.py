"""`make demo`: the portal and a Zoho of its own, as one foreground command.

Data, keys and passwords stay in `var/demo`, so that starting again finds everything.
"""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from connections.tokens.vault import new_key
from zohoportal.run.supervisor import (
    ROOT,
    WEB_SERVER,
    WORKER,
    Asked,
    Children,
    end_when_asked,
)

HOME = ROOT / "var" / "demo"
PEOPLE = {"admin": "admin@example.com", "staff": "staff@example.com"}
START_SECONDS = 60
ENDED = "A part of the demo ended; its reason stands above."


KEEP = "--keep-password"


class DemoStopped(Exception):
    """The demo cannot go on; the text says why."""


def main() -> None:
    """Run the demo until Ctrl-C."""
    end_when_asked()
    home = _options().home.resolve()
    children = Children()
    try:
        port, sandbox_port = _two_ports()
        kept = _kept(home)
        children.env = _environment(home, kept, port, sandbox_port)
        _prepare(children.env, kept)
        _start_sandbox(children, home, sandbox_port)
        _start_portal(children, port)
        children.keep(*WORKER)
        _say_where(kept, port, sandbox_port, children.env["SANDBOX_TOKEN"])
        children.wait()
        sys.exit(ENDED)
    except DemoStopped as reason:
        sys.exit(str(reason))
    except Asked:
        _say("\nStopping the demo. Its data stays for the next start.")
    finally:
        children.end()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m zohoportal.demo")
    parser.add_argument("--home", type=Path, default=HOME, help="where its data is")
    return parser.parse_args()


def _two_ports() -> tuple[int, int]:
    ports = free_port("PORT", 8000), free_port("SANDBOX_PORT", 8001)
    if len(set(ports)) < 2:
        raise DemoStopped(f"PORT and SANDBOX_PORT are both {ports[0]}. Use two ports.")
    return ports


def free_port(name: str, default: int) -> int:
    """Return the port in the environment variable `name` if nobody listens there.

    Raises:
        DemoStopped: it is taken, or not a port; the text names the variable.
    """
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise DemoStopped(f"{name}={value} is not a port. Use a number like {default}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(value)))
        except OSError:
            raise DemoStopped(
                f"Port {value} is taken. Choose another one: "
                f"{name}={int(value) + 100} make demo"
            ) from None
    return int(value)


def _kept(home: Path) -> dict[str, str]:
    """Return the demo's keys and passwords; made once, readable by the owner only."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "keys.json"
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
        return kept
    kept = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "VAULT_KEYS": f"demo:{new_key()}",
        **{role: secrets.token_urlsafe(9) for role in PEOPLE},
    }
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
        json.dump(kept, handle)
    return kept


def _environment(
    home: Path, kept: dict[str, str], port: int, sandbox_port: int
) -> dict[str, str]:
    return os.environ | {
        "DEMO": "1",
        "DEBUG": "0",
        "SITE_URL": f"http://localhost:{port}",
        "BIND": f"127.0.0.1:{port}",
        "SECRET_KEY": kept["SECRET_KEY"],
        "VAULT_KEYS": kept["VAULT_KEYS"],
        "DATABASE_URL": f"sqlite:///{home / 'portal.sqlite3'}",
        "ZOHO_SANDBOX_URL": f"http://127.0.0.1:{sandbox_port}",
        "LOG_LEVEL": "WARNING",
        # Made per start; whoever scripts the demo may bring one.
        "SANDBOX_TOKEN": os.environ.get("SANDBOX_TOKEN") or secrets.token_urlsafe(24),
    }


def _prepare(env: Mapping[str, str], kept: dict[str, str]) -> None:
    _say("Preparing the database …")
    _manage(env, "migrate", "--verbosity", "0")
    _manage(env, "collectstatic", "--noinput", "--verbosity", "0")
    for role, email in PEOPLE.items():
        options = ("--role", role, "--if-missing", "--password-stdin", KEEP)
        _manage(env, "add_person", email, *options, typed=kept[role])


def _manage(env: Mapping[str, str], *command: str, typed: str = "") -> None:
    done = subprocess.run(  # noqa: S603  # our own command line
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env,
        input=typed,
        text=True,
        stdout=subprocess.DEVNULL,
        check=False,
        start_new_session=True,  # Ctrl-C is for us; what we started ends with us
    )
    if done.returncode:
        raise DemoStopped(f"`manage.py {command[0]}` failed; the reason stands above.")


def _start_sandbox(children: Children, home: Path, port: int) -> None:
    options = ("--port", str(port), "--state", str(home / "sandbox.json"))
    child = children.start("-m", "zohoportal.sandbox", *options)
    _until_it_answers(child, f"http://127.0.0.1:{port}/_sandbox/")


def _start_portal(children: Children, port: int) -> None:
    child = children.start(*WEB_SERVER)
    _until_it_answers(child, f"http://localhost:{port}/healthz")


def _until_it_answers(child: subprocess.Popen[str], url: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise DemoStopped(ENDED)
        try:
            direct.open(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise DemoStopped(f"Nothing answered at {url} within {START_SECONDS} seconds.")


def _say_where(kept: dict[str, str], port: int, sandbox_port: int, token: str) -> None:
    _say(f"""
  Zoho Portal is running:  http://localhost:{port}

  Admin   {PEOPLE["admin"]}   {kept["admin"]}
  Staff   {PEOPLE["staff"]}   {kept["staff"]}

  First   Sign in as the admin and choose “Connect Zoho”. The wizard needs a client;
          get one at the sandbox Zoho's console:  http://127.0.0.1:{sandbox_port}/console
  Then    Choose who may use it, sign in as staff, save a contact, open a ticket.
  Look    See both at “Zoho”:  http://127.0.0.1:{sandbox_port}/_sandbox/
          Its control API wants the header  X-Sandbox-Token: {token}

  Ctrl-C stops everything. Starting again keeps the data.
""")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a command


if __name__ == "__main__":
    main()

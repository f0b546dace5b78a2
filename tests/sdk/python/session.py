"""Zoho's Python SDK, unmodified, connected to a sandbox; and nothing else reached."""

import sys
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.api.logger import Logger
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.util import StreamWrapper


@dataclass
class Session:
    """What one operation leaves for the next: ids, by what they are of."""

    folder: Path
    ids: dict[str, Any] = field(default_factory=dict)


def stay_on_loopback() -> None:
    """Refuse every connection of this process that leaves the machine."""

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            host = arguments[1][0]
            if not ip_address(host).is_loopback:
                raise ConnectionRefusedError(f"{host} is not this machine.")

    sys.addaudithook(check)


def connect(url: str, client_id: str, secret: str, code: str, folder: Path) -> None:
    """Initialise the SDK as its README says, with a Self Client's code."""
    environment = DataCenter.Environment(url, f"{url}/oauth/v2/token", url)
    token = OAuthToken(client_id=client_id, client_secret=secret, grant_token=code)
    Initializer.initialize(
        environment,
        token,
        store=FileStore(str(folder / "tokens.txt")),
        resource_path=str(folder),
        logger=Logger.get_instance(Logger.Levels.INFO, str(folder / "sdk.log")),
    )


def stored(session: Session, name: str, content: bytes) -> StreamWrapper:
    """Return a file to send; the SDK takes its name from the disk."""
    path = session.folder / name
    path.write_bytes(content)
    return StreamWrapper(file_path=str(path))


def asked(*pairs: tuple[Any, Any]) -> ParameterMap:
    """Return parameters for a call, each with its value."""
    wanted = ParameterMap()
    for name, value in pairs:
        wanted.add(name, value)
    return wanted


def good(reply: Any, *statuses: int) -> Any:
    """Return what a reply holds, if its status is one of these, or 200.

    Raises:
        AssertionError: Zoho's objection, or the SDK could not read the reply.
    """
    if reply is None:
        raise AssertionError("the SDK could not read the reply")
    found = reply.get_object()
    if reply.get_status_code() not in (statuses or (200,)):
        raise AssertionError(f"status {reply.get_status_code()}: {_told(found)}")
    return found


def items(reply: Any, *statuses: int) -> list[Any]:
    """Return the items of a reply to a write, all of which have to be successes."""
    found = good(reply, *statuses).get_data()
    bad = [_told(each) for each in found if each.get_status().get_value() != "success"]
    if bad:
        raise AssertionError(f"{len(bad)} of {len(found)} refused: {bad[0]}")
    return list(found)


def new_ids(reply: Any, *statuses: int) -> list[int]:
    return [int(each.get_details()["id"]) for each in items(reply, *statuses)]


def _told(found: Any) -> str:
    if not hasattr(found, "get_code"):
        return type(found).__name__
    return f"{found.get_code().get_value()} {found.get_details()}"

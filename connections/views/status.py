"""What pages say about a connection: its badge, and the one act it needs."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from connections import product
from connections.messages.texts import Explanation, Remedy
from connections.models import Connection

State = Connection.State
# What mends a connection at once: pages that tell of a problem offer it to admins.
MENDING = {
    Remedy.RECONNECT,
    Remedy.SECRET,
    Remedy.TEST,
    Remedy.VERSION,
    Remedy.ORGANISATION,
    Remedy.FEATURES,
}


@dataclass(frozen=True)
class Badge:
    level: str
    icon: str
    word: str


WORKING = Badge("ok", "check", "Working")
NOT_TESTED = Badge("idle", "clock", "Not tested yet")
PERMISSION = Badge("warn", "warning", "Working, permission missing")
CHECK_FAILED = Badge("bad", "cross", "A check failed")
BY_STATE = {
    State.DRAFT: Badge("idle", "clock", "Setup not finished"),
    State.RECONNECT: Badge("bad", "warning", "Needs reconnect"),
    State.DISCONNECTED: Badge("idle", "plug", "Disconnected"),
}


@dataclass(frozen=True)
class Act:
    """A button: a link, or a form that posts."""

    # What templates tell apart.
    TEST: ClassVar = "Test"
    ADD_PERMISSION: ClassVar = "Add permission"

    label: str
    url: str
    posts: bool


def badge(connection: Connection) -> Badge:
    """Return the badge: working only when every check passed just now."""
    if connection.state in BY_STATE:
        return BY_STATE[State(connection.state)]
    failed = failed_checks(connection)
    if not connection.checks:
        return NOT_TESTED
    if not failed:
        return WORKING
    only_permission = all(check["key"] == "permissions" for check in failed)
    return PERMISSION if only_permission else CHECK_FAILED


def failed_checks(connection: Connection) -> list[dict[str, Any]]:
    return [check for check in connection.checks if not check["ok"]]


def needed_act(connection: Connection) -> Act:
    """Return the one act that this connection needs most."""
    if connection.is_draft:
        return Act(
            "Continue", reverse("connections:client", args=[connection.pk]), False
        )
    if connection.state in {State.RECONNECT, State.DISCONNECTED}:
        return act(connection, Remedy.RECONNECT, "Reconnect")
    if badge(connection) is PERMISSION:
        return act(connection, Remedy.RECONNECT, Act.ADD_PERMISSION)
    return act(connection, Remedy.TEST, Act.TEST)


def acts(connection: Connection, words: Explanation) -> list[Act]:
    """Return an admin's buttons for what happened with a connection in use."""
    asked = [(words.action, words.label), *words.also]
    return [
        act(connection, action, label) for action, label in asked if action in MENDING
    ]


def act(connection: Connection, action: str, label: str) -> Act:
    """Return the button for an explanation's `action`."""
    draft = connection.is_draft
    if action == Remedy.REGION and not draft:
        # The region of a connection is settled; its client ID may have a typo.
        label = "Check the client ID"
    by_link: dict[str, str] = {
        Remedy.CLIENT: "client",
        Remedy.SECRET: "client" if draft else "secret",
        Remedy.REGION: "account" if draft else "client",
        Remedy.FEATURES: "account" if draft else "features",
    }
    if connection.is_draft and action in {Remedy.TEST, Remedy.AGAIN}:
        # There is nothing to test yet: the way there is tried once more.
        action = Remedy.CONSENT
    if action in {Remedy.RECONNECT, Remedy.CONSENT}:
        if connection.is_self_client:
            return Act(
                label, reverse("connections:client", args=[connection.pk]), False
            )
        return Act(label, reverse("connections:consent", args=[connection.pk]), True)
    if action in by_link:
        url = reverse(f"connections:{by_link[action]}", args=[connection.pk])
        return Act(label, url, False)
    if action == Remedy.VERSION:
        return _use_newest(connection, label)
    by_post: dict[str, str] = {
        Remedy.ORGANISATION: "organisations",
        Remedy.TEST: "test",
        Remedy.AGAIN: "test",
    }
    if action in by_post:
        url = reverse(f"connections:{by_post[action]}", args=[connection.pk])
        return Act(label, url, True)
    return Act(label, reverse("connections:list"), False)


def _use_newest(connection: Connection, label: str) -> Act:
    for each in product.every():
        newest = each.envelope.version
        if each.envelope.version_of(connection.versions) != newest:
            args = [connection.pk, each.key, newest]
            return Act(label, reverse("connections:use_version", args=args), True)
    return act(connection, Remedy.TEST, "Test connection")

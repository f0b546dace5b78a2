"""The wizard, and connections."""

import uuid
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from connections import services
from connections.models import Connection, Membership, OAuthClient
from connections.setup import flow
from connections.tokens import revocation
from connections.zoho import datacenters
from tests.browser.states.base import (
    DOWN,
    Make,
    State,
    World,
    at,
    changed_at_zoho,
    crm_sandbox,
    ended,
    open_details,
    press,
)


def of_connection(view: str) -> Make:
    return lambda world: reverse(view, args=[world.connection.pk])


def of_draft(view: str) -> Make:
    return lambda world: reverse(view, args=[world.draft.pk])


def self_client_draft(world: World) -> str:
    draft: Connection = world.draft
    flow.change_setup(
        draft,
        data_center="sandbox",
        feature_keys=draft.features,
        kind=OAuthClient.Kind.SELF,
    )
    return reverse("connections:client", args=[draft.pk])


def all_regions(world: World) -> str:
    world.settings.DATA_CENTERS = datacenters.table()
    return reverse("connections:new")


def unknown_client(page: Page) -> None:
    page.get_by_label("Client ID").fill("1000.UNKNOWN")
    page.get_by_label("Client secret").fill("0123456789abcdef")
    page.get_by_label("Code", exact=True).fill("1000.used.before")
    press("Connect with this code")(page)


def secret_of_a_region(world: World) -> str:
    world.settings.DATA_CENTERS = {
        **datacenters.table(),
        **world.settings.DATA_CENTERS,
    }
    return f"{of_draft('connections:client')(world)}?region=eu"


def no_code(page: Page) -> None:
    page.get_by_label("Client ID").fill("1000.UNKNOWN")
    page.get_by_label("Client secret").fill("0123456789abcdef")
    page.get_by_label("Code", exact=True).fill("https://api-console.zoho.com/")
    press("Connect with this code")(page)


def several_organisations(world: World) -> str:
    desk = [{"name": "Example Ltd"}, {"name": "Example Services Ltd"}]
    world.zoho.reset(keep_clients=True, desk_organizations=desk)
    connection: Connection = world.connection
    connection.choices = {"desk": [["1", "Example Ltd"], ["2", "Example Services"]]}
    connection.save()
    return reverse("connections:ready", args=[connection.pk])


def failed_check(world: World) -> str:
    connection: Connection = world.connection
    world.zoho.script("GET", "/crm/v8/org", DOWN, DOWN, DOWN)
    services.test(connection)
    return reverse("connections:detail", args=[connection.pk])


def disconnected(world: World) -> str:
    revocation.disconnect(world.connection)
    return reverse("connections:detail", args=[world.connection.pk])


def lacking(world: World) -> str:
    connection: Connection = world.connection
    connection.lacking = ["desk.tickets"]
    connection.checks = [
        check | {"ok": check["key"] != "permissions"} for check in connection.checks
    ]
    connection.save()
    return reverse("connections:detail", args=[connection.pk])


def every_badge(world: World) -> str:
    working: Connection = world.connection
    refused = {"key": "permissions", "ok": False}
    looks: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("Draft", Connection.State.DRAFT, []),
        ("Not tested", Connection.State.ACTIVE, []),
        ("No permission", Connection.State.ACTIVE, [refused]),
        ("Failed", Connection.State.ACTIVE, [refused | {"key": "region"}]),
        ("Ended", Connection.State.RECONNECT, []),
        ("Disconnected", Connection.State.DISCONNECTED, []),
    ]
    for name, state, checks in looks:
        working.pk = uuid.uuid4()
        working.name, working.slug = name, f"row-{working.pk}"
        working.state, working.checks = state, checks
        working._state.adding = True
        working.save()
    return reverse("connections:list")


def rights_of(who: str) -> Make:
    """The rights of somebody, where there is a connection."""

    def make(world: World) -> str:
        assert world.connection
        return reverse("connections:rights", args=[getattr(world, who).pk])

    return make


def everywhere(world: World) -> str:
    """Those of somebody who works with everything that there is."""
    every = ["crm.contacts", "crm.records", "desk.tickets", "desk.answers"]
    Connection.objects.filter(pk=world.connection.pk).update(features=every)
    return rights_of("staff")(world)


def untold(world: World) -> str:
    address = rights_of("staff")(world)
    world.zoho.script("GET", "/api/v1/departments", *[DOWN] * 9)
    return address


def from_before(who: str) -> Make:
    def make(world: World) -> str:
        assert world.connection
        Membership.objects.update(is_unreviewed=True)
        return reverse(f"connections:{who}")

    return make


def limit_to_nothing(page: Page) -> None:
    page.get_by_label("Only the departments ticked here").first.check()
    press("Save rights")(page)


STATES = [
    State("wizard", "connections:new", "admin", at("connections:new")),
    State("wizard with all regions", "connections:new", "admin", all_regions),
    State(
        "wizard unanswered",
        "connections:new",
        "admin",
        all_regions,
        press("Continue"),
    ),
    State(
        "wizard again", "connections:account", "admin", of_draft("connections:account")
    ),
    State(
        "wizard client",
        "connections:client",
        "admin",
        of_draft("connections:client"),
        open_details,
    ),
    State(
        "wizard client unanswered",
        "connections:client",
        "admin",
        of_draft("connections:client"),
        press("Save and go to Zoho"),
    ),
    State("wizard self client", "connections:client", "admin", self_client_draft),
    State(
        "wizard unknown client",
        "connections:client",
        "admin",
        self_client_draft,
        unknown_client,
    ),
    State(
        "wizard secret of a region",
        "connections:client",
        "admin",
        secret_of_a_region,
    ),
    State(
        "wizard no code",
        "connections:client",
        "admin",
        self_client_draft,
        no_code,
    ),
    State(
        "connections with a CRM sandbox",
        "connections:list",
        "admin",
        crm_sandbox("connections:list"),
    ),
    State(
        "connection to a CRM sandbox",
        "connections:detail",
        "admin",
        crm_sandbox("connections:detail", "pk"),
    ),
    State(
        "replace client",
        "connections:client",
        "admin",
        of_connection("connections:client"),
    ),
    State("ready", "connections:ready", "admin", of_connection("connections:ready")),
    State("ready to choose", "connections:ready", "admin", several_organisations),
    State("link too old", "oauth_callback", "admin", at("oauth_callback")),
    State("no connections", "connections:list", "admin", at("connections:list")),
    State("every badge", "connections:list", "admin", every_badge),
    State(
        "connection", "connections:detail", "admin", of_connection("connections:detail")
    ),
    State("connection failed", "connections:detail", "admin", failed_check),
    State(
        "connection with changes",
        "connections:detail",
        "admin",
        changed_at_zoho("connections:detail"),
    ),
    State("connection lacking", "connections:detail", "admin", lacking),
    State("connection ended", "connections:detail", "admin", ended),
    State("connection disconnected", "connections:detail", "admin", disconnected),
    State(
        "features",
        "connections:features",
        "admin",
        of_connection("connections:features"),
    ),
    State("secret", "connections:secret", "admin", of_connection("connections:secret")),
    State(
        "crm version",
        "connections:version",
        "admin",
        lambda world: reverse("connections:version", args=[world.connection.pk, "crm"]),
    ),
    State("people", "connections:people", "admin", of_connection("connections:people")),
    State(
        "people for a manager",
        "connections:people",
        "manager",
        of_connection("connections:people"),
    ),
    State("rights of nobody", "connections:staff", "manager", at("connections:staff")),
    State("rights of staff", "connections:staff", "manager", from_before("staff")),
    State("rights", "connections:rights", "manager", rights_of("staff")),
    State("rights everywhere", "connections:rights", "manager", everywhere),
    State("rights untold", "connections:rights", "manager", untold),
    State(
        "rights limited to nothing",
        "connections:rights",
        "manager",
        rights_of("staff"),
        limit_to_nothing,
    ),
    State(
        "rights saved",
        "connections:rights",
        "manager",
        rights_of("staff"),
        press("Save rights"),
    ),
    State("rights of an admin", "connections:rights", "manager", rights_of("admin")),
    State(
        "rights of an auditor", "connections:rights", "manager", rights_of("auditor")
    ),
    State(
        "disconnect",
        "connections:disconnect",
        "admin",
        of_connection("connections:disconnect"),
        press("Disconnect"),
    ),
]

"""What became of what was sent."""

import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from connections import services
from connections.models import Connection
from tests.browser.states.base import (
    DOWN,
    LONG,
    NO_SCOPE,
    UPSERT,
    Make,
    State,
    World,
    at,
    contact,
    done_ticket,
    open_details,
    ticket,
    unknown_ticket,
)
from tests.zoho import SandboxZoho
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery, Job

REFUSED = {"status": 400, "body": {"code": "INVALID_DATA", "message": "no"}}
STRANGE = {"status": 200, "body": {"data": "strange"}}


def broken_elsewhere(world: World) -> str:
    connection: Connection = world.connection
    connection.move(leave=connection.state, to=Connection.State.RECONNECT)
    return reverse("outbox:list")


def sent(*answers: dict[str, Any]) -> Make:
    """A contact to which Zoho answered in this way."""

    def make(world: World) -> str:
        zoho: SandboxZoho = world.zoho
        connection = world.connection
        if answers:
            zoho.script("POST", UPSERT, *answers)
        assert connection
        return contact(world).get_absolute_url()

    return make


def refused_ticket(code: str, status: int) -> Make:
    """A ticket to which Desk answered with this code."""

    def make(world: World) -> str:
        assert world.connection
        body = {"errorCode": code, "message": "No."}
        answer = {"status": status, "body": body}
        world.zoho.script("POST", "/api/v1/tickets", answer)
        return ticket(world).get_absolute_url()

    return make


def after_a_restore(world: World) -> str:
    """A contact and a ticket of a backup that was restored."""
    sent(*[DOWN] * 5)(world)
    unknown_ticket(world)
    # As `restored.hold` does, but for the sessions: the person stays signed in.
    Delivery.objects.update(state="waiting", held_for="restored")
    return Delivery.objects.earliest("created_at").get_absolute_url()


def held_page(world: World) -> str:
    after_a_restore(world)
    return reverse("outbox:restored")


def held_nothing(_world: World) -> str:
    return reverse("outbox:restored")


def cancelled(world: World) -> str:
    sent(*[DOWN] * 5)(world)
    delivery = Delivery.objects.get()
    assert outbox.cancel(delivery)
    return delivery.get_absolute_url()


def being_sent(minutes: int) -> Make:
    """A contact whose lease runs out in so many minutes."""

    def make(world: World) -> str:
        address = sent(*[DOWN] * 5)(world)
        Delivery.objects.update(
            state=Delivery.State.SENDING,
            problem={},
            lease_until=timezone.now() + timedelta(minutes=minutes),
        )
        return address

    return make


def let_worker_run() -> None:
    Job.objects.update_or_create(name="sweep", defaults={"ran_at": timezone.now()})


def standing(make: Make, **values: Any) -> Make:
    """A delivery that stands like this while a worker runs."""

    def made(world: World) -> str:
        address = make(world)
        let_worker_run()
        Delivery.objects.update(**values)
        return address

    return made


def cut_off(world: World) -> str:
    connection: Connection = world.connection
    world.zoho.revoke_tokens()
    address = contact(world).get_absolute_url()
    Delivery.objects.update(held_for="reconnect", held_at=timezone.now())
    connection.move(leave=connection.state, to=Connection.State.RECONNECT)
    return address


def not_allowed(world: World) -> str:
    address = sent(*[DOWN] * 5)(world)
    services.set_members(world.connection, [])
    outbox.send_again(Delivery.objects.get())
    return address


def too_old(world: World) -> str:
    Connection.objects.filter(pk=world.connection.pk).update(versions={"crm": "v2"})
    old_key = {"status": 403, "body": {"code": "AUTHTOKEN_DEPRECATED"}}
    world.zoho.script("POST", "/crm/v2/Contacts/upsert", old_key)
    world.connection.refresh_from_db()
    return contact(world).get_absolute_url()


def edited(world: World) -> str:
    address = sent(REFUSED)(world)
    correction = contact(world)
    refused = Delivery.objects.get(state=Delivery.State.REFUSED)
    Delivery.objects.filter(pk=correction.pk).update(replaces=refused)
    return address


def two_in_line(world: World) -> tuple[Delivery, Delivery]:
    """Two contacts with one address, of which the first is held."""
    assert world.connection
    world.zoho.script("POST", UPSERT, STRANGE)
    return contact(world), contact(world, "Archer")


def behind(**values: Any) -> Make:
    """A contact that waits for another one that stands like this."""

    def make(world: World) -> str:
        first, second = two_in_line(world)
        Delivery.objects.filter(pk=first.pk).update(**values or {"held_for": "reply"})
        return second.get_absolute_url()

    return make


def before_another(world: World) -> str:
    first, _ = two_in_line(world)
    return first.get_absolute_url()


def overtaken(world: World) -> str:
    first, second = two_in_line(world)
    outbox.send_first(second)
    return first.get_absolute_url()


def full_activity(world: World) -> str:
    for number in range(25):
        contact(world, f"Sample {number}")
    unknown_ticket(world)
    world.zoho.script("POST", UPSERT, *[REFUSED] * 2)
    contact(world, "Refused")
    contact(world, "Refused as well")
    world.zoho.script("POST", UPSERT, *[DOWN] * 5)
    contact(world, "Waiting")
    contact(world, "A surname that is as long as surnames may be, " * 4)
    Delivery.objects.filter(title__endswith="Waiting").update(held_for="reconnect")
    let_worker_run()
    second: Connection = world.connection
    second.pk, second.name, second.slug = uuid.uuid4(), "Second Ltd", "second"
    second._state.adding = True
    second.save()
    Delivery.objects.filter(title__startswith="Ticket").update(connection=second)
    return reverse("outbox:list")


def filtered(make: Make, query: str) -> Make:
    return lambda world: make(world) and f"{reverse('outbox:list')}?{query}"


def turned_out(world: World) -> str:
    """The outcome of a new contact that was there already."""
    assert world.connection
    about = {"Last_Name": "Other", "Description": LONG}
    world.zoho.put_crm_record("Contacts", Email="kim.sample@example.com", **about)
    return contact(world).get_absolute_url()


STATES = [
    State("banner", "outbox:list", "admin", broken_elsewhere),
    State("version too old", "outbox:delivery", "admin", too_old),
    State("contact turned out", "outbox:delivery", "staff", turned_out),
    State("contact done", "outbox:delivery", "staff", sent(), open_details),
    State("ticket done", "outbox:delivery", "staff", done_ticket),
    State("stopped", "outbox:delivery", "staff", sent(*[DOWN] * 5), open_details),
    State(
        "waiting",
        "outbox:delivery",
        "staff",
        standing(sent(*[DOWN] * 5)),
        open_details,
    ),
    State(
        "waiting for its turn",
        "outbox:delivery",
        "staff",
        standing(sent(*[DOWN] * 5), problem={}),
    ),
    State("held for a reconnect", "outbox:delivery", "staff", cut_off),
    State("held for a reconnect, for admins", "outbox:delivery", "admin", cut_off),
    State("held for a permission", "outbox:delivery", "staff", sent(NO_SCOPE)),
    State("held for a person", "outbox:delivery", "staff", not_allowed),
    State("held for a person, for admins", "outbox:delivery", "admin", not_allowed),
    State("held for a person, for managers", "outbox:delivery", "manager", not_allowed),
    State("held for a reply", "outbox:delivery", "staff", sent(STRANGE)),
    State("held after a restore", "outbox:delivery", "staff", after_a_restore),
    State("held after a restore, for admins", "outbox:restored", "admin", held_page),
    State("nothing is held after a restore", "outbox:restored", "admin", held_nothing),
    State("unknown", "outbox:delivery", "staff", unknown_ticket),
    State("looked for", "outbox:delivery", "staff", standing(unknown_ticket)),
    State(
        "set aside",
        "outbox:delivery",
        "staff",
        standing(unknown_ticket, deaths=3, retry_at=None),
    ),
    State("refused", "outbox:delivery", "staff", sent(REFUSED), open_details),
    State("refused and edited", "outbox:delivery", "staff", edited),
    State("being sent", "outbox:delivery", "staff", being_sent(minutes=2)),
    State("given up", "outbox:delivery", "admin", being_sent(minutes=-2), open_details),
    State(
        "not allowed at Zoho, for admins",
        "outbox:delivery",
        "admin",
        refused_ticket("FORBIDDEN", 403),
    ),
    State(
        "another organisation, for admins",
        "outbox:delivery",
        "admin",
        refused_ticket("OAUTH_ORG_MISMATCH", 403),
    ),
    State(
        "kept as a draft",
        "outbox:delivery",
        "staff",
        standing(refused_ticket("THRESHOLD_EXCEEDED", 429), held_for="draft"),
    ),
    State(
        "looked for in vain",
        "outbox:delivery",
        "staff",
        standing(unknown_ticket, missed_at=timezone.now(), retry_at=None),
    ),
    State(
        "sent again after the last look",
        "outbox:delivery",
        "staff",
        standing(
            unknown_ticket,
            state="waiting",
            problem={},
            # After the ticket was sent, whenever that is.
            missed_at=timezone.now() + timedelta(days=1),
        ),
        open_details,
    ),
    State("cancelled", "outbox:delivery", "staff", cancelled),
    State("behind one that is held", "outbox:delivery", "staff", behind()),
    State(
        "behind an unknown one",
        "outbox:delivery",
        "staff",
        behind(state="unknown", held_for="", retry_at=None),
    ),
    State("before another one", "outbox:delivery", "staff", before_another),
    State("overtaken", "outbox:delivery", "staff", overtaken),
    State("no activity", "outbox:list", "staff", at("outbox:list")),
    State("full activity", "outbox:list", "admin", full_activity),
    State(
        "own activity",
        "outbox:list",
        "staff",
        filtered(full_activity, "state=refused"),
    ),
    State(
        "activity with a look",
        "outbox:list",
        "staff",
        filtered(unknown_ticket, "state=look"),
    ),
    State(
        "no fitting delivery",
        "outbox:list",
        "admin",
        filtered(done_ticket, "state=cancelled&text=printer"),
    ),
    State(
        "activity of nobody",
        "outbox:list",
        "admin",
        filtered(done_ticket, "person_id=x"),
    ),
]

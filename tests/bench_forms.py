"""Figures of the products' forms: how fast they open, and what they ask of Zoho."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connections.models import Connection
from tests.desk import form as desk_form
from tests.processes import until
from tests.support.departments import NEEDED, choose_organisation
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

ROUNDS = 40
GOAL_MS = 150
GOAL_QUERIES = 12
FILES = 3
RICH = {"name": "Rich Ltd", "sample": "rich"}

Say = Callable[..., None]
Connect = Callable[[SandboxZoho, User, list[str]], Connection]


def bench_forms(zoho: SandboxZoho, connect: Connect, say: Say) -> None:
    """Print what opening and submitting the forms of both products costs."""
    Delivery.objects.all().delete()
    admin = User.objects.get()
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(admin)
    zoho.reset(crm_organizations=[RICH], desk="rich")
    crm = connect(zoho, admin, ["crm.contacts", "crm.records"])
    url = f"/c/{crm.slug}/crm/Contacts/new/"
    _opening(zoho, client, url, say, "form of 150 fields")
    short = f"/c/{crm.slug}/crm/Accounts/new/"
    _opening(zoho, client, short, say, "a shorter form")
    _saving(zoho, client, url, say, "a new contact")
    _saving(zoho, client, url, say, "a contact that is there")
    desk = connect(zoho, admin, ["desk.tickets", "desk.answers"])
    choose_organisation(zoho, desk, "Support")
    _opening(zoho, client, desk_form.department_url(desk), say, "ticket form")
    for files in (0, FILES):
        _submitting(zoho, client, desk, files, say)


def queries_of(client: Client, url: str) -> int:
    """Return the number of queries of a page that was opened before."""
    client.get(url)
    with CaptureQueriesContext(database) as queries:
        answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return len(queries)


def _opening(
    zoho: SandboxZoho, client: Client, url: str, say: Say, figure: str
) -> None:
    fields = client.get(url).context["form"].fields
    zoho.clear_journal()
    costs = [_cost_of(client, url) for _ in range(ROUNDS)]
    calls = len(zoho.journal())
    median, of_cpu = (
        round(statistics.median(each) * 1000, 1) for each in zip(*costs, strict=True)
    )
    say(
        f"opening: {figure}, metadata remembered",
        goal_ms=GOAL_MS,
        median_ms=median,
        # What the page costs without the wait for other processes.
        median_cpu_ms=of_cpu,
        fields=len(fields),
        goal_queries=GOAL_QUERIES,
        queries=queries_of(client, url),
        goal_calls=0,
        calls=calls,
        is_met=median < GOAL_MS and calls == 0,
    )


def _cost_of(client: Client, url: str) -> tuple[float, float]:
    """Return the seconds a page took, and those that it computed."""
    started, computed = time.perf_counter(), time.process_time()
    client.get(url)
    return time.perf_counter() - started, time.process_time() - computed


def _saving(zoho: SandboxZoho, client: Client, url: str, say: Say, figure: str) -> None:
    """The preview looks the record up, the save writes it."""
    page = client.get(url)
    zoho.clear_journal()
    typed = {
        "Email": "bench@example.com",
        "Last_Name": f"Bench {figure}",
        "form_key": page.context["form_key"],
    }
    shown = client.post(url, typed)
    _sent(client.post(url, typed | {"seen": shown.context["seen"]}))
    _all_done()
    _say_calls(zoho, f"saving: {figure}", 2, say)


def _submitting(
    zoho: SandboxZoho, client: Client, connection: Connection, files: int, say: Say
) -> None:
    """A ticket for a known person, chosen in the form's list of contacts."""
    address = desk_form.url(connection)
    person = zoho.records()["desk_contacts"][0]["id"]
    values = desk_form.filled(
        client, connection, contact=person, email="", **NEEDED["Support"]
    )
    chosen = [
        SimpleUploadedFile(f"{number}.txt", b"bench", "text/plain")
        for number in range(files)
    ]
    zoho.clear_journal()
    _sent(client.post(address, values | {"attachments": chosen}))
    _all_done()
    _say_calls(zoho, f"submitting: a ticket with {files} files", 1 + files, say)


def _sent(answer: Any) -> None:
    if answer.status_code != 302:
        raise RuntimeError(f"The form was refused: {answer.context['form'].errors}")


def _all_done() -> None:
    until(lambda: not Delivery.objects.exclude(state="done").exists())


def _say_calls(zoho: SandboxZoho, figure: str, goal: int, say: Say) -> None:
    calls: list[dict[str, Any]] = zoho.journal()
    say(
        figure,
        goal_calls=goal,
        calls=len(calls),
        is_met=len(calls) <= goal,
        made=[f"{each['method']} {each['path']}" for each in calls],
    )

"""The first page: what to set up, or what to do."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from connections import access, features
from connections.models import Connection, Membership
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.accounts.models import User
from zohoportal.outbox import restored
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.status import lines, with_standing
from zohoportal.outbox.views import lists
from zohoportal.run import disk
from zohoportal.run.guards.migrated import misfit


@dataclass(frozen=True)
class Task:
    """One line of the set-up list; `url` is empty while it cannot start."""

    title: str
    hint: str
    url: str
    is_done: bool


def health(_request: PersonRequest) -> HttpResponseBase:
    """Tell machines whether this process can work with its database."""
    words = misfit()
    status = 503 if words else 200
    return HttpResponse(words or "ok", content_type="text/plain", status=status)


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    connections = list(access.open_to(request.user).select_related("client"))
    recent = outbox.visible_to(request.user).filter(person=request.user)
    is_anyone_working = outbox.is_anyone_working()
    # Whoever runs the portal has to see to these.
    warnings = (misfit(), disk.warning()) if request.user.is_admin else ()
    context = {
        "places": [(each, access.offered(request.user, each)) for each in connections],
        "broken": [item for item in connections if item.state == "reconnect"],
        "recent": list(
            lines(
                with_standing(recent)[:5],
                is_anyone_working=is_anyone_working,
            )
        ),
        "lacks_worker": request.user.is_admin
        and not is_anyone_working
        and lists.does_anything_wait(),
        "held_back": restored.held().count() if request.user.is_admin else 0,
        "warnings": [words for words in warnings if words],
        "tasks": _tasks(connections) if request.user.is_admin else [],
        "unreviewed": access.unreviewed().count() if request.user.may_manage else 0,
        "admin": someone_to_ask(),
    }
    return render(request, "home.html", context)


def _tasks(connections: list[Connection]) -> list[Task]:
    """Return the set-up list; empty once everything on it is done."""
    first = next((item for item in connections if item.is_active), None)
    done = Delivery.objects.filter(state=Delivery.State.DONE)
    people = reverse("connections:people", args=[first.pk]) if first else ""
    tasks = [
        Task(
            "Connect Zoho",
            "About 5 minutes, with a Zoho admin account",
            reverse("connections:list") if first else reverse("connections:new"),
            first is not None,
        ),
        Task(
            "Choose who may use it",
            "Staff see only what you open for them",
            people,
            Membership.objects.exists()
            or (first is not None and not User.objects.staff().exists()),
        ),
    ]
    offered = first.chosen_features if first else features.every()
    tasks += [
        Task(
            feature.first_task,
            feature.hint,
            reverse(feature.page, args=[first.slug]) if first else "",
            done.filter(kind__startswith=f"{feature.product}.").exists(),
        )
        for feature in offered
        if feature.first_task
    ]
    return [] if all(task.is_done for task in tasks) else tasks

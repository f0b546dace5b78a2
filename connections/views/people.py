"""Who works with which connection, and what each of them may do there."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from connections import access, services, trail
from connections.models import Connection, Membership
from connections.setup.forms import PeopleForm
from connections.views.rights_form import RightsForm, titles
from zohoportal.accounts.access import PersonRequest, managers_only
from zohoportal.accounts.models import User
from zohoportal.accounts.proof import recent_proof_required


@managers_only
@recent_proof_required()
def people(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Choose who may use a connection; what for is said for each of them."""
    connection = get_object_or_404(access.usable_by(request.user), pk=pk)
    # Nobody ticked is an answer too, so an empty POST counts.
    posted = request.POST if request.method == "POST" else None
    before = list(connection.members.order_by("email"))
    form = PeopleForm(posted, initial={"members": [each.pk for each in before]})
    if form.is_valid():
        members = form.cleaned_data["members"]
        services.set_members(connection, members)
        who = ", ".join(person.email for person in members) or "nobody"
        trail.changed(request.user, connection, "who may use it", now=who)
        messages.success(request, "Who may use this connection was saved.")
        return redirect("connections:people", connection.pk)
    context = {"form": form, "connection": connection, "members": before}
    return render(request, "connections/people.html", context)


@managers_only
def staff(request: PersonRequest) -> HttpResponse:
    """List the staff, and what each of them works with."""
    by_person: dict[UUID, list[Membership]] = {}
    for each in Membership.objects.select_related("connection"):
        by_person.setdefault(each.person_id, []).append(each)
    rows = [(person, by_person.get(person.pk, [])) for person in User.objects.staff()]
    context = {"rows": rows, "unreviewed": access.unreviewed().count()}
    return render(request, "connections/staff.html", context)


@managers_only
@require_POST
@recent_proof_required()
def reviewed(request: PersonRequest) -> HttpResponse:
    """Leave the rights that people kept from before there were any as they are."""
    if access.unreviewed().update(is_unreviewed=False):
        messages.success(request, "Everybody keeps the rights that they have.")
    return redirect("connections:staff")


@managers_only
@recent_proof_required()
def change_rights(request: PersonRequest, person: UUID) -> HttpResponse:
    """Say what one person may do, on every connection."""
    whose = get_object_or_404(User, pk=person)
    if not whose.is_staff_member:
        return render(request, "connections/rights.html", {"whose": whose})
    posted = request.POST if request.method == "POST" else None
    shown = [
        RightsForm(posted, person=whose, connection=each)
        for each in access.open_to(request.user).select_related("client")
    ]
    # Each says what is wrong with it, not the first one alone.
    judged = [form.is_valid() for form in shown]
    if posted is not None and all(judged):
        with transaction.atomic():
            _save(request, shown)
        messages.success(request, f"What {whose} may do was saved. It counts at once.")
        return redirect("connections:rights", whose.pk)
    context = {"whose": whose, "forms": shown}
    return render(request, "connections/rights.html", context)


def _save(request: PersonRequest, shown: Sequence[RightsForm]) -> None:
    for form in shown:
        kept, connection = form.membership, form.connection
        if not form.cleaned_data["uses"]:
            if kept.pk:
                kept.delete()
                _note(request, connection, kept.person, now="none")
            continue
        before = (kept.pk, {*kept.rights}, kept.places)
        kept.rights, kept.places = form.chosen(), form.places()
        kept.is_unreviewed = False
        kept.save()
        if before != (kept.pk, {*kept.rights}, kept.places):
            in_force = access.granted(kept.person, connection).rights
            limits = {of: ", ".join(each) for of, each in kept.places.items()}
            _note(request, connection, kept.person, now=titles(in_force), limits=limits)


def _note(
    request: PersonRequest, connection: Connection, person: User, **details: object
) -> None:
    trail.changed(request.user, connection, f"rights of {person}", **details)

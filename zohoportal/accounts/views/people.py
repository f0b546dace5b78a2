"""Everybody who may sign in, and what an admin does about them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from zohoportal.accounts.access import PersonRequest, admins_only
from zohoportal.accounts.models import User
from zohoportal.accounts.people import belongings, changes, invitations
from zohoportal.accounts.people.forms import HandOverForm, InviteForm, PersonForm
from zohoportal.accounts.people.refusals import Refused
from zohoportal.accounts.proof import asked, recent_proof_required


@admins_only
def people(request: PersonRequest) -> HttpResponse:
    """List everybody, and invite somebody."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if page := asked(request):
            return page
        given = form.cleaned_data
        try:
            return _invited(request, given["email"], given["name"], given["role"])
        except Refused as error:
            form.add_error("email", str(error))
    everybody = list(_with_last_seen().order_by("name", "email"))
    rights = belongings.rights_of(everybody)
    for person in everybody:
        person.rights = rights.get(person.pk, "Nothing yet")  # type: ignore[attr-defined]  # for the page
    context = {
        "form": form,
        "people": [person for person in everybody if person.is_active],
        "gone": [person for person in everybody if not person.is_active],
        "invitations": invitations.waiting(),
    }
    return render(request, "people/list.html", context)


def _invited(request: PersonRequest, email: str, name: str, role: str) -> HttpResponse:
    sent = invitations.invite(email, name=name, role=role, by=request.user)
    return render(request, "people/invited.html", {"sent": sent})


@admins_only
@require_POST
@recent_proof_required()
def renew(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Make a new link for an invitation, and end the one before."""
    asked = get_object_or_404(invitations.waiting(), pk=pk)
    try:
        return _invited(request, asked.email, asked.name, asked.role)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("people:list")


@admins_only
@require_POST
@recent_proof_required()
def take_back(request: PersonRequest, pk: UUID) -> HttpResponse:
    asked = get_object_or_404(invitations.waiting(), pk=pk)
    if invitations.take_back(asked, by=request.user):
        messages.success(request, f"The link for {asked.email} does not work any more.")
    return redirect("people:list")


@admins_only
def person(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Show somebody, and change their name and role."""
    who = _person(pk)
    form = PersonForm(request.POST if request.method == "POST" else None, instance=who)
    if form.is_valid():
        if page := asked(request):
            return page
        try:
            changes.change(who, **form.cleaned_data, by=request.user)
        except Refused as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, f"{who.email} was saved.")
            return redirect("people:person", who.pk)
    return _shown(request, who, form=form)


def _with_last_seen() -> QuerySet[User]:
    return User.objects.annotate(seen_at=F("last_seen__at"))


def _person(pk: UUID) -> User:
    return get_object_or_404(_with_last_seen(), pk=pk)


def _shown(request: PersonRequest, who: User, **context: object) -> HttpResponse:
    context = {
        "form": PersonForm(instance=who),
        "hand_over": HandOverForm(person=who),
        "who": who,
        "rights": belongings.rights_of([who]).get(who.pk, "Nothing yet"),
        "waits": belongings.how_much_waits(who),
        **context,
    }
    return render(request, "people/person.html", context)


@admins_only
@require_POST
@recent_proof_required()
def hand_over(request: PersonRequest, pk: UUID) -> HttpResponse:
    who = _person(pk)
    form = HandOverForm(request.POST, person=who)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            handed = changes.hand_over(who, to, by=request.user)
        except Refused as error:
            form.add_error("to", str(error))
        else:
            tell = messages.warning if handed.stays else messages.success
            tell(request, handed.said(who, to))
            return redirect("people:person", who.pk)
    return _shown(request, who, hand_over=form)


@admins_only
@require_POST
@recent_proof_required()
def new_password_link(request: PersonRequest, pk: UUID) -> HttpResponse:
    who = _person(pk)
    try:
        address = changes.new_password_link(who, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("people:person", who.pk)
    return render(
        request, "people/password_link.html", {"who": who, "address": address}
    )


def _act(
    act: Callable[..., object], said: str
) -> Callable[[PersonRequest, UUID], HttpResponseBase]:
    """Return a view that does something to a person and says that it was done."""

    @admins_only
    @require_POST
    @recent_proof_required()
    def view(request: PersonRequest, pk: UUID) -> HttpResponse:
        who = _person(pk)
        try:
            act(who, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said.format(who.email))
        return redirect("people:person", who.pk)

    return view


sign_out = _act(changes.sign_out, "{} is signed out everywhere.")
deactivate = _act(changes.deactivate, "{} is deactivated, and signed out everywhere.")
reactivate = _act(
    changes.reactivate, "{} can sign in again, with the same password as before."
)

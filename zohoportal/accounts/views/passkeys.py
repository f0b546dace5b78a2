"""Passkeys: made and named under My settings, used at sign-in. They need JavaScript."""

from typing import Any

from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from zohoportal.accounts.access import PersonRequest
from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor.forms import (
    AddPasskey,
    PasskeyName,
    SignInWithPasskey,
    UsePasskey,
)
from zohoportal.accounts.views import go_on
from zohoportal.accounts.views.second_factor import after_adding, may_go

NOT_TAKEN = (
    "This passkey was not taken: it is not known here, or the page was open for too "
    "long. Try again, or sign in another way."
)


@require_POST
def options(request: PersonRequest) -> HttpResponse:
    """Begin making a passkey: what the browser has to know."""
    return JsonResponse(auth.begin_registration(request.user, passwordless=True))


@require_POST
def add(request: PersonRequest) -> HttpResponse:
    form = AddPasskey(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "The passkey was not added. Start again.")
        return redirect("accounts:second_factor")
    _, new_codes = flows.add_authenticator(
        request, form.cleaned_data["name"], form.cleaned_data["credential"]
    )
    return after_adding(request, "Your passkey was added.", new_codes)


def rename(request: PersonRequest, passkey: int) -> HttpResponse:
    """Name a passkey anew, or remove it."""
    row = _own(request, passkey)
    form = PasskeyName(request.POST or None, initial={"name": row.wrap().name})
    if form.is_valid():
        flows.rename_authenticator(request, row, form.cleaned_data["name"])
        messages.success(request, "The name was saved.")
        return redirect("accounts:second_factor")
    page = {"form": form, "passkey": row, "name": row.wrap().name}
    return render(request, "accounts/second_factor/passkey.html", page)


@require_POST
def remove(request: PersonRequest, passkey: int) -> HttpResponse:
    row = _own(request, passkey)
    if may_go(request, row):
        flows.remove_authenticator(request, row)
        messages.success(request, "The passkey was removed. It opens nothing here now.")
    return redirect("accounts:second_factor")


def _own(request: PersonRequest, passkey: int) -> Any:
    kind = Authenticator.Type.WEBAUTHN
    return get_object_or_404(Authenticator, pk=passkey, user=request.user, type=kind)


@login_not_required
@require_POST
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """Begin using a passkey: of whoever has just typed a password, or of anybody."""
    return JsonResponse(auth.begin_authentication(_who_typed_a_password(request)))


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a passkey as the second factor, or instead of a password."""
    if request.user.is_authenticated:
        return redirect("home")
    person = _who_typed_a_password(request)
    form = _form(request, person)
    if not form.is_valid():
        messages.error(request, NOT_TAKEN)
        return redirect("accounts:second_step" if person else "accounts:sign_in")
    if person:
        form.save()
        stage = get_pending_stage(request)
        answer: HttpResponse = stage.exit()
        return answer
    row = form.cleaned_data["credential"]
    login = Login(user=row.user, redirect_url=go_on.wish(request) or None)
    passed: HttpResponse = flows.perform_passwordless_login(request, row, login)
    return passed


def _form(request: HttpRequest, person: User | None) -> Any:
    if person:
        return UsePasskey(request.POST, user=person)
    return SignInWithPasskey(request.POST)


def _who_typed_a_password(request: HttpRequest) -> User | None:
    stage = get_pending_stage(request)
    return stage.login.user if stage else None

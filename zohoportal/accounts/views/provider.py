"""Signing in with the company's account, at its OpenID provider."""

import json
import time
from datetime import UTC, datetime
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from zohoportal.accounts import proof as session_proof
from zohoportal.accounts.access import admins_only
from zohoportal.accounts.models import Role, User
from zohoportal.accounts.oidc import people, proof, tokens, trip
from zohoportal.accounts.oidc import provider as configured
from zohoportal.accounts.oidc.refusals import Refused
from zohoportal.accounts.oidc.tokens import Claims
from zohoportal.accounts.oidc.trip import Purpose, Trip
from zohoportal.accounts.second_factor import rule
from zohoportal.accounts.views import go_on

_MOMENTS = {"auth_time", "exp", "iat", "nbf", "updated_at"}


@login_not_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Leave for the provider; who is signed in proves themselves anew there."""
    _must_be_set()
    purpose: Purpose = "prove" if request.user.is_authenticated else "sign in"
    return _left(request, purpose)


@admins_only
@require_POST
@session_proof.recent_proof_required()
def test(request: HttpRequest) -> HttpResponse:
    """Leave for the provider only to see what comes back."""
    _must_be_set()
    return _left(request, "test")


@login_not_required
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """The provider sends people back here."""
    _must_be_set()
    try:
        back = trip.resume(request)
        claims = trip.collect(request, back)
        if back.purpose == "test":
            return _shown(request, claims)
        return _arrived(request, back, claims)
    except Refused as refused:
        return _told(request, refused)


@admins_only
@session_proof.recent_proof_required()
def overview(request: HttpRequest) -> HttpResponse:
    """Show admins how the provider is set up, and let them test it."""
    break_glass = User.objects.filter(is_break_glass=True, is_active=True).first()
    ours = f"{settings.SITE_URL}{reverse('accounts:provider_signed_out')}"
    page = {
        "oidc": settings.OIDC,
        "redirect_uri": trip.callback_url(),
        "signed_out_uri": ours,
        "break_glass": break_glass,
    }
    return render(request, "accounts/provider/overview.html", page)


@csrf_exempt
@login_not_required
@require_POST
def signed_out(request: HttpRequest) -> HttpResponse:
    """The provider says that somebody signed out there (back-channel logout)."""
    _must_be_set()
    try:
        proof.end(tokens.logout(request.POST.get("logout_token", "")))
    except Refused as refused:
        return JsonResponse(
            {"error": "invalid_request", "why": refused.kind}, status=400
        )
    return HttpResponse()


def _must_be_set() -> None:
    if not settings.OIDC:
        raise Http404


def _left(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    try:
        return trip.begin(request, purpose, go_on.wish(request))
    except Refused as refused:
        return _told(request, refused)


def _told(request: HttpRequest, refused: Refused) -> HttpResponse:
    page = {"problem": refused.words, "detail": refused.detail}
    return render(request, "accounts/provider/refused.html", page, status=403)


def _arrived(request: HttpRequest, back: Trip, claims: Claims) -> HttpResponse:
    """Sign in whoever came back, or note that they proved themselves anew."""
    person = people.arrive(claims)
    is_here = request.user.is_authenticated
    if is_here and request.user != person:
        raise Refused("other_person")
    if isinstance(request.user, User) and request.user.role != person.role:
        # What they had open ended with the role before.
        logout(request)
        is_here = False
    is_again = is_here and back.purpose == "prove"
    proof.note(request, person, claims)
    if "mfa" in (claims.get("amr") or ()):
        rule.satisfied(request, person)
    about = {"provider": configured.ours().issuer, "reauthenticated": is_again or None}
    record_authentication(request, person, "socialaccount", **about)
    if is_again:
        session_proof.proved(request)
    if is_here:
        return redirect(back.go_on or "home")
    login = Login(user=person, redirect_url=back.go_on or None)
    answer: HttpResponse = perform_login(request, login)
    if request.user.is_authenticated:
        # They may have typed nothing here: what counts is when they did so there.
        session_proof.proved(request, at=min(claims["auth_time"], time.time()))
    return answer


def _shown(request: HttpRequest, claims: Claims) -> HttpResponse:
    """Show an admin what came, and what would have come of it."""
    rows = [(name, _written(name, claims[name])) for name in sorted(claims)]
    missing = [name for name in ("email", "groups") if not claims.get(name)]
    page = {
        "rows": rows,
        "role": Role(role).label if (role := people.role_of(claims)) else "",
        "missing": missing,
    }
    return render(request, "accounts/provider/claims.html", page)


def _written(name: str, value: Any) -> str:
    if name in _MOMENTS and isinstance(value, int):
        return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    return value if isinstance(value, str) else json.dumps(value)

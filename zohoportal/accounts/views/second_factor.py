"""A second factor: asked for at sign-in, and looked after under My settings."""

import base64
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as recovery
from allauth.mfa.totp.internal import flows as totp
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from zohoportal.accounts.access import PersonRequest
from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor import codes, rule
from zohoportal.accounts.second_factor.forms import AppForm, CodeForm
from zohoportal.accounts.second_factor.stage import SecondStep
from zohoportal.accounts.views.account import PasswordPage

NEEDED = (
    "Your role needs a second factor. Set up an app or a passkey here; "
    "then you can go on."
)


@method_decorator(
    login_stage_required(stage=SecondStep.key, redirect_urlname="accounts:sign_in"),
    name="dispatch",
)
class SecondStepView(PasswordPage, FormView):
    """The page between a right password and being signed in."""

    template_name = "accounts/second_factor/step.html"
    form_class = CodeForm

    @property
    def stage(self) -> Any:
        return self.request._login_stage  # type: ignore[attr-defined]  # allauth's

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.stage.login.user}

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        answer: HttpResponse = self.stage.exit()
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = {row.type for row in rule.factors(self.stage.login.user)}
        return super().get_context_data(
            has_app=Authenticator.Type.TOTP in kinds,
            has_passkey=Authenticator.Type.WEBAUTHN in kinds,
            **kwargs,
        )


def index(request: PersonRequest) -> HttpResponse:
    """Show what the person has, and offer what they have not."""
    rows = Authenticator.objects.filter(user=request.user).order_by("created_at")
    found: dict[str, list[Authenticator]] = {kind: [] for kind in Authenticator.Type}
    for row in rows:
        found[row.type].append(row)
    has_one = bool(found["totp"] or found["webauthn"])
    return render(
        request,
        "accounts/second_factor/index.html",
        {
            "app": next(iter(found["totp"]), None),
            "passkeys": [(row, row.wrap().name) for row in found["webauthn"]],
            "codes": next(iter(found["recovery_codes"]), None),
            "needed": NEEDED if rule.applies_to(request.user) and not has_one else "",
        },
    )


class AppView(FormView):
    """Set an app up: show its code, take a first one."""

    template_name = "accounts/second_factor/app.html"
    form_class = AppForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if get_adapter().is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return redirect("accounts:second_factor")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form, adapter = context["form"], get_adapter()
        picture = adapter.build_totp_svg(
            adapter.build_totp_url(self.request.user, form.secret)
        )
        encoded = base64.b64encode(picture.encode()).decode()
        return context | {"picture": f"data:image/svg+xml;base64,{encoded}"}

    def form_valid(self, form: Any) -> HttpResponse:
        app, new_codes = totp.activate_totp(self.request, form)
        codes.spend(app, form.step)
        return after_adding(self.request, "Your app was added.", new_codes)


def after_adding(
    request: HttpRequest, words: str, new_codes: Authenticator | None
) -> HttpResponse:
    """Say that it worked, and show recovery codes to those who have new ones."""
    assert isinstance(request.user, User)  # noqa: S101  # sign-in is the rule
    rule.satisfied(request, request.user)
    messages.success(request, words)
    return redirect("accounts:codes" if new_codes else "accounts:second_factor")


@require_POST
def remove_app(request: PersonRequest) -> HttpResponse:
    row = get_object_or_404(
        Authenticator, user=request.user, type=Authenticator.Type.TOTP
    )
    if may_go(request, row):
        totp.deactivate_totp(request, row)
        messages.success(request, "Your app was removed. Its codes are no longer good.")
    return redirect("accounts:second_factor")


def may_go(request: HttpRequest, row: Authenticator) -> bool:
    """Tell whether a factor may be removed, and say why if not."""
    adapter = get_adapter()
    if adapter.can_delete_authenticator(row):
        return True
    messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
    return False


def recovery_codes(request: PersonRequest) -> HttpResponse:
    """Show the codes that are left; a POST makes new ones."""
    if not rule.factors(request.user).exists():
        return redirect("accounts:second_factor")
    if request.method == "POST":
        recovery.generate_recovery_codes(request)
        messages.success(request, "These are your new codes. The old ones are dead.")
        return redirect("accounts:codes")
    left = _left(request)
    return render(request, "accounts/second_factor/codes.html", {"codes": left})


@require_POST
def download_codes(request: PersonRequest) -> HttpResponse:
    left = _left(request)
    if not left:
        raise Http404
    lines = ["Recovery codes of Zoho Portal, each good once:", "", *left, ""]
    answer = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="zoho-portal-codes.txt"'
    return answer


def _left(request: PersonRequest) -> list[str]:
    row = Authenticator.objects.filter(
        user=request.user, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    found: list[str] = row.wrap().get_unused_codes() if row else []
    return found

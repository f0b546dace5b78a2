from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.generic import UpdateView

from zohoportal.accounts import sessions
from zohoportal.accounts.access import someone_to_ask
from zohoportal.accounts.forms import OwnPasswordForm, OwnSettingsForm, SignInForm
from zohoportal.accounts.models import User
from zohoportal.accounts.oidc import proof
from zohoportal.accounts.oidc.people import belong_to_the_provider
from zohoportal.accounts.signing_in import record


class PasswordPage:
    """A page with a form that asks for a password; it says when to try again."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # a mixin
        if form.refused:
            response.status_code = form.refused.status
            response["Retry-After"] = str(form.refused.retry_after)
        return response


class SignInView(PasswordPage, auth_views.LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Hand a right password on; a second factor may be asked for first."""
        person = form.get_user()
        login = Login(user=person, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(
            self.request, {"email": person.email}, login
        )
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(
                provider=settings.OIDC, proof_ran_out=proof.has_run_out(self.request)
            )
            | kwargs
        )


class SettingsView(SuccessMessageMixin, UpdateView):
    template_name = "accounts/settings.html"
    form_class = OwnSettingsForm
    success_url = reverse_lazy("accounts:settings")
    success_message = "Your settings were saved."

    def get_object(self, queryset: object = None) -> User:  # noqa: ARG002  # Django's
        assert isinstance(self.request.user, User)  # noqa: S101  # sign-in is the rule
        return self.request.user


class PasswordView(PasswordPage, auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("accounts:settings")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Say so to who has no password here, such as people of the directory."""
        comes_by_directory = belong_to_the_provider(request.user)
        if comes_by_directory or not request.user.has_usable_password():
            page = {
                "provider": settings.OIDC if comes_by_directory else None,
                "admin": someone_to_ask(),
            }
            return render(request, "accounts/no_password.html", page)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        form.user.must_change_password = False
        response = super().form_valid(form)
        sessions.end_all(form.user, keep=self.request.session)
        record.password_changed(form.user)
        messages.success(
            self.request, "Your password was changed. Other devices are signed out."
        )
        return response

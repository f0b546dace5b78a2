from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.views.generic import UpdateView

from zohoportal.accounts.forms import OwnPasswordForm, OwnSettingsForm, SignInForm
from zohoportal.accounts.models import User


class SignInView(auth_views.LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SettingsView(SuccessMessageMixin, UpdateView):
    template_name = "accounts/settings.html"
    form_class = OwnSettingsForm
    success_url = reverse_lazy("accounts:settings")
    success_message = "Your settings were saved."

    def get_object(self, queryset: object = None) -> User:  # noqa: ARG002  # Django's
        assert isinstance(self.request.user, User)  # noqa: S101  # sign-in is the rule
        return self.request.user


class PasswordView(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("accounts:settings")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(
            self.request, "Your password was changed. Other devices are signed out."
        )
        return super().form_valid(form)

"""Every sign-in passes here, whichever way it came: password, passkey, provider.

What is done for all of them, such as counting and noting, hangs on these hooks and on
allauth's signals.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zohoportal.accounts.models import User
from zohoportal.accounts.oidc import people, proof
from zohoportal.accounts.signing_in import passwords


class SignIn(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's
        """People are invited, or come from the company's directory."""
        return False

    def authenticate(self, request: HttpRequest, **typed: str) -> User | None:
        """Return whom a password lets in, within the limits and on the record.

        Raises:
            Refused: the password was not looked at.
        """
        return passwords.authenticate(request, typed["email"], typed["password"])

    def pre_login(
        self, request: HttpRequest, user: User, **about: Any
    ) -> HttpResponse | None:
        """Keep out who signs in at the provider only, and came another way."""
        is_vouched_for = proof.is_there(request, user)
        if people.belong_to_the_provider(user) and not is_vouched_for:
            messages.error(
                request,
                "This account signs in with the company account. "
                "Use that button instead.",
            )
            return redirect("accounts:sign_in")
        refused: HttpResponse | None = super().pre_login(request, user, **about)
        return refused

    def get_login_stages(self) -> list[str]:
        return ["zohoportal.accounts.second_factor.stage.SecondStep"]

    def add_message(self, *_args: Any, **_about: Any) -> None:
        """Say nothing in allauth's words: the pages have their own."""

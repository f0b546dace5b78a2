"""The step between a right password and being signed in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpResponse
from django.shortcuts import redirect

from zohoportal.accounts.second_factor import rule


class SecondStep(AuthenticateStage):
    """Asks for a second factor, unless the sign-in brought one already."""

    urlname = "accounts:second_step"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        has_brought_one = rule.is_satisfied(self.request, self.login.user)
        if has_brought_one or not self._should_handle(self.request):
            return None, True
        return redirect(self.urlname), True

"""Opening a link that works once, and what it is for."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from zohoportal.accounts.models import Link, User
from zohoportal.accounts.people import changes, forms, invitations, links, owner
from zohoportal.accounts.people.refusals import Refused

# The session of who opened a link keeps which one it was, not its token.
_SESSION_KEY = "opened_link"

PAGES = {
    Link.Kind.OWNER: "accounts:owner",
    Link.Kind.INVITATION: "accounts:join",
    Link.Kind.PASSWORD: "accounts:new_password",
}


@method_decorator(login_not_required, name="dispatch")
class LinkView(FormView):
    """Take a link, from the script that read it or pasted by hand."""

    template_name = "accounts/link.html"
    form_class = forms.LinkForm

    def form_valid(self, form: forms.LinkForm) -> HttpResponse:
        try:
            link = links.recognise(form.cleaned_data["link"])
        except Refused as error:
            form.add_error("link", str(error))
            return self.form_invalid(form)
        if self.request.user.is_authenticated and link.person != self.request.user:
            whose = link.person.email if link.person else link.email
            template = "accounts/other_person.html"
            return render(self.request, template, {"whose": whose}, status=403)
        self.request.session[_SESSION_KEY] = str(link.pk)
        # Browsers carry what stands behind the # on, unless there is something else.
        return redirect(f"{reverse(PAGES[Link.Kind(link.kind)])}#main")


class OpenedLinkView(FormView):
    """What a link is for; without one that works, back to where links are taken."""

    kind: Link.Kind
    done: str
    link: Link

    @method_decorator(login_not_required)
    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        opened = Link.objects.filter(kind=self.kind)
        pk = request.session.get(_SESSION_KEY)
        found = opened.filter(pk=pk).first() if pk else None
        if found is None:
            return self.without_link()
        try:
            links.prove_open(found)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("accounts:link")
        self.link = found
        return super().dispatch(request, *args, **kwargs)

    def without_link(self) -> HttpResponse:
        """Return what is shown to somebody who has opened no such link."""
        return redirect("accounts:link")

    def use(self, given: dict[str, Any]) -> object:
        """Do what the link is for with what was typed."""
        raise NotImplementedError

    def form_valid(self, form: forms.NewPasswordForm) -> HttpResponse:
        try:
            self.use(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        except Refused as error:
            messages.error(self.request, str(error))
            return redirect("accounts:link")
        # Whoever was signed in here before is not any more.
        self.request.session.flush()
        messages.success(self.request, self.done)
        return redirect("accounts:sign_in")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"link": self.link}


class OwnerView(OpenedLinkView):
    """Make the first account; without its link, say where to find that."""

    template_name = "accounts/owner.html"
    form_class = forms.OwnerForm
    kind = Link.Kind.OWNER
    done = "The portal is yours. Sign in to connect Zoho."

    @method_decorator(login_not_required)
    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not owner.is_fresh():
            raise Http404("There are people already")
        return super().dispatch(request, *args, **kwargs)

    def without_link(self) -> HttpResponse:
        status = 200 if self.request.method in ("GET", "HEAD") else 403
        context = {"form": forms.LinkForm()}
        return render(self.request, "accounts/owner_link.html", context, status=status)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": User()}

    def use(self, given: dict[str, Any]) -> object:
        return owner.make_owner(
            self.link,
            name=given["name"],
            email=given["email"],
            password=given["password1"],
            time_zone=given["time_zone"],
        )


class JoinView(OpenedLinkView):
    """Accept an invitation."""

    template_name = "accounts/join.html"
    form_class = forms.JoinForm
    kind = Link.Kind.INVITATION
    done = "Your account is ready. Sign in with your e-mail address and password."

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.link.name}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": User(email=self.link.email)}

    def use(self, given: dict[str, Any]) -> object:
        return invitations.accept(
            self.link,
            name=given["name"],
            password=given["password1"],
            time_zone=given["time_zone"],
        )


class NewPasswordView(OpenedLinkView):
    """Set a new password without the old one."""

    template_name = "accounts/new_password.html"
    form_class = forms.NewPasswordForm
    kind = Link.Kind.PASSWORD
    done = (
        "Your new password is set, and other devices are signed out. Sign in with it."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.link.person}

    def use(self, given: dict[str, Any]) -> object:
        return changes.set_password(self.link, given["password1"])

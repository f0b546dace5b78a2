"""The page on which admins find a customer's data, and erase it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from zohoportal.activity import erasure
from zohoportal.activity.erasure import SHORTEST, Sought


class SoughtForm(forms.Form):
    # It is posted, as addresses with a query stand in the logs of proxies.
    who = forms.CharField(
        label="E-mail address, name or record number",
        help_text="As it was typed into forms, such as kim@example.com or Kim Sample. "
        "Search for each of them.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter whose data you want to find."},
    )

    def clean_who(self) -> Sought:
        sought = Sought(self.cleaned_data["who"])
        if len(sought.text) < SHORTEST:
            raise forms.ValidationError(f"Enter {SHORTEST} characters or more.")
        return sought


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Show what there is of somebody; erase it when the page that showed it says so."""
    form = SoughtForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        sought = form.cleaned_data["who"]
        if "erase" in request.POST:
            return _erased(request, sought)
        found = erasure.find(sought)
        context |= {
            "sought": sought,
            "found": found,
            "can_erase": any(each.rows for each in found.values()),
            "receipts": erasure.receipts(sought),
        }
    return render(request, "activity/erase.html", context)


def _erased(request: HttpRequest, sought: Sought) -> HttpResponse:
    person = request.user
    # That app knows no people; who gets here is said where its addresses are.
    assert isinstance(person, AbstractBaseUser)  # noqa: S101
    receipt = erasure.erase(
        sought, person_id=str(person.pk), person_name=person.get_username()
    )
    said = receipt.facts or "nothing"
    messages.success(request, f"Erased: {said}. The receipt is the first line below.")
    return redirect(f"{reverse('activity:trail')}?act=erased")

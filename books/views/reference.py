"""Settings of a connection to Books: the field that takes the portal's reference."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from books.access import SEE
from books.features import CONTACTS
from books.models import ReferenceField, reference_field
from books.zoho.reference import can_hold
from connections.access import right_or_404
from connections.models import Connection
from connections.services import client_for
from connections.views.explained import explained
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import PersonRequest, managers_only

NOT_UNIQUE = (
    "Zoho Books finds no customer by this field. Look whether it is spelt so, and "
    "whether it forbids duplicate values, then test it again."
)


class ReferenceForm(forms.Form):
    """The field, by its API name; blank for none."""

    api_name = forms.RegexField(
        r"\A[A-Za-z][A-Za-z0-9_]*\Z",
        label="API name of the field",
        max_length=100,
        required=False,
        help_text="Such as cf_portal_reference. Leave it blank to do without.",
        error_messages={"invalid": "Enter it as Zoho Books shows it, such as cf_x."},
    )


@managers_only
def settings(request: PersonRequest, slug: str) -> HttpResponse:
    """Choose the field; it is kept once Books has shown that it works."""
    connection = right_or_404(request.user, slug, SEE)
    known = {"api_name": reference_field(connection)}
    posted = request.POST if request.method == "POST" else None
    form = ReferenceForm(posted, initial=known)
    context = {"connection": connection, "form": form, "kept": known["api_name"]}
    if form.is_valid():
        try:
            if _keep(connection, form):
                messages.success(request, "The settings of Zoho Books were saved.")
                return redirect(request.path)
        except ZohoError as error:
            context |= explained(request.user, connection, error, CONTACTS)
    return render(request, "books/settings.html", context)


def _keep(connection: Connection, form: ReferenceForm) -> bool:
    """Keep the field if it works; tell whether that was done.

    Raises:
        ZohoError: Books could not be asked.
    """
    api_name = form.cleaned_data["api_name"]
    if not api_name:
        ReferenceField.objects.filter(connection=connection).delete()
        return True
    if not can_hold(client_for(connection), api_name):
        form.add_error("api_name", NOT_UNIQUE)
        return False
    ReferenceField.objects.update_or_create(
        connection=connection, defaults={"api_name": api_name}
    )
    return True

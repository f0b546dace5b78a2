"""The files of a record on its page, more of them by a form, and each as a download."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from connections.features import Feature
from connections.services import client_for
from connections.zoho.errors import PermissionMissing, ZohoError
from connections.zoho.transport import TooLarge
from crm import attachments, services
from crm.attachments import MOST_BYTES, Attachment
from crm.pages import Place, explained, trouble
from crm.plans import settings_of
from zohoportal import paging
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.outbox import attached, form_keys, standing
from zohoportal.outbox.file_fields import FilesField, readable
from zohoportal.outbox.file_names import sealed, unsealed
from zohoportal.outbox.files import as_download
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.pages import DeliveryFormView
from zohoportal.outbox.receiving import MOST_PER_REQUEST
from zohoportal.outbox.services import is_anyone_working

MOST_FILES = 10
LAST_PAGE = 9_999


class FilesForm(forms.Form):
    attachments = FilesField(
        label="Files to add",
        most=MOST_FILES,
        most_bytes=MOST_BYTES,
        required=True,
        help_text=f"Up to {MOST_FILES} files of {readable(MOST_BYTES)} each, "
        f"{readable(MOST_PER_REQUEST)} at once.",
    )


class FilesView(DeliveryFormView):
    """Takes files for a record; its own page shows what is wrong with them."""

    kinds = (attachments.SENDER.kind,)
    form_class = FilesForm
    template_name = "crm/add_files.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.module: str = kwargs["module"]
        self.record_id = str(kwargs["record"])
        super().setup(request, *args, **kwargs)
        if not settings_of(self.connection, self.module).is_used:
            raise Http404("The module is not used")
        self.extra |= {"module": self.module, "record_id": self.record_id}

    def needed_feature(self) -> Feature:
        return services.feature_for(self.connection, self.module)

    def hand_in(self, form_key: FormKey, form: FilesForm) -> HttpResponse:
        receipts = services.attach_files(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            module=self.module,
            record_id=self.record_id,
            files=form.cleaned_data["attachments"],
        )
        page = reverse(
            "crm:record", args=[self.connection.slug, self.module, self.record_id]
        )
        return self.files_handed_in(receipts, page)


def section(request: PersonRequest, place: Place, record_id: int) -> dict[str, Any]:
    """Return what a record's page says of its files; one call to Zoho."""
    context: dict[str, Any] = {"unsent": _unsent(request, place, str(record_id))}
    try:
        page = attachments.list_attachments(
            client_for(place.connection),
            place.module,
            str(record_id),
            paging.asked(request, "files", LAST_PAGE),
        )
    except ZohoError as error:
        problem, acts = explained(request, place.connection, error, "files of records")
        context |= {"problem": problem}
        context |= {"act": next(iter(acts), None), "also": acts[1:]}
        if isinstance(error, PermissionMissing):
            return context | {"asks": someone_to_ask()}
    else:
        context |= {"page": page, "rows": [_row(each) for each in page.attachments]}
    # What is added while Zoho is away is kept.
    form_key = form_keys.issue(request.user)
    return context | {"form": FilesForm(), "form_key": form_key}


def _row(attachment: Attachment) -> dict[str, Any]:
    size = attachment.size
    return {
        "attachment": attachment,
        "size": readable(size) if size and attachment.is_file else "",
        "name_token": sealed(attachment.name),
    }


def _unsent(
    request: PersonRequest, place: Place, record_id: str
) -> list[standing.Line]:
    kind = attachments.SENDER.kind
    mine = attached.unsent(request.user, place.connection, kind, record_id)
    return list(standing.lines(mine, is_anyone_working=is_anyone_working()))


@require_GET
def download(
    request: PersonRequest, slug: str, module: str, record: int, attachment: int
) -> HttpResponseBase:
    """Bring a file of a record, to be saved and never to be shown in place."""
    place = Place.of(request, slug, module)
    name = unsealed(request.GET.get("name", ""))
    path = attachments.path_of(module, str(record), str(attachment))
    try:
        client = client_for(place.connection)
        answer = as_download(client, "crm", path, name=name, most=MOST_BYTES)
    except TooLarge:
        words = f"has more than {readable(MOST_BYTES)}. Download it in Zoho."
    except ZohoError as error:
        return trouble(request, place.connection, error)
    else:
        if answer is not None:
            return answer
        words = "is not in Zoho any more."
    messages.warning(request, f"“{name or 'The file'}” {words}")
    return redirect("crm:record", slug, module, record)

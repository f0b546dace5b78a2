"""The files of a record on its page, more of them by a form, and each as a download."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from connections.product import Feature
from connections.views.explained import trouble
from connections.zoho.errors import ZohoError
from crm import services
from crm.access import CHANGE, SEE, right
from crm.envelope import CRM
from crm.schema.drawing import settings_of
from crm.views.common import Place
from crm.views.page import FilesPage
from crm.zoho import attachments
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.uploads.attachments import MOST_BYTES
from zohoportal.outbox.uploads.fields import FilesField, readable
from zohoportal.outbox.views import files
from zohoportal.outbox.views.form import DeliveryFormView

MOST_FILES = 10


class FilesForm(forms.Form):
    attachments = FilesField(
        label="Files to add",
        most=MOST_FILES,
        most_bytes=MOST_BYTES,
        required=True,
        help_text=f"Up to {MOST_FILES} files of {readable(MOST_BYTES)} each, "
        f"{readable(settings.FILES_BYTES)} at once.",
    )


class FilesView(DeliveryFormView):
    """Takes files for a record; its own page shows what is wrong with them."""

    kinds = (attachments.SENDER.kind,)
    form_class = FilesForm
    template_name = "crm/add_files.html"
    page_class = FilesPage
    page: FilesPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.module: str = kwargs["module"]
        self.record_id = str(kwargs["record"])
        super().setup(request, *args, **kwargs)
        if not settings_of(self.connection, self.module).is_used:
            raise Http404("The module is not used")
        self.page.module, self.page.record_id = self.module, self.record_id

    def needed_feature(self) -> Feature:
        return services.feature_for(self.connection, self.module)

    def needed_right(self) -> str:
        return right(CHANGE, self.module)

    def hand_in(self, idempotency_key: IdempotencyKey, form: FilesForm) -> HttpResponse:
        receipts = services.attach_files(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
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
    where = (place.connection.slug, place.module, record_id)
    shelf = files.Place(
        connection=place.connection,
        feature=services.RECORDS,
        attach_to=str(record_id),
        kind=attachments.SENDER.kind,
        read=partial(
            attachments.list_attachments, module=place.module, record_id=str(record_id)
        ),
        download=lambda file: reverse("crm:download", args=[*where, file]),
        action=reverse("crm:files", args=where),
        called="files of records",
    )
    form = FilesForm() if place.may(CHANGE) else None
    return files.section(request, shelf, form)


@require_GET
def download(
    request: PersonRequest, slug: str, module: str, record: int, attachment: int
) -> HttpResponseBase:
    """Bring a file of a record."""
    place = Place.of(request, slug, module, SEE)
    path = attachments.path_of(module, str(record), str(attachment))
    try:
        answer = files.bring(request, place.connection, CRM, path)
    except ZohoError as error:
        return trouble(request, place.connection, error, services.RECORDS)
    return answer or redirect("crm:record", slug, module, record)

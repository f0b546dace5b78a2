"""Files that come with the form of a record: kept here until they are sent with it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from crm.forms.file_inputs import RecordFilesField, mark
from crm.forms.record import RecordForm
from crm.zoho.composite import without_gone
from crm.zoho.file_items import Item
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery, Upload
from zohoportal.outbox.uploads import store


def keep(person: User, form: RecordForm) -> dict[str, Any]:
    """Keep the files that came with a form; return its data with their marks instead.

    Raises:
        NoSpace: they do not fit on the disk; none was kept.
    """
    form.is_valid()
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    left: Any = form.files.copy()
    for name, chosen in _fitting(form).items():
        given = [each for each in chosen if isinstance(each, UploadedFile)]
        there = [each for each in chosen if not isinstance(each, UploadedFile)]
        kept = [_item(upload) for upload in store.keep(person, given)]
        data.setlist(name, [mark(each) for each in (*there, *kept)])
        left.pop(name, None)
    return {"data": data, "files": left}


def _fitting(form: RecordForm) -> dict[str, list[Any]]:
    """Return the files of the fields that have nothing wrong with them."""
    return {
        name: chosen
        for name, chosen in form.cleaned_data.items()
        if isinstance(form.fields[name], RecordFilesField)
    }


def _item(upload: Upload) -> Item:
    return {
        "name": upload.name,
        "size": upload.size,
        "sha256": upload.sha256,
        "upload": str(upload.pk),
    }


def miss(person: User, form: RecordForm) -> None:
    """Object to files that are not here any more, or were never this person's."""
    for name, chosen in _fitting(form).items():
        wanted = {each["upload"]: each["name"] for each in chosen if "upload" in each}
        own = Upload.objects.filter(pk__in=wanted, person=person) if wanted else ()
        for gone in wanted.keys() - {str(upload.pk) for upload in own}:
            words = f"“{wanted[gone]}” is not kept here any more. Choose it again."
            form.add_error(name, words)


def taken_out(
    person: User, values: Mapping[str, Any], names: Collection[str]
) -> tuple[dict[str, Any], list[Upload]]:
    """Return values as they were typed, and the files that go with them."""
    ids = [
        each["upload"]
        for name in names
        for each in values[name] or ()
        if "upload" in each
    ]
    typed = dict(values)
    for name in names:
        if values[name]:
            typed[name] = [
                {key: part for key, part in each.items() if key != "upload"}
                for each in values[name]
            ]
    return typed, list(Upload.objects.filter(pk__in=ids, person=person))


def brought_back(delivery: Delivery | None, value: Any) -> list[Item]:
    """Return the files of a delivery for its form, as far as they are still here."""
    # What was delivered is not here any longer.
    is_here = delivery is not None and delivery.state != Delivery.State.DONE
    brings = delivery.brings.all() if delivery and is_here else ()
    kept = {(each.name, each.sha256): str(each.pk) for each in brings}
    found = []
    for each in without_gone(list(value or ())):
        if "id" in each:
            found.append(each)
        elif upload := kept.get((each["name"], each["sha256"])):
            found.append(each | {"upload": upload})
    return found

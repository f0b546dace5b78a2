"""What forms, their files and kept forms hold of a customer, for an erasure."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import Q

from zohoportal.activity.erasure import ERASED, Found, Holder, Row, Sought
from zohoportal.outbox.delivering.contents import forget
from zohoportal.outbox.models import ENDED, Delivery, Upload
from zohoportal.outbox.uploads import store
from zohoportal.outbox.views.kept_forms import SESSION_KEY

ROWS = 500


def _deliveries(sought: Sought) -> list[Delivery]:
    """Return the forms that name them, and what was sent along with these."""
    names = Upload.objects.values_list("pk", "name").iterator(ROWS)
    files = [pk for pk, name in names if sought.is_in(name)]
    kept = Delivery.objects.filter(forgotten_at=None).order_by("created_at")
    columns = ("title", "payload", "problem", "outcome", "state")
    named = [
        each.pk
        for each in kept.only(*columns).iterator(ROWS)
        if sought.is_in(each.title, each.payload, each.problem, each.outcome)
    ]
    held = Q(pk__in=named) | Q(parent__in=named)
    held |= Q(upload__in=files) | Q(brings__in=files)
    return list(kept.filter(held).distinct())


def _find_deliveries(sought: Sought) -> Found:
    found = _deliveries(sought)
    rows = [(each, Row(str(each), each.get_absolute_url())) for each in found]
    return Found(
        [row for each, row in rows if each.state in ENDED],
        [row for each, row in rows if each.state not in ENDED],
    )


def _erase_deliveries(sought: Sought) -> int:
    settled = [each for each in _deliveries(sought) if each.state in ENDED]
    files = list(_files(settled))
    forget({each.pk: each.outcome for each in settled}, ERASED)
    store.drop(files)
    return len(settled)


def _files(deliveries: list[Delivery]) -> Iterator[Upload]:
    """Yield their files that nothing open needs."""
    of_these = Q(deliveries__in=deliveries) | Q(brought_by__in=deliveries)
    needed = Delivery.objects.exclude(state__in=ENDED)
    for upload in Upload.objects.filter(of_these).distinct():
        if not needed.filter(Q(upload=upload) | Q(brings=upload)).exists():
            yield upload


def _kept_forms(sought: Sought) -> Iterator[tuple[Any, dict[str, Any]]]:
    for session in _sessions().get_model_class().objects.iterator(ROWS):
        content = session.get_decoded()
        if sought.is_in(content.get(SESSION_KEY, [])):
            yield session, content


def _sessions() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def _find_kept_forms(sought: Sought) -> Found:
    kept = [content[SESSION_KEY][0] for _, content in _kept_forms(sought)]
    return Found([Row(f"A form of somebody signed out, {path}") for path in kept])


def _erase_kept_forms(sought: Sought) -> int:
    found = list(_kept_forms(sought))
    for session, content in found:
        del content[SESSION_KEY]
        session.session_data = _sessions()().encode(content)
        session.save(update_fields=["session_data"])
    return len(found)


HOLDERS = (
    Holder("forms and files", _find_deliveries, _erase_deliveries),
    Holder("kept forms", _find_kept_forms, _erase_kept_forms),
)

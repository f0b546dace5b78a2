"""Pages for admins: what we asked of Zoho, and who did what.

This app knows no people, so `zohoportal.urls` says who may open them.
"""

from operator import attrgetter, methodcaller

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from zohoportal.activity.views import listing
from zohoportal.activity.views.forms import CallFilter, EntryFilter, EventFilter
from zohoportal.activity.views.listing import Columns

CALL_COLUMNS: Columns = {
    "Time (UTC)": attrgetter("at"),
    "Connection": attrgetter("connection_name"),
    "Method": attrgetter("method"),
    "Host": attrgetter("host"),
    "Path": attrgetter("path"),
    "Status": attrgetter("status"),
    "Code": attrgetter("code"),
    "Milliseconds": attrgetter("milliseconds"),
    "Request": attrgetter("request_id"),
}
EVENT_COLUMNS: Columns = {
    "Time (UTC)": attrgetter("at"),
    "Person": attrgetter("person_name"),
    "Address": attrgetter("address"),
    "Act": methodcaller("get_act_display"),
    "What": attrgetter("target"),
    "Connection": attrgetter("connection_name"),
    "Details": attrgetter("facts"),
    "Request": attrgetter("request_id"),
}


def calls(request: HttpRequest) -> HttpResponse:
    return _page(request, CallFilter(request.GET), "activity/calls.html")


def trail(request: HttpRequest) -> HttpResponse:
    return _page(request, EventFilter(request.GET), "activity/trail.html")


@require_POST
def export_calls(request: HttpRequest) -> StreamingHttpResponse:
    return _export(request, CallFilter(request.GET), "calls-to-zoho", CALL_COLUMNS)


@require_POST
def export_trail(request: HttpRequest) -> StreamingHttpResponse:
    return _export(request, EventFilter(request.GET), "who-did-what", EVENT_COLUMNS)


def _page(request: HttpRequest, form: EntryFilter, template: str) -> HttpResponse:
    """Show entries, newest first, paged by the last one seen (keyset)."""
    before = _position(request)
    rows = form.found().newest(before=before)
    context = listing.page(form, rows, is_first=before is None)
    return render(request, template, context | {"days": settings.KEEP_CALLS_DAYS})


def _export(
    request: HttpRequest, form: EntryFilter, name: str, columns: Columns
) -> StreamingHttpResponse:
    """Stream what the page shows with these filters, and all that is older."""
    rows = form.found().newest(before=None).iterator(chunk_size=500)
    return listing.export(request, form, rows, name=name, columns=columns)


def _position(request: HttpRequest) -> int | None:
    """Return the id that the page goes on from; nonsense leads to the newest."""
    value = request.GET.get("before", "")
    return int(value) if value.isdecimal() and len(value) < 19 else None

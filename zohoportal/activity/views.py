"""Pages for admins: what we asked of Zoho, and who did what.

This app knows no people, so `zohoportal.urls` says who may open them.
"""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from zohoportal.activity import csv_export, services
from zohoportal.activity.forms import CallFilter, EntryFilter, EventFilter
from zohoportal.activity.models import AuditEvent

PAGE = 25
CALL_COLUMNS = {
    "at": "Time (UTC)",
    "connection_name": "Connection",
    "method": "Method",
    "host": "Host",
    "path": "Path",
    "status": "Status",
    "code": "Code",
    "milliseconds": "Milliseconds",
    "request_id": "Request",
}
EVENT_COLUMNS = {
    "at": "Time (UTC)",
    "person_name": "Person",
    "get_act_display": "Act",
    "target": "What",
    "connection_name": "Connection",
    "facts": "Details",
    "request_id": "Request",
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
    rows = list(form.found().newest(before=before)[: PAGE + 1])
    context = {
        "form": form,
        "rows": rows[:PAGE],
        "older": rows[PAGE - 1] if len(rows) > PAGE else None,
        "is_first": before is None,
        "days": settings.KEEP_CALLS_DAYS,
    }
    return render(request, template, context)


def _export(
    request: HttpRequest, form: EntryFilter, name: str, columns: dict[str, str]
) -> StreamingHttpResponse:
    """Stream what the page shows with these filters, and all that is older.

    It is a POST, because it leaves an entry in the trail.
    """
    rows = form.found().newest(before=None).iterator(chunk_size=500)
    services.record(
        AuditEvent.Act.EXPORTED,
        request.user,
        f"{name}.csv",
        filters=form.in_words(),
    )
    return StreamingHttpResponse(
        csv_export.lines(columns.values(), _cells(rows, columns)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _cells(rows: Iterator[object], columns: dict[str, str]) -> Iterator[list[object]]:
    for row in rows:
        values = (getattr(row, name) for name in columns)
        yield [value() if callable(value) else value for value in values]


def _position(request: HttpRequest) -> int | None:
    """Return the id that the page goes on from; nonsense leads to the newest."""
    value = request.GET.get("before", "")
    return int(value) if value.isdecimal() and len(value) < 19 else None

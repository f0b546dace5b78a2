"""A list of what happened: a page of it, and all of it as a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from zohoportal.activity import services
from zohoportal.activity.models import AuditEvent
from zohoportal.activity.views import csv_export
from zohoportal.activity.views.filters import FilterForm

PAGE = 25
# The head of each column, and how its value is read from a row.
Columns = Mapping[str, Callable[[Any], object]]


def page(form: FilterForm, rows: QuerySet, *, is_first: bool) -> dict[str, Any]:
    """Return what a page shows of `rows`, which begin where the page begins."""
    found = list(rows[: PAGE + 1])
    return {
        "form": form,
        "rows": found[:PAGE],
        "older": found[PAGE - 1] if len(found) > PAGE else None,
        "is_first": is_first,
    }


def export(
    request: HttpRequest,
    form: FilterForm,
    rows: Iterable[object],
    *,
    name: str,
    columns: Columns,
) -> StreamingHttpResponse:
    """Stream all `rows` that the form found as CSV.

    Make it a POST, because it leaves an entry in the trail.
    """
    services.record(
        AuditEvent.Act.EXPORTED,
        request.user,
        f"{name}.csv",
        filters=form.in_words(),
    )
    return StreamingHttpResponse(
        csv_export.lines(columns, _cells(rows, columns)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _cells(rows: Iterable[object], columns: Columns) -> Iterator[list[object]]:
    for row in rows:
        yield [read(row) for read in columns.values()]

"""The list of ticket templates, and the way out of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from connections.access import right_or_404
from connections.models import Connection
from desk import ticket_templates
from desk.access import CREATE
from desk.models import TicketTemplate
from zohoportal.accounts.access import PersonRequest
from zohoportal.accounts.models import User

PAGE = 25


@require_safe
def templates(request: PersonRequest, slug: str) -> HttpResponse:
    """List a person's own templates and the shared ones."""
    connection = right_or_404(request.user, slug, CREATE)
    found = ticket_templates.listed_for(request.user, connection)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(each, ticket_templates.may_change(request.user, each)) for each in page]
    context = {"connection": connection, "page": page, "rows": rows}
    return render(request, "desk/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PersonRequest, slug: str, template: int) -> HttpResponse:
    """Ask, and then delete a template."""
    connection = right_or_404(request.user, slug, CREATE)
    found = changeable(request.user, connection, template)
    if found is None:
        raise Http404("No such template")
    if request.method == "POST":
        ticket_templates.delete(request.user, found)
        messages.success(request, f"The template “{found}” was deleted.")
        return redirect("desk:templates", slug)
    context = {"connection": connection, "template": found}
    return render(request, "desk/delete_template.html", context)


def changeable(
    person: User, connection: Connection, template: int
) -> TicketTemplate | None:
    """Return the template, or None for one that this person must not know of.

    Raises:
        PermissionDenied: others share it, and only they and managers may change it.
    """
    found = ticket_templates.usable_by(person, connection).filter(pk=template).first()
    if found and not ticket_templates.may_change(person, found):
        raise PermissionDenied
    return found

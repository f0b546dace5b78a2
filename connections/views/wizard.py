"""The setup wizard: account and use, then the client at Zoho."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from connections import features, services, trail
from connections.messages.explain import Step, explain
from connections.messages.texts import Explanation, Remedy
from connections.models import Connection
from connections.setup import clients, drafts, flow
from connections.setup.forms import (
    SECRET_FIELDS,
    AccountForm,
    ClientForm,
    SelfClientForm,
)
from connections.views import status
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import PersonRequest, admins_only
from zohoportal.accounts.proof import asked

# Zoho's console allows letters, digits, spaces, _ and & in a client's name.
CLIENT_NAME = "Zoho Portal"
PROBLEM = "setup_problem"


@admins_only
def account(request: PersonRequest, pk: UUID | None = None) -> HttpResponse:
    """Step 1: where the account lives, what for, and by which door."""
    draft = _draft(pk) if pk else None
    initial = _account_initial(draft) if draft else {}
    form = AccountForm(request.POST or None, initial=initial)
    if form.is_valid():
        answers = {
            "data_center": form.cleaned_data["data_center"],
            "feature_keys": form.cleaned_data["features"],
            "kind": form.cleaned_data["kind"],
        }
        if draft:
            flow.change_setup(draft, **answers)
        else:
            draft = flow.begin_setup(person=request.user, **answers)
        return redirect("connections:client", draft.pk)
    context = {
        "form": form,
        "connection": draft,
        "address_problem": address_problem(request),
    }
    return render(request, "connections/account.html", context)


@admins_only
def client(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Step 2: the client at Zoho; its answer leads to Zoho, or connects at once."""
    connection = _connection(pk)
    # A new connection has no secret yet that could be replaced.
    if not connection.is_draft and (page := asked(request, secret=SECRET_FIELDS)):
        return page
    form_class = SelfClientForm if connection.is_self_client else ClientForm
    # Where another region than the chosen one answered.
    region = request.GET.get("region", "")
    if region not in settings.DATA_CENTERS or region == connection.data_center:
        region = ""
    form = form_class(request.POST or None, connection=connection, region=region)
    if form.is_valid():
        if form.were_swapped:
            messages.info(
                request,
                "Client ID and secret were pasted the other way round. We put each in "
                "its place.",
            )
        clients.save_client(
            connection,
            client_id=form.cleaned_data["client_id"],
            secret=form.cleaned_data["client_secret"],
            region=region,
        )
        # The id stays out: what was pasted there may have been the secret.
        trail.changed(request.user, connection, "client")
        if not connection.is_self_client:
            return _to_zoho(request, connection)
        problem = _connect_with_code(request, connection, form.cleaned_data["code"])
        if problem is None:
            return redirect("connections:ready", connection.pk)
        form = _only_code_again(connection, problem)
        return _client_page(request, connection, form, problem)
    kept = request.session.pop(PROBLEM, None)
    came_back = Explanation(**kept) if kept else None
    return _client_page(request, connection, form, came_back)


@admins_only
@require_POST
def to_consent(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Reconnect, add a permission, or go to Zoho again: one click."""
    return _to_zoho(request, _connection(pk))


@admins_only
def ready(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Step 3: what was checked, and what to do next."""
    connection = _connection(pk)
    if connection.is_draft:
        return redirect("connections:client", connection.pk)
    context = {
        "connection": connection,
        "failed": status.failed_checks(connection),
    }
    return render(request, "connections/ready.html", context)


@admins_only
@require_POST
def discard(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Throw a setup away that was not finished."""
    if drafts.discard(_draft(pk)):
        messages.info(request, "The unfinished setup was deleted.")
    else:
        messages.warning(
            request,
            "The setup is still here: Zoho did not confirm that its access has ended. "
            "Delete it again in a few minutes.",
        )
    return redirect("connections:list")


def to_zoho_or_code(request: PersonRequest, connection: Connection) -> HttpResponse:
    """Lead to a new consent: at Zoho, or by a Self Client's code."""
    if connection.is_self_client:
        return redirect("connections:client", connection.pk)
    return _to_zoho(request, connection)


@admins_only
@require_POST
def without(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take out the product that the Zoho account does not have, and ask again."""
    connection = _connection(pk)
    product = request.POST.get("product", "")
    kept = [item.key for item in connection.chosen_features if item.product != product]
    if not kept:
        return redirect("connections:client", connection.pk)
    services.change_features(connection, kept)
    trail.changed(request.user, connection, "features", now=", ".join(kept))
    return to_zoho_or_code(request, connection)


def _to_zoho(request: PersonRequest, connection: Connection) -> HttpResponse:
    return redirect(
        flow.consent_url(
            connection,
            person=request.user,
            session_key=request.session.session_key or "",
        )
    )


def _connect_with_code(
    request: HttpRequest, connection: Connection, code: str
) -> Explanation | None:
    is_first = connection.is_draft
    try:
        flow.connect_with_code(connection, code)
    except ZohoError as error:
        return explained(connection, error, "self_client")
    trail.connected(request.user, connection, is_first=is_first)
    return None


def explained(connection: Connection, error: ZohoError, step: Step) -> Explanation:
    products = [product.name for product in connection.products]
    facts = {
        "region": connection.region,
        "redirect_uri": settings.REDIRECT_URI,
        "product": " or ".join(sorted(products)),
        "organisation": error.message or connection.name,
        "other": error.message,
    }
    zone = timezone.get_current_timezone()
    return explain(error, step=step, zone=zone, facts=facts)


def address_problem(request: HttpRequest) -> str:
    """Return what is odd about the portal's address, before a client is made for it."""
    here = f"{request.scheme}://{request.headers.get('Host', '')}"
    if here != settings.SITE_URL:
        return (
            f"You opened the portal as {here}, but its SITE_URL is "
            f"{settings.SITE_URL}. Zoho will send you there. If that is not right, "
            "change SITE_URL first."
        )
    if not settings.IS_HTTPS and not settings.IS_LOOPBACK:
        return (
            f"SITE_URL is {settings.SITE_URL}, without https: passwords and Zoho's "
            "codes can be read on the way. Use an https address."
        )
    return ""


def _products_to_drop(
    connection: Connection, problem: Explanation | None
) -> dict[str, str]:
    """Return the products to offer "connect without" for, where that can help."""
    products = {product.key: product.name for product in connection.products}
    is_no_org = problem is not None and problem.ref == "E26"
    return products if is_no_org and len(products) > 1 else {}


def _only_code_again(connection: Connection, problem: Explanation) -> SelfClientForm:
    """Return a form with everything kept but the code, which is used up."""
    form = SelfClientForm(
        {"client_id": connection.client.client_id}, connection=connection
    )
    form.full_clean()
    form.errors.pop("code", None)
    if problem.action == Remedy.CLIENT and problem.ref == "E05":
        form.add_error("code", f"{problem.title}. {problem.next_step}")
        form.fields["code"].widget.attrs["autofocus"] = True
    return form


def _client_page(
    request: PersonRequest,
    connection: Connection,
    form: ClientForm,
    problem: Explanation | None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "connection": connection,
        "problem": problem,
        "act": status.act(connection, problem.action, problem.label)
        if problem and problem.action
        else None,
        "client_name": CLIENT_NAME,
        "kept_until": drafts.kept_until(connection),
        "homepage": settings.SITE_URL,
        "redirect_uri": settings.REDIRECT_URI,
        "scopes": ",".join(features.scopes(connection.features)),
        "address_problem": address_problem(request),
        "products": _products_to_drop(connection, problem),
    }
    page = "self_client" if connection.is_self_client else "client"
    return render(request, f"connections/{page}.html", context)


def _account_initial(draft: Connection) -> dict[str, Any]:
    return {
        "data_center": draft.data_center,
        "features": draft.features,
        "kind": draft.client.kind,
    }


def _connection(pk: UUID) -> Connection:
    return get_object_or_404(Connection.objects.select_related("client"), pk=pk)


def _draft(pk: UUID) -> Connection:
    return get_object_or_404(
        Connection.objects.select_related("client"),
        pk=pk,
        state=Connection.State.DRAFT,
    )

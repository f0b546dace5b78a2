from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from connections import product, services, trail
from connections.models import Connection
from connections.product import Product
from connections.setup import clients
from connections.setup.forms import (
    SECRET_FIELDS,
    DisconnectForm,
    FeaturesForm,
    NameForm,
    SecretForm,
    VersionForm,
)
from connections.tokens import revocation
from connections.trail import Act
from connections.views import overview, status, wizard
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import PersonRequest, admins_only
from zohoportal.accounts.proof import recent_proof_required


@admins_only
def connection_list(request: PersonRequest) -> HttpResponse:
    return render(request, "connections/list.html", {"rows": overview.rows()})


@admins_only
def detail(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    form = NameForm(request.POST or None, initial={"name": connection.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        services.rename(connection, name)
        trail.changed(request.user, connection, "name", now=name)
        messages.success(request, "The name was saved.")
        return redirect("connections:detail", connection.pk)
    grant = (
        connection.grants.filter(is_current=True)
        .only("scopes", "refreshed_at", "created_at")
        .first()
    )
    renewed_at = grant.refreshed_at or grant.created_at if grant else None
    context = {
        "connection": connection,
        "notices": [
            notice for each in product.every() for notice in each.notices(connection)
        ],
        "organisations": _organisations(connection),
        "versions": _versions(connection),
        "badge": status.badge(connection),
        "act": status.needed_act(connection),
        "secrets": connection.client.secrets_for(connection.data_center),
        "renewed_at": renewed_at,
        "answered_at": overview.answered_at(connection, renewed_at),
        "form": form,
        "redirect_uri": settings.REDIRECT_URI,
        "unconfirmed": connection.grants.filter(ended_at__isnull=False).count(),
    }
    return render(request, "connections/detail.html", context)


@admins_only
@require_POST
def test(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    services.test(connection)
    _tell_checks(request, connection)
    return redirect("connections:detail", connection.pk)


def _tell_checks(request: PersonRequest, connection: Connection) -> None:
    failed = len(status.failed_checks(connection))
    if not connection.is_active:
        messages.error(request, f"{connection} is not connected. Reconnect it.")
    elif failed:
        messages.warning(
            request, f"{failed} of {len(connection.checks)} checks failed."
        )
    else:
        messages.success(request, f"All {len(connection.checks)} checks passed.")


@admins_only
@require_POST
def look_for_organisations(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    services.look_for_organisations(connection)
    if not connection.choices:
        words = "Zoho names no other organisation to choose. Reconnect to use another."
        messages.warning(request, words)
    return redirect("connections:detail", connection.pk)


@admins_only
@require_POST
def choose_organisation(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    product = request.POST.get("product", "")
    organisation = request.POST.get("organisation", "")
    if organisation not in dict(connection.choices.get(product, [])):
        messages.error(request, "Choose one of the organisations.")
        return redirect("connections:ready", connection.pk)
    services.choose_account(connection, product, organisation)
    trail.changed(
        request.user,
        connection,
        "organisation",
        product=product,
        organisation=organisation,
    )
    return redirect("connections:ready", connection.pk)


@admins_only
@recent_proof_required(secret=SECRET_FIELDS)
def secret(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    form = SecretForm(request.POST or None)
    if form.is_valid():
        try:
            clients.replace_secret(connection, form.cleaned_data["client_secret"])
        except ZohoError as error:
            words = wizard.explained(connection, error, "refresh")
            form.add_error("client_secret", f"{words.title}. {words.next_step}")
        else:
            trail.changed(request.user, connection, "client secret")
            messages.success(request, "Zoho took the new client secret. It is saved.")
            return redirect("connections:detail", connection.pk)
    return render(
        request, "connections/secret.html", {"form": form, "connection": connection}
    )


@admins_only
def change_features(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    form = FeaturesForm(request.POST or None, initial={"features": connection.features})
    if form.is_valid():
        keys = form.cleaned_data["features"]
        services.change_features(connection, keys)
        trail.changed(request.user, connection, "features", now=", ".join(keys))
        if connection.lacking:
            return wizard.to_zoho_or_code(request, connection)
        messages.success(request, "What people do here was saved.")
        return redirect("connections:detail", connection.pk)
    return render(
        request, "connections/features.html", {"form": form, "connection": connection}
    )


@admins_only
def change_version(request: PersonRequest, pk: UUID, key: str) -> HttpResponse:
    connection = _set_up(pk)
    of = _with_versions(connection, key)
    now = of.envelope.version_of(connection.versions)
    form = VersionForm(request.POST or None, product=of, initial={"version": now})
    if form.is_valid():
        return _use_version(request, connection, of, form.cleaned_data["version"])
    context = {"form": form, "connection": connection, "product": of}
    return render(request, "connections/version.html", context)


@admins_only
@require_POST
def use_version(
    request: PersonRequest, pk: UUID, key: str, version: str
) -> HttpResponse:
    connection = _set_up(pk)
    of = _with_versions(connection, key)
    if version not in [each.key for each in of.versions]:
        raise Http404("No such version")
    return _use_version(request, connection, of, version)


def _use_version(
    request: PersonRequest, connection: Connection, of: Product, version: str
) -> HttpResponse:
    services.use_version(connection, of, version)
    what = f"version of the {of.short_name} API"
    trail.changed(request.user, connection, what, now=version)
    messages.success(request, f"{of.name} is asked by API {version} from now on.")
    _tell_checks(request, connection)
    return redirect("connections:detail", connection.pk)


@admins_only
@recent_proof_required()
def disconnect(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    form = DisconnectForm(request.POST or None, connection=connection)
    if form.is_valid():
        is_confirmed = revocation.disconnect(connection)
        trail.record(Act.DISCONNECTED, request.user, connection, confirmed=is_confirmed)
        if is_confirmed:
            messages.success(request, f"{connection} was disconnected.")
        else:
            messages.warning(
                request,
                f"{connection} was disconnected here, but Zoho did not confirm it. "
                "Remove Zoho Portal in Zoho Accounts under Sessions, Connected Apps.",
            )
        return redirect("connections:list")
    return render(
        request, "connections/disconnect.html", {"form": form, "connection": connection}
    )


def _set_up(pk: UUID) -> Connection:
    return get_object_or_404(
        Connection.objects.select_related("client").exclude(
            state=Connection.State.DRAFT
        ),
        pk=pk,
    )


def _organisations(connection: Connection) -> list[tuple[str, str]]:
    """Return the names of the products and of the organisations at them."""
    names = {each.key: each.name for each in product.every()}
    accounts = connection.product_accounts.all()
    return [
        (names[each.product], each.name) for each in accounts if each.product in names
    ]


def _versions(connection: Connection) -> list[tuple[Product, str]]:
    """Return the products in use that have several, each with the chosen one's name."""
    return [
        (each, labels.get(chosen, chosen))
        for each in connection.products
        if (labels := {version.key: version.label for version in each.versions})
        and (chosen := each.envelope.version_of(connection.versions))
    ]


def _with_versions(connection: Connection, key: str) -> Product:
    for each, _ in _versions(connection):
        if each.key == key:
            return each
    raise Http404("No such choice")

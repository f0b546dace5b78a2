from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from connections import (
    clients,
    endings,
    notices,
    overview,
    services,
    status,
    trail,
    wizard,
)
from connections.forms import (
    DisconnectForm,
    FeaturesForm,
    NameForm,
    PeopleForm,
    SecretForm,
    VersionForm,
)
from connections.models import Connection
from connections.trail import Act
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import PersonRequest, admins_only


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
        "notices": notices.of(connection),
        "has_crm": any(each.product == "crm" for each in connection.chosen_features),
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
def people(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    # Nobody ticked is an answer too, so an empty POST counts.
    posted = request.POST if request.method == "POST" else None
    form = PeopleForm(posted, initial={"members": _members(connection)})
    if form.is_valid():
        members = form.cleaned_data["members"]
        services.set_members(connection, members)
        who = ", ".join(person.email for person in members) or "nobody"
        trail.changed(request.user, connection, "who may use it", now=who)
        messages.success(request, "Who may use this connection was saved.")
        return redirect("connections:detail", connection.pk)
    return render(
        request, "connections/people.html", {"form": form, "connection": connection}
    )


@admins_only
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
def change_version(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    form = VersionForm(
        request.POST or None, initial={"version": connection.crm_version}
    )
    if form.is_valid():
        return _use_version(request, connection, form.cleaned_data["version"])
    return render(
        request, "connections/version.html", {"form": form, "connection": connection}
    )


@admins_only
@require_POST
def use_version(request: PersonRequest, pk: UUID, version: str) -> HttpResponse:
    connection = _set_up(pk)
    if version not in Connection.CrmVersion:
        raise Http404("No such version")
    return _use_version(request, connection, version)


def _use_version(
    request: PersonRequest, connection: Connection, version: str
) -> HttpResponse:
    services.use_version(connection, version)
    trail.changed(request.user, connection, "version of the CRM API", now=version)
    messages.success(request, f"Zoho CRM is asked by API {version} from now on.")
    _tell_checks(request, connection)
    return redirect("connections:detail", connection.pk)


@admins_only
def disconnect(request: PersonRequest, pk: UUID) -> HttpResponse:
    connection = _set_up(pk)
    form = DisconnectForm(request.POST or None, connection=connection)
    if form.is_valid():
        is_confirmed = endings.disconnect(connection)
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


def _members(connection: Connection) -> list[UUID]:
    return list(connection.members.values_list("pk", flat=True))

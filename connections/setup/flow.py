"""The wizard's steps: from a draft to a grant that was proven and is in use."""

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from connections import features, services
from connections.health import checks
from connections.models import Connection, Grant, OAuthClient
from connections.setup import clients, drafts, state
from connections.tokens import broker, revocation, vault
from connections.zoho import datacenters, oauth
from connections.zoho.client import ZohoClient
from connections.zoho.datacenters import DataCenter
from connections.zoho.errors import (
    ReconnectRequired,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from zohoportal.accounts.models import User


class OtherOrganisation(ZohoError):
    """A reconnect met another organisation than the connection's."""


def begin_setup(
    *, person: User, data_center: str, feature_keys: Iterable[str], kind: str
) -> Connection:
    """Create and return a draft, so that the wizard survives restarts and Back.

    Drafts that nobody went on with in time are deleted.
    """
    drafts.forget_old()
    with transaction.atomic():
        client = OAuthClient.objects.create(kind=kind)
        return Connection.objects.create(
            slug=f"setup-{secrets.token_hex(4)}",
            client=client,
            data_center=data_center,
            features=list(feature_keys),
            created_by=person,
        )


def change_setup(
    connection: Connection, *, data_center: str, feature_keys: Iterable[str], kind: str
) -> None:
    """Change the first step of a draft."""
    connection.data_center = data_center
    connection.features = list(feature_keys)
    connection.client.kind = kind
    with transaction.atomic():
        connection.client.save(update_fields=["kind"])
        connection.save(update_fields=["data_center", "features"])


def consent_url(connection: Connection, *, person: User, session_key: str) -> str:
    """Return Zoho's consent page for `connection`, with a fresh one-time state."""
    return oauth.authorize_url(
        connection.data_center_row,
        client_id=connection.client.client_id,
        redirect_uri=settings.REDIRECT_URI,
        scopes=features.scopes(connection.features),
        state=state.issue_state(connection, person=person, session_key=session_key),
    )


def answering_region(
    connection: Connection, location: str, accounts_server: str
) -> DataCenter | None:
    """Return the data centre that sent the callback; None if that is not certain.

    Both values must name the same row of our table. Zoho always sends both; where
    neither came, only the chosen region's own host will be asked.
    """
    if not location and not accounts_server:
        return connection.data_center_row
    row = datacenters.by_accounts_server(settings.DATA_CENTERS, accounts_server)
    return row if row is not None and row.code == location.lower() else None


def complete_consent(connection: Connection, code: str, region: DataCenter) -> None:
    """Trade the callback's code for tokens, prove them and put them to use.

    `region` is the one that answered, which need not be the one that was chosen.

    Raises:
        ZohoError: nothing was changed.
    """
    connection.data_center = region.code
    _connect(connection, code, redirect_uri=settings.REDIRECT_URI)


def connect_with_code(connection: Connection, code: str) -> None:
    """Trade a Self Client's code for tokens, prove them and put them to use.

    Raises:
        ZohoError: nothing was changed.
    """
    _connect(connection, code, redirect_uri="")


def _connect(connection: Connection, code: str, *, redirect_uri: str) -> None:
    token = _exchanged(connection, code, redirect_uri)
    if not token.refresh:
        raise ReconnectRequired("no_refresh_token")
    grant = _keep(connection, token)
    _settle_environment(connection, grant, token.environment)
    row = connection.data_center_row
    client = ZohoClient(
        services.transport_for(connection, row),
        row,
        broker.FreshToken(token.access),
        services.organisations(connection),
    )
    report = checks.run(client, connection, token.scopes, fresh=True)
    _refuse_other_organisation(connection, grant, report)
    replaced = _adopt(connection, grant, report)
    if report.signed_in:
        for old in replaced:
            revocation.end(old)
    else:
        revocation.end_later(replaced)


def _exchanged(connection: Connection, code: str, redirect_uri: str) -> oauth.Token:
    row = datacenters.find(settings.DATA_CENTERS, connection.data_center)
    clients.note_code(connection.client)
    try:
        return oauth.exchange(
            services.transport_for(connection, row),
            row,
            broker.clients_of(connection.client, connection.data_center)[0],
            code=code,
            redirect_uri=redirect_uri,
        )
    except UnexpectedReply as error:
        if error.code != "api_domain":
            raise
        other = datacenters.by_api_domain(settings.DATA_CENTERS, error.message)
        code = "other_region" if other else "unknown_host"
        name = other.name if other else ""
        raise UnexpectedReply(code, message=name, host=error.host) from None


def _settle_environment(connection: Connection, grant: Grant, environment: str) -> None:
    """Work with the CRM's environment that the token is for; once chosen it stays."""
    if connection.is_draft:
        connection.environment = environment
    elif environment != connection.environment:
        revocation.end(grant)
        name = connection.get_environment_display()
        raise OtherOrganisation("other_environment", message=name)


def _keep(connection: Connection, token: oauth.Token) -> Grant:
    """Store the tokens at once: the code cannot be used a second time."""
    grant = Grant(
        connection=connection,
        client=connection.client,
        data_center=connection.data_center,
        scopes=list(token.scopes),
        expires_at=token.expires_at,
    )
    vault.seal(grant, "sealed_refresh_token", token.refresh)
    vault.seal(grant, "sealed_access_token", token.access)
    grant.save()
    return grant


def _refuse_other_organisation(
    connection: Connection, grant: Grant, report: checks.Report
) -> None:
    chosen = [product.key for product in connection.products]
    for known in connection.product_accounts.filter(product__in=chosen):
        account = report.accounts.get(known.product)
        is_other = account is not None and account.external_id != known.external_id
        # To be asked which one means that the known one is not among them.
        if is_other or known.product in report.choices:
            revocation.end(grant)
            raise OtherOrganisation("OAUTH_ORG_MISMATCH", message=known.name)
        if account is None:
            # Not seen, so not proven: what works must not give way to it.
            revocation.end(grant)
            raise Unavailable("not_proven", host=connection.data_center_row.accounts)


def _adopt(connection: Connection, grant: Grant, report: checks.Report) -> list[Grant]:
    """Make `grant` the current one; return those that it replaces."""
    changed = [*services.NOTED, "data_center", "environment", "redirect_uri", "told_at"]
    was_draft = connection.is_draft
    with transaction.atomic():
        if not connection.move(leave=connection.state, to=Connection.State.ACTIVE):
            # Ended or deleted while Zoho was asked: that was said later, so it counts.
            revocation.end_later([grant])
            return []
        replaced = list(connection.grants.filter(is_current=True))
        connection.grants.filter(is_current=True).update(is_current=False)
        connection.grants.filter(pk=grant.pk).update(is_current=True)
        services.note(connection, report)
        connection.redirect_uri = settings.REDIRECT_URI
        connection.told_at = None
        if was_draft:
            _name(connection)
            changed += ["name", "slug"]
        connection.save(update_fields=changed)
    return replaced


def _name(connection: Connection) -> None:
    """Give a new connection its organisation's name and an address to match."""
    account = connection.product_accounts.order_by("product").first()
    name = account.name if account else connection.zoho_user
    name = name.strip()[:150].strip() or "Zoho"
    if connection.environment:
        name = f"{name} ({connection.get_environment_display()})"
    connection.name = name
    slug = slugify(connection.name)[:50] or "zoho"
    if Connection.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(2)}"
    connection.slug = slug

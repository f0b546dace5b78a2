"""The door for products, outbox and pages: what can be done with connections."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from connections import checks, consent, features, tokens, vault
from connections.models import (
    ClientSecret,
    Connection,
    Grant,
    Membership,
    OAuthClient,
    ProductAccount,
)
from connections.zoho import datacenters, oauth
from connections.zoho.client import ZohoClient
from connections.zoho.datacenters import DataCenter
from connections.zoho.errors import ReconnectRequired, ZohoError
from connections.zoho.transport import Transport
from zohoportal.accounts.models import User

NOTED = ["checks", "checked_at", "zoho_user", "lacking", "choices"]
KEEP_UNCONFIRMED = timedelta(hours=24)
KEEP_DRAFTS = timedelta(days=7)


class OtherOrganisation(ZohoError):
    """A reconnect met another organisation than the connection's."""


def client_for(connection: Connection) -> ZohoClient:
    """Return a client that works for `connection`, with tokens from the broker.

    Raises:
        ReconnectRequired: the connection is not usable; an admin is needed.
    """
    row = connection.data_center_row
    if not connection.is_active or row.code not in settings.DATA_CENTERS:
        raise ReconnectRequired("not_connected")
    transport = _transport(row)
    return ZohoClient(
        transport,
        row,
        tokens.StoredTokens(connection, transport),
        _organisations(connection),
    )


# --- The wizard's steps ---------------------------------------------------------------


def begin_setup(
    *, person: User, data_center: str, feature_keys: Iterable[str], kind: str
) -> Connection:
    """Create and return a draft, so that the wizard survives restarts and Back.

    Drafts that nobody went on with for a week are deleted.
    """
    _drop_old_drafts()
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


def save_client(connection: Connection, *, client_id: str, secret: str) -> None:
    """Keep the client's id and, unless empty, its secret for the data centre.

    A grant in use keeps the client it was made with until the new one is proven.
    """
    client = connection.client
    with transaction.atomic():
        if client.grants.exists() and (secret or client_id != client.client_id):
            client = _copy(client)
            connection.client = client
            connection.save(update_fields=["client"])
        client.client_id = client_id
        client.save(update_fields=["client_id"])
        if secret:
            _save_secret(client, connection.data_center, secret)


def _copy(client: OAuthClient) -> OAuthClient:
    copy = OAuthClient.objects.create(kind=client.kind, client_id=client.client_id)
    for secret in client.secrets.all():
        _save_secret(copy, secret.data_center, vault.unseal(secret, "sealed"))
    return copy


def _save_secret(client: OAuthClient, data_center: str, value: str) -> None:
    client.secrets.filter(data_center=data_center).delete()
    _add_secret(client, data_center, value)


def _add_secret(client: OAuthClient, data_center: str, value: str) -> None:
    secret = ClientSecret(client=client, data_center=data_center, ending=value[-4:])
    vault.seal(secret, "sealed", value)
    secret.save()


def replace_secret(connection: Connection, value: str) -> None:
    """Prove a new secret of the same client with Zoho, then keep it.

    The one before it stays as the second to be tried: both may work for a while.

    Raises:
        ZohoError: Zoho does not take it, or could not be asked; nothing was changed.
    """
    row = connection.data_center_row
    tokens.StoredTokens(connection, _transport(row)).prove(value)
    client = connection.client
    older = client.secrets.filter(data_center=row.code).order_by("-created_at")
    with transaction.atomic():
        client.secrets.filter(pk__in=[item.pk for item in older[1:]]).delete()
        _add_secret(client, row.code, value)
    connection.move(leave=Connection.State.RECONNECT, to=Connection.State.ACTIVE)


def change_features(connection: Connection, keys: Iterable[str]) -> None:
    """Change what a connection is used for; `lacking` says what to ask Zoho for."""
    grant = connection.grants.filter(is_current=True).only("scopes").first()
    connection.features = list(keys)
    missing = features.lacking(connection.features, grant.scopes if grant else ())
    connection.lacking = [feature.key for feature in missing]
    connection.save(update_fields=["features", "lacking"])


def consent_url(connection: Connection, *, person: User, session_key: str) -> str:
    """Return Zoho's consent page for `connection`, with a fresh one-time state."""
    return oauth.authorize_url(
        connection.data_center_row,
        client_id=connection.client.client_id,
        redirect_uri=settings.REDIRECT_URI,
        scopes=features.scopes(connection.features),
        state=consent.issue_state(connection, person=person, session_key=session_key),
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
    return row if row is not None and row.code == location else None


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
    row = connection.data_center_row
    token = oauth.exchange(
        _transport(row),
        row,
        tokens.clients_of(connection.client, connection.data_center)[0],
        code=code,
        redirect_uri=redirect_uri,
    )
    if not token.refresh:
        raise ReconnectRequired("no_refresh_token")
    grant = _keep(connection, token)
    client = ZohoClient(
        _transport(row),
        row,
        tokens.FreshToken(token.access),
        _organisations(connection),
    )
    report = checks.run(client, connection, token.scopes, fresh=True)
    _refuse_other_organisation(connection, grant, report)
    replaced = _adopt(connection, grant, report)
    if report.signed_in:
        for old in replaced:
            _end(old, row)


def _keep(connection: Connection, token: oauth.Token) -> Grant:
    """Store the tokens at once: the code cannot be used a second time."""
    grant = Grant(
        connection=connection,
        client=connection.client,
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
    for known in connection.product_accounts.all():
        account = report.accounts.get(known.product)
        is_other = account is not None and account.external_id != known.external_id
        # To be asked which one means that the known one is not among them.
        if is_other or known.product in report.choices:
            _end(grant, connection.data_center_row)
            raise OtherOrganisation("OAUTH_ORG_MISMATCH", message=known.name)


def _adopt(connection: Connection, grant: Grant, report: checks.Report) -> list[Grant]:
    """Make `grant` the current one; return those that it replaces."""
    with transaction.atomic():
        replaced = list(connection.grants.filter(is_current=True))
        connection.grants.filter(is_current=True).update(is_current=False)
        connection.grants.filter(pk=grant.pk).update(is_current=True)
        _note(connection, report)
        if connection.is_draft:
            _name(connection)
        connection.state = Connection.State.ACTIVE
        connection.redirect_uri = settings.REDIRECT_URI
        connection.save()
    return replaced


def _name(connection: Connection) -> None:
    """Give a new connection its organisation's name and an address to match."""
    account = connection.product_accounts.order_by("product").first()
    name = account.name if account else connection.zoho_user or "Zoho"
    connection.name = name[:200]
    slug = slugify(connection.name)[:50] or "zoho"
    if Connection.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(2)}"
    connection.slug = slug


# --- Testing, choosing, ending --------------------------------------------------------


def test(connection: Connection) -> None:
    """Run all checks now and keep what they found; raises nothing."""
    try:
        client = client_for(connection)
    except ReconnectRequired:
        return
    grant = connection.grants.filter(is_current=True).only("scopes").first()
    report = checks.run(client, connection, grant.scopes if grant else ())
    with transaction.atomic():
        connection.refresh_from_db()
        _note(connection, report)
        connection.save(update_fields=NOTED)


def _note(connection: Connection, report: checks.Report) -> None:
    connection.checks = report.as_rows()
    connection.checked_at = timezone.now()
    connection.zoho_user = report.zoho_user[:255] or connection.zoho_user
    if report.signed_in:
        connection.lacking = [feature.key for feature in report.lacking]
    connection.choices = {
        product: [[account.external_id, account.name] for account in accounts]
        for product, accounts in report.choices.items()
    }
    for product, account in report.accounts.items():
        ProductAccount.objects.update_or_create(
            connection=connection,
            product=product,
            defaults={"external_id": account.external_id, "name": account.name[:255]},
        )


def choose_account(connection: Connection, product: str, external_id: str) -> None:
    """Settle on one of several organisations that the last test found, and test it."""
    names = dict(connection.choices.get(product, []))
    ProductAccount.objects.update_or_create(
        connection=connection,
        product=product,
        defaults={"external_id": external_id, "name": names[external_id]},
    )
    test(connection)


def rename(connection: Connection, name: str) -> None:
    """Give the connection another name; its address stays."""
    Connection.objects.filter(pk=connection.pk).update(name=name)


def set_members(connection: Connection, people: Iterable[User]) -> None:
    """Let exactly these people use the connection."""
    with transaction.atomic():
        Membership.objects.filter(connection=connection).delete()
        Membership.objects.bulk_create(
            Membership(connection=connection, person=person) for person in people
        )


def disconnect(connection: Connection) -> bool:
    """Revoke the grant at Zoho and wipe it here; return whether Zoho confirmed.

    The tokens are wiped here in any case.
    """
    grants = list(connection.grants.all())
    connection.move(leave=connection.state, to=Connection.State.DISCONNECTED)
    row = connection.data_center_row
    confirmed = [_end(grant, row) for grant in grants]
    return all(confirmed)


def discard_draft(connection: Connection) -> None:
    """Delete a setup that was not finished."""
    if connection.is_draft:
        connection.delete()
        connection.client.delete()


def _drop_old_drafts() -> None:
    old = Connection.objects.filter(
        state=Connection.State.DRAFT, created_at__lt=timezone.now() - KEEP_DRAFTS
    )
    for draft in old.select_related("client"):
        discard_draft(draft)


def revoke_pending() -> tuple[int, int]:
    """Ask Zoho again to end what it has not confirmed; return (confirmed, left).

    After 24 hours a grant is given up and deleted here: it can still be removed at
    Zoho by hand.
    """
    confirmed = left = 0
    too_old = timezone.now() - KEEP_UNCONFIRMED
    waiting = Grant.objects.filter(ended_at__isnull=False)
    for grant in waiting.select_related("connection", "client"):
        if _end(grant, grant.connection.data_center_row):
            confirmed += 1
        elif grant.ended_at and grant.ended_at < too_old:
            _forget(grant)
        else:
            left += 1
    return confirmed, left


def _end(grant: Grant, row: DataCenter) -> bool:
    """Revoke one grant and delete it; return whether Zoho confirmed.

    Without Zoho's word only what is needed to ask again stays, out of use.
    """
    try:
        refresh_token = tokens.opened(grant, "sealed_refresh_token")
    except ReconnectRequired:
        # Our keys do not open it: nobody can revoke it from here.
        _forget(grant)
        return False
    try:
        oauth.revoke(_transport(row), row, refresh_token)
    except ZohoError:
        Grant.objects.filter(pk=grant.pk).update(
            is_current=False,
            ended_at=grant.ended_at or timezone.now(),
            sealed_access_token="",
        )
        return False
    _forget(grant)
    return True


def _forget(grant: Grant) -> None:
    """Delete a grant, and its client if nothing else needs it."""
    client_id = grant.client_id
    grant.delete()
    OAuthClient.objects.filter(pk=client_id, grants=None, connection=None).delete()


def _organisations(connection: Connection) -> dict[str, str]:
    accounts = connection.product_accounts.values_list("product", "external_id")
    return dict(accounts)


@lru_cache(maxsize=32)
def _transport(row: DataCenter) -> Transport:
    """Return the process's transport for a data centre; it keeps connections open."""
    return Transport(row.origins)

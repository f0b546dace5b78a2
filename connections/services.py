"""The door for products, outbox and pages: what can be done with a connection."""

from collections.abc import Iterable
from functools import lru_cache, partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from connections import features
from connections.health import checks
from connections.models import Connection, Membership, ProductAccount
from connections.one_by_one import OneByOne
from connections.product import Product
from connections.tokens import broker
from connections.zoho import replies
from connections.zoho.client import Gate, ZohoClient
from connections.zoho.datacenters import DataCenter
from connections.zoho.errors import ReconnectRequired
from connections.zoho.transport import Call, Transport
from zohoportal.accounts.models import User
from zohoportal.activity.services import record_call

NOTED = ["checks", "checked_at", "zoho_user", "lacking", "choices"]


def client_for(
    connection: Connection, gate: Gate | None = None, *, at_once: bool = False
) -> ZohoClient:
    """Return a client that works for `connection`, with tokens from the broker.

    Its calls pass through `gate`; by default each waits for a slot of its own.
    `at_once` is for people who ask whether it works: no guess of ours holds them up.

    Raises:
        ReconnectRequired: the connection is not usable; an admin is needed.
    """
    row = connection.data_center_row
    if not connection.is_active or row.code not in settings.DATA_CENTERS:
        raise ReconnectRequired("not_connected")
    transport = transport_for(connection, row)
    found = organisations(connection)
    return ZohoClient(
        transport,
        row,
        broker.StoredTokens(connection, transport, at_once=at_once),
        found,
        gate or OneByOne(connection, found, at_once=at_once),
        connection.versions,
    )


def change_features(connection: Connection, keys: Iterable[str]) -> None:
    """Change what a connection is used for; `lacking` says what to ask Zoho for."""
    grant = connection.grants.filter(is_current=True).only("scopes").first()
    wanted = list(keys)
    if grant and grant.scopes:
        missing = [feature.key for feature in features.lacking(wanted, grant.scopes)]
    else:
        # Zoho did not say what it granted: what was not asked for cannot be there.
        unproven = set(connection.lacking) | set(wanted) - set(connection.features)
        missing = [key for key in wanted if key in unproven]
    connection.features, connection.lacking = wanted, missing
    connection.save(update_fields=["features", "lacking"])


def test(connection: Connection) -> None:
    """Run all checks now and keep what they found; raises nothing."""
    try:
        client = client_for(connection, at_once=True)
    except ReconnectRequired:
        return
    _keep(connection, _checked(connection, client))


def look_for_organisations(connection: Connection) -> None:
    """Test the connection as if none were chosen, so that another one can be."""
    try:
        client = client_for(connection, at_once=True)
    except ReconnectRequired:
        return
    known = client.organisations.copy()
    client.organisations.clear()
    report = _checked(connection, client)
    for product, account in report.accounts.items():
        if known.get(product, account.external_id) != account.external_id:
            report.choices[product] = (account,)
    _keep(connection, report)


def _checked(connection: Connection, client: ZohoClient) -> checks.Report:
    grant = connection.grants.filter(is_current=True).only("scopes").first()
    return checks.run(client, connection, grant.scopes if grant else ())


def _keep(connection: Connection, report: checks.Report) -> None:
    with transaction.atomic():
        connection.refresh_from_db()
        note(connection, report)
        connection.save(update_fields=NOTED)


def note(connection: Connection, report: checks.Report) -> None:
    connection.checks = report.as_rows()
    connection.checked_at = timezone.now()
    connection.zoho_user = report.zoho_user[:255] or connection.zoho_user
    if report.signed_in:
        connection.lacking = [feature.key for feature in report.lacking]
    connection.choices = {
        product: [[account.external_id, account.name] for account in accounts]
        for product, accounts in report.choices.items()
    }
    known = {item.product: item for item in connection.product_accounts.all()}
    for product, account in report.accounts.items():
        kept = known.get(product) or ProductAccount(
            connection=connection, product=product, external_id=account.external_id
        )
        if kept.external_id == account.external_id:
            # Another organisation never takes the place of the one that was chosen.
            kept.name = account.name[:255]
            kept.save()


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


def use_version(connection: Connection, product: Product, version: str) -> None:
    """Ask a product by this version of its API from now on, and test it.

    What was kept because the version before was too old goes out after the test.
    """
    connection.versions = {**connection.versions, product.key: version}
    connection.save(update_fields=["versions"])
    test(connection)


def set_members(connection: Connection, people: Iterable[User]) -> None:
    """Let exactly these people use the connection."""
    with transaction.atomic():
        chosen = set(people)
        kept = Membership.objects.filter(connection=connection)
        kept.exclude(person__in=chosen).delete()
        known = set(kept.values_list("person_id", flat=True))
        Membership.objects.bulk_create(
            Membership(connection=connection, person=person)
            for person in chosen
            if person.pk not in known
        )


def organisations(connection: Connection) -> dict[str, str]:
    """Return the id of each product's organisation; some pages have them at hand."""
    accounts = connection.product_accounts.all()
    return {account.product: account.external_id for account in accounts}


@lru_cache(maxsize=32)
def transport_to(row: DataCenter) -> Transport:
    """Return the process's transport for a data centre; it keeps connections open."""
    return Transport(row.origins)


def transport_for(connection: Connection, row: DataCenter) -> Transport:
    """Return the transport to a data centre that logs its calls as the connection's."""
    return transport_to(row).reporting_to(partial(_record, connection))


def _record(connection: Connection, call: Call) -> None:
    record_call(
        connection_id=connection.pk,
        connection_name=str(connection),
        method=call.method,
        host=call.host,
        path=call.path,
        status=call.reply.status if call.reply else 0,
        code=replies.code_of(call.reply) if call.reply else call.failure,
        milliseconds=call.milliseconds,
    )

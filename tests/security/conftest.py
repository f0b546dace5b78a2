import io
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from connections.models import Connection
from connections.setup import clients
from connections.tokens import vault
from desk import ticket_templates
from tests.books.customers import KEYS as BOOKS
from tests.crm.contacts import upsert_contact
from tests.leak_plugin import portal_log_format
from tests.security.house import PEOPLE, House
from tests.support.people import add_person
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.accounts.people import invitations
from zohoportal.outbox.idempotency import IdempotencyKey


@pytest.fixture
def second_admin(db: None) -> User:
    return add_person("second@example.com", Role.ADMIN)


@pytest.fixture
def prepared(zoho: SandboxZoho, draft: Connection) -> Connection:
    """A setup whose client Zoho knows: one click away from the consent page."""
    client_id, secret = zoho.new_client(redirect_uris=[settings.REDIRECT_URI])
    clients.save_client(draft, client_id=client_id, secret=secret)
    return draft


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal writes with LOG_LEVEL=DEBUG, in the form it is written in."""
    root = logging.getLogger()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(portal_log_format())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def secrets_of() -> Callable[[Connection], dict[str, str]]:
    """Open what a connection keeps sealed, to search for it elsewhere."""

    def opened(connection: Connection) -> dict[str, str]:
        secret = connection.client.secrets.get()
        found = {"client secret": vault.unseal(secret, "sealed")}
        for grant in connection.grants.all():
            found["access token"] = vault.unseal(grant, "sealed_access_token")
            found["refresh token"] = vault.unseal(grant, "sealed_refresh_token")
        return found

    return opened


@pytest.fixture
def house(
    zoho: SandboxZoho,
    admin: User,
    staff: User,
    stranger: User,
    auditor: User,
    manager: User,
    draft: Connection,
    connection: Connection,
) -> House:
    """A portal in use: a connection, a setup, a waiting contact, a template."""
    zoho.script("POST", "/crm/v8/Contacts/upsert", {"status": 503, "body": "<p>"})
    # Without the permissions: its pages are there, and say so.
    connection.features += ["campaigns.subscribe", "campaigns.unsubscribe"]
    connection.features += BOOKS
    connection.save()
    connection.product_accounts.create(product="books", external_id="1", name="B")
    receipt = upsert_contact(
        connection=connection,
        person=staff,
        idempotency_key=IdempotencyKey("first"),
        Email="kim.sample@example.com",
        Last_Name="Sample",
    )
    known = (None, staff, stranger, auditor, manager, admin)
    everybody = dict(zip(PEOPLE, known, strict=True))
    record = zoho.records()["contacts"][0]["id"]
    template = ticket_templates.add(
        staff, connection, {"name": "Warranty", "is_shared": True}
    )
    invitations.invite("new@example.com", name="", role=Role.STAFF, by=admin)
    invitation = invitations.waiting().get()
    return House(
        everybody,
        connection,
        draft,
        receipt.delivery,
        record,
        template.pk,
        invitation,
    )


@pytest.fixture
def own_authority(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but its maker trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "authority.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file

import datetime
import ipaddress
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.adapter import get_adapter
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connections.models import Connection
from connections.zoho import datacenters
from connections.zoho.errors import Unavailable
from connections.zoho.transport import Transport, UnknownHost
from desk.services import open_ticket
from tests.security.servers import Listener
from tests.zoho import SandboxZoho
from zohoportal.accounts import ports
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey

ROOT = Path(__file__).resolve().parents[2]
ZOHO = datacenters.table()["eu"]

OUTSIDE = [
    "http://www.zohoapis.eu/crm",
    "https://www.zohoapis.eu:8443/",
    "https://www.zohoapis.eu./",
    "https://www.zohoapis.eu.evil.example/",
    "https://www.zohoapis.eu@evil.example/",
    "https://user:pass@www.zohoapis.eu/",
    "https://evil.example#@www.zohoapis.eu/",
    "https://evil.example\\@www.zohoapis.eu/",
    "https://evil.example/www.zohoapis.eu",
    "https://evil.example?www.zohoapis.eu",
    "https://zohoapis.eu/",
    "https://api.zoho.eu/",
    "https://accounts.zoho.com/",
    "https://accounts.zoho.eu.evil.example/",
    "https://xn--zoho-abc.eu/",
    "https://accounts.zohо.eu/",  # noqa: RUF001  # a Cyrillic o
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://172.16.0.1/",
    "https://100.64.0.1/",
    "https://www.zohoapis.eu%2eevil.example/",
    "https://www.zohoapis.eu%00.evil.example/",
]


class TestA49OnlyHostsOfTheTable:
    @pytest.mark.parametrize("url", OUTSIDE)
    def test_anything_else_is_refused_before_a_name_is_looked_up(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked_up: list[Any] = []

        def record(*asked: Any, **_: Any) -> list[Any]:
            looked_up.append(asked)
            return []

        monkeypatch.setattr(socket, "getaddrinfo", record)

        with pytest.raises(UnknownHost):
            Transport(ZOHO.origins).send("GET", url)

        assert looked_up == []

    def test_the_table_itself_is_https_and_lower_case(self) -> None:
        for row in datacenters.table().values():
            for origin in row.origins:
                assert origin.startswith("https://")
                assert origin == origin.lower()


class TestA49HostsOfTheCompanysSignIn:
    @pytest.mark.parametrize("url", [*OUTSIDE, f"{ZOHO.accounts}/oauth/v2/token"])
    def test_are_those_of_the_setting_and_no_others(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked_up: list[Any] = []
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *asked, **_: looked_up.append(asked)
        )

        with pytest.raises(ports.NoAnswer):
            ports.ask(("https://login.example.com",), "GET", url)

        assert looked_up == []

    def test_are_not_asked_by_the_library_behind_it(self) -> None:
        with pytest.raises(NotImplementedError):
            get_adapter().get_requests_session()


class TestA51AddressesInsideZohosData:
    @pytest.mark.parametrize("scheme", ["http", "javascript"])
    def test_are_never_fetched_and_shown_only_if_people_may_follow(
        self, zoho: SandboxZoho, connection: Connection, staff: User, scheme: str
    ) -> None:
        with Listener() as evil:
            url = f"{scheme}://{evil.address}/"
            body = {"id": "1", "ticketNumber": "7", "webUrl": url, "logoUrl": url}
            zoho.script("POST", "/api/v1/tickets", {"status": 200, "body": body})

            receipt = open_ticket(
                connection=connection,
                person=staff,
                idempotency_key=IdempotencyKey("k"),
                subject="Printer",
                department="1",
                email="kim@example.com",
                last_name="Sample",
            )

            assert receipt.delivery.outcome["url"] == ""
            assert evil.requests == []


class TestA21Certificates:
    @pytest.fixture
    def self_signed(self, tmp_path: Path) -> Iterator[Listener]:
        file = tmp_path / "server.pem"
        file.write_bytes(_certificate())
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(file)
        with Listener(tls=tls) as server:
            yield server

    def test_one_that_nobody_vouches_for_ends_the_call(
        self, self_signed: Listener
    ) -> None:
        transport = Transport([self_signed.url])

        with pytest.raises(Unavailable) as caught:
            transport.send("POST", f"{self_signed.url}/", form={"a": "b"})

        assert caught.value.code == "certificate"
        assert self_signed.requests == []

    def test_no_code_can_switch_the_check_off(self) -> None:
        folders = ("connections", "crm", "desk", "zohoportal")
        code = [path.read_text() for name in folders for path in _python(name)]

        assert not any("verify=" in text or "CERT_NONE" in text for text in code)


class TestA69Keys:
    def test_are_made_with_256_bits_in_a_file_for_the_owner_only(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / ".env.example").write_text((ROOT / ".env.example").read_text())
        call = "import sys; from pathlib import Path; "
        call += "from zohoportal.run import new_env; "
        call += "new_env.ROOT = Path(sys.argv[1]); new_env.main()"
        command = [sys.executable, "-c", call, str(tmp_path)]

        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        again = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)

        written = tmp_path / ".env"
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert "\nSECRET_KEY=\n" not in written.read_text()
        assert "\nVAULT_KEYS=main:" in written.read_text()
        assert b"Nothing was changed" in again.stderr


def _python(folder: str) -> Iterator[Path]:
    return (ROOT / folder).rglob("*.py")


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)

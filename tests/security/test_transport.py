import gzip
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connections.zoho import oauth
from connections.zoho.envelope import Envelope
from connections.zoho.errors import (
    NotSent,
    OutcomeUnknown,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.transport import LARGEST_REPLY, Transport, UnknownHost
from crm.envelope import CRM
from desk.envelope import DESK
from tests.security.servers import (
    Listener,
    answer,
    client_at,
    closed_port,
    header,
    region,
)

REDIRECTS = (
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
)
OURS = oauth.Client("1000.CLIENT", "the-secret")


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    """A server that must never hear of us."""
    with Listener() as server:
        yield server


@pytest.mark.parametrize("status", REDIRECTS)
class TestA19Redirect:
    def test_of_the_token_endpoint_is_not_followed(
        self, status: str, elsewhere: Listener
    ) -> None:
        to = f"Location: {elsewhere.url}/oauth/v2/token"
        with Listener(answer(status, b"", to)) as zoho:
            row = region(zoho.url)

            with pytest.raises(UnexpectedReply, match="redirect"):
                oauth.exchange(Transport(row.origins), row, OURS, code="1000.code")

            assert len(zoho.requests) == 1
        assert elsewhere.connections == 0

    @pytest.mark.parametrize("product", [CRM, DESK], ids=["crm", "desk"])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_of_a_product_is_not_followed_f40(
        self, method: str, product: Envelope, status: str, elsewhere: Listener
    ) -> None:
        to = f"Location: {elsewhere.url}/"
        with Listener(answer(status, b"", to)) as zoho:
            client = client_at(zoho.url)
            body = {"a": 1} if method == "POST" else None

            with pytest.raises(UnexpectedReply, match="redirect"):
                client.call(product, method, "anything", json=body)

            assert len(zoho.requests) == 1
        assert elsewhere.connections == 0

    def test_within_the_same_host_is_not_followed_either(self, status: str) -> None:
        with Listener(answer(status, b"", "Location: /again")) as zoho:
            with pytest.raises(UnexpectedReply, match="redirect"):
                client_at(zoho.url).call(CRM, "GET", "org")

            assert len(zoho.requests) == 1


class TestA19OtherHost:
    @pytest.mark.parametrize(
        "url",
        [
            "{other}/crm/v8/org",
            "{own}@{other_host}/crm/v8/org",
            "http://sub.{own_host}/crm/v8/org",
            "https://{own_host}/crm/v8/org",
        ],
    )
    def test_is_never_called(self, url: str, elsewhere: Listener) -> None:
        with Listener() as zoho:
            address = url.format(
                own=zoho.url,
                own_host=zoho.address,
                other=elsewhere.url,
                other_host=elsewhere.address,
            )

            with pytest.raises(UnknownHost):
                Transport([zoho.url]).send("GET", address)

            assert zoho.connections == 0
        assert elsewhere.connections == 0


class TestA20Environment:
    def test_of_netrc_does_not_replace_our_header(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login mallory password guessed\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        with Listener() as zoho:
            client_at(zoho.url).call(CRM, "GET", "org")

            (request,) = zoho.requests
        assert header(request, "authorization") == ["Zoho-oauthtoken 1000.token"]

    @pytest.mark.parametrize(
        "name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    )
    def test_of_a_proxy_is_not_used(
        self, name: str, elsewhere: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv(name, elsewhere.url)
        with Listener() as zoho:
            client_at(zoho.url).call(CRM, "GET", "org")

            (request,) = zoho.requests
        assert request.startswith(b"GET /crm/v8/org HTTP/1.1\r\n")
        assert elsewhere.connections == 0

    def test_of_a_proxy_for_https_is_not_used(
        self, elsewhere: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("HTTPS_PROXY", elsewhere.url)

        with pytest.raises(NotSent, match="no_connection"):
            client_at(f"https://127.0.0.1:{closed_port()}").call(CRM, "GET", "org")

        assert elsewhere.connections == 0

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_of_trusted_authorities_is_not_used(
        self, name: str, own_authority: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, str(own_authority))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own_authority)
        with Listener(tls=context) as zoho:
            with pytest.raises(NotSent, match="certificate"):
                client_at(zoho.url).call(CRM, "GET", "org")

            assert zoho.connections == 1
            assert zoho.requests == []

    def test_of_a_missing_bundle_changes_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        with Listener() as zoho:
            assert client_at(zoho.url).call(CRM, "GET", "org") == {}


class TestDeadline:
    @pytest.mark.parametrize("repeatable", [True, False])
    def test_bounds_an_answer_that_drips_f50(self, repeatable: bool) -> None:
        dripping = answer(body=b"", length=False) + b"{"
        kind = Unavailable if repeatable else OutcomeUnknown
        with Listener(dripping, drip=b" ") as zoho:
            began = time.monotonic()

            with pytest.raises(kind, match="timeout"):
                Transport([zoho.url]).send(
                    "POST", zoho.url, repeatable=repeatable, seconds=0.4
                )

        assert time.monotonic() - began < 3

    def test_bounds_a_head_that_drips(self) -> None:
        with Listener(b"HTTP/1.1 200 OK\r\n", drip=b"X-More: 1\r\n") as zoho:
            began = time.monotonic()

            with pytest.raises(Unavailable, match="timeout"):
                Transport([zoho.url]).send("GET", zoho.url, seconds=0.4)

        assert time.monotonic() - began < 3

    def test_bounds_the_wait_for_an_answer(self) -> None:
        silent = b"HTTP/1.1 200 OK\r\n"
        with Listener(silent) as zoho:
            began = time.monotonic()

            with pytest.raises(Unavailable, match="timeout"):
                Transport([zoho.url]).send("GET", zoho.url, seconds=0.3)

        assert time.monotonic() - began < 3


class TestLargestReply:
    def test_is_read(self) -> None:
        with Listener(answer(body=b"x" * LARGEST_REPLY)) as zoho:
            reply = Transport([zoho.url]).send("GET", zoho.url)

        assert len(reply.body) == LARGEST_REPLY

    def test_is_the_limit_f49(self) -> None:
        with (
            Listener(answer(body=b"x" * (LARGEST_REPLY + 1))) as zoho,
            pytest.raises(Unavailable),
        ):
            Transport([zoho.url]).send("GET", zoho.url)

    def test_counts_what_comes_out_of_a_compressed_one_f49(self) -> None:
        bomb = gzip.compress(bytes(20 * LARGEST_REPLY), compresslevel=9)
        assert len(bomb) < LARGEST_REPLY
        with (
            Listener(answer("200 OK", bomb, "Content-Encoding: gzip")) as zoho,
            pytest.raises(Unavailable),
        ):
            Transport([zoho.url]).send("GET", zoho.url)

    def test_leaves_a_ticket_in_doubt_when_passed(self) -> None:
        with (
            Listener(answer(body=b"x" * (LARGEST_REPLY + 1))) as zoho,
            pytest.raises(OutcomeUnknown),
        ):
            client_at(zoho.url).call(DESK, "POST", "tickets", json={})


class TestBrokenLine:
    @pytest.mark.parametrize("repeatable", [True, False])
    def test_before_anything_was_sent_is_harmless(self, repeatable: bool) -> None:
        nobody = f"http://127.0.0.1:{closed_port()}"

        with pytest.raises(NotSent, match="no_connection"):
            Transport([nobody]).send("POST", nobody, repeatable=repeatable)

    def test_after_a_ticket_was_sent_is_an_unknown_outcome(self) -> None:
        with Listener(b"") as zoho:
            with pytest.raises(OutcomeUnknown, match="line_broke"):
                client_at(zoho.url).call(DESK, "POST", "tickets", json={})

            assert len(zoho.requests) == 1

    def test_after_a_repeatable_call_is_harmless(self) -> None:
        with Listener(b"") as zoho:
            with pytest.raises(Unavailable, match="line_broke"):
                client_at(zoho.url).call(
                    CRM, "POST", "Contacts/upsert", json={}, repeatable=True
                )

            assert len(zoho.requests) == 1

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_in_the_middle_of_an_answer_is_noticed_f38(self, method: str) -> None:
        half = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"data"'
        kind = Unavailable if method == "GET" else OutcomeUnknown
        with Listener(half, hang_up=True) as zoho, pytest.raises(kind):
            client_at(zoho.url).call(DESK, method, "tickets")

    def test_says_nothing_of_what_was_sent(self) -> None:
        with Listener(b"") as zoho, pytest.raises(ZohoError) as raised:
            client_at(zoho.url).call(
                DESK, "POST", "tickets", json={"subject": "private"}
            )

        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__
        assert "1000.token" not in f"{raised.value!r} {raised.value}"


class TestLastAnswerOfALine:
    @pytest.mark.parametrize("head", [("Connection: close",), ()])
    def test_is_read_to_its_end(self, head: tuple[str, ...]) -> None:
        whole = answer("200 OK", b'{"org": []}' + b" " * 100_000, *head, length=False)
        with Listener(whole, hang_up=True) as zoho:
            assert client_at(zoho.url).call(CRM, "GET", "org") == {"org": []}

    def test_may_have_a_length(self) -> None:
        whole = answer("200 OK", b'{"org": []}', "Connection: close")
        with Listener(whole, hang_up=True) as zoho:
            assert client_at(zoho.url).call(CRM, "GET", "org") == {"org": []}


class TestCookies:
    def test_are_not_kept(self) -> None:
        with Listener(answer("200 OK", b"{}", "Set-Cookie: a=b; Path=/")) as zoho:
            client = client_at(zoho.url)

            client.call(CRM, "GET", "org")
            client.call(CRM, "GET", "org")

            assert [header(request, "cookie") for request in zoho.requests] == [[], []]


class TestOpenLine:
    def test_is_used_for_the_next_call(self) -> None:
        with Listener() as zoho:
            client = client_at(zoho.url)

            client.call(CRM, "GET", "org")
            client.call(DESK, "GET", "departments")

            assert len(zoho.requests) == 2
            assert zoho.connections == 1

    def test_is_used_after_an_error_too(self) -> None:
        with Listener(answer("400 Bad Request", b'{"code": "X"}')) as zoho:
            client = client_at(zoho.url)

            for _ in range(2):
                with pytest.raises(ZohoError):
                    client.call(CRM, "GET", "org")

            assert zoho.connections == 1

    def test_is_replaced_when_zoho_closed_it_meanwhile(self) -> None:
        with Listener(answer("200 OK", b'{"id": "1"}'), hang_up=True) as zoho:
            client = client_at(zoho.url)
            client.call(DESK, "POST", "tickets", json={})
            assert zoho.hung_up.wait(10)

            client.call(DESK, "POST", "tickets", json={})

            assert zoho.connections == 2

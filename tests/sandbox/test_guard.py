"""Nobody but those who started the sandbox steers it, from whatever page."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.zoho import TOKEN, SandboxZoho


def ask(zoho: SandboxZoho, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    line = HTTPConnection(urlsplit(zoho.url).netloc, timeout=10)
    try:
        line.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.putheader("Content-Length", "0")
        line.endheaders()
        reply = line.getresponse()
        return reply.status, reply.read()
    finally:
        line.close()


class TestControl:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/_sandbox/journal"),
            ("GET", "/_sandbox/issued"),
            ("POST", "/_sandbox/reset"),
            ("POST", "/_sandbox/script"),
            ("POST", "/_sandbox/tokens/revoke"),
            ("DELETE", "/_sandbox/limits"),
        ],
    )
    def test_wants_the_token(self, zoho: SandboxZoho, method: str, path: str) -> None:
        status, body = ask(zoho, method, path)

        assert status == 403
        assert "X-Sandbox-Token" in json.loads(body)["error"]
        assert ask(zoho, method, path, X_Sandbox_Token="guessed")[0] == 403
        assert ask(zoho, method, path, X_Sandbox_Token="ü")[0] == 403
        assert ask(zoho, method, path, X_Sandbox_Token=TOKEN)[0] != 403

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"]
    )
    def test_serves_no_other_page_even_with_it(
        self, zoho: SandboxZoho, origin: str
    ) -> None:
        steered = ask(
            zoho, "POST", "/_sandbox/reset", X_Sandbox_Token=TOKEN, Origin=origin
        )
        registered = ask(zoho, "POST", "/console/clients", Origin=origin)

        assert steered[0] == registered[0] == 403

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "["])
    def test_answers_to_its_own_name_only(self, zoho: SandboxZoho, host: str) -> None:
        """A name that somebody else points here brings their page along."""
        steered = ask(zoho, "GET", "/_sandbox/issued", X_Sandbox_Token=TOKEN, Host=host)

        assert steered[0] == ask(zoho, "GET", "/console", Host=host)[0] == 403

    def test_lets_its_own_pages_work(self, zoho: SandboxZoho) -> None:
        assert ask(zoho, "GET", "/_sandbox/")[0] == 200
        assert ask(zoho, "GET", "/console")[0] == 200
        assert ask(zoho, "POST", "/console/clients", Origin=zoho.url)[0] != 403

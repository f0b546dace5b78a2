"""A41: what strangers say of themselves, and what our own proxies say of them."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from zohoportal.run.proxies import networks, visitor
from zohoportal.web.middleware import through_known_proxies

OURS = networks(["127.0.0.1", "10.0.0.0/24", "fd12:3:4::/48"])

# Who has called, what stands in X-Forwarded-For, whom that makes the visitor.
TABLE = {
    "a stranger": ("203.0.113.7", "", "203.0.113.7"),
    "a stranger with a story": ("203.0.113.7", "192.0.2.1", "203.0.113.7"),
    "a stranger who plays us": ("203.0.113.7", "127.0.0.1", "203.0.113.7"),
    "through our proxy": ("10.0.0.5", "203.0.113.7", "203.0.113.7"),
    "a story through our proxy": ("10.0.0.5", "192.0.2.1, 203.0.113.7", "203.0.113.7"),
    "our name through our proxy": (
        "10.0.0.5",
        "10.0.0.9, 203.0.113.7",
        "203.0.113.7",
    ),
    "through two of ours": ("127.0.0.1", "203.0.113.7,10.0.0.5", "203.0.113.7"),
    "a story through two": (
        "127.0.0.1",
        "1.1.1.1, 203.0.113.7, 10.0.0.5",
        "203.0.113.7",
    ),
    "our own machine": ("127.0.0.1", "", "127.0.0.1"),
    "our machines alone": ("127.0.0.1", "10.0.0.9, 10.0.0.5", "10.0.0.9"),
    "with a port": ("10.0.0.5", "203.0.113.7:50123", "203.0.113.7"),
    "IPv6": ("::1", "203.0.113.7", "::1"),
    "IPv6 through ours": ("fd12:3:4::1", "2001:db8::7", "2001:db8::7"),
    "IPv6 with a port": ("10.0.0.5", "[2001:db8::7]:443", "2001:db8::7"),
    "IPv4 in IPv6": ("::ffff:10.0.0.5", "::ffff:203.0.113.7", "203.0.113.7"),
    "words": ("10.0.0.5", "203.0.113.7, unknown", "10.0.0.5"),
    "an empty hop": ("10.0.0.5", "203.0.113.7,", "10.0.0.5"),
    "markup": ("10.0.0.5", "<script>", "10.0.0.5"),
    "a socket": ("", "203.0.113.7", ""),
}


class TestA41Address:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "expected"), TABLE.values(), ids=TABLE
    )
    def test_is_the_last_hop_that_is_not_ours(
        self, peer: str, forwarded: str, expected: str
    ) -> None:
        assert visitor(peer, forwarded, OURS) == expected

    @given(st.text(alphabet="0123456789.:[], abcdefx\t\u0660", max_size=60))
    def test_is_never_changed_by_what_a_visitor_sends(self, story: str) -> None:
        assert visitor("10.0.0.5", f"{story}, 203.0.113.7", OURS) == "203.0.113.7"
        assert visitor("203.0.113.7", story, OURS) == "203.0.113.7"


def seen(peer: str, **headers: str) -> tuple[str, bool]:
    """Return whom the portal takes for the visitor, and whether over https."""
    found: list[Any] = []

    def page(request: HttpRequest) -> HttpResponse:
        found.append((request.META["REMOTE_ADDR"], request.is_secure()))
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)  # type: ignore[arg-type]  # these are headers
    through_known_proxies(page)(request)
    address, is_secure = found[0]
    return address, is_secure


class TestA41Request:
    def test_through_our_proxy_is_what_that_says(self, settings: Any) -> None:
        settings.TRUSTED_PROXIES = OURS

        assert seen(
            "10.0.0.5",
            HTTP_X_FORWARDED_FOR="203.0.113.7",
            HTTP_X_FORWARDED_PROTO="https",
        ) == ("203.0.113.7", True)
        assert seen("10.0.0.5", HTTP_X_FORWARDED_PROTO="http") == ("10.0.0.5", False)

    def test_of_a_stranger_is_what_it_is(self, settings: Any) -> None:
        settings.TRUSTED_PROXIES = OURS

        assert seen(
            "203.0.113.7",
            HTTP_X_FORWARDED_FOR="192.0.2.1",
            HTTP_X_FORWARDED_PROTO="https",
        ) == ("203.0.113.7", False)

    def test_is_believed_from_nobody_where_none_is_set(self, settings: Any) -> None:
        settings.TRUSTED_PROXIES = ()

        assert seen("127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1") == (
            "127.0.0.1",
            False,
        )

"""forms/12: an address that is not quite one."""

import pytest

from zohoportal.run.site_url import BadSiteUrl, site_url


class TestSiteUrl:
    @pytest.mark.parametrize(
        ("typed", "address"),
        [
            ("https://portal.example.com", "https://portal.example.com"),
            ("https://portal.example.com/", "https://portal.example.com"),
            ("  https://portal.example.com//\n", "https://portal.example.com"),
            ('"https://portal.example.com"', "https://portal.example.com"),
            ("HTTPS://Portal.Example.COM", "https://portal.example.com"),
            ("https://portal.example.com:443", "https://portal.example.com"),
            ("http://localhost:80/", "http://localhost"),
            ("https://portal.example.com:8443", "https://portal.example.com:8443"),
            ("https://portal.example.com.", "https://portal.example.com"),
            ("https://zürich.example", "https://xn--zrich-kva.example"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("\u200bhttps://portal.example.com", "https://portal.example.com"),
        ],
    )
    def test_is_put_right_forms_12(self, typed: str, address: str) -> None:
        assert site_url(typed).geturl() == address

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("", "set the address people use"),
            ("/", "set the address people use"),
            ("portal.example.com", "it starts with https://"),
            ("ftp://portal.example.com", "it starts with https://"),
            ("https://example.com/zoho", "a path is not supported; leave out /zoho"),
            ("https://example.com/a/b/", "a path is not supported; leave out /a/b"),
            ("https://example.com?x=1", "set nothing but scheme and host"),
            ("https://example.com#x", "set nothing but scheme and host"),
            ("https://me@example.com", "set nothing but scheme and host"),
            ("https://", "it starts with https://"),
            ("https://exa mple.com", "set an address"),
            ("https://*.example.com", "set an address"),
            ("https://example.com:99999", "set an address"),
            ("https://.example.com", "set an address"),
            (f"https://{'a' * 70}.example.com", "set an address"),
        ],
    )
    def test_is_refused_with_the_reason_forms_12(self, typed: str, words: str) -> None:
        with pytest.raises(BadSiteUrl, match=words.replace("?", r"\?")):
            site_url(typed)

import pytest

from desk.zoho.texts import to_html, to_text

NASTY = "<img src=x onerror=alert(1)>"


class TestToHtml:
    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("One\nTwo\r\nThree", "One<br>Two<br>Three"),
            (NASTY, "&lt;img src=x onerror=alert(1)&gt;"),
            ("</script>{{7*7}}", "&lt;/script&gt;{{7*7}}"),
            (
                "See https://example.com/?a=1&b=2 there",
                'See <a href="https://example.com/?a=1&amp;b=2">'
                "https://example.com/?a=1&amp;b=2</a> there",
            ),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("Ask zsu[@user:123]zsu", "Ask zsu [@user:123]zsu"),
        ],
    )
    def test_is_safe_a55(self, typed: str, sent: str) -> None:
        assert to_html(typed) == sent


class TestToText:
    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("<div>One</div><div>Two<br/>Three</div>", "One\nTwo\nThree"),
            ("A &amp; B &lt;b&gt;", "A & B <b>"),
            (f"Before{NASTY}after", "Beforeafter"),
            ("", ""),
            ("One<!-- no <b>note</b> -->Two<!-- open", "OneTwo"),
            ("<a <b>One</b><i", "<a One<i"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ],
    )
    def test_keeps_words_and_line_breaks_a55(self, html: str, text: str) -> None:
        assert to_text(html) == text

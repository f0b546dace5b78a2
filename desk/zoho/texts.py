"""Typed text as the HTML that Desk wants, and Desk's HTML as text that is safe here."""

import re
from html import unescape

from django.utils.html import urlize

# Desk would take it for the mention of one of its users.
MENTION = re.compile(r"zsu\[(?=@)")
# No more than one of a kind is looked at for each "<", however many are broken.
TAG = re.compile(r"<[!/?A-Za-z][^<>]*>")
COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", re.IGNORECASE)


def to_html(text: str) -> str:
    """Return typed text as safe HTML, with its line breaks and links."""
    # Not splitlines(), which takes other characters for ends of lines, too.
    lines = without_mentions(text).replace("\r\n", "\n").split("\n")
    return "<br>".join(urlize(line, autoescape=True) for line in lines)


def without_mentions(text: str) -> str:
    return MENTION.sub("zsu [", text)


def to_text(html: str) -> str:
    """Return HTML as plain text with its line breaks; for templates that escape it."""
    text = unescape(TAG.sub("", COMMENT.sub("", BREAKS.sub("\n", html))))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

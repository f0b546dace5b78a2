"""Words in braces that stand for something else in a template's text.

Braces around anything that does not read like words are text: code, for example.
"""

import re
from collections.abc import Mapping

CONTACT = "contact name"
MEANINGS = {
    CONTACT: "The contact's name, put in when the ticket is opened",
    "my e-mail": "The e-mail address of whoever uses the template",
    "today": "The day on which it is used, such as 2 March 2026",
}
# Short, and of one line; what somebody meant as a placeholder and misspelled as well.
_IN_BRACES = re.compile(r"\{ {0,5}([^\W\d_][\w .'\u2019-]{0,60}?) {0,5}\}")


def known() -> str:
    """Return all of them as people type them."""
    return ", ".join(f"{{{name}}}" for name in MEANINGS)


def first_unknown(text: str) -> str:
    """Return what stands in braces and is no placeholder; empty if there is nothing."""
    found = (each.group(1) for each in _IN_BRACES.finditer(text))
    return next((name for name in found if _plain(name) not in MEANINGS), "")


def names_contact(text: str) -> bool:
    """Tell whether the contact's name belongs into this text."""
    return any(_plain(each.group(1)) == CONTACT for each in _IN_BRACES.finditer(text))


def with_contact(text: str, name: str) -> str:
    """Return the text with the contact's name."""
    return filled(text, {CONTACT: name})


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with these placeholders filled in; what they hold is text."""
    return _IN_BRACES.sub(
        lambda each: values.get(_plain(each.group(1)), each.group()), text
    )


def _plain(name: str) -> str:
    return " ".join(name.lower().split())

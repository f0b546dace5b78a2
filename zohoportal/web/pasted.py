"""What people paste, without what copying adds to it.

Pages, mails and chats bring quotation marks, hidden characters, line ends and whole
wrappings along. Taken off is only what nobody types on purpose; anything else goes on
as it is, for the form to object to.
"""

import re
from typing import Any, NamedTuple
from urllib.parse import unquote

from django import forms

_WRAPPING = " \u00a0\"'`\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e"
_SEPARATORS = " ;,"
# Control characters, soft hyphens, zero-width signs, and marks of direction.
_HIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff]"
)
_GAPS = re.compile(r"\s+")
# A link, with the subject that it may carry.
_LINK = re.compile(r"mailto:([^\s?<>()]*)(?:\?[^\s<>()]*)?", re.IGNORECASE)

_ADDRESS = r"(?P<address>[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+)"
_SHAPES = [
    re.compile(shape)
    for shape in (
        _ADDRESS,
        rf"(?P<name>[^<>]*)<{_ADDRESS}>",
        rf"{_ADDRESS} ?(?:\((?P<name>[^()]*)\)|<(?P=address)>)",
        rf"\[(?P<name>[^\[\]]*)\]\({_ADDRESS}\)",
    )
]


class Mailbox(NamedTuple):
    """A person's name, empty where none came along, and their e-mail address."""

    name: str
    address: str


def clean(text: str) -> str:
    """Return text without hidden characters, and without quotation marks around it."""
    return _HIDDEN.sub("", text).strip(_WRAPPING)


def clean_email(text: str) -> Mailbox:
    """Return the address that was pasted, and the name that came with it.

    Reads `Ann Archer <ann@example.com>`, `ann@example.com (Ann Archer)`, links such as
    `mailto:ann@example.com?subject=Hello`, and `ann@example.com;` out of a list. What
    is none of these, or is two addresses, comes back as the address, without a name.
    """
    text = clean(_GAPS.sub(" ", text)).strip(_SEPARATORS)
    plain = _LINK.sub(lambda link: unquote(link[1]), text)
    for shape in _SHAPES:
        if match := shape.fullmatch(plain):
            address = match["address"].rstrip(".")
            name = clean(match.groupdict().get("name") or "").strip(_SEPARATORS)
            if name.casefold() == address.casefold():
                name = ""
            if "@" not in name:
                return Mailbox(name, address)
    return Mailbox("", text)


class PastedField(forms.CharField):
    """One line that is copied from elsewhere as a rule."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class PastedEmailField(forms.EmailField):
    """An e-mail address, however it was copied."""

    def to_python(self, value: Any) -> str:
        return clean_email(super().to_python(value) or "").address

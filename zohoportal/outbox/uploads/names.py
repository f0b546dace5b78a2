"""The name of a file as it was typed, made harmless to show, to store and to save."""

import re
import unicodedata

from django.core import signing

LONGEST = 120
_SALT = "outbox.file-name"
# Characters that file names cannot have on Windows.
NOT_ALLOWED = re.compile(r'[<>:"|?*]')
# Names that Windows gives to devices, whatever the ending.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
NAMELESS = "file"


def clean_name(name: str) -> str:
    """Return the last part of the name, without what deceives people or programs.

    Gone are folders, control characters and those that turn the direction of writing.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(_shown(character) for character in last)
    cleaned = _short(NOT_ALLOWED.sub("_", shown).strip(" .-"))
    if RESERVED.fullmatch(cleaned):
        return f"_{cleaned}"
    return cleaned or NAMELESS


def sealed(name: str) -> str:
    """Return a name as a link of ours carries it, so that nobody else's is believed."""
    return signing.dumps(name, salt=_SALT)


def unsealed(token: str) -> str:
    """Return the name that a link of ours carries; empty for one that we never made."""
    try:
        name: str = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return ""
    return name


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if kind.startswith("Z"):
        return " "
    return "" if kind.startswith("C") else character


def _short(name: str) -> str:
    """Cut the middle out of a long name: its ending says what it is."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST].strip(" .-")
    return stem[: LONGEST - len(ending) - 1].strip(" .-") + dot + ending

"""What people copy from Zoho's console, taken out of what came along with it.

The console offers a file with all of it as JSON; chats and documents put names before
the values; and the address of the way back has the code in it.
"""

import json
import re
from collections.abc import Collection
from urllib.parse import parse_qs, urlsplit

from zohoportal.web.pasted import clean

CODE_NAMES = ("code", "grant token", "authorization code", "grant_token")
ID_NAMES = ("client id", "client_id")
SECRET_NAMES = ("client secret", "client_secret")
# What Zoho makes looks like this: 1000.0123456789abcdef….0123456789abcdef…
_TOKEN = re.compile(r"(?<![.\d])1000\.[0-9a-f]{32}\.[0-9a-f]{32}(?![0-9a-f])")
# Too long to be any of these values with something around it.
_LONGEST = 20_000


def value_in(text: str, names: Collection[str]) -> str:
    """Return the value that goes by one of these names, or the text as it is."""
    text = clean(text)
    if len(text) > _LONGEST:
        return text
    if found := _of_json(text, names) or _of_address(text, names):
        return found
    name = "|".join(re.escape(each) for each in names)
    line = re.fullmatch(rf"(?:{name})\s*[:=\s]\s*(\S+)", text, re.IGNORECASE)
    return clean(line[1]) if line else text


def code_in(text: str) -> str:
    """Return the code in what was pasted, or the text as it is."""
    found = value_in(text, CODE_NAMES)
    tokens = set(_TOKEN.findall(found))
    return tokens.pop() if len(tokens) == 1 else found


def looks_like_something_else(code: str) -> bool:
    """Tell whether it cannot be a code: an address, a sentence, or a file."""
    return bool(re.search(r"[\s{}<>]|://|[:=]$", code))


def _of_json(text: str, names: Collection[str]) -> str:
    try:
        found = json.loads(text) if text.startswith("{") else {}
    except (ValueError, RecursionError):
        return ""
    values = (found.get(name) for name in names)
    return next((each for each in values if isinstance(each, str)), "").strip()


def _of_address(text: str, names: Collection[str]) -> str:
    try:
        query = urlsplit(text).query if "?" in text else text
    except ValueError:
        return ""
    found = parse_qs(query)
    return next((found[name][0].strip() for name in names if name in found), "")

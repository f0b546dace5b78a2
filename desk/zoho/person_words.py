"""What somebody typed about a person, taken apart: an address, a number, a name."""

import re

from zohoportal.web.pasted import clean, clean_email

# Five digits or more with what people write between them, or any that stand alone.
_NUMBER = re.compile(
    r"(?:\btel[.:]?\s*)?"
    r"(\+?\(?\d(?:[\s().,/\-\u2010-\u2015]*\d){4,}(?:\s*(?:x|ext\.?)\s*\d{1,6})?)",
    re.IGNORECASE,
)
_SHORT_NUMBER = re.compile(r"\d{3,}")
_AROUND = " ,;:|/-\u2013\"'<>()"


def person_in(typed: str) -> dict[str, str]:
    """Return what a text says of a person, by the names of the form's fields.

    Reads what people type into the picker or paste there: `Ann Archer`, `Archer, Ann`,
    `Ann Archer <ann@example.com>`, `+44 20 7946 0555`, `Archer 020 7946 0555`.
    """
    rest, address = _address_in(clean(" ".join(typed.split())))
    rest, number = _number_in(rest)
    first, last = names_in(rest)
    found = {
        "email": address,
        "last_name": last,
        "first_name": first,
        "phone": number,
    }
    return {name: value for name, value in found.items() if value}


def new_contact(typed: str) -> dict[str, str]:
    """Return the form's values for somebody new; both names, or none of them."""
    found = person_in(typed)
    return ({"first_name": ""} if "last_name" in found else {}) | found


def names_in(text: str) -> tuple[str, str]:
    """Return the first names and the last name that a whole name consists of."""
    last, comma, first = (part.strip(_AROUND) for part in text.partition(","))
    if comma or (last and first):
        return first, last
    first, _, last = text.strip(_AROUND).rpartition(" ")
    return first.strip(), last


def _address_in(text: str) -> tuple[str, str]:
    """Return a text without its e-mail address, and the address."""
    name, address = clean_email(text)
    if "@" not in address:
        return text, ""
    if " " not in address:
        return name, address
    words = text.split()
    addresses = [word for word in words if "@" in word]
    if len(addresses) > 1:
        # For the form to object to.
        return "", text
    rest = " ".join(word for word in words if "@" not in word)
    return rest, clean_email(addresses[0].strip(_AROUND)).address


def _number_in(text: str) -> tuple[str, str]:
    """Return a text without its phone number, and the number."""
    if _SHORT_NUMBER.fullmatch(text):
        return "", text
    found = _NUMBER.search(text)
    if found is None:
        return text, ""
    return f"{text[: found.start()]} {text[found.end() :]}", found[1].strip()

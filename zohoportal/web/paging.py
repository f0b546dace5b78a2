"""Which page of a list an address asks for."""

from django.http import HttpRequest

# More digits are no page of anything.
LONGEST = 9


def asked(request: HttpRequest, name: str, last: int) -> int:
    """Return the number that the query gives as `name`: 1 to `last`, 1 for nonsense."""
    text = request.GET.get(name, "")
    is_number = text.isdecimal() and len(text) <= LONGEST
    return min(max(int(text), 1), last) if is_number else 1

"""Where somebody wanted to go before they had to sign in."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def wish(request: HttpRequest) -> str:
    """Return the address that came with a form, if it is one of ours; else empty."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if is_ours else ""

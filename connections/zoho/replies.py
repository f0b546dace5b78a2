"""The only place that interprets replies: a reply in, data or an error out.

Pure: no network, no clock. Status first, then the body, and no body is trusted to have
its documented shape. Every product of Zoho has an `Envelope` of its own.
"""

import re
from datetime import timedelta
from typing import Any

from connections.zoho import shapes
from connections.zoho.envelope import Envelope
from connections.zoho.errors import (
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Rejected,
    TokenRefused,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.refusals import Refusal, refused_item, text
from connections.zoho.transport import Reply

Json = dict[str, Any]

THROTTLE_WINDOW = timedelta(minutes=10)
SHORT_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
# Credits are counted anew within a day.
LONGEST_ASKED = timedelta(hours=24)

GRANT_ENDED = {
    "invalid_code",
    "invalid_client",
    "invalid_client_secret",
    "invalid_redirect_uri",
}
SCOPE_CODES = {"OAUTH_SCOPE_MISMATCH", "SCOPE_MISMATCH"}
NOT_ALLOWED_CODES = {
    "NO_PERMISSION",
    "AUTHORIZATION_FAILED",
    "PERMISSION_DENIED",
    "FORBIDDEN",
    "ONLY_LIVECHAT_USER",
    "OAUTH_ORG_MISMATCH",
    "AUTHTOKEN_DEPRECATED",
}
TOO_MUCH_CODES = {"TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED", "THRESHOLD_EXCEEDED"}
# Zoho's own trouble, whatever the status says: it may pass.
FAULT_CODES = {
    "INTERNAL_ERROR",
    "INTERNAL_SERVER_ERROR",
    "SERVICE_UNAVAILABLE",
    "DEPENDENT_SERVICE_ERROR",
}
# Gateways answer these with a page, and mean them.
PLAIN_STATUSES = {401, 408, 413, 415, 429}
# Zoho's codes are words; anything else could be a value that is nobody's business.
CODE = re.compile(r"[A-Za-z_ ]{1,60}")
CODE_NAMES = ("code", "errorCode", "error")
# Errors are short: long replies are data, and are not read a second time for a code.
LONGEST_ERROR = 64 * 1024


def accounts(reply: Reply) -> Json:
    """Return what Zoho's accounts server says; HTTP 200 is not success there.

    Raises:
        RateLimited: too many tokens in ten minutes (HTTP 400, in older reports 200).
        ReconnectRequired: code, client, secret or redirect address refused.
        Unavailable: no JSON object came, or the server has a problem.
        UnexpectedReply: a redirect, or an error that we do not know.
    """
    body = reply.content
    if 300 <= reply.status < 400:
        raise UnexpectedReply("redirect", **_about(reply))
    if reply.status >= 500 or body is None:
        raise Unavailable("no_json" if body is None else "", **_about(reply))
    if body.get("error") is None and reply.status < 400:
        return body
    error = text(body.get("error"))
    if error == "Access Denied":
        raise RateLimited(
            error, retry_at=reply.received_at + THROTTLE_WINDOW, **_about(reply)
        )
    if error in GRANT_ENDED:
        raise ReconnectRequired(error, **_about(reply))
    raise UnexpectedReply(error, **_about(reply))


def profile(reply: Reply) -> Json:
    """Return who signed in, as the accounts server's `/oauth/user/info` says it.

    Raises:
        PermissionMissing: the grant has no profile scope.
        ZohoError: otherwise as `read`.
    """
    cause = text((reply.content or {}).get("cause"))
    if reply.status == 401 and "SCOPE" in cause:
        raise PermissionMissing("OAUTH_SCOPE_MISMATCH", **_about(reply))
    body = _usable(reply, repeatable=True)
    if reply.status < 300:
        return body
    refusal = Refusal(text(body.get("code")), text(body.get("message")))
    raise _failure(reply, refusal, repeatable=True)


def read(reply: Reply, envelope: Envelope, *, repeatable: bool) -> Json:
    """Return a product's answer; empty where it answers 204 without a body.

    Raises:
        ZohoError: one of its kinds; `Rejected` names the fields that were objected to.
    """
    body = _usable(reply, repeatable=repeatable)
    if reply.status < 300 and not envelope.hides_refusal(body):
        return body
    raise _failure(reply, envelope.refusal(body), repeatable=repeatable)


def code_of(reply: Reply) -> str:
    """Return Zoho's code for what it refused, in whatever envelope, for the log.

    Empty where it refused nothing, or said so by the status only; our own word where
    there is none to read.
    """
    if 300 <= reply.status < 400 and reply.status != 304:
        return "redirect"
    if len(reply.body) > LONGEST_ERROR:
        return ""
    body = reply.content
    if body is None:
        return "no_json" if reply.body else ""
    item = refused_item(body)
    # What succeeded may have a field called code; only accounts refuses with a 200.
    names = CODE_NAMES if item or reply.status >= 300 else ("error",)
    codes = (text((item or body).get(name)) for name in names)
    return next((code for code in codes if CODE.fullmatch(code)), "")


def _usable(reply: Reply, *, repeatable: bool) -> Json:
    """Return the body as an object, or say why there is none to read."""
    if reply.status in (204, 304):
        return {}
    if 300 <= reply.status < 400:
        raise UnexpectedReply("redirect", **_about(reply))
    body = reply.content
    if body is not None:
        return body
    if reply.status < 300 or reply.status >= 500:
        raise no_answer("no_json", reply, repeatable=repeatable)
    if reply.body and reply.status not in PLAIN_STATUSES:
        # A page of some gateway: it does not tell what became of the call.
        raise UnexpectedReply("no_json", **_about(reply))
    return {}


def _failure(reply: Reply, refusal: Refusal, *, repeatable: bool) -> ZohoError:
    code, about = refusal.code, _about(reply) | {"message": refusal.message}
    kind = refusal.kind or _kind(reply, refusal)
    if kind is RateLimited:
        return _limited(reply, refusal)
    if kind is Unavailable:
        return no_answer(code, reply, refusal.message, repeatable=repeatable)
    if kind is Rejected:
        return Rejected(code, fields=refusal.fields, **about)
    return kind(code, **about)


def _kind(reply: Reply, refusal: Refusal) -> type[ZohoError]:
    """Return which error a refusal is by what all products have in common."""
    code = refusal.code
    if _is_too_much(reply, refusal):
        return RateLimited
    if code in SCOPE_CODES or code in NOT_ALLOWED_CODES:
        return PermissionMissing
    if reply.status == 401:
        return TokenRefused
    if reply.status >= 500 or reply.status == 408 or code in FAULT_CODES:
        return Unavailable
    return UnexpectedReply if refusal.is_ours else Rejected


def _is_too_much(reply: Reply, refusal: Refusal) -> bool:
    """Tell a limit on calls from one on what was sent, such as 100 records at once."""
    if reply.status == 429 or refusal.code in TOO_MUCH_CODES:
        return True
    is_of_calls = reply.status == 403 or refusal.is_bare
    return refusal.code == "LIMIT_EXCEEDED" and is_of_calls and not refusal.fields


def _limited(reply: Reply, refusal: Refusal) -> RateLimited:
    wait = _asked_wait(reply) or refusal.wait
    asked_until = reply.received_at + (wait or SHORT_WAIT)
    longest = max(LONGEST_WAIT, refusal.wait or LONGEST_WAIT)
    is_lock = refusal.wait is not None and wait is refusal.wait
    return RateLimited(
        "locked" if is_lock else refusal.code,
        retry_at=min(asked_until, reply.received_at + longest),
        is_named=wait is not None,
        asked_until=asked_until,
        message=refusal.message,
        **_about(reply),
    )


def no_answer(
    code: str, reply: Reply, message: str = "", *, repeatable: bool
) -> ZohoError:
    """Return the error for a reply that does not tell whether a call was applied."""
    kind = Unavailable if repeatable else OutcomeUnknown
    return kind(code, message=message, **_about(reply))


def _asked_wait(reply: Reply) -> timedelta | None:
    """Return how long `Retry-After` asks to wait; None where it says nothing sound."""
    value = reply.headers.get("Retry-After", "")
    moment = shapes.http_moment(value)
    if value.isascii() and value.isdecimal():
        # Six digits are eleven days: longer ones say no more.
        wait = timedelta(seconds=int(value[:6]))
    elif moment:
        wait = moment - reply.received_at
    else:
        return None
    return max(timedelta(seconds=1), min(wait, LONGEST_ASKED))


def _about(reply: Reply) -> dict[str, Any]:
    return {"status": reply.status, "host": reply.host}

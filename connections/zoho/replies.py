"""The only place that interprets replies: a reply in, data or an error out.

Pure: no network, no clock. Status first, then the body, and no body is trusted to have
its documented shape. Every product of Zoho has an envelope of its own for errors.
"""

import json
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connections.zoho.errors import (
    FieldProblem,
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
    "FORBIDDEN",
    "OAUTH_ORG_MISMATCH",
    "AUTHTOKEN_DEPRECATED",
}
# Zoho's codes are words; anything else could be a value that is nobody's business.
CODE = re.compile(r"[A-Za-z_ ]{1,60}")
CODE_NAMES = ("code", "errorCode", "error")
# Errors are short: long replies are data, and are not read a second time for a code.
LONGEST_ERROR = 64 * 1024
KINDS = {
    "MANDATORY_NOT_FOUND": "missing",
    "DUPLICATE_DATA": "duplicate",
    "missing": "missing",
    "duplicate": "duplicate",
}


def accounts(reply: Reply) -> Json:
    """Return what Zoho's accounts server says; HTTP 200 is not success there.

    Raises:
        RateLimited: too many tokens in ten minutes (HTTP 400, in older reports 200).
        ReconnectRequired: code, client, secret or redirect address refused.
        Unavailable: no JSON object came, or the server has a problem.
        UnexpectedReply: a redirect, or an error that we do not know.
    """
    body = _object(reply)
    if 300 <= reply.status < 400:
        raise UnexpectedReply("redirect", **_about(reply))
    if reply.status >= 500 or body is None:
        raise Unavailable("no_json" if body is None else "", **_about(reply))
    if body.get("error") is None and reply.status < 400:
        return body
    error = _text(body.get("error"))
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
        ZohoError: otherwise as `crm`.
    """
    body = _object(reply) or {}
    if reply.status == 401 and "SCOPE" in _text(body.get("cause")):
        raise PermissionMissing("OAUTH_SCOPE_MISMATCH", **_about(reply))
    return crm(reply, repeatable=True)


def crm(reply: Reply, *, repeatable: bool) -> Json:
    """Return Zoho CRM's answer; empty where CRM answers 204 without a body.

    Raises:
        ZohoError: one of its kinds; `Rejected` names the fields CRM objected to.
    """
    body = _usable(reply, repeatable=repeatable)
    if reply.status < 300 and not _refused_item(body):
        return body
    # Routing and sign-in errors are top-level, record errors sit inside `data`:
    # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
    item = _refused_item(body) or body
    raise _failure(
        reply,
        _text(item.get("code")),
        _text(item.get("message")),
        _crm_fields(item),
        repeatable=repeatable,
    )


def desk(reply: Reply, *, repeatable: bool) -> Json:
    """Return Zoho Desk's answer; empty where Desk answers 204 without a body.

    Raises:
        ZohoError: one of its kinds; `Rejected` names the fields Desk objected to.
    """
    body = _usable(reply, repeatable=repeatable)
    if reply.status < 300:
        return body
    raise _failure(
        reply,
        _text(body.get("errorCode")),
        _text(body.get("message")),
        _desk_fields(body),
        repeatable=repeatable,
    )


def code_of(reply: Reply) -> str:
    """Return Zoho's code for what it refused, in whatever envelope, for the log.

    Empty where it refused nothing, or said so by the status only; our own word where
    there is none to read.
    """
    if 300 <= reply.status < 400 and reply.status != 304:
        return "redirect"
    if len(reply.body) > LONGEST_ERROR:
        return ""
    body = _object(reply)
    if body is None:
        return "no_json" if reply.body else ""
    item = _refused_item(body)
    # What succeeded may have a field called code; only accounts refuses with a 200.
    names = CODE_NAMES if item or reply.status >= 300 else ("error",)
    codes = (_text((item or body).get(name)) for name in names)
    return next((code for code in codes if CODE.fullmatch(code)), "")


def _usable(reply: Reply, *, repeatable: bool) -> Json:
    """Return the body as an object, or say why there is none to read."""
    if reply.status in (204, 304):
        return {}
    if 300 <= reply.status < 400:
        raise UnexpectedReply("redirect", **_about(reply))
    body = _object(reply)
    if body is None:
        if reply.status < 300 or reply.status >= 500:
            raise _no_answer("no_json", reply, repeatable=repeatable)
        body = {}
    return body


def _failure(
    reply: Reply,
    code: str,
    message: str,
    fields: tuple[FieldProblem, ...],
    *,
    repeatable: bool,
) -> ZohoError:
    about = _about(reply) | {"message": message}
    if reply.status == 429:
        wait = _asked_wait(reply)
        asked_until = reply.received_at + (wait or SHORT_WAIT)
        return RateLimited(
            code,
            retry_at=min(asked_until, reply.received_at + LONGEST_WAIT),
            is_named=wait is not None,
            asked_until=asked_until,
            **about,
        )
    if code in SCOPE_CODES or code in NOT_ALLOWED_CODES:
        return PermissionMissing(code, **about)
    if reply.status == 401:
        return TokenRefused(code, **about)
    if reply.status >= 500 or reply.status == 408:
        return _no_answer(code, reply, repeatable=repeatable)
    if any(problem.field == "data" for problem in fields):
        return UnexpectedReply(code, **about)
    return Rejected(code, fields=fields, **about)


def _no_answer(code: str, reply: Reply, *, repeatable: bool) -> ZohoError:
    """A gateway's error does not tell whether the call was applied."""
    kind = Unavailable if repeatable else OutcomeUnknown
    return kind(code, **_about(reply))


def _refused_item(body: Json) -> Json | None:
    """Return the first item of `data` that CRM refused.

    CRM answers 200, 202, 207 or 400 with it: only the item tells.
    """
    items = body.get("data")
    if not isinstance(items, list):
        return None
    return next(
        (
            item
            for item in items
            if isinstance(item, dict) and item.get("status") == "error"
        ),
        None,
    )


def _crm_fields(item: Json) -> tuple[FieldProblem, ...]:
    details = item.get("details")
    if not isinstance(details, dict):
        return ()
    nested = details.get("errors")
    if isinstance(nested, list):
        return tuple(
            problem
            for error in nested
            if isinstance(error, dict)
            for problem in _crm_fields(error)
        )
    name = details.get("api_name")
    if not isinstance(name, str):
        return ()
    limit = details.get("maximum_length")
    kind = KINDS.get(_text(item.get("code")), "invalid")
    return (
        FieldProblem(
            field=name,
            kind="too_long" if isinstance(limit, int) else kind,
            expected=_text(details.get("expected_data_type")),
            limit=limit if isinstance(limit, int) else None,
            record=_text(details.get("id")) if kind == "duplicate" else "",
        ),
    )


def _desk_fields(body: Json) -> tuple[FieldProblem, ...]:
    """Read Desk's `errors`: `fieldName` is a JSON pointer such as /cf/cf_model."""
    errors = body.get("errors")
    if not isinstance(errors, list):
        return ()
    return tuple(
        FieldProblem(
            field=_text(error.get("fieldName")).strip("/"),
            kind=KINDS.get(_text(error.get("errorType")), "invalid"),
        )
        for error in errors
        if isinstance(error, dict)
    )


def _asked_wait(reply: Reply) -> timedelta | None:
    """Return how long `Retry-After` asks to wait; None where it says nothing sound."""
    value = reply.headers.get("Retry-After", "")
    if value.isdecimal():
        # Six digits are eleven days: longer ones say no more.
        wait = timedelta(seconds=int(value[:6]))
    else:
        try:
            wait = parsedate_to_datetime(value) - reply.received_at
        except (TypeError, ValueError, OverflowError):
            return None
    return max(timedelta(seconds=1), min(wait, LONGEST_ASKED))


def _object(reply: Reply) -> Json | None:
    """Return the body if it is strict JSON and an object, else None."""
    try:
        text = reply.body.decode("utf-8-sig")
        body = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:
            _check_storable(body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _check_storable(body: object) -> None:
    """Refuse lone surrogates and NUL: Python reads them, databases do not take them."""
    written = json.dumps(body, ensure_ascii=False)
    written.encode()
    if "\\u0000" in written:
        raise ValueError("NUL")


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _about(reply: Reply) -> dict[str, Any]:
    return {"status": reply.status, "host": reply.host}

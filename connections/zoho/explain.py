"""An error becomes a title, a cause and a next step, in people's words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Literal

from connections.zoho.errors import (
    FieldProblem,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Rejected,
    Unavailable,
    ZohoError,
)
from connections.zoho.texts import REASONS, TEXTS, Explanation

Step = Literal["consent", "exchange", "self_client", "refresh", "read", "write"]


_BY_CODE = {
    "invalid_redirect_uri": "redirect_uri",
    "invalid_client_secret": "secret",
    "invalid_client": "secret",
    "access_denied": "access_denied",
    "no_org": "no_org",
    "no_refresh_token": "no_refresh_token",
    "not_connected": "not_connected",
    "not_proven": "not_proven",
    "state": "state",
    "unknown_host": "unknown_host",
    "OAUTH_SCOPE_MISMATCH": "scope",
    "SCOPE_MISMATCH": "scope",
    "OAUTH_ORG_MISMATCH": "organisation",
    "NO_PERMISSION": "not_allowed",
    "FORBIDDEN": "not_allowed",
    "LICENSE_LIMIT_EXCEEDED": "plan",
    "FEATURE_NOT_SUPPORTED": "plan",
    "LICENSE_ACCESS_LIMITED": "plan",
    "THRESHOLD_EXCEEDED": "credits",
    "INVALID_MODULE": "no_module",
    "INVALID_URL_PATTERN": "no_module",
    "URL_NOT_FOUND": "no_module",
    "file_gone": "file_gone",
    "record_gone": "record_gone",
    "AUTHENTICATION_FAILURE": "region?",
    "AUTHTOKEN_DEPRECATED": "old_key",
}
_BY_FILE_STATUS = {413: "file_too_large", 415: "file_type"}


def explain(
    error: ZohoError,
    *,
    step: Step = "write",
    zone: tzinfo = UTC,
    facts: Mapping[str, str] | None = None,
) -> Explanation:
    """Return the words for `error`.

    Args:
        step: what was being done; the same code means different things at each.
        zone: the reader's time zone, for "try again at".
        facts: names to fill in, such as `region`, `redirect_uri`, `feature`.
    """
    situation = _situation(error, step)
    if situation == "not_accepted" and facts and "file" in facts:
        situation = _BY_FILE_STATUS.get(error.status, "file_refused")
    text = TEXTS[situation]
    values = _facts(error, zone, facts or {})
    return replace(
        text,
        title=text.title.format_map(values),
        cause=text.cause.format_map(values).strip(),
        next_step=text.next_step.format_map(values),
        details=_details(error),
        also=tuple((act, words.format_map(values)) for act, words in text.also),
        asks=text.asks.format_map(values),
        note=text.note.format_map(values),
    )


_EXPECTED = {
    "email": "an e-mail address such as name@example.com",
    "website": "a web address such as https://example.com",
    "date": "a date such as 31/12/2026",
    "datetime": "a day and a time such as 31/12/2026 17:30",
    "integer": "a whole number such as 12",
    "bigint": "a whole number such as 12",
    "double": "a number such as 1234.56",
    "currency": "a number such as 1234.56",
    "percent": "a number such as 12.5",
}


_CHOSEN = {"picklist", "multiselectpicklist", "lookup"}


def field_text(
    problem: FieldProblem, label: str, *, whose: str = "Zoho", value: str = ""
) -> str:
    """Return Zoho's objection to one field as a sentence with the field's label.

    `whose` layout it is, such as "Your department"; `value` is what was typed.
    """
    inside = _inside(label)
    if problem.words:
        return problem.words
    if problem.kind == "missing":
        return f"Enter {inside}. {whose} needs it."
    if problem.kind == "too_long":
        return f"{label} must be {problem.limit} characters or fewer."
    if problem.kind == "duplicate":
        return f"Zoho has this {inside} already and allows it once."
    if problem.expected in _EXPECTED:
        return f"{label} must be {_EXPECTED[problem.expected]}."
    if problem.expected in _CHOSEN:
        return _choose(problem.expected, inside, value)
    return f"Zoho does not take this value for {inside}. Change it."


def _choose(kind: str, inside: str, value: str) -> str:
    if value and kind == "lookup":
        return f"{value} no longer exists in Zoho. Choose another."
    if value:
        words = f"“{value}” is not in Zoho's list."
        return f"Choose one of the values of {inside}: {words}"
    return f"Choose one of the values of {inside} that Zoho has now."


def _inside(label: str) -> str:
    """Return a label for the inside of a sentence; names of Zoho stay as they are."""
    is_name = any(letter.isupper() for letter in label[1:])
    return label if is_name else f"{label[:1].lower()}{label[1:]}"


def _situation(error: ZohoError, step: Step) -> str:
    if error.code == "invalid_code":
        # For a code just pasted or brought back; else it means the refresh token.
        by_step = {"self_client": "self_client_code", "exchange": "code"}
        return by_step.get(step, "ended")
    if error.code == "invalid_client" and step == "self_client":
        return "unknown_client"
    if error.code == "OAUTH_ORG_MISMATCH" and step in {"exchange", "self_client"}:
        return "other_account"
    return _BY_CODE.get(error.code) or _by_class(error, step)


def _by_class(error: ZohoError, step: Step) -> str:
    match error:
        case RateLimited():
            return "throttle" if error.code == "Access Denied" else "busy"
        case OutcomeUnknown():
            return "unknown"
        case Unavailable():
            return "down" if error.status else "unreachable"
        case PermissionMissing():
            return "scope"
        case ReconnectRequired():
            return "region?" if step == "exchange" else "refused"
        case Rejected():
            return "not_accepted"
        case _:
            return "strange"


PLAIN_WORDS = {
    "zoho_user": "That user",
    "feature": "do this",
    "place": "Zoho",
    "module": "such place",
    "parent": "",
    "file": "The file",
    "size": "a size",
}


class _Facts(dict[str, str]):
    """A fact nobody gave reads as a plain word instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return PLAIN_WORDS.get(key, "Zoho")


def _facts(error: ZohoError, zone: tzinfo, facts: Mapping[str, str]) -> _Facts:
    values = _Facts(
        host=error.host or "Zoho",
        status=str(error.status or ""),
        code=error.code or str(error.status),
        message=error.message or error.code,
        reason=REASONS.get(error.code, "no answer came"),
        **facts,
    )
    if isinstance(error, RateLimited):
        values["time"] = error.retry_at.astimezone(zone).strftime("%H:%M")
        values["anew"] = error.asked_until.astimezone(zone).strftime("%H:%M on %-d %B")
    return values


def _details(error: ZohoError) -> tuple[tuple[str, str], ...]:
    rows = (
        ("Zoho's code", error.code),
        ("HTTP status", str(error.status or "")),
        ("Zoho's words", error.message),
        ("Asked", error.host),
    )
    return tuple((label, value) for label, value in rows if value)

"""An error becomes a title, a cause and a next step, in people's words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, tzinfo
from typing import Literal

from connections.messages.texts import REASONS, SENT_BACK, TEXTS, Explanation, quoted
from connections.zoho.errors import (
    FieldProblem,
    NotAsked,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Rejected,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)

Step = Literal["consent", "exchange", "self_client", "refresh", "read", "write"]


_BY_CODE = {code: name for name, text in TEXTS.items() for code in text.codes}
_BY_FILE_STATUS = {413: "file_too_large", 415: "file_type"}
# The others ask for patience only: too much at once.
_BY_LIMIT = {
    "Access Denied": "throttle",
    "token_budget": "budget",
    "THRESHOLD_EXCEEDED": "credits",
    "LIMIT_EXCEEDED": "credits",
    "locked": "method_locked",
}


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
    return Explanation(
        ref=text.ref,
        title=text.title.format_map(values),
        cause=text.cause.format_map(values).strip(),
        next_step=text.next_step.format_map(values),
        action=text.button.action,
        label=text.button.label,
        needs_admin=text.needs_admin,
        details=_details(error),
        also=tuple((act, words.format_map(values)) for act, words in text.also),
        link=text.link,
        asks=text.asks.format_map(values),
        note=text.note.format_map(values),
    )


def is_about_the_whole(code: str, problems: Iterable[FieldProblem]) -> bool:
    """Tell whether a refusal says more than its objections to single fields do."""
    return code in _BY_CODE and all(problem.code != code for problem in problems)


def _situation(error: ZohoError, step: Step) -> str:
    if error.code == "invalid_code":
        # For a code just pasted or brought back; else it means the refresh token.
        by_step = {"self_client": "self_client_code", "exchange": "code"}
        return by_step.get(step, "ended")
    if error.code == "invalid_client" and step in {"self_client", "consent"}:
        return "unknown_client"
    if error.code == "OAUTH_ORG_MISMATCH" and step in {"exchange", "self_client"}:
        return "other_account"
    if step == "consent" and error.code in SENT_BACK:
        return "sent_back"
    return _BY_CODE.get(error.code) or _by_class(error, step)


def _by_class(error: ZohoError, step: Step) -> str:
    match error:
        case RateLimited():
            return _BY_LIMIT.get(error.code, "busy")
        case OutcomeUnknown():
            return "fault?" if error.status else "unknown"
        case NotAsked():
            return "not_asked"
        case Unavailable() | UnexpectedReply(code="no_json"):
            return "down" if error.status else "unreachable"
        case PermissionMissing():
            is_right = error.code and not error.scope_is_missing
            return "not_allowed" if is_right else "scope"
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
    quote = quoted(error.message)
    problem = f"it has a problem ({error.status})" if error.status else ""
    known = REASONS.get(error.code) or SENT_BACK.get(error.code)
    values = _Facts(
        host=error.host or "Zoho",
        status=str(error.status or ""),
        code=error.code or str(error.status),
        quote=quote,
        says=quote or "Zoho gave no reason.",
        message=error.message or error.code,
        reason=known or problem or "no answer came",
        **facts,
    )
    if isinstance(error, NotAsked):
        values["asked"] = error.asked_at.astimezone(zone).strftime("%H:%M")
    if isinstance(error, RateLimited):
        values["time"] = error.retry_at.astimezone(zone).strftime("%H:%M")
        anew = error.asked_until.astimezone(zone).strftime(", about %H:%M on %-d %B")
        values["anew"] = anew if error.is_named else ""
    return values


def _details(error: ZohoError) -> tuple[tuple[str, str], ...]:
    rows = (
        ("Zoho's code", error.code),
        ("HTTP status", str(error.status or "")),
        ("Zoho's words", error.message),
        ("Asked", error.host),
    )
    return tuple((label, value) for label, value in rows if value)

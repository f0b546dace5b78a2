"""The vault and the way out, as people's sign-in needs them (`accounts.ports`)."""

import logging
from collections.abc import Collection, Mapping

from connections.tokens import vault
from connections.zoho.errors import ZohoError
from connections.zoho.transport import Call, Transport
from zohoportal.accounts import ports

logger = logging.getLogger(__name__)

# A person waits for all of a sign-in's calls.
SECONDS = 8.0


def hand_over() -> None:
    """Give people's sign-in what it needs of this app."""
    ports.seal, ports.unseal, ports.ask = _seal, _unseal, _ask


def _seal(purpose: str, text: str) -> str:
    return vault.seal_text(purpose, text)


def _unseal(purpose: str, text: str) -> str:
    try:
        return vault.unseal_text(purpose, text)
    except vault.CannotOpen as error:
        raise ports.CannotOpen(str(error)) from None


def _ask(
    origins: Collection[str],
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> ports.Answer:
    try:
        reply = Transport(origins, report=_log).send(
            method, url, headers=headers, form=form, seconds=SECONDS
        )
    except ZohoError as error:
        raise ports.NoAnswer(error.code or type(error).__name__) from None
    return ports.Answer(reply.status, reply.content or {})


def _log(call: Call) -> None:
    outcome = str(call.reply.status) if call.reply else call.failure
    logger.info(
        "sign-in provider asked",
        extra={"host": call.host, "path": call.path, "outcome": outcome},
    )

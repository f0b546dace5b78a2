"""What deliveries carry to Zoho Campaigns, one class for each kind."""

from zohoportal.outbox.payloads import Payload


class SubscribePayload(Payload, frozen=True, kw_only=True):
    """A person for a list, or new details of one who is on it.

    Attributes:
        confirms: the list asks for a confirmation by mail.
        values: by the labels of Campaigns' fields.
        topic, topic_name: empty where no topic was chosen.
        source: where the person comes from, for Campaigns.
        consent_by, consent_on, consent_how: who said yes, on which day and how. They
            stay here.
        is_back: somebody knows that the person left, and wants to be back.
        is_checked: it was looked when this was submitted, and the person had not left.
    """

    list_key: str
    list_name: str
    email: str
    confirms: bool
    values: dict[str, str] = {}
    topic: str = ""
    topic_name: str = ""
    source: str = ""
    consent_by: str = ""
    consent_on: str = ""
    consent_how: str = ""
    is_back: bool = False
    is_checked: bool = False


class UnsubscribePayload(Payload, frozen=True, kw_only=True):
    """A person who leaves a list."""

    list_key: str
    list_name: str
    email: str


class NeverMailPayload(Payload, frozen=True, kw_only=True):
    """A person to whom the whole organisation sends no campaign any more."""

    email: str


def target_of(email: str) -> str:
    """Return the key of a person: what is sent about one goes in order."""
    return f"person:{email.strip().casefold()}"

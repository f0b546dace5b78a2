"""How Zoho Campaigns is asked: each method has codes, a pace and locks of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from campaigns.zoho import codes
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Envelope, Pace
from connections.zoho.errors import OutcomeUnknown, UnexpectedReply
from connections.zoho.shapes import Json

# Campaigns documents XML as its default.
AS_JSON = {"resfmt": "JSON"}
EMAIL = "Contact Email"
# Campaigns' names of what it objects to, and those of our forms.
OBJECTIONS = {EMAIL: "email", "listkey": "mailing_list", "topic_id": "topic"}
MINUTE = 60.0

# https://www.zoho.com/campaigns/help/developers/
CAMPAIGNS = Envelope(
    product="campaigns",
    host="campaigns",
    base="api/{version}",
    version="v1.1",
    refusal=partial(codes.refusal, codes.GENERAL),
    hides_refusal=partial(codes.is_refusal, codes.GENERAL),
)


@dataclass(frozen=True)
class Method:
    """One method of Campaigns: where it is, and how it is read."""

    path: str
    envelope: Envelope

    @property
    def pace(self) -> Pace | None:
        return self.envelope.pace

    def read(self, client: ZohoClient, params: Mapping[str, str]) -> Json:
        """Ask it, without anything personal: addresses stand in logs.

        Raises:
            ZohoError: it could not be asked, refused, or said neither yes nor no.
        """
        body = client.call(self.envelope, "GET", self.path, params=params)
        if not codes.code_of(body):
            raise UnexpectedReply("no_code")
        return body

    def write(
        self, client: ZohoClient, form: Mapping[str, str], *, repeatable: bool
    ) -> Json:
        """Post a form to it; return what it says of that.

        Raises:
            ZohoError: it could not be asked, refused, or said neither yes nor no.
        """
        body = client.call(
            self.envelope,
            "POST",
            self.path,
            form={**AS_JSON, **form},
            repeatable=repeatable,
        )
        if not codes.is_success(body):
            raise OutcomeUnknown("no_code")
        return body


def _method(
    path: str, every: float, at_once: int = 1, longer: tuple[Pace, ...] = ()
) -> Method:
    """Return a method by its path, with our own budget, which Zoho's is above."""
    name = path.removeprefix("json/")
    envelope = replace(
        CAMPAIGNS,
        refusal=partial(codes.refusal, name),
        hides_refusal=partial(codes.is_refusal, name),
        pace=Pace(name, every, at_once, longer),
    )
    return Method(path, envelope)


# 10,000 an hour of 12,500 and 60,000 a day of 75,000: those at once, and the others.
# https://www.zoho.com/campaigns/help/developers/contact-subscribe.html
LONGER = (Pace("day", 1.6, 6_000), Pace("hour", 0.48, 2_500))
# 400 a minute of 500, less what bunches up on the way.
SUBSCRIBE = _method("json/listsubscribe", MINUTE / 390, longer=LONGER)
# 400 in five minutes of 500.
UNSUBSCRIBE = _method("json/listunsubscribe", 0.8, 20)
NEVER_MAIL = _method("json/contactdonotmail", 0.8, 20)
LISTS = _method("getmailinglists", 0.8, 20)
SUBSCRIBERS = _method("getlistsubscribers", 0.8, 20)
# 80 in five minutes of 100; those of topics are not documented.
FIELDS = _method("contact/allfields", 4.0, 5)
TOPICS = _method("topics", 4.0, 5)
METHODS = (SUBSCRIBE, UNSUBSCRIBE, NEVER_MAIL, LISTS, SUBSCRIBERS, FIELDS, TOPICS)


def contact(email: str, values: Mapping[str, str] | None = None) -> str:
    """Return a person as Campaigns takes one: JSON by the labels of its fields."""
    return json.dumps({EMAIL: email, **(values or {})}, ensure_ascii=False)


def message_of(body: Json) -> str:
    """Return what an answer says in words."""
    return shapes.text(body.get("message"))

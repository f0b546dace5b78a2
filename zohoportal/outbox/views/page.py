"""What the page of a product form says beside the form."""

from dataclasses import dataclass, field, fields
from typing import Any

from connections.messages.texts import Explanation
from connections.views.status import Act
from zohoportal.outbox.delivering.problems import Refusal
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.views.places import Neighbour


@dataclass
class Page:
    """What a view finds out for its template, by name."""

    def context(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass
class FormPage(Page):
    """The context of a form's template; products add what theirs need.

    Attributes:
        form_key: the signed idempotency key.
        lost_files: names of files; browsers do not keep their choice.
        newer: a later change that this form would go over.
        is_kept: the form is filled with what was typed before the sign-in ended.
        is_typed: it has what somebody typed, although it was not sent.
        first: what was sent before with this form, or with the same content.
        is_twin: it was another form with the same content.
        problem: why the form cannot be used now.
        refusal: what Zoho refused, and where to look.
        act: what an admin can do about it at once, and `also`.
    """

    form_key: str
    lost_files: list[str] = field(default_factory=list)
    newer: Neighbour | None = None
    is_kept: bool = False
    is_typed: bool = False
    first: Delivery | None = None
    is_twin: bool = False
    problem: Explanation | None = None
    refusal: Refusal | None = None
    act: Act | None = None
    also: list[Act] = field(default_factory=list)

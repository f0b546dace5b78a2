"""How Zoho Desk is asked, and what it objects to."""

from connections.zoho.envelope import Envelope
from connections.zoho.errors import FieldProblem, plain
from connections.zoho.refusals import MOST_PROBLEMS, Refusal, name, text
from connections.zoho.shapes import Json, one_of, rows

KINDS = {"missing", "duplicate"}


def _refusal(body: Json) -> Refusal:
    """Return what Desk refused: `fieldName` is a JSON pointer such as /cf/cf_model."""
    problems = [
        FieldProblem(
            field=name(text(error.get("fieldName")).strip("/")),
            kind=one_of(error.get("errorType"), KINDS, "invalid"),
            message=plain(text(error.get("errorMessage"))),
        )
        for error in rows(body.get("errors"), MOST_PROBLEMS)
    ]
    said = tuple(each for each in problems if each.field or each.message)
    return Refusal(text(body.get("errorCode")), text(body.get("message")), said)


# https://desk.zoho.com/DeskAPIDocument#Introduction
DESK = Envelope(
    product="desk",
    host="desk",
    base="api/{version}",
    version="v1",
    refusal=_refusal,
    organisation_header="orgId",
    # Which organisations there are is asked of none of them.
    unaddressed={"organizations"},
    # https://desk.zoho.com/DeskAPIDocument#APIlimits
    credits_header="X-Rate-Limit-Remaining-v3",
)

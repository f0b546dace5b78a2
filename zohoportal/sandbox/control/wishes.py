"""How the control room reads what a test wishes, and what it says to it."""

from zohoportal.sandbox.messages import Answer, Refusal, Request, json_answer
from zohoportal.sandbox.tables import Row


def fault(sentence: str) -> Refusal:
    return Refusal(json_answer({"error": sentence}, 400))


def wish_of(request: Request) -> Row:
    """Return the request's JSON object; empty without a body.

    Raises:
        Refusal: it is something else.
    """
    if not request.body:
        return {}
    if not isinstance(request.json, dict):
        raise fault("The body must be a JSON object.")
    return request.json


def done(effect: str) -> Answer:
    return json_answer({"status": "success"}, effect=effect)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

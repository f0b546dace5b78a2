"""What comes with a request to Books: JSON, or the older form field JSONString."""

import json
from typing import Any

from zohoportal.sandbox.books.gate import refuse
from zohoportal.sandbox.messages import Refusal, Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

FIELD = "JSONString"
BROKEN = "JSON is not well formed"
WRONG = "Invalid value passed for JSONString"


def body_of(request: Request, world: World) -> Row:
    """Return the object that was sent.

    Raises:
        Refusal: there is none, or not in the form that is taken.
    """
    if FIELD in request.parameters:
        return _object(_parsed(request.parameters[FIELD]))
    # That some accounts refuse plain JSON is users' reports, with either code.
    code = world.settings["books_refuses_json"]
    if code is not None:
        raise refuse(400, code, WRONG if code == 4 else BROKEN)
    if request.json is None:
        raise refuse(400, 1038, BROKEN)
    return _object(request.json)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong() from error


def _object(value: Any) -> Row:
    if not isinstance(value, dict):
        raise _wrong()
    return value


def _wrong() -> Refusal:
    return refuse(400, 4, WRONG)

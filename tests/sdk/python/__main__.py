"""Run every operation against a sandbox; print a JSON line for each.

python -m tests.sdk.python URL CLIENT_ID SECRET CODE FOLDER
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.sdk.python import files, records, related, settings
from tests.sdk.python.session import Session, connect, stay_on_loopback

Operation = Callable[[Session], None]
OPERATIONS: list[Any] = [
    *settings.OPERATIONS,
    *records.OPERATIONS,
    *related.OPERATIONS,
    *files.OPERATIONS,
    *records.AT_LAST,
]


def name_of(operation: Any) -> str:
    if isinstance(operation, partial):
        own = " ".join(str(each) for each in operation.args[:1])
        return f"{name_of(operation.func)} {own}"
    return str(operation.__name__).replace("_", " ")


def _result(operation: Operation, session: Session) -> str:
    try:
        operation(session)
    except Exception as error:  # noqa: BLE001  # whatever it is, the table tells it
        return f"{type(error).__name__}: {error}"[:300]
    return "ok"


def main() -> None:
    stay_on_loopback()
    url, client_id, secret, code, folder = sys.argv[1:]
    connect(url, client_id, secret, code, Path(folder))
    session = Session(Path(folder))
    for operation in OPERATIONS:
        result = _result(operation, session)
        print(json.dumps({"operation": name_of(operation), "result": result}))


if __name__ == "__main__":
    main()

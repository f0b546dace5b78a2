"""A web process that sends the office's forms, and may die of it.

python -m tests.workers.clerk CONNECTION PERSON --lease SECONDS --waits SECONDS

It reads what lies on the desk as a line of JSON, then numbers of forms, a line each,
and answers each line when the form was handed in, as a page does.
"""

import argparse
import json
import os
import sys
import traceback
from concurrent.futures import Future, ThreadPoolExecutor

import django

# Models can be imported only after this, so what follows stands below it (E402).
django.setup()

from django.db import connections as databases  # noqa: E402

from connections.models import Connection  # noqa: E402
from tests.workers import pace  # noqa: E402
from tests.workers.office import Desk, Office  # noqa: E402
from zohoportal.accounts.models import User  # noqa: E402

# As many as one web process has.
THREADS = 8


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("connection")
    parser.add_argument("person")
    parser.add_argument("--lease", type=float, required=True)
    parser.add_argument("--waits", type=float, required=True)
    options = parser.parse_args()
    pace.quicken(options.lease, options.waits)
    office = Office(
        Desk(**json.loads(sys.stdin.readline())),
        Connection.objects.get(pk=options.connection),
        User.objects.get(pk=options.person),
    )

    def hand_in(number: int) -> None:
        try:
            office.submit([number])
        finally:
            databases.close_all()
        # In one write, so that the answers of two threads do not mix.
        os.write(sys.stdout.fileno(), f"{number}\n".encode())

    print("ready", flush=True)
    with ThreadPoolExecutor(THREADS) as threads:
        for line in sys.stdin:
            threads.submit(hand_in, int(line)).add_done_callback(_report)


def _report(done: Future[None]) -> None:
    if error := done.exception():
        traceback.print_exception(error)


if __name__ == "__main__":
    main()

"""`manage.py worker` with leases so short that a test can wait for their end.

python -m tests.workers.run --lease SECONDS
"""

import argparse
import os
from datetime import timedelta

import django

# Models can be imported only after this, so what follows stands below it (E402).
django.setup()

from connections import lanes  # noqa: E402
from tests.outbox import sample_files  # noqa: E402, F401  # registers its senders
from zohoportal.outbox import turns, worker  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lease", type=float, required=True)
    lease = timedelta(seconds=parser.parse_args().lease)
    lanes.LEASE = turns.LEASE = lease
    worker.run()
    os._exit(0)


if __name__ == "__main__":
    main()

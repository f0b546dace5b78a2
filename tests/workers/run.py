"""`manage.py worker` with leases so short that a test can wait for their end.

python -m tests.workers.run --lease SECONDS [--waits SECONDS]
"""

import argparse
import os

import django

# Models can be imported only after this, so what follows stands below it (E402).
django.setup()

from tests.outbox import sample_files  # noqa: E402, F401  # registers its senders
from tests.workers import pace  # noqa: E402
from zohoportal.outbox.worker import process  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lease", type=float, required=True)
    parser.add_argument("--waits", type=float, default=60)
    options = parser.parse_args()
    pace.quicken(options.lease, options.waits)
    process.run()
    os._exit(0)


if __name__ == "__main__":
    main()

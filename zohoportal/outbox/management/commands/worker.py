import logging
import os
from typing import Any

from django.core.management.base import BaseCommand

from connections.keys import prove_keys
from zohoportal.outbox import worker


class Command(BaseCommand):
    help = "Send what waits, look for what was lost, and run the regular jobs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        prove_keys()
        worker.run()
        logging.shutdown()
        # Threads that are still in a call end with the process, without waiting.
        os._exit(0)

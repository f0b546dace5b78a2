import logging
import os
from typing import Any

from zohoportal.outbox.worker import process
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Send what waits, look for what was lost, and run the regular jobs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        process.run()
        logging.shutdown()
        # Threads that are still in a call end with the process, without waiting.
        os._exit(0)

"""How gunicorn serves the portal: a few processes, each with threads.

A thread that waits for Zoho keeps nobody else waiting.
"""

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections as databases
from gunicorn.glogging import Logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zohoportal.settings")
try:
    django.setup()
except ImproperlyConfigured as error:
    sys.exit(f"Zoho Portal cannot start. {error}")

# These need Django set up.
from zohoportal.outbox.delivering import first_try
from zohoportal.run.guards.start import prove_ready
from zohoportal.run.later import later

bind = settings.BIND
workers = settings.WEB_WORKERS
threads = 8
# Lines of one process, with files to spare under the usual limit of 1,024.
worker_connections = 500
# Who is believed about https is decided once, in `through_known_proxies`.
secure_scheme_headers: dict[str, str] = {}
worker_class = "zohoportal.run.front.Front"
timeout = 60
graceful_timeout = 30
loglevel = "warning"


class logger_class(Logger):  # noqa: N801  # gunicorn's name for the setting
    """Has its errors written as everything is: as JSON, and without secrets."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def on_starting(_server: Any) -> None:
    """Stop before any worker starts if the portal could not work."""
    try:
        prove_ready()
    except ImproperlyConfigured as error:
        sys.exit(f"Zoho Portal cannot start. {error}")
    databases.close_all()


def worker_exit(_server: Any, _worker: Any) -> None:
    """Finish the sends whose pages have not waited for their end.

    The answers are out by now. After its time for all of that gunicorn kills.
    """
    first_try.finish(graceful_timeout)
    later.finish()

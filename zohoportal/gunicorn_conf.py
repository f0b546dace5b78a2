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

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zohoportal.settings")
try:
    django.setup()
except ImproperlyConfigured as error:
    sys.exit(f"Zoho Portal cannot start. {error}")

from connections.keys import prove_keys  # needs Django set up

bind = settings.BIND
workers = settings.WEB_WORKERS
threads = 8
forwarded_allow_ips = settings.FORWARDED_ALLOW_IPS
worker_class = "gthread"
timeout = 60
graceful_timeout = 30
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """Stop before any worker starts if the vault's keys do not fit the database."""
    try:
        prove_keys()
    except ImproperlyConfigured as error:
        sys.exit(f"Zoho Portal cannot start. {error}")
    databases.close_all()

"""The entry point for web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zohoportal.settings")

application = get_wsgi_application()

from zohoportal.run.guards.start import prove_ready  # noqa: E402  # needs Django set up

prove_ready()

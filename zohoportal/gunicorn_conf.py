"""The name that service units of the version before give to gunicorn; for one release.

gunicorn reads its settings from a module's names, so they are all here.
"""

from zohoportal.run.gunicorn_conf import *  # noqa: F403  # gunicorn asks for names

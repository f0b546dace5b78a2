"""The name under which tasks were queued before rooms were made; for one release.

Django's tasks are found again by their dotted path, and some wait while the portal is
brought up to date.
"""

from zohoportal.outbox.delivering.tasks import work_on

__all__ = ["work_on"]

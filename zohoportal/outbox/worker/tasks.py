"""The name under which tasks were queued for a while; for one release."""

from zohoportal.outbox.delivering.tasks import work_on

__all__ = ["work_on"]

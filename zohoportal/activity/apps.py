from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ActivityConfig(AppConfig):
    name = "zohoportal.activity"

    def ready(self) -> None:
        """Say what can be erased, and guard the trail once its table is there."""
        from zohoportal.activity import erasure, only_grows, own_rows

        erasure.register(*own_rows.HOLDERS)
        post_migrate.connect(only_grows.guard, sender=self)

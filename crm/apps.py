from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        from connections import checks, features
        from crm import probes, services
        from crm import senders as kinds
        from zohoportal.outbox import senders

        features.register(services.CONTACTS)
        features.register(services.RECORDS)
        checks.register(probes.ORGANISATION)
        checks.register(probes.CONTACTS)
        senders.register(kinds.RECORD)
        senders.register(kinds.INSERT)
        senders.register(kinds.CHANGE)
        senders.register(kinds.DELETION)

from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        from connections import checks, features
        from crm import probes, services
        from zohoportal.outbox import senders

        features.register(services.CONTACTS)
        checks.register(probes.ORGANISATION)
        checks.register(probes.CONTACTS)
        senders.register(services.SENDER)

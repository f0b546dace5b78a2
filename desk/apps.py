from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from connections import checks, features
        from desk import probes, services
        from zohoportal.outbox import senders

        features.register(services.TICKETS)
        checks.register(probes.ORGANISATION)
        checks.register(probes.DEPARTMENTS)
        senders.register(services.SENDER)

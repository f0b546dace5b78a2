from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from connections import checks, features
        from desk import answers, attachments, probes, services
        from zohoportal.outbox import senders

        features.register(services.TICKETS)
        features.register(answers.ANSWERS)
        checks.register(probes.ORGANISATION)
        checks.register(probes.DEPARTMENTS)
        senders.register(services.SENDER)
        senders.register(attachments.SENDER)
        senders.register(answers.COMMENT)
        senders.register(answers.STATUS)

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from connections import features, probes
        from desk import answers, attachments, services
        from desk.probes import DEPARTMENTS, ORGANISATION
        from zohoportal.outbox import senders

        features.register(services.TICKETS)
        features.register(answers.ANSWERS)
        probes.register(ORGANISATION)
        probes.register(DEPARTMENTS)
        senders.register(services.SENDER)
        senders.register(attachments.SENDER)
        senders.register(answers.COMMENT)
        senders.register(answers.STATUS)

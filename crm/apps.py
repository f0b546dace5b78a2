from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        from connections import features, notices, probes
        from crm import attachments, refreshing, services
        from crm import senders as kinds
        from crm.opening import notices_of
        from crm.probes import CONTACTS, ORGANISATION
        from zohoportal.outbox import jobs, senders

        features.register(services.CONTACTS)
        features.register(services.RECORDS)
        probes.register(ORGANISATION)
        probes.register(CONTACTS)
        senders.register(kinds.RECORD)
        senders.register(kinds.INSERT)
        senders.register(kinds.CHANGE)
        senders.register(kinds.DELETION)
        senders.register(attachments.SENDER)
        jobs.register(refreshing.JOB)
        notices.register(notices_of)

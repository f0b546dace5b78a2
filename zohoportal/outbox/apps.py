from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "zohoportal.outbox"

    def ready(self) -> None:
        from connections.limits import answers_again
        from zohoportal.accounts.people import belongings
        from zohoportal.activity import erasure
        from zohoportal.outbox import handover, own_rows
        from zohoportal.outbox.delivering import reaper

        answers_again.connect(reaper.end_outage)
        erasure.register(*own_rows.HOLDERS)
        belongings.waiting.append(handover.WAITING)

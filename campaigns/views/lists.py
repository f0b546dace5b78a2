"""What the forms with a mailing list share."""

from typing import Any

from campaigns.views.page import ListPage
from campaigns.zoho.lists import MailingList, forget, lists_of
from connections.zoho.errors import ZohoError
from zohoportal.outbox.views.form import DeliveryFormView


class ListFormView(DeliveryFormView):
    """A form with a list, made of what Campaigns says of its lists."""

    page_class: type[ListPage] = ListPage
    page: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"lists": self._lists()}

    def _lists(self) -> list[MailingList]:
        try:
            found = lists_of(self.connection)
        except ZohoError as error:
            self.explain(error)
            return []
        if not found:
            self.page.has_no_lists = True
            # Whoever makes one now loads the page again.
            forget(self.connection)
        return found

    def get_initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(name, "") for name in ("email",)}
        return asked | super().get_initial()

    def from_payload(self, payload: Any) -> dict[str, Any]:
        return super().from_payload(payload) | {"mailing_list": payload.list_key}

    def reload(self) -> None:
        forget(self.connection)

from django.urls import path

from desk import (
    answer_pages,
    file_pages,
    lookups,
    template_editing,
    template_pages,
    ticket_pages,
)
from desk.views import TicketView

app_name = "desk"

urlpatterns = [
    path("tickets/", ticket_pages.my_tickets, name="tickets"),
    path("tickets/new/", TicketView.as_view(), name="ticket"),
    path("tickets/<int:ticket>/", ticket_pages.ticket_page, name="show"),
    path("templates/", template_pages.templates, name="templates"),
    path(
        "templates/new/", template_editing.TemplateView.as_view(), name="new_template"
    ),
    path(
        "templates/<int:template>/",
        template_editing.TemplateView.as_view(),
        name="template",
    ),
    path(
        "templates/<int:template>/delete/",
        template_pages.delete,
        name="delete_template",
    ),
    path("comments/new/", answer_pages.CommentView.as_view(), name="comment"),
    path("status/new/", answer_pages.StatusView.as_view(), name="status"),
    path("files/new/", answer_pages.FilesView.as_view(), name="files"),
    path(
        "tickets/<int:ticket>/files/<int:attachment>/",
        file_pages.download,
        name="download",
    ),
    path("contacts/", lookups.contact_options, name="contacts"),
    path("contacts/<int:contact>/tickets/", lookups.open_tickets, name="open_tickets"),
]

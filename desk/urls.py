from django.urls import path

from desk.views import (
    answers,
    files,
    pickers,
    status,
    template_editing,
    templates,
    tickets,
)
from desk.views.new_ticket import TicketView

app_name = "desk"

urlpatterns = [
    path("tickets/", tickets.my_tickets, name="tickets"),
    path("tickets/new/", TicketView.as_view(), name="ticket"),
    path("tickets/<int:ticket>/", tickets.ticket_page, name="show"),
    path("templates/", templates.templates, name="templates"),
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
        templates.delete,
        name="delete_template",
    ),
    path("comments/new/", answers.CommentView.as_view(), name="comment"),
    path("status/new/", status.StatusView.as_view(), name="status"),
    path("files/new/", answers.FilesView.as_view(), name="files"),
    path(
        "tickets/<int:ticket>/files/<int:attachment>/",
        files.download,
        name="download",
    ),
    path("contacts/", pickers.contact_options, name="contacts"),
    path("contacts/<int:contact>/tickets/", pickers.open_tickets, name="open_tickets"),
]

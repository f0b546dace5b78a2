from django.urls import path

from desk import lookups, ticket_pages
from desk.views import TicketView

app_name = "desk"

urlpatterns = [
    path("tickets/", ticket_pages.my_tickets, name="tickets"),
    path("tickets/new/", TicketView.as_view(), name="ticket"),
    path("tickets/<int:ticket>/", ticket_pages.ticket_page, name="show"),
    path("comments/new/", ticket_pages.CommentView.as_view(), name="comment"),
    path("status/new/", ticket_pages.StatusView.as_view(), name="status"),
    path("contacts/", lookups.contact_options, name="contacts"),
    path("contacts/<int:contact>/tickets/", lookups.open_tickets, name="open_tickets"),
]

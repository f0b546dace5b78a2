from django.urls import path

from desk.views import TicketView

app_name = "desk"

urlpatterns = [
    path("tickets/new/", TicketView.as_view(), name="ticket"),
]

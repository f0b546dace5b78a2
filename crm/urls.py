from django.urls import path

from crm.views import ContactView

app_name = "crm"

urlpatterns = [
    path("contacts/new/", ContactView.as_view(), name="contact"),
]

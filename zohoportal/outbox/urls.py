from django.urls import path

from zohoportal.outbox.views import deliveries

app_name = "outbox"

urlpatterns = [
    path("", deliveries.delivery_list, name="list"),
    path("restored/", deliveries.restored_page, name="restored"),
    path("export/", deliveries.export, name="export"),
    path("<uuid:pk>/", deliveries.delivery, name="delivery"),
    path("<uuid:pk>/again/", deliveries.again, name="again"),
    path("<uuid:pk>/first/", deliveries.first, name="first"),
    path("<uuid:pk>/draft/", deliveries.keep_as_draft, name="draft"),
    path("<uuid:pk>/found/", deliveries.found, name="found"),
    path("<uuid:pk>/cancel/", deliveries.cancel, name="cancel"),
]

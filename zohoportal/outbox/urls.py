from django.urls import path

from zohoportal.outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.delivery_list, name="list"),
    path("export/", views.export, name="export"),
    path("<uuid:pk>/", views.delivery, name="delivery"),
    path("<uuid:pk>/again/", views.again, name="again"),
    path("<uuid:pk>/draft/", views.keep_as_draft, name="draft"),
    path("<uuid:pk>/found/", views.found, name="found"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
]

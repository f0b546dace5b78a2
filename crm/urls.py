from django.urls import path

from crm import editing, file_pages, module_settings, records
from crm.views import RecordView

app_name = "crm"

urlpatterns = [
    path("", records.modules, name="modules"),
    # The address that people have in their bookmarks.
    path("contacts/new/", RecordView.as_view(), name="contact"),
    path("<slug:module>/", records.records, name="records"),
    path("<slug:module>/new/", RecordView.as_view(), name="new"),
    path("<slug:module>/settings/", module_settings.change, name="settings"),
    path("<slug:module>/settings/seen/", module_settings.seen, name="seen"),
    path("<slug:module>/<int:record>/", records.record, name="record"),
    path("<slug:module>/found/", records.found, name="found"),
    path("<slug:module>/lookup/<slug:field>/", records.lookup, name="lookup"),
    path(
        "<slug:module>/<int:record>/change/",
        editing.ChangeView.as_view(),
        name="change",
    ),
    path("<slug:module>/<int:record>/delete/", editing.delete, name="delete"),
    path(
        "<slug:module>/<int:record>/files/",
        file_pages.FilesView.as_view(),
        name="files",
    ),
    path(
        "<slug:module>/<int:record>/files/<int:attachment>/",
        file_pages.download,
        name="download",
    ),
]

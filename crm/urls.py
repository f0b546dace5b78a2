from django.urls import path

from crm.views import editing, files, module_settings, records
from crm.views.form import RecordView

app_name = "crm"

urlpatterns = [
    path("", records.modules, name="modules"),
    # The address that people have in their bookmarks.
    path("contacts/new/", RecordView.as_view(), name="contact"),
    path("<slug:module>/", records.records, name="records"),
    path("<slug:module>/new/", RecordView.as_view(), name="new"),
    path("<slug:module>/settings/", module_settings.change, name="settings"),
    path("<slug:module>/settings/seen/", module_settings.seen, name="seen"),
    path("<slug:module>/put-back/<slug:reference>/", editing.put_back, name="put-back"),
    path("<slug:module>/<int:record>/", records.record, name="record"),
    path("<slug:module>/found/", records.matches, name="matches"),
    path("<slug:module>/lookup/<slug:field>/", records.lookup, name="lookup"),
    path(
        "<slug:module>/<int:record>/change/",
        editing.ChangeView.as_view(),
        name="change",
    ),
    path("<slug:module>/<int:record>/delete/", editing.delete, name="delete"),
    path(
        "<slug:module>/<int:record>/files/",
        files.FilesView.as_view(),
        name="files",
    ),
    path(
        "<slug:module>/<int:record>/files/<int:attachment>/",
        files.download,
        name="download",
    ),
]

from django.urls import path

from connections.views import detail, people, wizard

app_name = "connections"

urlpatterns = [
    path("", detail.connection_list, name="list"),
    path("new/", wizard.account, name="new"),
    path("rights/", people.staff, name="staff"),
    path("rights/reviewed/", people.reviewed, name="reviewed"),
    path("rights/<uuid:person>/", people.change_rights, name="rights"),
    path("<uuid:pk>/", detail.detail, name="detail"),
    path("<uuid:pk>/account/", wizard.account, name="account"),
    path("<uuid:pk>/client/", wizard.client, name="client"),
    path("<uuid:pk>/consent/", wizard.to_consent, name="consent"),
    path("<uuid:pk>/ready/", wizard.ready, name="ready"),
    path("<uuid:pk>/discard/", wizard.discard, name="discard"),
    path("<uuid:pk>/test/", detail.test, name="test"),
    path(
        "<uuid:pk>/organisations/",
        detail.look_for_organisations,
        name="organisations",
    ),
    path("<uuid:pk>/organisation/", detail.choose_organisation, name="organisation"),
    path("<uuid:pk>/people/", people.people, name="people"),
    path("<uuid:pk>/features/", detail.change_features, name="features"),
    path("<uuid:pk>/version/<slug:key>/", detail.change_version, name="version"),
    path(
        "<uuid:pk>/version/<slug:key>/<slug:version>/",
        detail.use_version,
        name="use_version",
    ),
    path("<uuid:pk>/without/", wizard.without, name="without"),
    path("<uuid:pk>/secret/", detail.secret, name="secret"),
    path("<uuid:pk>/disconnect/", detail.disconnect, name="disconnect"),
]

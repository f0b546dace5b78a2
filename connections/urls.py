from django.urls import path

from connections import views, wizard

app_name = "connections"

urlpatterns = [
    path("", views.connection_list, name="list"),
    path("new/", wizard.account, name="new"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/account/", wizard.account, name="account"),
    path("<uuid:pk>/client/", wizard.client, name="client"),
    path("<uuid:pk>/consent/", wizard.to_consent, name="consent"),
    path("<uuid:pk>/ready/", wizard.ready, name="ready"),
    path("<uuid:pk>/discard/", wizard.discard, name="discard"),
    path("<uuid:pk>/test/", views.test, name="test"),
    path(
        "<uuid:pk>/organisations/",
        views.look_for_organisations,
        name="organisations",
    ),
    path("<uuid:pk>/organisation/", views.choose_organisation, name="organisation"),
    path("<uuid:pk>/people/", views.people, name="people"),
    path("<uuid:pk>/features/", views.change_features, name="features"),
    path("<uuid:pk>/version/", views.change_version, name="version"),
    path("<uuid:pk>/version/<slug:version>/", views.use_version, name="use_version"),
    path("<uuid:pk>/without/", wizard.without, name="without"),
    path("<uuid:pk>/secret/", views.secret, name="secret"),
    path("<uuid:pk>/disconnect/", views.disconnect, name="disconnect"),
]

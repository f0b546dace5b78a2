from django.urls import path

from campaigns.views import leaving, subscriptions
from campaigns.views.subscribe import SubscribeView

app_name = "campaigns"

urlpatterns = [
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/new/", SubscribeView.as_view(), name="subscribe"),
    path("subscriptions/<uuid:delivery>/", subscriptions.show, name="show"),
    path("unsubscribe/", leaving.UnsubscribeView.as_view(), name="unsubscribe"),
    path("never-mail/", leaving.NeverMailView.as_view(), name="never_mail"),
]

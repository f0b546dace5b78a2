from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from connections.callback import callback
from zohoportal.accounts.access import admins_only
from zohoportal.activity import views as activity
from zohoportal.home import health, home

handler400 = "zohoportal.errors.bad_request"
handler403 = "zohoportal.errors.forbidden"
handler404 = "zohoportal.errors.not_found"
handler500 = "zohoportal.errors.server_error"

# That app knows no people, so who may open its pages is said here.
activity_pages = [
    path("calls/", admins_only(activity.calls), name="calls"),
    path("calls/export/", admins_only(activity.export_calls), name="export_calls"),
    path("trail/", admins_only(activity.trail), name="trail"),
    path("trail/export/", admins_only(activity.export_trail), name="export_trail"),
]

urlpatterns = [
    path("", home, name="home"),
    path("healthz", login_not_required(health), name="health"),
    path("account/", include("zohoportal.accounts.urls")),
    path("connections/", include("connections.urls")),
    path("deliveries/", include("zohoportal.outbox.urls")),
    path("activity/", include((activity_pages, "activity"))),
    # People register this address at Zoho; it stays for ever.
    path("oauth/callback/", callback, name="oauth_callback"),
    *(
        path(f"c/<slug:slug>/{product}/", include(f"{product}.urls"))
        for product in settings.PRODUCTS
    ),
]

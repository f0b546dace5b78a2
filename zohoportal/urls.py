from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from connections.views.callback import callback
from zohoportal.accounts.access import admins_only, auditors_only
from zohoportal.accounts.proof import recent_proof_required
from zohoportal.accounts.urls import people_pages
from zohoportal.activity.views import pages as activity
from zohoportal.activity.views.erasing import erase
from zohoportal.web.home import health, home

handler400 = "zohoportal.web.error_pages.bad_request"
handler403 = "zohoportal.web.error_pages.forbidden"
handler404 = "zohoportal.web.error_pages.not_found"
handler500 = "zohoportal.web.error_pages.server_error"

# That app knows no people, so who may open its pages is said here.
activity_pages = [
    path("calls/", auditors_only(activity.calls), name="calls"),
    path(
        "calls/export/",
        auditors_only(
            recent_proof_required(then="activity:calls")(activity.export_calls)
        ),
        name="export_calls",
    ),
    path("trail/", auditors_only(activity.trail), name="trail"),
    path("erase/", admins_only(recent_proof_required()(erase)), name="erase"),
    path(
        "trail/export/",
        auditors_only(
            recent_proof_required(then="activity:trail")(activity.export_trail)
        ),
        name="export_trail",
    ),
]

urlpatterns = [
    path("", home, name="home"),
    path("healthz", login_not_required(health), name="health"),
    path("account/", include("zohoportal.accounts.urls")),
    path("settings/people/", include((people_pages, "people"))),
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

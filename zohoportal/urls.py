from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from connections.wizard import callback
from zohoportal.home import health, home

handler400 = "zohoportal.errors.bad_request"
handler403 = "zohoportal.errors.forbidden"
handler404 = "zohoportal.errors.not_found"
handler500 = "zohoportal.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("healthz", login_not_required(health), name="health"),
    path("account/", include("zohoportal.accounts.urls")),
    path("connections/", include("connections.urls")),
    path("deliveries/", include("zohoportal.outbox.urls")),
    # People register this address at Zoho; it stays for ever.
    path("oauth/callback/", callback, name="oauth_callback"),
    *(
        path(f"c/<slug:slug>/{product}/", include(f"{product}.urls"))
        for product in settings.PRODUCTS
    ),
]

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from zohoportal.accounts.proof import recent_proof_required
from zohoportal.accounts.views import (
    account,
    links,
    passkeys,
    people,
    provider,
    second_factor,
)
from zohoportal.accounts.views.confirm import confirm
from zohoportal.accounts.views.sessions import own as own_sessions

app_name = "accounts"

sign_in_pages = [
    path("", account.SignInView.as_view(), name="sign_in"),
    path("code/", second_factor.SecondStepView.as_view(), name="second_step"),
    path("passkey/", passkeys.sign_in, name="passkey_sign_in"),
    path("passkey/begin/", passkeys.sign_in_options, name="passkey_sign_in_options"),
]

asked_first = recent_proof_required()

second_factor_pages = [
    path("", asked_first(second_factor.index), name="second_factor"),
    path("app/", asked_first(second_factor.AppView.as_view()), name="app"),
    path("app/remove/", asked_first(second_factor.remove_app), name="remove_app"),
    path("codes/", asked_first(second_factor.recovery_codes), name="codes"),
    path(
        "codes/download/",
        recent_proof_required(then="accounts:codes")(second_factor.download_codes),
        name="download_codes",
    ),
    path("passkeys/", asked_first(passkeys.add), name="passkeys"),
    path("passkeys/begin/", asked_first(passkeys.options), name="passkey_options"),
    path("passkeys/<int:passkey>/", asked_first(passkeys.rename), name="passkey"),
    path(
        "passkeys/<int:passkey>/remove/",
        asked_first(passkeys.remove),
        name="remove_passkey",
    ),
]

# People register two of these at their provider; they stay for ever.
provider_pages = [
    path("", provider.overview, name="provider"),
    path("start/", provider.start, name="provider_start"),
    path("test/", provider.test, name="provider_test"),
    path("callback/", provider.callback, name="provider_callback"),
    path("signed-out/", provider.signed_out, name="provider_signed_out"),
]

urlpatterns = [
    path("sign-in/", include(sign_in_pages)),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("settings/", account.SettingsView.as_view(), name="settings"),
    path("password/", account.PasswordView.as_view(), name="password"),
    path("second-factor/", include(second_factor_pages)),
    path("provider/", include(provider_pages)),
    path("sessions/", own_sessions, name="sessions"),
    path("confirm/", confirm, name="confirm"),
    path("owner/", links.OwnerView.as_view(), name="owner"),
    path("link/", links.LinkView.as_view(), name="link"),
    path("join/", links.JoinView.as_view(), name="join"),
    path("new-password/", links.NewPasswordView.as_view(), name="new_password"),
]

# Of their own name and place: an admin's pages about everybody.
people_pages = [
    path("", people.people, name="list"),
    path("invitations/<uuid:pk>/renew/", people.renew, name="renew"),
    path("invitations/<uuid:pk>/take-back/", people.take_back, name="take_back"),
    path("<uuid:pk>/", people.person, name="person"),
    path("<uuid:pk>/hand-over/", people.hand_over, name="hand_over"),
    path("<uuid:pk>/sign-out/", people.sign_out, name="sign_out"),
    path("<uuid:pk>/new-password/", people.new_password_link, name="new_password"),
    path("<uuid:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", people.reactivate, name="reactivate"),
]

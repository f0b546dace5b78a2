from django.contrib.auth.views import LogoutView
from django.urls import path

from zohoportal.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("settings/", views.SettingsView.as_view(), name="settings"),
    path("password/", views.PasswordView.as_view(), name="password"),
]

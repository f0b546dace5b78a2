from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class AccountsConfig(AppConfig):
    name = "zohoportal.accounts"

    def ready(self) -> None:
        """Refuse roles that do not exist, and note who signs in and out."""
        from zohoportal.accounts.models import Role
        from zohoportal.accounts.signing_in import signals

        signals.listen()
        oidc = settings.OIDC
        given = {
            "SECOND_FACTOR": settings.SECOND_FACTOR,
            "OIDC_GROUPS": [role for _, role in oidc.roles] if oidc else [],
        }
        for name, roles in given.items():
            for role in set(roles) - set(Role.values):
                raise ImproperlyConfigured(
                    f"{name} in the environment or in .env: there is no role "
                    f"“{role}”; use {', '.join(Role.values)}."
                )

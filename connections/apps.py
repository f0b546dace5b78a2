from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ConnectionsConfig(AppConfig):
    name = "connections"

    def ready(self) -> None:
        """Register the products, serve people's sign-in, and have the keys proven."""
        from connections import access, for_accounts, product
        from connections.tokens.keys import prove_keys
        from zohoportal.accounts.people import belongings
        from zohoportal.run.guards import start

        start.proofs.append(prove_keys)

        for_accounts.hand_over()
        for app in settings.PRODUCTS:
            product.register(import_module(f"{app}.product").PRODUCT)
        belongings.rights.append(access.rights_of)

"""A connection that works, made the way people make it."""

from connections import features, rights, services
from connections.models import Connection, Membership, OAuthClient
from connections.setup import clients, flow
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User


def connected(
    zoho: SandboxZoho, admin: User, staff: User, keys: list[str]
) -> Connection:
    """Connect by a Self Client, for these features."""
    made = flow.begin_setup(
        person=admin,
        data_center="sandbox",
        feature_keys=keys,
        kind=OAuthClient.Kind.SELF,
    )
    client_id, secret = zoho.new_client("self")
    clients.save_client(made, client_id=client_id, secret=secret)
    code = zoho.new_code(client_id, ",".join(features.scopes(keys)))
    flow.connect_with_code(made, code)
    services.set_members(made, [staff])
    # As those have it who were there before people had rights of their own.
    every = [*rights.preset(), "desk.all"]
    Membership.objects.filter(connection=made).update(rights=every)
    zoho.clear_journal()
    return made

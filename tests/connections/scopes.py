"""Scopes that are wider than the portal asks for."""

# A Self Client's code that was made with ALL, as somebody's token answer named it.
BROAD = [
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.READ",
    "ZohoCRM.org.READ",
    "ZohoSearch.securesearch.READ",
    "Desk.tickets.ALL",
    "Desk.contacts.ALL",
    "Desk.basic.ALL",
    "Desk.settings.READ",
    "Desk.search.READ",
    "aaaserver.profile.READ",
]
OPERATIONS = ["ALL", "CREATE", "READ", "UPDATE", "DELETE"]

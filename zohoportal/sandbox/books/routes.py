"""Zoho Books, version 3 of its API: organisations, contacts, persons, invoices."""

from zohoportal.sandbox.books import invoices, levers, record_pages, settings
from zohoportal.sandbox.books.contacts import handlers as contacts
from zohoportal.sandbox.books.contacts import persons
from zohoportal.sandbox.books.gate import call, nothing_there
from zohoportal.sandbox.messages import Route

CONTACT = r"/contacts/(?P<id>\d+)"
PERSON = r"/contacts/contactpersons/(?P<person_id>\d+)"
ROUTES: list[Route] = [
    *levers.ROUTES,
    *record_pages.ROUTES,
    call("GET", r"/organizations", settings.organisations),
    call("GET", r"/settings/currencies", settings.currencies),
    call("GET", r"/contacts", contacts.several),
    call("POST", r"/contacts", contacts.create),
    call("PUT", r"/contacts", contacts.change_by_field),
    call("DELETE", r"/contacts", contacts.remove_several),
    call("GET", CONTACT, contacts.one),
    call("PUT", CONTACT, contacts.change),
    call("DELETE", CONTACT, contacts.remove),
    call("POST", rf"{CONTACT}/(?P<status>active|inactive)", contacts.mark),
    call("GET", rf"{CONTACT}/contactpersons", persons.several),
    call("GET", rf"{CONTACT}/contactpersons/(?P<person_id>\d+)", persons.one),
    call("POST", r"/contacts/contactpersons", persons.create),
    call("PUT", PERSON, persons.change),
    call("DELETE", PERSON, persons.remove),
    call("POST", rf"{PERSON}/primary", persons.mark_primary),
    call("GET", r"/invoices", invoices.several),
    call("GET", r"/invoices/(?P<id>\d+)", invoices.one),
    call("*", r"/.*", nothing_there),
]

"""Zoho Campaigns, version 1.1 of its API: the calls that are about lists and people."""

from zohoportal.sandbox.campaigns import levers, reading, writing
from zohoportal.sandbox.campaigns.gate import BASE, nothing_there
from zohoportal.sandbox.messages import route

ROUTES = [
    *levers.ROUTES,
    route("GET", rf"{BASE}getmailinglists", reading.lists),
    route("GET", rf"{BASE}getlistsubscribers", reading.subscribers),
    route("GET", rf"{BASE}contact/allfields", reading.fields),
    route("GET", rf"{BASE}topics", reading.topics),
    route("POST", rf"{BASE}json/listsubscribe", writing.subscribe),
    route("POST", rf"{BASE}json/listunsubscribe", writing.unsubscribe),
    route("POST", rf"{BASE}json/contactdonotmail", writing.never_mail),
    route("*", rf"{BASE}.*", nothing_there),
]

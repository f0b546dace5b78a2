from django.urls import path

from books.views import contacts, people, reference
from books.views.change import ChangeContactView
from books.views.new import NewContactView

app_name = "books"

_ONE = "contacts/<int:contact>/"
_PERSON = f"{_ONE}people/<int:contact_person>/"

urlpatterns = [
    path("settings/", reference.settings, name="settings"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new/", NewContactView.as_view(), name="contact"),
    path(_ONE, contacts.show, name="show"),
    path(f"{_ONE}change/", ChangeContactView.as_view(), name="change"),
    path(f"{_ONE}deactivate/", people.DeactivateView.as_view(), name="deactivate"),
    path(f"{_ONE}activate/", people.ActivateView.as_view(), name="activate"),
    path(f"{_ONE}people/new/", people.PersonView.as_view(), name="person"),
    path(_PERSON, people.PersonView.as_view(), name="change_person"),
    path(f"{_PERSON}primary/", people.PrimaryView.as_view(), name="primary"),
    path(f"{_PERSON}delete/", people.RemovePersonView.as_view(), name="remove"),
]

"""What staff can do in Zoho Books."""

from connections.product import Feature

# https://www.zoho.com/books/api/v3/oauth/
READ = ("ZohoBooks.contacts.READ", "ZohoBooks.settings.READ")

CONTACTS = Feature(
    key="books.contacts",
    title="Add customers and their contact persons",
    hint="Customers and vendors in Zoho Books",
    # Acts on what is there, such as deactivating it, are created in Books' words.
    scopes=("ZohoBooks.contacts.CREATE", "ZohoBooks.contacts.UPDATE", *READ),
    page="books:contact",
    link="New customer",
    first_task="Add a first customer",
    icon="contact",
    for_person="Also add to Books",
    entry=("books.add",),
)
INVOICES = Feature(
    key="books.invoices",
    title="See open invoices",
    hint="What customers in Zoho Books have not paid yet",
    scopes=("ZohoBooks.invoices.READ", *READ),
    page="books:contacts",
    link="Customers in Books",
    icon="contact",
    entry=("books.invoices",),
)
DELETIONS = Feature(
    key="books.deletions",
    title="Delete contact persons",
    hint="Single people of a customer in Zoho Books, never the customer",
    scopes=("ZohoBooks.contacts.DELETE", *READ),
    page="books:contacts",
    link="Customers in Books",
    icon="contact",
    entry=("books.remove",),
)
EVERY = (CONTACTS.key, INVOICES.key, DELETIONS.key)

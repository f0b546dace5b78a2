"""Books' names of the fields that can be written here, with what people call them."""

# Lengths: https://www.zoho.com/books/api/v3/contacts/#create-a-contact
OF_CONTACT = {
    "contact_name": ("Name", 200),
    "contact_type": ("Kind", 20),
    "company_name": ("Company", 200),
    "currency_id": ("Currency", 20),
    "website": ("Website", 200),
    "notes": ("Notes", 1_000),
}
OF_ADDRESS = {
    "attention": ("Attention", 100),
    "address": ("Street", 500),
    "street2": ("Street, second line", 255),
    "city": ("City", 100),
    "state": ("State or county", 100),
    "zip": ("Postcode", 50),
    "country": ("Country", 100),
}
ADDRESSES = {
    "billing_address": "Billing address",
    "shipping_address": "Shipping address",
}
OF_PERSON = {
    "first_name": ("First name", 100),
    "last_name": ("Last name", 100),
    "email": ("E-mail", 100),
    "phone": ("Phone", 50),
    "mobile": ("Mobile", 50),
    "designation": ("Position", 50),
}
# What begins the name of a custom field, before its id.
CUSTOM = "custom_"

LABELS = {
    **{name: label for name, (label, _) in (OF_CONTACT | OF_PERSON).items()},
    **{
        f"{address}__{part}": f"{label}, {ADDRESSES[address].lower()}"
        for address in ADDRESSES
        for part, (label, _) in OF_ADDRESS.items()
    },
}
